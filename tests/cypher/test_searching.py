"""Shortest ways from both ends, against networkx."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import networkx as nx
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthoweave.cypher.rows.adjacency import Adjacency
from orthoweave.cypher.rows.searching import Hop, Searcher, Way

Edges = list[tuple[int, int]]
EDGES = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=24)


@dataclass(frozen=True)
class Hops:
    """Hops over a list of edges, each known by its place."""

    edges: Edges

    def between(
        self, nodes: Iterable[int], others: Iterable[int] | None, *, backward: bool
    ) -> list[Hop]:
        """Return the hops from some nodes to others."""
        wanted, ends = set(nodes), None if others is None else set(others)
        turned = [(b, a) if backward else (a, b) for a, b in self.edges]
        return [
            (a, place, b)
            for place, (a, b) in enumerate(turned)
            if a in wanted and (ends is None or b in ends)
        ]

    def beyond(self, nodes: Iterable[int], *, backward: bool) -> set[int]:
        """Return the nodes one hop away."""
        return {node for _, _, node in self.between(nodes, None, backward=backward)}


@dataclass(frozen=True)
class InMemory:
    """The same hops, sorted."""

    edges: Edges

    def _all(self, *, backward: bool) -> Adjacency:
        hops = [
            (b, place, a) if backward else (a, place, b) for place, (a, b) in enumerate(self.edges)
        ]
        columns = [pa.array([hop[part] for hop in hops], pa.int64()) for part in range(3)]
        return Adjacency(pa.table(columns, names=["near", "edge", "far"]))

    def between(
        self, nodes: Iterable[int], others: Iterable[int] | None, *, backward: bool
    ) -> Iterable[Hop]:
        """Return the hops from some nodes to others."""
        return self._all(backward=backward).between(nodes, others)

    def beyond(self, nodes: Iterable[int], *, backward: bool) -> set[int]:
        """Return the nodes one hop away."""
        return self._all(backward=backward).beyond(nodes)


def nodes_of(edges: Edges, begin: int, found: Iterable[Way]) -> list[list[int]]:
    """Nodes of ways without the first; their relationships lead there."""
    listed = []
    for way in found:
        before = [begin, *(node for _, node in way)]
        assert [edges[edge] for edge, _ in way] == list(pairwise(before))
        listed.append(before[1:])
    return listed


def ways(edges: Edges, begin: int, goal: int, most: int | None) -> list[list[int]]:
    """Nodes of all shortest ways, without the first."""
    searcher = Searcher(Hops(edges))
    found = list(searcher.ways(begin, goal, most))
    assert searcher.length(begin, goal, most) == (len(found[0]) if found else None)
    assert sorted(Searcher(InMemory(edges)).ways(begin, goal, most)) == sorted(found)
    every = searcher.that_pass(begin, goal, 4 if most is None else most, lambda some: some)
    assert sorted(every) == sorted(way for way in found if len(way) <= (most or 4))
    return nodes_of(edges, begin, found)


@given(edges=EDGES, most=st.none() | st.integers(1, 4))
def test_all_shortest_ways_are_found(edges: Edges, most: int | None) -> None:
    """With parallel relationships each counts; a limit of hops leaves out what is longer."""
    graph = nx.MultiDiGraph(edges)
    graph.add_nodes_from(range(8))
    expected: list[list[int]] = []
    if nx.has_path(graph, 0, 7):
        for path in nx.all_shortest_paths(nx.DiGraph(graph), 0, 7):
            times = 1
            for pair in pairwise(path):
                times *= graph.number_of_edges(*pair)
            expected += [path[1:]] * times
    if most is not None:
        expected = [path for path in expected if len(path) <= most]
    assert sorted(ways(edges, 0, 7, most)) == sorted(expected)


@pytest.mark.parametrize("most", [None, 5])
def test_no_way(most: int | None) -> None:
    """Nothing is found, and the search ends, in a graph that goes in circles."""
    assert ways([(0, 1), (1, 0), (7, 6), (6, 7)], 0, 7, most) == []


@given(edges=EDGES)
def test_searches_of_a_node_are_used_again(edges: Edges) -> None:
    """One search for many pairs finds what a new search finds for each."""
    searcher = Searcher(Hops(edges))
    for begin in range(3):
        for goal in range(4, 8):
            expected = Searcher(Hops(edges)).length(begin, goal, None)
            assert searcher.length(begin, goal, None) == expected


@given(edges=EDGES)
def test_the_shortest_ways_back(edges: Edges) -> None:
    """Their length is that of the shortest cycle, and each first hop begins one."""
    graph = nx.DiGraph(edges)
    back = (
        [
            nx.shortest_path_length(graph, other, 0) + 1
            for other in graph.successors(0)
            if nx.has_path(graph, other, 0)
        ]
        if 0 in graph
        else []
    )
    found = nodes_of(edges, 0, Searcher(Hops(edges)).rings(0, None))
    assert {len(way) for way in found} == ({min(back)} if back else set())
    assert all(way[-1] == 0 for way in found)
