"""Clusters from vectors, and how far clusterings agree."""

import sys
from collections.abc import Callable

import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.metrics import adjusted_rand_score
from sklearn.neighbors import NearestNeighbors

from orthoweave.errors import MissingExtraError, UsageError
from orthoweave.models.evaluation import adjusted_rand_index
from orthoweave.models.hypergraph_clusters import clustering as module
from orthoweave.models.hypergraph_clusters.clustering import (
    central,
    check_n_clusters,
    communities,
    k_means,
    neighbour_communities,
    neighbour_graph,
    stability,
)


def clouds(n_cells: int = 120, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Points of three sizes of groups far apart."""
    generator = np.random.default_rng(seed)
    groups = generator.choice(3, n_cells, p=[0.2, 0.5, 0.3])
    return generator.normal(size=(n_cells, 5)) + 20 * groups[:, None], groups


@pytest.mark.parametrize("large", [False, True])
def test_k_means_finds_clouds(large: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways find groups far apart, and number them by falling size."""
    if large:
        monkeypatch.setattr(module, "_LARGE", 100)
    vectors, groups = clouds()
    found = k_means(vectors, 3, 0)
    assert adjusted_rand_index(groups, found) == 1
    assert (np.diff(np.bincount(found)) <= 0).all()


def test_leiden_finds_clouds_without_their_number() -> None:
    """Communities of the graph of neighbours are the clouds, whose number was not told."""
    vectors, groups = clouds()
    found = neighbour_communities(vectors, neighbours=10, resolution=0.1)
    assert adjusted_rand_index(groups, found) == 1


def test_communities_depend_on_the_seed_alone() -> None:
    """Where no community stands out the same seed still gives the same ones, others give others."""
    graph = neighbour_graph(np.random.default_rng(0).normal(size=(200, 4)), 10)
    first, again, other = (communities(graph, seed=seed).tolist() for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_communities_reach_the_modularity_of_louvain() -> None:
    """On the karate club the modularity is at least that of networkx's Louvain."""
    graph = nx.karate_club_graph()
    found = communities(sp.csr_matrix(nx.to_scipy_sparse_array(graph).astype(float)))
    ours = [set(np.flatnonzero(found == number)) for number in range(found.max() + 1)]
    theirs = nx.community.louvain_communities(graph, seed=0)
    assert nx.community.modularity(graph, ours) >= nx.community.modularity(graph, theirs) - 0.005


def test_neighbour_graph_is_the_jaccard_index() -> None:
    """Weights are shared over all neighbours, each cell its own neighbour; symmetric."""
    vectors, _ = clouds(40)
    found = neighbour_graph(vectors, 6).toarray()
    _, near = NearestNeighbors(n_neighbors=6).fit(vectors).kneighbors()
    around = [{cell, *near[cell]} for cell in range(40)]
    expected = np.zeros((40, 40))
    for cell in range(40):
        for other in near[cell]:
            weight = len(around[cell] & around[other]) / len(around[cell] | around[other])
            expected[cell, other] = expected[other, cell] = weight
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_stability_is_the_mean_of_scikit_learns_index() -> None:
    """Over all pairs of partitions; equal ones give 1."""
    parts = [np.random.default_rng(seed).integers(0, 4, 90) for seed in range(3)]
    pairs = [(0, 1), (0, 2), (1, 2)]
    expected = np.mean([adjusted_rand_score(parts[a], parts[b]) for a, b in pairs])
    assert stability(parts) == pytest.approx(expected)
    assert stability([parts[0], parts[0]]) == 1


def test_central_agrees_most() -> None:
    """Of two like and one unlike partitions, one of the two is central."""
    odd, like = np.array([0, 1, 0, 1, 0, 1]), np.array([0, 0, 0, 1, 1, 1])
    assert central([odd, like, like]) == 1


@pytest.mark.parametrize("n_clusters", [-1, 0, 1, 21, 100])
def test_senseless_numbers_of_clusters_are_refused(n_clusters: int) -> None:
    """K is from 2 to a fifth of the cells."""
    with pytest.raises(UsageError, match=rf"expected 2 to 20 .*, found {n_clusters}"):
        k_means(np.zeros((100, 2)), n_clusters, 0)


def test_allowed_numbers_of_clusters_pass() -> None:
    """2 and a fifth of the cells are allowed."""
    check_n_clusters(2, 100)
    check_n_clusters(20, 100)


@pytest.mark.parametrize("neighbours", [0, 30])
def test_senseless_neighbours_are_refused(neighbours: int) -> None:
    """There are fewer neighbours than cells."""
    with pytest.raises(UsageError, match="fewer than the 30 cells"):
        neighbour_graph(np.zeros((30, 2)), neighbours)


@pytest.mark.parametrize("resolution", [0.0, -1.0, float("nan")])
def test_senseless_resolutions_are_refused(resolution: float) -> None:
    """A resolution is above 0."""
    with pytest.raises(UsageError, match="resolution: expected a number above 0"):
        communities(sp.csr_matrix(np.ones((3, 3))), resolution=resolution)


@pytest.mark.parametrize(
    ("package", "work"),
    [
        ("sklearn.cluster", lambda: k_means(np.zeros((100, 2)), 3, 0)),
        ("sknetwork.clustering", lambda: communities(sp.csr_matrix(np.ones((3, 3))))),
    ],
)
def test_a_missing_package_is_reported(
    package: str, work: Callable[[], np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the extra the message names it."""
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=r"orthoweave\[models\]"):
        work()
