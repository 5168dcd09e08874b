"""Evaluates expressions on rows of plain values."""
