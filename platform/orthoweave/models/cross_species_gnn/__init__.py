"""Transfer cell types to another species by a graph network over cells, genes and orthology."""
