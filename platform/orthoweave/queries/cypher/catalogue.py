"""What a graph file holds: its tables with their columns, as the engine itself says.

The schema beside the code may be newer than a published graph; what is asked is judged by the
graph.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from weakref import WeakKeyDictionary

from orthoweave.errors import IntegrityError
from orthoweave.stores.base import GraphStore

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
