"""Cell types carried over to another species by a graph network over cells, genes and orthology."""
