"""Sampled neighbourhoods against networkx and the numbers that the definition asks for."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from orthoweave.views.neighbour_sampling import (
    EdgeName,
    Neighbourhood,
    incoming,
    sample_neighbourhood,
)

CITES: EdgeName = ("Paper", "CITES", "Paper")
WRITES: EdgeName = ("Author", "WRITES", "Paper")


def _random(seed: int, n: int, n_edges: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, n, (2, n_edges))


def _sample(
    edges: np.ndarray, n: int, seeds: list[int], fanout: list[int], seed: int = 0
) -> Neighbourhood:
    graph = {CITES: incoming(edges, n)}
    return sample_neighbourhood(
        graph, {"Paper": n}, ("Paper", np.array(seeds)), {CITES: fanout}, seed
    )


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 1000), st.integers(2, 30), st.integers(0, 90), st.integers(1, 4))
def test_all_neighbours_are_those_of_networkx(seed: int, n: int, n_edges: int, hops: int) -> None:
    """Without a limit the nodes are all from which a seed can be reached in that many hops."""
    edges = _random(seed, n, n_edges)
    found = _sample(edges, n, [0, 1], [-1] * hops)
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(edges.T.tolist())
    backward = graph.reverse()
    expected = {
        node
        for start in (0, 1)
        for node in nx.single_source_shortest_path_length(backward, start, cutoff=hops)
    }
    assert set(found.nodes["Paper"].tolist()) == expected
    assert len(found.nodes["Paper"]) == len(expected)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 1000), st.integers(2, 30), st.integers(0, 90), st.integers(0, 5))
def test_edges_are_edges_of_the_graph(seed: int, n: int, n_edges: int, limit: int) -> None:
    """Every drawn edge is one of the graph, drawn once, and a node gets as many as it may."""
    edges = _random(seed, n, n_edges)
    found = _sample(edges, n, [1], [limit, limit], seed)
    nodes, drawn = found.nodes["Paper"], found.edges[CITES]
    ends = np.stack([nodes[found.rows[CITES]], nodes[found.columns[CITES]]])
    assert np.array_equal(ends, edges[:, drawn])
    assert len(set(drawn.tolist())) == len(drawn)
    degree = np.bincount(edges[1], minlength=n)
    expanded = nodes[: sum(found.nodes_per_hop["Paper"][:2])]
    got = np.bincount(ends[1], minlength=n)
    assert np.array_equal(got[expanded], np.minimum(degree[expanded], limit))


def test_draws_are_uniform() -> None:
    """Over many seeds each of ten edges is drawn three times in ten (chi-square)."""
    edges = np.array([range(1, 11), [0] * 10])
    counts = np.zeros(10)
    for seed in range(2000):
        counts[_sample(edges, 11, [0], [3], seed).edges[CITES]] += 1
    # draws without replacement vary less than independent ones: the test is conservative
    assert stats.chisquare(counts).pvalue > 0.01


def test_two_types_of_nodes() -> None:
    """Seeds come first, hops are counted by type, and each type has numbers of its own."""
    graph = {
        CITES: incoming(np.array([[1, 2], [0, 1]]), 3),
        WRITES: incoming(np.array([[4, 4], [0, 1]]), 3),
    }
    found = sample_neighbourhood(
        graph,
        {"Paper": 3, "Author": 5},
        ("Paper", np.array([0])),
        {CITES: [-1, -1], WRITES: [-1, -1]},
        0,
    )
    assert found.nodes["Paper"].tolist() == [0, 1, 2]
    assert found.nodes["Author"].tolist() == [4]
    assert found.nodes_per_hop == {"Paper": [1, 1, 1], "Author": [0, 1, 0]}
    assert found.edges_per_hop == {CITES: [1, 1], WRITES: [1, 1]}
    assert found.columns[WRITES].tolist() == [0, 1]


def test_same_seed_same_draws() -> None:
    """A seed gives the same neighbourhood each time, and another seed another one."""
    edges = _random(1, 50, 600)
    first, again, other = (_sample(edges, 50, [0], [3, 3], seed).edges[CITES] for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("n_edges", [0, 1])
def test_nearly_no_edges(n_edges: int) -> None:
    """A graph without edges to the seed gives the seed alone."""
    found = _sample(np.array([[1], [2]])[:, :n_edges], 3, [0], [2])
    assert found.nodes["Paper"].tolist() == [0]
