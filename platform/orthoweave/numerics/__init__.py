"""Arithmetic on plain arrays: no files, no store, no PyTorch."""
