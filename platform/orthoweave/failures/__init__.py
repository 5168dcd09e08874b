"""Failures that no code foresaw: a sentence for each known kind, a report in full for the rest."""
