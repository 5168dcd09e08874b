"""Named questions to a published build, and the gateway that all queries pass."""
