"""What a graph file holds: its tables with their columns, as the engine itself says.

The schema beside the code may be newer than a published graph; what is asked is judged by the
graph.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from weakref import WeakKeyDictionary, ref

from orthoweave.errors import IntegrityError, UsageError
from orthoweave.stores.base import CLOSED, GraphStore

_TIMEOUT_S: Final = 60.0
_KINDS: Final = {
    "STRING": "string", "INT64": "int64", "FLOAT": "float32", "DOUBLE": "float64", "BOOL": "bool",
    "STRING[]": "string[]",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """A node or edge table: its label or type, and the kind of each property."""

    name: str
    columns: Mapping[str, str]
    start: str = ""
    """Label at the beginning of an edge table; empty for a node table."""
    end: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All tables of a graph."""

    nodes: Mapping[str, Table] = field(default_factory=dict)
    edges: Mapping[str, Table] = field(default_factory=dict)


_KNOWN: Final[WeakKeyDictionary[GraphStore, Catalogue]] = WeakKeyDictionary()
_FACTS: Final[WeakKeyDictionary[GraphStore, "Facts"]] = WeakKeyDictionary()


class Facts:
    """What is true of all rows of a graph; looked up once, since a published graph never changes.

    It knows its store only weakly: a store that is given up takes it along.
    """

    def __init__(self, store: GraphStore) -> None:
        self._store = ref(store)
        self._tables = catalogue(store)
        self._known: dict[tuple[str, str], bool] = {}

    def has_loops(self, edge: str) -> bool:
        """Whether an edge of a table begins and ends at one node."""
        return not self._none(edge, f"MATCH (a)-[r:`{edge}`]->(b) WHERE id(a) = id(b)", "loops")

    def without_nulls(self, table: str, column: str) -> bool:
        """Whether no row of a table lacks a property."""
        what = f"(r:`{table}`)" if table in self._tables.nodes else f"()-[r:`{table}`]->()"
        return self._none(table, f"MATCH {what} WHERE r.`{column}` IS NULL", column)

    def _none(self, table: str, text: str, about: str) -> bool:
        if (table, about) not in self._known:
            store = self._store()
            if store is None:
                raise UsageError(CLOSED)
            text = f"{text} RETURN count(*) AS n"
            rows = store.query(text, timeout_s=_TIMEOUT_S, row_limit=1)
            self._known[table, about] = not rows.table["n"][0].as_py()
        return self._known[table, about]


def facts(store: GraphStore) -> Facts:
    """Facts about a graph that is open."""
    known = _FACTS.get(store)
    if known is None:
        known = _FACTS[store] = Facts(store)
    return known


def catalogue(store: GraphStore) -> Catalogue:
    """Tables of a graph that is open; read once."""
    known = _KNOWN.get(store)
    if known is None:
        known = _KNOWN[store] = _read(store)
    return known


def _read(store: GraphStore) -> Catalogue:
    def fetch(text: str) -> list[dict[str, Any]]:
        rows = store.query(text, timeout_s=_TIMEOUT_S, row_limit=100_000)
        found: list[dict[str, Any]] = rows.table.to_pylist()
        return found

    nodes, edges = {}, {}
    for row in fetch("CALL show_tables() RETURN name, type"):
        name = row["name"]
        columns = _columns(fetch, name)
        if row["type"] == "NODE":
            nodes[name] = Table(name, columns)
            continue
        ends = fetch(f"CALL show_connection('{name}') RETURN *")
        if len(ends) != 1:
            message = f"edge table {name!r} joins {len(ends)} pairs of node tables: expected one"
            raise IntegrityError(message)
        one = ends[0]
        edges[name] = Table(name, columns, one["source table name"], one["destination table name"])
    return Catalogue(dict(sorted(nodes.items())), dict(sorted(edges.items())))


def _columns(fetch: Callable[[str], list[dict[str, Any]]], table: str) -> dict[str, str]:
    rows = fetch(f"CALL table_info('{table}') RETURN name, type")
    return {row["name"]: _KINDS.get(row["type"], row["type"]) for row in rows}
