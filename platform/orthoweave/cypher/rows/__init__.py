"""Answers the clauses that are worked out on rows; patterns in them are laid by the engine."""
