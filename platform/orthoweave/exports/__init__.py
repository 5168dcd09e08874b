"""Everything that leaves as files."""
