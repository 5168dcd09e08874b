"""Values that were normalised before: sums, highest genes, and proofs of counts."""

from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from orthoweave.numerics.scaled import ValueSums, find_units, linear, top_values

RANDOM = np.random.default_rng(5)


def stored(values: np.ndarray, scale: str) -> sp.csr_matrix:
    """Return linear values as a file stores them, in 32 bits."""
    if scale == "log1p_cp10k":
        values = np.log1p(values)
    elif scale == "log2_tpm":
        values = np.log2(values + 1)
    return sp.csr_matrix(values.astype(np.float32))


def test_sums_by_type_are_those_of_pandas() -> None:
    """Also of values below zero, over several blocks, and of cells without a type."""
    values = RANDOM.normal(size=(30, 6)).astype(np.float32)
    types = RANDOM.integers(-1, 3, 30)
    sums = ValueSums(3, 6)
    for rows in (slice(0, 11), slice(11, 30)):
        sums.add(sp.csr_matrix(values[rows]), np.full(30, np.nan), types[rows])
    frame = pd.DataFrame(values.astype(float)).groupby(np.where(types < 0, 3, types))
    np.testing.assert_allclose(sums.sums, frame.sum().to_numpy())
    above = pd.DataFrame(values > 0).groupby(np.where(types < 0, 3, types)).sum()
    np.testing.assert_array_equal(sums.above_zero, above.to_numpy())
    np.testing.assert_allclose(sums.all_cells[0], values.sum(axis=0, dtype=float))
    assert sums.n_cells.sum() == 30


@given(st.integers(0, 5), st.integers(0, 1_000))
@settings(deadline=None, max_examples=50)
def test_top_values_are_those_of_sorting(limit: int, seed: int) -> None:
    """Highest first, equal ones by column, none that may not be named or is not above zero."""
    random = np.random.default_rng(seed)
    values = random.integers(-2, 4, (5, 7)).astype(np.float32) / 3
    keep = random.random(7) < 0.7
    found = top_values(sp.csr_matrix(values), keep, limit)
    expected = []
    for cell, row in enumerate(values):
        columns = [column for column in range(7) if keep[column] and row[column] > 0]
        columns.sort(key=lambda column: (-row[column], column))
        chosen = columns[: limit or None]
        expected += [(cell, column, rank) for rank, column in enumerate(chosen, 1)]
    assert list(zip(found.cell, found.column, found.rank, strict=True)) == expected
    assert np.isnan(found.count).all()


@given(st.integers(0, 10_000), st.sampled_from(["log1p_cp10k", "log2_tpm", "tpm"]))
@settings(deadline=None, max_examples=60)
def test_counts_are_proven_up_to_a_number(seed: int, scale: str) -> None:
    """Whatever a cell was divided by, its counts come back, divided by what they share."""
    random = np.random.default_rng(seed)
    counts = random.negative_binomial(1, 0.05, (4, 30)).astype(float)
    counts[0, 0], counts[2] = 1, 0  # a cell without counts proves and refutes nothing
    values = stored(counts * random.uniform(0.01, 50, (4, 1)), scale)
    found = find_units(values, scale)
    assert np.isnan(found.unit[2])
    rows = np.repeat(np.arange(4), np.diff(values.indptr))
    back = np.rint(linear(values.data, scale) / found.unit[rows])
    smallest = [row[row > 0].min() if row.any() else 0 for row in counts]
    for cell in range(4):
        mine = counts[cell][counts[cell] > 0]
        shared = np.gcd.reduce(mine.astype(int)) if len(mine) else 1
        if smallest[cell] in (shared, 2 * shared, 3 * shared) and len(mine):
            np.testing.assert_array_equal(back[rows == cell], mine / shared)


@pytest.mark.parametrize("scale", ["log1p_cp10k", "log2_tpm", "tpm"])
def test_other_values_are_not_multiples(scale: str) -> None:
    """Values divided by lengths, rounded to three digits, or of one cell that is off, fail."""
    counts = RANDOM.poisson(3, (50, 40)) + 1.0
    lengths = counts / RANDOM.uniform(0.5, 5, 40)
    assert find_units(stored(lengths, scale), scale).n_failed == 50
    rounded = stored(counts * 0.7331, scale)
    rounded.data = np.round(rounded.data, 3)
    assert find_units(rounded, scale).n_failed > (0 if scale == "tpm" else 40)
    counts[7] *= RANDOM.uniform(0.9, 1.1, 40)
    assert find_units(stored(counts * 0.7331, scale), scale).n_failed == 1


def test_large_multiples_prove_nothing() -> None:
    """Counts beyond the precision of 32 bits are not taken as proven."""
    counts = np.array([[1.0, 7.0, 3_000_001.0]])
    assert find_units(stored(counts * 1.37, "log1p_cp10k"), "log1p_cp10k").n_failed == 1


def test_equal_values_are_multiples_without_proof() -> None:
    """A cell of ones fits any number, so it is not evidence."""
    found = find_units(stored(np.full((5, 8), 2.5), "tpm"), "tpm")
    assert (found.n_failed, found.n_proofs) == (0, 0)


def test_counts_of_real_cells_come_back(real_data: Path) -> None:
    """PBMC normalised and logged in 32 bits, as scanpy does it, give their counts exactly."""
    path = real_data / "pbmc_zheng_sorted" / "zheng_sorted_500.h5ad"
    counts = sp.csr_matrix(anndata.read_h5ad(path).X).astype(np.float32)
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    factor = (np.asarray(counts.sum(axis=1)).ravel() / np.float32(1e4)).astype(np.float32)
    logs = np.log1p((counts.data / factor[rows]).astype(np.float32))
    values = sp.csr_matrix((logs, counts.indices, counts.indptr), shape=counts.shape)
    found = find_units(values, "log1p_cp10k")
    assert found.n_failed == 0
    back = np.rint(linear(values.data, "log1p_cp10k") / found.unit[rows])
    np.testing.assert_array_equal(back, counts.data)
