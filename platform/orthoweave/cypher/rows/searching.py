"""Shortest ways between two nodes, searched from both ends over node numbers alone."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

Way = tuple[tuple[int, int], ...]
"""Hops in order: the number of each relationship with that of the node that it leads to."""
_MOST_KEPT: Final = 2_000_000


Hop = tuple[int, int, int]
"""A node, a relationship from it, and the node that the relationship leads to."""


class Hops(Protocol):
    """Relationships between nodes, followed forward or backward."""

    def beyond(self, nodes: Iterable[int], *, backward: bool) -> set[int]:
        """Return the nodes one hop away from any of these."""

    def between(
        self, nodes: Iterable[int], others: Iterable[int] | None, *, backward: bool
    ) -> Iterable[Hop]:
        """Return the hops from some nodes to others; to any node if `others` is None."""


@dataclass(slots=True)
class _Side:
    """The nodes reached from one end."""

    levels: list[set[int]]
    """Nodes by distance from the end; the last level is empty once there are no more."""
    reached: set[int]


@dataclass(frozen=True, slots=True)
class _Met:
    """Two sides, and a level of each, which share nodes."""

    near: _Side
    here: int
    far: _Side
    there: int


@dataclass(slots=True)
class Searcher:
    """Searches for shortest ways; keeps the nodes reached from each end for the next pair."""

    hops: Hops
    _sides: dict[tuple[int, bool], _Side] = field(default_factory=dict)
    _around: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """Hops from each node, for searches that follow ways one by one."""
    _kept: int = 0

    def length(self, begin: int, goal: int, most: int | None) -> int | None:
        """Return the length of the shortest paths between two nodes, or None if there are none."""
        met = self._met(begin, goal, most)
        return None if met is None else met.here + met.there

    def ways(self, begin: int, goal: int, most: int | None) -> Iterator[Way]:
        """Yield all shortest ways between two different nodes.

        Parameters
        ----------
        most
            Maximum number of hops; None for no limit.
        """
        met = self._met(begin, goal, most)
        if met is None:
            return
        middles = met.near.levels[met.here] & met.far.levels[met.there]
        before = self._steps(met.near.levels[: met.here], middles, backward=True)
        behind = self._steps(met.far.levels[: met.there], middles, backward=False)
        for middle in sorted(middles):
            for start in _trails(before, middle):
                for end in _trails(behind, middle):
                    yield _joined(start, end, middle)

    def that_pass(
        self, begin: int, goal: int, most: int | None, passing: Callable[[list[Way]], list[Way]]
    ) -> Iterator[Way]:
        """Yield the shortest of the ways that pass a test; shorter ways may fail it."""
        ways: list[Way] = [()]
        hops = 0
        while ways and hops != most:
            ways, hops = self._longer(ways, begin), hops + 1
            passed = passing([way for way in ways if way[-1][1] == goal])
            if passed:
                yield from passed
                return

    def rings(self, node: int, most: int | None) -> Iterator[Way]:
        """Yield the shortest ways from a node back to itself."""
        shortest: list[Way] = []
        for first in self._longer([()], node) if most != 0 else ():
            ways, reached = [first], {first[0][1]}
            while ways:
                hops = len(ways[0])
                closed = [way for way in ways if way[-1][1] == node]
                if closed:
                    shortest = [*(shortest if most == hops else []), *closed]
                    most = hops
                if hops == most:
                    break
                ways = [way for way in self._longer(ways, node) if way[-1][1] not in reached]
                reached.update(way[-1][1] for way in ways)
        yield from shortest

    def _longer(self, ways: list[Way], begin: int) -> list[Way]:
        """Return each way extended by each next hop over a relationship that it has not used."""
        ends = [way[-1][1] if way else begin for way in ways]
        missing = set(ends) - self._around.keys()
        self._around.update((node, []) for node in missing)
        for node, edge, other in (
            self.hops.between(missing, None, backward=False) if missing else ()
        ):
            self._around[node].append((edge, other))
        return [
            (*way, hop)
            for way, end in zip(ways, ends, strict=True)
            for hop in self._around[end]
            if all(hop[0] != edge for edge, _ in way)
        ]

    def _met(self, begin: int, goal: int, most: int | None) -> _Met | None:
        """Return the two sides and the levels at which they meet; None if they do not."""
        near, far = self._side(begin, backward=False), self._side(goal, backward=True)
        here, there = 0, 0
        while not near.levels[here] & far.levels[there]:
            if here + there == most:
                return None
            backward = _cost(far, there) < _cost(near, here)
            side, level = (far, there) if backward else (near, here)
            if level + 1 == len(side.levels):
                reached = self.hops.beyond(side.levels[level], backward=backward) - side.reached
                side.levels.append(reached)
                side.reached |= reached
                self._kept += len(reached)
            if not side.levels[level + 1]:
                return None
            here, there = (here, there + 1) if backward else (here + 1, there)
        return _Met(near, here, far, there)

    def _side(self, node: int, *, backward: bool) -> _Side:
        if self._kept > _MOST_KEPT:
            self._sides, self._kept = {}, 0
        return self._sides.setdefault((node, backward), _Side([{node}], {node}))

    def _steps(
        self, levels: list[set[int]], last: set[int], *, backward: bool
    ) -> dict[int, list[tuple[int, int]]]:
        """Return the hops towards a side's end, by the node that they start from."""
        steps: dict[int, list[tuple[int, int]]] = {}
        for level in reversed(levels):
            for node, edge, other in self.hops.between(last, level, backward=backward):
                steps.setdefault(node, []).append((edge, other))
            last = {other for node in last for _, other in steps[node]}
        return steps


def _cost(side: _Side, level: int) -> int:
    # a level that is known already costs nothing
    return 0 if level + 1 < len(side.levels) else len(side.levels[level])


def _trails(steps: dict[int, list[tuple[int, int]]], last: int) -> Iterator[Way]:
    """Yield the ways from a side's end to a node: each relationship and the node before it."""
    waiting: list[tuple[int, Way]] = [(last, ())]
    while waiting:
        node, way = waiting.pop()
        if node not in steps:
            yield way
        waiting += [(before, ((edge, before), *way)) for edge, before in steps.get(node, ())]


def _joined(start: Way, end: Way, middle: int) -> Way:
    nodes = [*(node for _, node in start[1:]), middle]
    first = tuple(zip((edge for edge, _ in start), nodes, strict=True)) if start else ()
    return (*first, *reversed(end))
