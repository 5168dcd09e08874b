"""Plain containers and the arithmetic on them: no files, no store, no torch."""
