"""Helpers of the tests: corpora, random questions, attacks, a naive second path, prose."""
