"""shortestPath, allShortestPaths and SHORTEST, searched from both ends over node numbers.

Neo4j returns an arbitrary one of several shortest paths. A statement whose answer depends on the
choice is refused.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import compress
from typing import Final

from orthoweave.cypher.evaluation.context import Context, Rows, Scope
from orthoweave.cypher.evaluation.formulas import formula
from orthoweave.cypher.rows.around import Around
from orthoweave.cypher.rows.searching import Searcher, Way
from orthoweave.cypher.rows.shortest_parts import parts_of
from orthoweave.cypher.sql.statement import new_shared
from orthoweave.cypher.sql.types import NotCompiledError, Type
from orthoweave.cypher.syntax.tree import Match
from orthoweave.cypher.syntax.walk import names
from orthoweave.cypher.values.model import Node, PathValue, Relationship, Row
from orthoweave.cypher.values.operators import truth
from orthoweave.errors import QueryError, QueryRefusedError

_NODE: Final = Type("node")
_EDGE: Final = Type("edge")


class Search:
    """The search for the shortest paths of one MATCH."""

    def __init__(self, clause: Match, scope: Scope, context: Context) -> None:
        self._parts = parts_of(clause, context)
        self._context = context
        self._scope = scope.with_names(*self._parts.names, *self._parts.own_names)
        # whether the statement uses more of the path than its length
        self._is_seen = bool(self._parts.own_names & (context.exposed | context.exposed_nodes))
        self._searcher: Searcher | None = None
        self.ends = self._parts.ends
        """The MATCH that binds the ends of the path."""

    def matches(self, groups: Sequence[Rows]) -> list[Rows]:
        """Return each group's rows extended by the shortest paths between their ends.

        Raises
        ------
        QueryRefusedError
            If the answer depends on which of several paths is chosen, or SQL cannot express a
            condition on the relationships.
        """
        try:
            ways = [[list(self._watched(self._chosen(row))) for row in rows] for rows in groups]
        except NotCompiledError as error:
            message = (
                "a condition on the relationships of a shortest path has a value whose type is not "
                "known in advance: fix the type with toString(…), toFloat(…) or toInteger(…)"
            )
            raise QueryRefusedError(message) from error
        self._read([way for group in ways for of_row in group for way in of_row])
        matches = [
            [
                match
                for row, of_row in zip(rows, group, strict=True)
                for match in self._rows(row, of_row)
            ]
            for rows, group in zip(groups, ways, strict=True)
        ]
        for tree in self._parts.behind:
            condition = formula(tree, self._scope, self._context)
            matches = [condition.keep(rows) for rows in matches]
        return matches

    def _watched(self, ways: Iterator[Way]) -> Iterator[Way]:
        for way in ways:
            self._context.spend()
            yield way

    def _chosen(self, row: Row) -> Iterator[Way]:
        begin, goal = (row[name] for name in self._parts.names)
        if not isinstance(begin, Node) or not isinstance(goal, Node):
            raise QueryError("shortestPath expects nodes at its ends")
        ways = self._ways(row, begin.key[1], goal.key[1])
        return self._one_of(ways) if self._parts.path.shortest == "one" else ways

    def _ways(self, row: Row, begin: int, goal: int) -> Iterator[Way]:
        parts, searcher = self._parts, self._searching(row)
        if begin == goal:
            return self._back(searcher, begin)
        if parts.within:
            return searcher.that_pass(
                begin, goal, parts.most, lambda ways: self._passing(row, ways)
            )
        if parts.path.shortest == "one" and not self._is_seen:
            # the statement uses only the length of the path
            length = searcher.length(begin, goal, parts.most)
            return iter([] if length is None else [((0, 0),) * length])
        return searcher.ways(begin, goal, parts.most)

    def _searching(self, row: Row) -> Searcher:
        """Return the searcher for a row; rows share one if no condition depends on the row."""
        parts = self._parts
        used = names(parts.each) & row.keys()
        if self._searcher is None or used:
            engine, parameters = self._context.engine, self._context.parameters
            values = {name: row[name] for name in used}
            shared = partial(new_shared, engine.catalogue, parameters)
            self._searcher = Searcher(
                Around(parts.link, parts.each, values, shared, engine.numbers)
            )
        return self._searcher

    def _back(self, searcher: Searcher, node: int) -> Iterator[Way]:
        if not self._parts.path.selected:
            raise QueryError("shortestPath needs two different nodes: add WHERE a.id <> b.id")
        least = (self._parts.link.length or (1, 1))[0]
        return searcher.rings(node, self._parts.most) if least else iter([()])

    def _passing(self, row: Row, ways: list[Way]) -> list[Way]:
        self._read(ways)
        rows = self._rows(row, ways)
        for condition in self._parts.within:
            values = formula(condition, self._scope, self._context).over(rows)
            held = [bool(truth(value)) for value in values]
            rows, ways = list(compress(rows, held)), list(compress(ways, held))
        return ways

    def _one_of(self, ways: Iterator[Way]) -> Iterator[Way]:
        """Yield one of the ways if the answer does not depend on the choice."""
        first = next(ways, None)
        if first is None:
            return
        names_of_path = self._parts.own_names
        for way in ways if self._is_seen else ():
            self._context.spend()
            others = [node for _, node in way] != [node for _, node in first]
            if others or names_of_path & self._context.exposed:
                message = (
                    "there is more than one shortest path between two of the nodes, and Neo4j "
                    "returns an arbitrary one: use allShortestPaths(…) or ALL SHORTEST, or return "
                    "only length(p)"
                )
                raise QueryRefusedError(message)
        yield first

    def _read(self, ways: Sequence[Way]) -> None:
        if self._is_seen:
            entities = self._context.engine.entities
            entities.note(_EDGE, [edge for way in ways for edge, _ in way])
            entities.note(_NODE, [node for way in ways for _, node in way])
            entities.load()

    def _rows(self, row: Row, ways: Sequence[Way]) -> Rows:
        """Return the row once per way, with the path and its relationships added."""
        parts, hop_of = self._parts, self._context.engine.entities.hop
        rows = []
        for way in ways:
            hops = [hop_of(*hop) if self._is_seen else _bare(hop) for hop in way]
            links = [link for link, _ in hops]
            more: Row = {str(parts.link.variable): links if parts.link.length else links[0]}
            if parts.path.variable:
                nodes = (row[parts.names[0]], *(node for _, node in hops))
                more[parts.path.variable] = PathValue(nodes, tuple(links))  # type: ignore[arg-type]
            rows.append({**row, **more})
        return rows


def _bare(hop: tuple[int, int]) -> tuple[Relationship, Node]:
    """Return a relationship and a node without properties, for a path that only needs a length."""
    edge, node = ("", hop[0]), ("", hop[1])
    return Relationship("", edge, node, node, {}), Node("", node, {})
