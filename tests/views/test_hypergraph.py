"""The hypergraph against the expression that it is made of."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from orthoweave.views.expression import expression_view
from orthoweave.views.hypergraph import hypergraph_view


@given(st.integers(0, 2**32 - 1), st.integers(1, 8), st.integers(1, 8))
def test_both_directions_hold_the_same_incidences(seed: int, n_cells: int, n_genes: int) -> None:
    """By cell and by gene have the same weights, and rows are sorted in both."""
    counts = np.random.default_rng(seed).poisson(0.7, (n_cells, n_genes)).astype(np.float32)
    cells = np.array([f"c{i}" for i in range(n_cells)], object)
    genes = np.array([f"g{i}" for i in range(n_genes)], object)
    view = hypergraph_view(
        expression_view("toy", "s", cells, genes, sparse.csr_matrix(counts), scale="counts")
    )
    assert np.array_equal(view.by_cell.toarray(), counts)
    assert np.array_equal(view.by_gene.toarray(), counts.T)
    assert view.by_gene.has_sorted_indices
    assert view.by_cell.nnz == view.by_gene.nnz == np.count_nonzero(counts)
