"""Search by meaning and by name."""
