"""Hops in memory, for a search that visits a large part of the graph again and again."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from orthoweave.cypher.rows.searching import Hop

_Numbers = npt.NDArray[np.int64]


class Adjacency:
    """All hops in one direction, sorted by start node.

    Uses only the parts of numpy that are loaded already: a sandboxed process cannot import more.
    """

    def __init__(self, hops: pa.Table) -> None:
        near, edges, far = (column.to_numpy() for column in hops.columns)
        order = np.argsort(near, kind="stable")
        self._near, self._edges, self._far = near[order], edges[order], far[order]

    def beyond(self, nodes: Iterable[int]) -> set[int]:
        """Return the nodes one hop away from any of these."""
        return set(self._far[self._places(nodes)].tolist())

    def between(self, nodes: Iterable[int], others: Iterable[int] | None) -> Iterable[Hop]:
        """Return the hops from some nodes to others; to any node if `others` is None."""
        places = self._places(nodes)
        columns = (column[places].tolist() for column in (self._near, self._edges, self._far))
        hops = zip(*columns, strict=True)
        if others is None:
            return hops
        wanted = set(others)
        return (hop for hop in hops if hop[2] in wanted)

    def _places(self, nodes: Iterable[int]) -> _Numbers:
        """Return the indices of the hops that begin at some nodes."""
        wanted = np.fromiter(nodes, np.int64)
        starts = np.searchsorted(self._near, wanted)
        counts = np.searchsorted(self._near, wanted, side="right") - starts
        # concatenate the range of indices of each node
        ends = np.cumsum(counts)
        total = int(ends[-1]) if len(ends) else 0
        return np.arange(total) - np.repeat(ends - counts, counts) + np.repeat(starts, counts)
