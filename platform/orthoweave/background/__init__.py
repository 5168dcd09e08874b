"""A run of a model in a process of its own, which others watch and can end."""
