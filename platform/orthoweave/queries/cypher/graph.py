"""Reads nodes and relationships from the embedded engine, in the simplest statements there are.

Nodes come by key or by label, relationships by the keys of one end. That is fast, and it is the
part of the engine that was never seen to lose a row. What was read is kept for the statement.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from orthoweave.errors import QueryError
from orthoweave.queries.cypher.catalogue import Catalogue, Table
from orthoweave.queries.cypher.tree import LabelExpression
from orthoweave.queries.cypher.values import Key, Node, Relationship, is_number

Fetch = Callable[[str, dict[str, object]], list[dict[str, Any]]]
"""Rows of a statement in the engine's own dialect."""
Neighbours = Mapping[Key, list[tuple[Relationship, Key]]]

# from so many keys on, the whole table of relationships is read at once
_MANY: Final = 4096
_INTERNAL: Final = frozenset({"_ID", "_SRC", "_DST", "_LABEL"})
_KINDS: Final[Mapping[str, type]] = {"string": str, "bool": bool, "int64": int, "float64": float}


class Graph:
    """Nodes and relationships of one published graph, as one statement needs them."""

    def __init__(self, tables: Catalogue, fetch: Fetch, spend: Callable[[int], None]) -> None:
        self.tables = tables
        self._fetch = fetch
        self._spend = spend
        self._nodes: dict[Key, Node] = {}
        self._scanned: set[str] = set()
        self._around: dict[tuple[str, bool], dict[Key, list[tuple[Relationship, Key]]]] = (
            defaultdict(dict)
        )

    def labels(self, condition: LabelExpression | None) -> list[str]:
        """Labels for which a condition holds; all without one."""
        return [name for name in self.tables.nodes if condition is None or condition.holds(name)]

    def types(self, condition: LabelExpression | None) -> list[str]:
        """Types of relationships for which a condition holds; all without one."""
        return [name for name in self.tables.edges if condition is None or condition.holds(name)]

    def scan(self, labels: Iterable[str], equal: Mapping[str, object]) -> list[Node]:
        """Nodes of these labels whose properties may have these values."""
        found: list[Node] = []
        for label in labels:
            pushed = _pushed(self.tables.nodes[label], equal)
            if pushed is None:
                continue
            if label in self._scanned and not pushed:
                found += [node for key, node in self._nodes.items() if key[0] == label]
                continue
            where = " AND ".join(f"n.`{name}` = ${name}" for name in pushed)
            text = f"MATCH (n:`{label}`) {'WHERE ' + where if where else ''} RETURN n"
            found += [self._keep(row["n"]) for row in self._rows(text, dict(pushed))]
            if not pushed:
                self._scanned.add(label)
        return found

    def node(self, key: Key) -> Node:
        """One node by key."""
        if key not in self._nodes:
            self.load([key])
        return self._nodes[key]

    def get(self, key: Key) -> Node | None:
        """One node by key if `load` found it."""
        return self._nodes.get(key)

    def load(self, keys: Iterable[Key]) -> None:
        """Read these nodes all at once, so that `node` has them."""
        missing: dict[str, set[object]] = defaultdict(set)
        for key in keys:
            if key not in self._nodes:
                missing[key[0]].add(key[1])
        for label, ids in missing.items():
            wanted = sorted(ids, key=str)
            for begin in range(0, len(wanted), _MANY):
                text = f"UNWIND $keys AS key MATCH (n:`{label}` {{id: key}}) RETURN n"
                for row in self._rows(text, {"keys": wanted[begin : begin + _MANY]}):
                    self._keep(row["n"])

    def around(self, keys: Iterable[Key], types: Iterable[str], direction: str) -> Neighbours:
        """Relationships of these nodes and the keys at their other ends.

        Parameters
        ----------
        direction
            ``right`` for those that begin at the node, ``left`` for those that end there, or
            ``both``, where one from a node to itself counts once.
        """
        wanted = list(dict.fromkeys(keys))
        found: dict[Key, list[tuple[Relationship, Key]]] = {key: [] for key in wanted}
        for name in types:
            if direction != "left":
                for key, around in self._one_way(wanted, name, forward=True).items():
                    found[key] += around
            if direction != "right":
                for key, around in self._one_way(wanted, name, forward=False).items():
                    loops = direction == "both"
                    found[key] += [pair for pair in around if not (loops and pair[1] == key)]
        return found

    def _one_way(
        self, keys: list[Key], name: str, *, forward: bool
    ) -> dict[Key, list[tuple[Relationship, Key]]]:
        edge = self.tables.edges[name]
        near, far = (edge.start, edge.end) if forward else (edge.end, edge.start)
        known = self._around[name, forward]
        mine = [key for key in keys if key[0] == near]
        missing = [key for key in mine if key not in known]
        for key in missing:
            known[key] = []
        arrow = f"-[r:`{name}`]->" if forward else f"<-[r:`{name}`]-"
        if len(missing) > _MANY:
            # rows of nodes that are known already must not come twice
            fresh = set(missing)
            text = f"MATCH (a:`{near}`){arrow}(b:`{far}`) RETURN a.id AS key, r, b.id AS other"
            rows = [row for row in self._rows(text, {}) if (near, row["key"]) in fresh]
        else:
            # OPTIONAL keeps the engine from reading the whole table of relationships
            text = (
                f"UNWIND $keys AS key MATCH (a:`{near}` {{id: key}}) "
                f"OPTIONAL MATCH (a){arrow}(b:`{far}`) RETURN key, r, b.id AS other"
            )
            rows = self._rows(text, {"keys": [key[1] for key in missing]}) if missing else []
        for row in rows:
            if row["other"] is not None:
                here, other = (near, row["key"]), (far, row["other"])
                ends = (here, other) if forward else (other, here)
                known[here].append((relationship(row["r"], *ends), other))
        return {key: known[key] for key in mine}

    def _rows(self, text: str, parameters: dict[str, object]) -> list[dict[str, Any]]:
        rows = self._fetch(text, parameters)
        self._spend(len(rows))
        return rows

    def _keep(self, row: dict[str, Any]) -> Node:
        found = node(row)
        return self._nodes.setdefault(found.key, found)


def node(row: Mapping[str, Any]) -> Node:
    """Make a node of the engine's row."""
    if row.get("id") is None:
        raise QueryError("the graph engine gave a node without key")
    return Node(row["_LABEL"], (row["_LABEL"], row["id"]), _properties(row))


def relationship(row: Mapping[str, Any], start: Key, end: Key) -> Relationship:
    """Make a relationship of the engine's row."""
    number = row["_ID"]
    key = (row["_LABEL"], (number["table"], number["offset"]))
    return Relationship(row["_LABEL"], key, start, end, _properties(row))


def _properties(row: Mapping[str, Any]) -> dict[str, object]:
    return {
        name: value for name, value in row.items() if value is not None and name not in _INTERNAL
    }


def _pushed(table: Table, equal: Mapping[str, object]) -> dict[str, object] | None:
    """Values that the engine compares just as we do; None if no node can have them."""
    pushed = {}
    for name, value in equal.items():
        kind = table.columns.get(name)
        if kind is None or value is None:
            return None
        wanted = _KINDS.get(kind)
        if wanted in {str, bool} and type(value) is not wanted:
            return None
        if type(value) is wanted and wanted is not float:
            pushed[name] = value
        elif wanted in {int, float} and not is_number(value):
            return None
    return pushed
