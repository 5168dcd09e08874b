"""Questions: functions of a session that return answers with provenance."""
