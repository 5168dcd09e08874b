"""Skip-gram brings cells together that meet in walks."""

from typing import Any

import numpy as np
import pytest

from orthoweave.models.evaluation import adjusted_rand_index
from orthoweave.models.hypergraph_clusters import skip_gram as module
from orthoweave.models.hypergraph_clusters.clustering import k_means
from orthoweave.models.hypergraph_clusters.skip_gram import SkipGramConfig, skip_gram
from orthoweave.models.hypergraph_clusters.transitions import walk_steps
from orthoweave.models.hypergraph_clusters.walks import sampled_walks


def test_groups_are_found_from_walks(cells: Any) -> None:
    """k-means on the vectors gives back the planted groups."""
    steps = walk_steps(cells.values, "diphw_both", 4.0)
    walks = sampled_walks(steps, cells.values, n_walks=20, length=20)
    vectors = skip_gram(walks.cells, 160, SkipGramConfig(dimension=12))
    assert vectors.shape == (160, 12)
    assert adjusted_rand_index(cells.groups, k_means(vectors, 4, 0)) > 0.95


def test_same_seed_same_bytes(cells: Any) -> None:
    """The same walks and seed give the same vectors to the last bit; another seed does not."""
    walks = sampled_walks(walk_steps(cells.values, "diphw"), cells.values, n_walks=2).cells
    first, again, other = (skip_gram(walks, 160, SkipGramConfig(seed=seed)) for seed in (1, 1, 2))
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


def test_one_step_is_the_gradient() -> None:
    """One update is the gradient of the log likelihood, but for the looked-up logistic."""
    generator = np.random.default_rng(0)
    own, other = (generator.normal(size=(4, 8)).astype(np.float32) for _ in range(2))
    start, facing, change = own.copy(), other.copy(), np.empty(8, np.float32)
    module._learn(own, other, 0, 1, np.array([2, 3]), change, np.float32(0.1))

    def sigma(x: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-x))

    steps = 0.1 * (np.array([1, 0, 0]) - sigma(facing[1:] @ start[0]))
    np.testing.assert_allclose(own[0], start[0] + steps @ facing[1:], atol=1e-3)
    np.testing.assert_allclose(other[1:], facing[1:] + np.outer(steps, start[0]), atol=1e-3)
    assert (own[1:] == start[1:]).all()
    assert (other[0] == facing[0]).all()


def test_a_cell_is_not_drawn_against_itself() -> None:
    """A negative equal to the cell that was met is passed over."""
    own, other = (np.full((2, 8), 0.5, np.float32) for _ in range(2))
    alone, facing = own.copy(), other.copy()
    module._learn(own, other, 0, 1, np.array([1, 1]), np.empty(8, np.float32), np.float32(0.1))
    module._learn(
        alone, facing, 0, 1, np.empty(0, np.int64), np.empty(8, np.float32), np.float32(0.1)
    )
    assert (own == alone).all()
    assert (other == facing).all()


def test_frequent_visits_are_thinned() -> None:
    """Chances to be used follow word2vec's formula; 0 keeps all, and so does a rare cell."""
    visits = np.array([900, 99, 1, 0])
    share = 0.9
    found = module._kept(visits, 1e-3)
    assert found[0] == pytest.approx((np.sqrt(share / 1e-3) + 1) * 1e-3 / share)
    assert found[2:].tolist() == [1, 1]
    assert module._kept(visits, 0).tolist() == [1, 1, 1, 1]


def test_cells_never_visited_keep_their_start() -> None:
    """A cell outside all walks has a small finite vector."""
    vectors = skip_gram(np.array([[0, 1, 0, 1]], np.int32), 3, SkipGramConfig(dimension=6))
    assert np.isfinite(vectors).all()
    assert np.abs(vectors[2]).max() <= 0.5 / 6
