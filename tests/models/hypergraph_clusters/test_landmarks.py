"""Vectors by landmarks against the closed form of all cells."""

from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

from orthoweave.errors import UsageError
from orthoweave.models.evaluation import adjusted_rand_index
from orthoweave.models.hypergraph_clusters.closed_form import closed_form
from orthoweave.models.hypergraph_clusters.clustering import k_means
from orthoweave.models.hypergraph_clusters.embedding import WalkConfig, embed, method_for
from orthoweave.models.hypergraph_clusters.landmarks import landmark_form
from orthoweave.models.hypergraph_clusters.transitions import dense_transitions, walk_steps


@pytest.mark.parametrize("walk", ["diphw", "diphw_both", "edvw"])
def test_all_cells_as_landmarks_are_the_closed_form(walk: str, cells: Any) -> None:
    """Where every cell is a landmark, visits and products of vectors are those of the closed form.

    Vectors may differ in sign.
    """
    exact = closed_form(dense_transitions(cells.values, walk, 3.0), dimension=6)
    found = landmark_form(walk_steps(cells.values, walk, 3.0), landmarks=500, dimension=6)
    np.testing.assert_allclose(found.occupancy, exact.occupancy, rtol=1e-5)
    left, right = (one.vectors @ one.vectors.T for one in (found, exact))
    np.testing.assert_allclose(left, right, atol=5e-3)


def test_cells_beside_landmarks_are_placed(cells: Any) -> None:
    """A third of the cells as landmarks finds the groups of all, by any seed."""
    steps = walk_steps(cells.values, "diphw", 3.0)
    for seed in range(3):
        found = landmark_form(steps, landmarks=50, dimension=8, seed=seed)
        assert found.vectors.shape == (160, 8)
        assert found.occupancy.sum() == pytest.approx(1)
        assert adjusted_rand_index(cells.groups, k_means(found.vectors, 4, 0)) > 0.9
    again = landmark_form(steps, landmarks=50, dimension=8, seed=2)
    assert np.array_equal(found.vectors, again.vectors)


def test_cells_that_lead_to_no_landmark_are_placed(cells: Any) -> None:
    """A cell all of whose genes no landmark expresses has finite vectors."""
    alone = sp.csr_matrix(np.eye(1, 61, 60, dtype=np.float32) * 2)
    wider: Any = cells.values.copy()
    wider.resize((160, 61))
    values: Any = sp.vstack([wider, alone], format="csr")
    seeds = (s for s in range(99) if 160 not in np.random.default_rng(s).permutation(161)[:40])
    found = landmark_form(
        walk_steps(values, "diphw", 3.0), landmarks=40, dimension=5, seed=next(seeds)
    )
    assert np.isfinite(found.vectors).all()


def test_what_cannot_be_done_is_refused(cells: Any) -> None:
    """Walks that remember cells, and more numbers than landmarks, are named."""
    with pytest.raises(UsageError, match="use embedding=skip_gram"):
        method_for(WalkConfig("comem_diphw", method="landmarks"), 100)
    config = WalkConfig("comem_diphw", 3.0, method="skip_gram", n_walks=2, steps=3, dimension=4)
    assert embed(cells.values, config, 3.0).method == "skip_gram"
    with pytest.raises(UsageError, match="dimension 9"):
        landmark_form(walk_steps(cells.values, "diphw", 3.0), landmarks=9, dimension=9)
