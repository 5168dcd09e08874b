"""Totals, sums by type and top genes against pandas and plain numpy."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from orthoweave.errors import ScaleError
from orthoweave.numerics.expression import TypeSums, cell_totals, log_normalise
from orthoweave.numerics.top_genes import top_genes


def counts(seed: int, n_cells: int = 20, n_genes: int = 15) -> np.ndarray:
    """Return counts, mostly small and zero, some in the hundreds, with an empty cell."""
    generator = np.random.default_rng(seed)
    dense = generator.geometric(generator.choice([0.02, 0.5, 0.9]), (n_cells, n_genes))
    dense = dense * (generator.random((n_cells, n_genes)) < generator.random())
    dense[0] = 0
    return dense.astype(np.float32)


def normalised(dense: np.ndarray) -> np.ndarray:
    """Return log1p of counts per 10 000 in the plainest way."""
    total = dense.sum(axis=1, keepdims=True, dtype=np.float64)
    return np.log1p(np.divide(dense, total, out=np.zeros_like(dense, float), where=total > 0) * 1e4)


@settings(deadline=None)  # the first call compiles
@given(st.integers(0, 500))
def test_totals_are_sums(seed: int) -> None:
    """Totals and detected genes are numpy's sums."""
    dense = counts(seed)
    found = cell_totals(sp.csr_matrix(dense))
    assert (found.total == dense.sum(axis=1, dtype=np.float64)).all()
    assert (found.detected == (dense > 0).sum(axis=1)).all()


@settings(deadline=None)  # the first call compiles
@given(st.integers(0, 500))
def test_normalised_values_are_the_plain_ones(seed: int) -> None:
    """log1p of counts per 10 000, zero for a cell without counts."""
    dense = counts(seed)
    found = log_normalise(sp.csr_matrix(dense), dense.sum(axis=1)).toarray()
    np.testing.assert_allclose(found, normalised(dense), rtol=1e-6)


@settings(deadline=None)  # the first call compiles
@given(st.integers(0, 500), st.integers(1, 25))
def test_sums_by_type_are_pandas_groups(seed: int, rows: int) -> None:
    """Means and fractions by type are those of a pandas groupby, for any block size."""
    dense = counts(seed)
    types = np.random.default_rng(seed).integers(-1, 3, len(dense))
    sums = TypeSums(3, dense.shape[1])
    for start in range(0, len(dense), rows):
        part = sp.csr_matrix(dense[start : start + rows])
        sums.add(part, dense[start : start + rows].sum(axis=1), types[start : start + rows])
    values = pd.DataFrame(normalised(dense)).groupby(types)
    above = pd.DataFrame(dense > 0).groupby(types)
    for kind in set(types.tolist()):
        np.testing.assert_allclose(sums.sums[kind], values.sum().loc[kind], atol=1e-9)
        assert (sums.above_zero[kind] == above.sum().loc[kind]).all()
        assert sums.n_cells[kind] == (types == kind).sum()
    np.testing.assert_allclose(sums.all_cells[0], normalised(dense).sum(axis=0), atol=1e-9)
    assert (sums.all_cells[1] == (dense > 0).sum(axis=0)).all()


@settings(deadline=None)  # the first call compiles
@given(st.integers(0, 500), st.integers(0, 20), st.floats(0, 1))
def test_top_genes_are_the_sorted_ones(seed: int, limit: int, share: float) -> None:
    """The genes are Python's sort by count, then column; only columns that may be named."""
    dense = counts(seed)
    keep: np.ndarray = np.less(np.random.default_rng(seed).random(dense.shape[1]), share)
    total = dense.sum(axis=1, dtype=np.float64)
    found = top_genes(sp.csr_matrix(dense), total, keep, limit)
    expected = []
    for cell, row in enumerate(dense):
        order = sorted(
            (-count, column) for column, count in enumerate(row) if count > 0 and keep[column]
        )
        chosen = order[:limit] if limit else order
        expected += [(cell, column, -count, rank) for rank, (count, column) in enumerate(chosen, 1)]
    given_ = zip(found.cell, found.column, found.count, found.rank, strict=True)
    assert [tuple(map(int, row)) for row in given_] == [tuple(map(int, row)) for row in expected]
    np.testing.assert_allclose(found.value, normalised(dense)[found.cell, found.column], rtol=1e-5)


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        (0.5, "log1p-normalised"),
        (50.5, "look normalised"),
        (-1, "negative"),
        (np.nan, "not finite"),
        (np.inf, "not finite"),
    ],
)
def test_other_scales_are_refused(value: float, wrong: str) -> None:
    """Values that are not counts are refused with their place, and what to do."""
    dense = counts(3)
    dense[4, 2] = value
    with pytest.raises(ScaleError, match=wrong) as caught:
        cell_totals(sp.csr_matrix(dense), 1000, "X")
    assert "cell 1,004 and column 2" in str(caught.value)
    assert "--set layer=counts" in str(caught.value)


def test_stored_zeros_are_not_expression() -> None:
    """A zero that is stored counts as zero everywhere."""
    block = sp.csr_matrix(np.array([[1, 2, 0]], np.float32))
    block.data[0] = 0
    sums = TypeSums(1, 3)
    sums.add(block, np.array([2.0]), np.array([0]))
    assert cell_totals(block).detected.tolist() == [1]
    assert sums.above_zero[0].tolist() == [0, 1, 0]
    assert top_genes(block, np.array([2.0]), np.ones(3, bool), 5).column.tolist() == [1]
