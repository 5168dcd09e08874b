"""Finds out how much of a path a statement asks: its length, its nodes, or all of it."""

from orthoweave.queries.cypher.subqueries import VALUE
from orthoweave.queries.cypher.tree import Call, Projection, Query, ShortestPath, Variable
from orthoweave.queries.cypher.walk import children, nodes


def exposed(query: Query) -> tuple[frozenset[str], frozenset[str]]:
    """Names of which all may be asked, and names of which the nodes are asked."""
    if any(isinstance(node, Projection) and node.star for node in nodes(query)):
        every = frozenset(
            name for node in nodes(query)
            if isinstance(name := getattr(node, "variable", None), str)
        ) | {VALUE}  # fmt: skip
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
        if isinstance(node, ShortestPath):
            whole.add(VALUE)
        if isinstance(node, Variable):
            whole.add(node.name)
        waiting += children(node)
    return frozenset(whole), frozenset(in_nodes)
