"""Correlations and their strongest pairs against numpy.corrcoef."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from orthoweave.numerics import coexpression
from orthoweave.numerics.coexpression import (
    dense_correlations,
    group_cells,
    random_directions,
    sparse_correlations,
    strongest_pairs,
)


def made(seed: int, n_cells: int = 40, n_genes: int = 17) -> np.ndarray:
    """Return sparse values with some genes that follow each other."""
    generator = np.random.default_rng(seed)
    values = generator.poisson(1.0, (n_cells, n_genes)).astype(np.float64)
    values[:, 1] = values[:, 0] + generator.poisson(0.2, n_cells)
    values[:3] = np.arange(n_genes)  # no gene is constant
    return values


@pytest.mark.parametrize("block", [1, 5, 200])
@pytest.mark.parametrize("method", ["dense", "sparse"])
def test_correlations_are_numpys(block: int, method: str) -> None:
    """Both ways give numpy's coefficients, however the genes are cut into blocks."""
    values = made(0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(coexpression, "BLOCK", block)
        parts = list(
            dense_correlations(values)
            if method == "dense"
            else sparse_correlations(sp.csc_matrix(values))
        )
    assert [start for start, _ in parts] == list(range(0, 17, block))
    found = np.vstack([part for _, part in parts])
    np.testing.assert_allclose(found, np.corrcoef(values.T), atol=1e-5)


@settings(deadline=None)  # the first call compiles
@given(st.integers(0, 200), st.integers(1, 20), st.floats(0, 0.8))
def test_pairs_are_the_union_of_each_genes_strongest(seed: int, top_k: int, floor: float) -> None:
    """A pair is kept if it is among the strongest of either gene, once, lower index first."""
    exact = np.corrcoef(made(seed).T)
    expected = set()
    for gene in range(17):
        order = sorted((-abs(exact[gene, other]), other) for other in range(17))
        partners = [other for _, other in order if other != gene][:top_k]
        expected |= {
            (min(gene, other), max(gene, other))
            for other in partners
            if abs(exact[gene, other]) >= floor
        }
    found = strongest_pairs(iter([(0, exact[:9].copy()), (9, exact[9:].copy())]), top_k, floor)
    pairs = list(zip(found.first.tolist(), found.second.tolist(), strict=True))
    assert pairs == sorted(expected)
    np.testing.assert_allclose(found.coefficient, exact[found.first, found.second], atol=1e-12)


def test_equal_correlations_take_the_lower_genes() -> None:
    """Ties are broken by the order of the genes."""
    block = np.ones((4, 4))
    found = strongest_pairs(iter([(0, block)]), 1, 0)
    assert list(zip(found.first, found.second, strict=True)) == [(0, 1), (0, 2), (0, 3)]


@settings(deadline=None)  # the first call compiles
@given(st.integers(0, 100), st.integers(1, 30))
def test_groups_keep_within_their_set(seed: int, size: int) -> None:
    """Every cell is in one group, no group mixes sets, and sizes are as promised."""
    generator = np.random.default_rng(seed)
    within = [f"t{number}" for number in generator.integers(0, 3, 200)]
    places = generator.normal(size=(200, 4))
    group = group_cells(places, within, size)
    assert set(group) == set(range(group.max() + 1))
    for number in range(group.max() + 1):
        assert len({within[cell] for cell in np.flatnonzero(group == number)}) == 1
    assert np.bincount(group).max() <= max(1.5 * size, 1)
    assert (group == group_cells(places, within, size)).all()


def test_groups_join_near_cells() -> None:
    """Two clouds of cells far apart never share a group."""
    places = np.concatenate([np.zeros((64, 2)), np.full((64, 2), 100.0)])
    places += np.random.default_rng(0).normal(size=places.shape)
    group = group_cells(places, [""] * 128, 16)
    assert not set(group[:64]) & set(group[64:])


def test_directions_follow_their_seed() -> None:
    """The same seed gives the same directions, another gives others."""
    assert (random_directions(9, 1) == random_directions(9, 1)).all()
    assert (random_directions(9, 1) != random_directions(9, 2)).any()
