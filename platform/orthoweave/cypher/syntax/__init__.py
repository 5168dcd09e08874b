"""Reads a statement: text to tokens to a tree."""
