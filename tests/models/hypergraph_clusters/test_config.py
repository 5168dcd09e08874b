"""Settings of the model become settings of its parts."""

from typing import Any

import numpy as np

from orthoweave.models.hypergraph_clusters.clustering import k_means, neighbour_communities
from orthoweave.models.hypergraph_clusters.config import (
    HypergraphClustersConfig,
    clustered,
    walk_config,
)
from orthoweave.models.hypergraph_clusters.embedding import WalkConfig


def test_walk_settings_are_handed_on() -> None:
    """Each number reaches the walks under its own name; the defaults are the paper's."""
    given = HypergraphClustersConfig(
        walk="edvw",
        exponent=3.0,
        embedding="skip_gram",
        n_walks=1,
        steps=2,
        dimension=3,
        window=4,
        negatives=6,
        epochs=7,
    )
    expected = WalkConfig("edvw", 3.0, "skip_gram", 1, 2, 3, 4, 6, 7)
    assert walk_config(given, 20_000) == expected
    assert walk_config(HypergraphClustersConfig(), 10_000) == WalkConfig("diphw")


def test_many_cells_take_fewer_walks() -> None:
    """Above 10,000 cells half of the walks are taken unless they are named."""
    assert walk_config(HypergraphClustersConfig(), 10_001).n_walks == 15
    assert walk_config(HypergraphClustersConfig(n_walks=40), 10_001).n_walks == 40


def test_a_number_of_clusters_means_k_means(cells: Any) -> None:
    """With a number it is k-means, without one it is Leiden with the settings given."""
    vectors = np.random.default_rng(0).normal(size=(160, 4))
    by_number = clustered(vectors, HypergraphClustersConfig(n_clusters=5), 2)
    assert (by_number == k_means(vectors, 5, 2)).all()
    free = clustered(vectors, HypergraphClustersConfig(neighbours=9, resolution=0.7), 2)
    expected = neighbour_communities(vectors, neighbours=9, resolution=0.7, seed=2)
    assert (free == expected).all()
