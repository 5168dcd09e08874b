"""Reads what the engine gives for the clauses that it answers, as rows for those that follow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from orthoweave.queries.cypher.catalogue import Catalogue
from orthoweave.queries.cypher.context import Rows
from orthoweave.queries.cypher.dialect import Typed
from orthoweave.queries.cypher.graph import node, relationship
from orthoweave.queries.cypher.projections import has_aggregate
from orthoweave.queries.cypher.pushdown import Pushed
from orthoweave.queries.cypher.tree import (
    Call,
    Clause,
    Expression,
    HasLabels,
    IsNull,
    Literal,
    NodePattern,
    Projection,
    Property,
    RelationshipPattern,
    Return,
    Variable,
)
from orthoweave.queries.cypher.values import Node, Relationship
from orthoweave.queries.cypher.walk import children, nodes

_LABEL_ONLY = frozenset({"labels", "type", "count"})


@dataclass(slots=True)
class _Use:
    """How much of a name is asked."""

    whole: bool
    keys: set[str]


def usable(pushed: Pushed, later: tuple[Clause, ...]) -> bool:
    """Tell whether what follows can do without the ends of relationships from the engine."""
    uses = _uses((*later, *pushed.rest), pushed.names)
    for name, use in uses.items():
        typed = pushed.names[name]
        # of any table: nothing but the label is asked of the engine
        if typed.kind in {"node", "edge"} and not typed.table and (use.whole or use.keys):
            return False
    edges = {name for name, typed in pushed.names.items() if typed.kind == "edge"}
    for found in nodes(later):
        if isinstance(found, Call) and found.name in {"startnode", "endnode"}:
            return False
        if isinstance(found, RelationshipPattern) and found.variable in edges:
            return False
    return True


def read(
    pushed: Pushed, later: tuple[Clause, ...], row_limit: int, tables: Catalogue,
    fetch: Callable[[str, dict[str, object]], list[dict[str, Any]]],
) -> Rows:  # fmt: skip
    """Rows with the names that what follows needs."""
    uses = _uses((*later, *pushed.rest), pushed.names)
    columns: list[str] = []
    makers: list[tuple[str, Callable[[Mapping[str, Any]], object]]] = []
    for name, use in uses.items():
        typed = pushed.names[name]
        if typed.kind in {"node", "edge"}:
            makers.append((name, _entity(typed, use, columns, tables)))
        else:
            column = f"c{len(columns)}"
            columns.append(f"{typed.text} AS {column}")
            makers.append((name, _value(column)))
    # rows are counted though nothing of them is asked
    line = f"RETURN {', '.join(columns) or '1 AS c0'}"
    limit = None if pushed.rest else _limit(later, row_limit)
    if limit is not None:
        line += f" LIMIT {limit}"
    found: Rows = []
    for row in fetch("\n".join((*pushed.lines, line)), dict(pushed.given)):
        found.append({name: make(row) for name, make in makers})
    return found


def _uses(trees: tuple[object, ...], names: Mapping[str, Typed]) -> dict[str, _Use]:
    """Give the names that are needed, and how much of each."""
    found: dict[str, _Use] = {}
    waiting = list(children(trees))
    while waiting:
        tree = waiting.pop()
        name, key = _part(tree)
        if name is not None:
            use = found.setdefault(name, _Use(whole=False, keys=set()))
            use.keys |= {key} - {""}
            continue
        if isinstance(tree, Variable):
            found.setdefault(tree.name, _Use(whole=True, keys=set())).whole = True
        elif isinstance(tree, NodePattern) and tree.variable:
            found.setdefault(tree.variable, _Use(whole=True, keys=set())).whole = True
        elif isinstance(tree, Projection) and tree.star:
            for one in names:
                if not one.startswith(" "):
                    found.setdefault(one, _Use(whole=True, keys=set())).whole = True
        elif getattr(tree, "imports", None):
            for one in names if "*" in tree.imports else tree.imports:
                found.setdefault(one, _Use(whole=True, keys=set())).whole = True
        waiting += children(tree)
    return {name: use for name, use in found.items() if name in names}


def _part(tree: object) -> tuple[str | None, str]:
    """Give the name and property if a tree asks no more of a name than this."""
    match tree:
        case Property(Variable(name), key):
            return name, key
        case Call(function, (Variable(name),)) if function in _LABEL_ONLY:
            return name, ""
        case HasLabels(Variable(name)) | IsNull(Variable(name)):
            return name, ""
    return None, ""


def _value(column: str) -> Callable[[Mapping[str, Any]], object]:
    return lambda row: row[column]


def _entity(
    typed: Typed, use: _Use, columns: list[str], tables: Catalogue
) -> Callable[[Mapping[str, Any]], object]:
    first = f"c{len(columns)}"
    if use.whole:
        columns.append(f"{typed.text} AS {first}")
        return _whole(first, typed)
    identity = f"{typed.text}.id" if typed.kind == "node" else f"id({typed.text})"
    columns.append(f"{identity} AS {first}")
    table = tables.nodes.get(typed.table) or tables.edges.get(typed.table)
    named = f"c{len(columns)}"
    columns.append(f"label({typed.text}) AS {named}")
    keys = {}
    for key in sorted(use.keys & table.columns.keys()) if table else ():
        keys[key] = f"c{len(columns)}"
        columns.append(f"{typed.text}.`{key}` AS {keys[key]}")

    def make(row: Mapping[str, Any]) -> Node | Relationship | None:
        identity = row[first]
        if identity is None:
            return None
        label = row[named]
        properties = {key: row[name] for key, name in keys.items() if row[name] is not None}
        if typed.kind == "node":
            return Node(label, (label, identity), properties)
        number = (identity["table"], identity["offset"])
        return Relationship(label, (label, number), _UNKNOWN, _UNKNOWN, properties)

    return make


_UNKNOWN = ("", None)


def _whole(column: str, typed: Typed) -> Callable[[Mapping[str, Any]], object]:
    def make(row: Mapping[str, Any]) -> Node | Relationship | None:
        found = row[column]
        if found is None or found.get("_LABEL") is None:
            return None
        return node(found) if typed.kind == "node" else relationship(found, _UNKNOWN, _UNKNOWN)

    return make


def _limit(later: tuple[Clause, ...], row_limit: int) -> int | None:
    """Give how many rows suffice, where each gives one of the answer."""
    if len(later) != 1 or not isinstance(later[0], Return):
        return None
    projection = later[0].projection
    if projection.distinct or projection.order:
        return None
    if any(has_aggregate(item.expression) for item in projection.items):
        return None
    if projection.skip is None and projection.limit is None:
        return row_limit + 1
    counts = [_count(projection.skip), _count(projection.limit)]
    return None if None in counts or projection.limit is None else sum(filter(None, counts))


def _count(tree: Expression | None) -> int | None:
    if tree is None:
        return 0
    value = tree.value if isinstance(tree, Literal) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None
