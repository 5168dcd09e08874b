"""Runs of models: views in, tables out, recorded as a source like any other."""
