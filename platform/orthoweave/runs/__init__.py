"""Runs of models: they read views and write tables, recorded as a source like any other."""
