"""Sampled walks follow their law, whichever way they are drawn."""

import os
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from scipy import stats

from orthoweave.errors import UsageError
from orthoweave.models.hypergraph_clusters import walks as module
from orthoweave.models.hypergraph_clusters.transitions import dense_transitions, walk_steps
from orthoweave.models.hypergraph_clusters.walks import Walks, dense_walks, sampled_walks


def counted(found: Walks, n_cells: int) -> np.ndarray:
    """Return how often each cell followed each other cell."""
    seen = np.zeros((n_cells, n_cells))
    np.add.at(seen, (found.cells[:, :-1].ravel(), found.cells[:, 1:].ravel()), 1)
    return seen


def cumulative_walks(transitions: np.ndarray, n_walks: int, length: int, seed: int) -> Walks:
    """The plain way: numpy draws each next cell from the cumulative row of the one before."""
    generator = np.random.default_rng(seed)
    rows = np.cumsum(transitions.astype(np.float64), axis=1)
    cells = np.empty((n_walks * len(rows), length + 1), np.int32)
    cells[:, 0] = np.tile(np.arange(len(rows)), n_walks)
    for step in range(length):
        drawn = generator.random((len(cells), 1)) * rows[cells[:, step], -1:]
        cells[:, step + 1] = (rows[cells[:, step]] <= drawn).sum(axis=1)
    return Walks(cells, 0)


@pytest.mark.parametrize("walk", ["diphw", "diphw_both", "edvw", "comem", "comem_diphw"])
def test_alias_and_dense_walkers_agree(walk: str, plant: Any) -> None:
    """A million transitions of either walker: two-sample chi-square, p > 0.01."""
    values = plant(50, 24, 3, seed=5, share=0.2).values
    transitions = dense_transitions(values, walk, 3.0)
    steps = walk_steps(values, walk, 3.0)
    # cell memory refuses most proposals; its walker is slower, so it walks less
    n_walks = 200 if steps.cell_memory else 670
    ours = sampled_walks(steps, values, n_walks=n_walks, length=30, seed=11)
    plain = cumulative_walks(transitions, 670, 30, seed=12)
    first, second = counted(ours, 50), counted(plain, 50)
    often = first + second >= 20
    table = np.stack([first[often], second[often]])
    assert first.sum() == n_walks * 50 * 30
    assert ours.gave_up == 0
    assert stats.chi2_contingency(table).pvalue > 0.01


@pytest.mark.parametrize("walk", ["diphw", "comem_diphw", "node2vec"])
def test_walks_follow_the_transitions(walk: str, plant: Any) -> None:
    """From each cell the next cells pass a chi-square test against the matrix of transitions."""
    values = plant(50, 24, 3, seed=6).values
    transitions = dense_transitions(values, walk, 2.0).astype(np.float64)
    seen = counted(dense_walks(transitions, n_walks=300, length=30, seed=2), 50)
    if walk != "node2vec":
        steps = walk_steps(values, walk, 2.0)
        seen += counted(sampled_walks(steps, values, n_walks=100, length=30, seed=3), 50)
    expected = transitions / transitions.sum(axis=1, keepdims=True) * seen.sum(axis=1)[:, None]
    often = expected >= 5
    assert (seen[expected == 0] == 0).all()
    statistic = ((seen - expected)[often] ** 2 / expected[often]).sum()
    assert stats.chi2.sf(statistic, often.sum() - len(seen)) > 0.01


def test_every_cell_starts_its_walks(cells: Any) -> None:
    """Walk i starts in cell i modulo the number of cells, and visits one more than its steps."""
    found = sampled_walks(walk_steps(cells.values, "diphw"), cells.values, n_walks=3, length=7)
    assert found.cells.shape == (480, 8)
    assert (found.cells[:, 0] == np.arange(480) % 160).all()


@pytest.mark.parametrize("walk", ["diphw", "comem"])
def test_walks_depend_on_the_seed_alone(
    walk: str, cells: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other threads and other pieces of work give the same walks; another seed gives others."""
    steps = walk_steps(cells.values, walk)
    first = sampled_walks(steps, cells.values, n_walks=2, length=5, seed=1)
    monkeypatch.setattr(module, "_PIECE", 37)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    again = sampled_walks(steps, cells.values, n_walks=2, length=5, seed=1)
    other = sampled_walks(steps, cells.values, n_walks=2, length=5, seed=2)
    assert (first.cells == again.cells).all()
    assert (first.cells != other.cells).any()


def test_walks_stay_within_their_component() -> None:
    """Cells that share no gene, directly or through others, never meet."""
    block = np.array([[1.0, 2.0], [2.0, 1.5], [3.0, 1.0]])
    values = sp.csr_matrix(sp.block_diag([block, block]))
    for walk in ("diphw", "edvw", "comem"):
        found = sampled_walks(walk_steps(values, walk), values, n_walks=5, length=20)
        assert ((found.cells < 3) == (found.cells[:, :1] < 3)).all()


def test_a_cell_alone_gives_up_and_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """With cell memory a cell without neighbours stays, and the steps that gave up are counted."""
    values = sp.csr_matrix(np.array([[1.0, 2.0, 0], [2.0, 1.5, 0], [0, 0, 1.3]]))
    found = sampled_walks(walk_steps(values, "comem"), values, n_walks=2, length=4)
    assert (found.cells[2] == 2).all()
    assert found.gave_up == 8


@pytest.mark.parametrize(("n_walks", "length"), [(0, 30), (30, 0), (-1, 5)])
def test_no_walks_are_refused(n_walks: int, length: int, cells: Any) -> None:
    """There is at least one walk of one step."""
    steps = walk_steps(cells.values, "diphw")
    with pytest.raises(UsageError, match="expected at least 1 of each"):
        sampled_walks(steps, cells.values, n_walks=n_walks, length=length)
