"""DuckDB as the embedded graph store."""
