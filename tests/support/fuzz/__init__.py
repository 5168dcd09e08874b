"""Damages the structure of files of every form, and reads them in a process that may die of it."""
