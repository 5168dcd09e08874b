"""Random neighbourhoods of a graph's nodes, hop by hop: compiled, on plain arrays.

For each node of a frontier up to a number of its incoming edges is drawn without replacement
(GraphSAGE's scheme: Hamilton, Ying and Leskovec, 2017, arXiv:1706.02216). The sources of the drawn
edges that were not met before are the next frontier.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

EdgeName = tuple[str, str, str]
"""Type of the source, name of the edge, type of the destination."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """Edges of one type by their destination."""

    indptr: np.ndarray
    """Place of each destination's first edge, shape ``(n_destinations + 1,)``, int64."""
    sources: np.ndarray
    """Number of each edge's source, shape ``(n_edges,)``, int64."""
    edges: np.ndarray
    """Number of each edge in the order it was given, shape ``(n_edges,)``, int64."""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A sampled part of a graph: nodes by type, edges between their numbers in it."""

    nodes: dict[str, np.ndarray]
    """Numbers in the whole graph, the seeds first, by node type."""
    rows: dict[EdgeName, np.ndarray]
    """Number in `nodes` of each edge's source."""
    columns: dict[EdgeName, np.ndarray]
    """Number in `nodes` of each edge's destination."""
    edges: dict[EdgeName, np.ndarray]
    """Number of each edge in the whole graph."""
    nodes_per_hop: dict[str, list[int]]
    edges_per_hop: dict[EdgeName, list[int]]


def incoming(edge_index: np.ndarray, n_destinations: int) -> Incoming:
    """Return edges sorted by destination; `edge_index` is source, destination: ``(2, n_edges)``."""
    order = np.argsort(edge_index[1], kind="stable")
    counts = np.bincount(edge_index[1], minlength=n_destinations)
    indptr = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
    return Incoming(indptr, edge_index[0][order].astype(np.int64), order.astype(np.int64))


def sample_neighbourhood(
    graph: Mapping[EdgeName, Incoming],
    n_nodes: Mapping[str, int],
    seeds: tuple[str, np.ndarray],
    fanout: Mapping[EdgeName, Sequence[int]],
    seed: int,
) -> Neighbourhood:
    """Sample the neighbourhood of some nodes of one type.

    Parameters
    ----------
    graph
        Edges by type.
    n_nodes
        Number of nodes by type.
    seeds
        Node type and distinct numbers of the nodes to start from.
    fanout
        By edge type, edges to draw for each node at each hop, -1 for all; equally many hops.
    seed
        Seed of the draws.
    """
    sample, _ = _kernels()
    found = _Found(n_nodes, seeds, fanout)
    frontier = {kind: (0, len(found.nodes[kind])) for kind in n_nodes}
    for hop in range(max(map(len, fanout.values()), default=0)):
        for number, (name, edges) in enumerate(graph.items()):
            start, stop = frontier[name[2]]
            chosen, owners = sample(
                edges.indptr,
                found.nodes[name[2]][start:stop],
                fanout[name][hop],
                _mixed(seed, hop, number),
            )
            rows = found.place(name[0], edges.sources[chosen])
            found.add(name, rows, owners + start, edges.edges[chosen])
        frontier = {kind: (frontier[kind][1], len(found.nodes[kind])) for kind in n_nodes}
        for kind, (start, stop) in frontier.items():
            found.nodes_per_hop[kind].append(stop - start)
    return found.neighbourhood()


class _Found:
    """The nodes sampled so far, and the place of each among them."""

    def __init__(
        self,
        n_nodes: Mapping[str, int],
        seeds: tuple[str, np.ndarray],
        fanout: Mapping[EdgeName, Sequence[int]],
    ) -> None:
        self._places = {kind: np.full(n, -1, np.int64) for kind, n in n_nodes.items()}
        self.nodes = {kind: np.zeros(0, np.int64) for kind in n_nodes}
        self._parts: dict[EdgeName, list[tuple[np.ndarray, ...]]] = {name: [] for name in fanout}
        self.place(seeds[0], seeds[1].astype(np.int64))
        self.nodes_per_hop = {kind: [len(nodes)] for kind, nodes in self.nodes.items()}

    def place(self, kind: str, nodes: np.ndarray) -> np.ndarray:
        """Return the places of nodes; new nodes get the next ones, in the order of `nodes`."""
        _, number = _kernels()
        new, rows = number(self._places[kind], nodes, len(self.nodes[kind]))
        self.nodes[kind] = np.concatenate([self.nodes[kind], new])
        return rows

    def add(self, name: EdgeName, rows: np.ndarray, columns: np.ndarray, edges: np.ndarray) -> None:
        self._parts[name].append((rows, columns, edges))

    def neighbourhood(self) -> Neighbourhood:
        joined = {
            name: [np.concatenate(part) for part in zip(*parts, strict=True)]
            for name, parts in self._parts.items()
        }
        rows, columns, edges = (
            {name: parts[place] for name, parts in joined.items()} for place in range(3)
        )
        per_hop = {name: [len(part[0]) for part in parts] for name, parts in self._parts.items()}
        return Neighbourhood(self.nodes, rows, columns, edges, self.nodes_per_hop, per_hop)


def _mixed(seed: int, hop: int, number: int) -> int:
    return int(np.random.SeedSequence((seed, hop, number)).generate_state(1)[0])


@cache
def _kernels() -> tuple[Callable[..., Any], Callable[..., Any]]:
    # numba takes half a second to import, so only users of the sampler should wait
    from orthoweave.numerics.compiled import compiled

    return compiled(_sample), compiled(_number)


def _sample(
    indptr: np.ndarray, nodes: np.ndarray, limit: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return positions of the edges drawn for each node, and the node's number in `nodes`."""
    np.random.seed(seed)  # noqa: NPY002 - inside machine code it seeds numba's own generator
    total = 0
    for node in nodes:
        degree = indptr[node + 1] - indptr[node]
        total += degree if limit < 0 else min(degree, limit)
    chosen = np.empty(total, np.int64)
    owners = np.empty(total, np.int64)
    filled = 0
    for owner in range(len(nodes)):
        first = indptr[nodes[owner]]
        degree = indptr[nodes[owner] + 1] - first
        begin = filled
        if limit < 0 or degree <= limit:
            for place in range(degree):
                chosen[filled] = first + place
                filled += 1
        else:
            # Floyd's algorithm: a number that was drawn before is replaced by the newest candidate
            for newest in range(degree - limit, degree):
                drawn = first + np.random.randint(0, newest + 1)  # noqa: NPY002 - as above
                for place in range(begin, filled):
                    if chosen[place] == drawn:
                        drawn = first + newest
                        break
                chosen[filled] = drawn
                filled += 1
        owners[begin:filled] = owner
    return chosen, owners


def _number(places: np.ndarray, nodes: np.ndarray, n_known: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the nodes without a place, which they get, and the places of all."""
    new = np.empty(len(nodes), np.int64)
    rows = np.empty(len(nodes), np.int64)
    found = 0
    for number in range(len(nodes)):
        node = nodes[number]
        if places[node] < 0:
            places[node] = n_known + found
            new[found] = node
            found += 1
        rows[number] = places[node]
    return new[:found], rows
