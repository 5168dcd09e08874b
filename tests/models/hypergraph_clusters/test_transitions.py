"""The laws of walks, against their formulas written out densely."""

import numpy as np
import pytest
import scipy.sparse as sp

from orthoweave.errors import UsageError
from orthoweave.models.hypergraph_clusters import transitions
from orthoweave.models.hypergraph_clusters.transitions import (
    WALKS,
    absolute_correlations,
    dense_transitions,
    gene_memory,
    row_moments,
    walk_steps,
)


def rows(matrix: np.ndarray) -> np.ndarray:
    """Rows scaled to sum to 1."""
    return matrix / matrix.sum(axis=1, keepdims=True)


def correlation(matrix: np.ndarray) -> np.ndarray:
    """Absolute correlations of rows by numpy, zeros on the diagonal."""
    found = np.abs(np.corrcoef(matrix))
    np.fill_diagonal(found, 0)
    return found


def formula(values: np.ndarray, walk: str, a: float) -> np.ndarray:
    """The method card's formulas, densely, with A (cells × genes) and R (genes × cells)."""
    share, gene_share = rows(values), rows(values.T)
    sharp = rows(share**a)
    if walk == "node2vec":
        return rows(correlation(values))
    if walk == "edvw":
        return rows((values > 0) * values.sum(axis=0)) @ gene_share
    if walk == "diphw":
        return sharp @ gene_share
    if walk == "diphw_both":
        return sharp @ rows(gene_share**a)
    used = share if walk == "comem" else sharp
    remembered = rows((used @ correlation(values.T)) * used)
    return rows(correlation(values) * (remembered @ gene_share))


@pytest.mark.parametrize("walk", WALKS)
@pytest.mark.parametrize("exponent", [1.0, 3.5])
def test_transitions_follow_their_formula(walk: str, exponent: float) -> None:
    """Each walk's matrix is the one its formula gives on dense arrays."""
    generator = np.random.default_rng(1)
    values = generator.uniform(1, 4, (9, 6)) * (generator.random((9, 6)) < 0.7)
    values[np.arange(9), np.arange(9) % 6] = 2.5
    found = dense_transitions(sp.csr_matrix(values), walk, exponent)
    np.testing.assert_allclose(found, formula(values, walk, exponent), atol=2e-6)


def test_a_hand_worked_step() -> None:
    """Cell 0 with values 1 and 3, a = 2: shares 0.1 and 0.9; gene 1 has cells 0 and 1 as 3:1."""
    values = sp.csr_matrix(np.array([[1.0, 3.0], [0.0, 1.0]]))
    steps = walk_steps(values, "diphw", 2.0)
    np.testing.assert_allclose(steps.to_gene.toarray(), np.array([[0.1, 0.9], [0, 1]]), atol=1e-7)
    np.testing.assert_allclose(steps.to_cell.toarray(), np.array([[1, 0], [0.75, 0.25]]), atol=1e-7)
    found = dense_transitions(values, "diphw", 2.0)
    np.testing.assert_allclose(found, [[0.775, 0.225], [0.75, 0.25]], atol=1e-6)


def test_gene_memory_keeps_the_places_of_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    """However the cells are cut into blocks, it is the formula at the places of the shares."""
    generator = np.random.default_rng(2)
    shares = sp.csr_matrix(rows(generator.random((7, 5)) * (generator.random((7, 5)) < 0.8) + 1e-3))
    related = np.abs(np.corrcoef(generator.random((5, 20))))
    np.fill_diagonal(related, 0)
    monkeypatch.setattr(transitions, "_BLOCK", 3)
    found = gene_memory(shares, related)
    expected = rows((shares.toarray() @ related) * shares.toarray())
    np.testing.assert_allclose(found.toarray(), expected, atol=1e-12)
    assert (found.indices == shares.indices).all()


def test_a_cell_with_one_gene_keeps_its_share() -> None:
    """Without a second gene there is nothing to remember, and the row stays a distribution."""
    shares = sp.csr_matrix(np.array([[0.0, 1.0], [0.5, 0.5]]))
    found = gene_memory(shares, np.array([[0, 0.3], [0.3, 0]]))
    np.testing.assert_allclose(found.toarray(), np.array([[0, 1], [0.5, 0.5]]))


def test_correlations_are_numpys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Absolute Pearson correlations, zeros included, with a zero diagonal, in blocks of columns."""
    generator = np.random.default_rng(3)
    values = generator.random((12, 30)) * (generator.random((12, 30)) < 0.4)
    monkeypatch.setattr(transitions, "_BLOCK", 5)
    found = absolute_correlations(sp.csr_matrix(values))
    np.testing.assert_allclose(found, correlation(values), atol=1e-5)


def test_constant_rows_correlate_with_nothing() -> None:
    """A gene at one level in all cells gives zeros, not NaN."""
    values = sp.csr_matrix(np.array([[1.1, 1.1, 1.1], [0.3, 2.0, 1.0], [1.0, 0.2, 3.0]]))
    found = absolute_correlations(values)
    assert (found[0] == 0).all()
    assert found[1, 2] > 0
    assert row_moments(values)[1][0] == 0


def test_a_cell_alone_stays_where_it_is() -> None:
    """A cell that shares no gene has nowhere to go under cell memory, and its row is still one."""
    values = sp.csr_matrix(np.array([[1.0, 2.0, 0, 0], [2.0, 1.5, 0, 0], [0, 0, 1.0, 3.0]]))
    found = dense_transitions(values, "comem", 1.0)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert found[2, 2] == 1


def test_too_many_cells_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the limit the message says to sample walks instead."""
    monkeypatch.setattr(transitions, "DENSE_LIMIT", 5)
    with pytest.raises(UsageError, match=r"at most 5 cells, found 6\. Use sampled walks"):
        dense_transitions(sp.csr_matrix(np.ones((6, 2))), "diphw")


@pytest.mark.parametrize("walk", ["node2vec", "deepwalk", ""])
def test_unknown_walks_are_refused(walk: str) -> None:
    """A walk over genes has a name that is known; node2vec uses no genes."""
    with pytest.raises(UsageError, match="walk over genes: expected one of diphw"):
        walk_steps(sp.csr_matrix(np.ones((3, 2))), walk)
