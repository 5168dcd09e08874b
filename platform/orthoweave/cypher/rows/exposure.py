"""The part of a path that a statement uses: its length, its nodes, or all of it."""

from orthoweave.cypher.rows.shortest_parts import on_each
from orthoweave.cypher.rows.subqueries import VALUE
from orthoweave.cypher.syntax.tree import (
    Call,
    Expression,
    Match,
    Projection,
    Quantifier,
    Query,
    ShortestPath,
    Variable,
)
from orthoweave.cypher.syntax.walk import children, conditions, nodes


def exposed(query: Query) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of which the statement may use everything, and those used by nodes(…)."""
    if any(isinstance(node, Projection) and node.star for node in nodes(query)):
        every = frozenset(
            name
            for node in nodes(query)
            if isinstance(name := getattr(node, "variable", None), str)
        ) | {VALUE}
        return every, every
    whole: set[str] = set()
    in_nodes: set[str] = set()
    waiting: list[object] = [query]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Call) and len(node.arguments) == 1:
            argument = node.arguments[0]
            if isinstance(argument, Variable) and node.name in {"length", "nodes"}:
                if node.name == "nodes":
                    in_nodes.add(argument.name)
                continue
            if isinstance(argument, ShortestPath) and node.name == "length":
                waiting += children(argument)
                continue
        if isinstance(node, Match):
            waiting += [*node.paths, *_conditions(node)]
            continue
        if isinstance(node, ShortestPath):
            whole.add(VALUE)
        if isinstance(node, Variable):
            whole.add(node.name)
        waiting += children(node)
    return frozenset(whole), frozenset(in_nodes)


def _conditions(clause: Match) -> list[Expression]:
    """Return the conditions of a MATCH; of one on each relationship only its inner condition.

    Every shortest path meets such a condition, so it does not tell the paths apart.
    """
    paths = [path for path in clause.paths if path.shortest and not path.selected]
    return [
        condition.where
        if isinstance(condition, Quantifier) and any(on_each(condition, path) for path in paths)
        else condition
        for condition in conditions(clause.where)
    ]
