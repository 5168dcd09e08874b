"""Species, genes and cells woven into one graph that can be asked questions."""
