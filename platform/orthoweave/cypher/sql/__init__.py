"""Compiles a statement that only reads to one SQL statement for the embedded store."""
