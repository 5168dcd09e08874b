"""Clusters of cells by random walks on the cell-gene hypergraph: DIPHW, CoMem-DIPHW and others."""
