"""Exports: builds and answers as files for other programs."""
