"""The tables of an embedded graph: names, columns, and stored facts.

A node table has the name of its label, and the number ``#nid`` before the columns of the schema.
An edge table has the name of its type, and ``#eid``, ``#src`` and ``#dst`` in place of the ends,
sorted by ``#src``; a second table with ``<`` after the name has the same rows sorted by ``#dst``.
The table ``#tables`` has the catalogue.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from orthoweave.schema import EdgeType, NodeType, Property, Schema
from orthoweave.stores.base import Catalogue, Column, Table

if TYPE_CHECKING:
    import duckdb

NODE: Final = "#nid"
EDGE: Final = "#eid"
START: Final = "#src"
END: Final = "#dst"
FACTS: Final = "#tables"
PARTS: Final = "#parts"
"""Table of the files that a graph's views read, with the names under which they are attached."""
BUILD_MEMORY_MB: Final = 4096
"""Memory of the engine in MiB while a graph is written."""
NUMBER_BITS: Final = 40
"""Number of low bits of a number; above them is the number of the label or type."""

KINDS: Final[Mapping[str, str]] = {
    "string": "VARCHAR",
    "int64": "BIGINT",
    "float32": "FLOAT",
    "float64": "DOUBLE",
    "bool": "BOOLEAN",
    "string[]": "VARCHAR[]",
}
_FLOATS: Final = {"float32", "float64"}
_TEXTS: Final = {"string", "string[]"}
# characters that Neo4j sorts differently, by UTF-16 units
_HIGH_PLANE: Final = r"[\x{10000}-\x{10FFFF}]"
_HIGH_UNITS: Final = r"[\x{E000}-\x{FFFF}]"


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts about the rows of a table."""

    table: Table
    high_units: bool
    """Whether some string has a character from U+E000 to U+FFFF."""
    high_plane: bool
    """Whether some string has a character above U+FFFF."""


def quoted(name: str) -> str:
    """Return a name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def backward(edge: str) -> str:
    """Return the name of the table with an edge table's rows sorted by ``#dst``."""
    return f"{edge}<"


def properties(table: NodeType | EdgeType) -> tuple[Property, ...]:
    """Return the columns of a table without the ends of edges."""
    return table.columns if isinstance(table, NodeType) else table.columns[2:]


def numbered(names: Iterable[str]) -> dict[str, int]:
    """Return the numbers of labels or types, from 1 in the order of the schema."""
    return {name: number for number, name in enumerate(names, 1)}


def table_ddl(schema: Schema) -> list[str]:
    """Return the ``CREATE TABLE`` statements of all node and edge tables."""
    return [
        statement
        for name in (*schema.nodes, *schema.edges)
        for statement in created(schema.table(name), "")
    ]


def created(table: NodeType | EdgeType, database: str, suffix: str = "") -> list[str]:
    """Return the ``CREATE TABLE`` statements of one table; an edge table has two."""
    keys = [NODE] if isinstance(table, NodeType) else [EDGE, START, END]
    columns = ", ".join(
        [f"{quoted(key)} BIGINT" for key in keys]
        + [f"{quoted(column.name)} {KINDS[column.kind]}" for column in properties(table)]
    )
    names = (f"{database}{quoted(name + suffix)}" for name in orders(table))
    return [f"CREATE TABLE {name} ({columns})" for name in names]


def orders(table: NodeType | EdgeType) -> list[str]:
    """Return the names of the tables with a table's rows; edges are stored in two orders."""
    return [table.name] if isinstance(table, NodeType) else [table.name, backward(table.name)]


def sorting(name: str, table: NodeType | EdgeType) -> str:
    """Return the sort order of one of a table's `orders`, as SQL."""
    if isinstance(table, NodeType):
        return quoted(NODE)
    ends = (START, END) if name == table.name else (END, START)
    return ", ".join(map(quoted, (*ends, EDGE)))


def rows_query(
    table: NodeType | EdgeType,
    *,
    database: str = "",
    order: str | None = None,
    keys: Callable[[str], str] | None = None,
) -> str:
    """Return the query for a table's rows in the form of the schema, with keys for ends.

    Parameters
    ----------
    database
        Name of another database, with a dot after it.
    order
        Which of an edge table's `orders` to read; by default the one sorted by start.
    keys
        Function from a label to a table with the ids and numbers of its nodes; by default the
        label's own table.
    """
    if isinstance(table, NodeType):
        columns = ", ".join(quoted(column.name) for column in table.columns)
        return f"SELECT {columns} FROM {database}{quoted(table.name)}"
    columns = "".join(f", e.{quoted(column.name)}" for column in properties(table))
    start, end = map(keys or quoted, (table.start, table.end))
    return (
        f'SELECT s.id AS "from", d.id AS "to"{columns} '
        f"FROM {database}{quoted(order or table.name)} AS e "
        f"JOIN {start} AS s ON s.{quoted(NODE)} = e.{quoted(START)} "
        f"JOIN {end} AS d ON d.{quoted(NODE)} = e.{quoted(END)}"
    )


def read_facts(
    engine: "duckdb.DuckDBPyConnection", table: NodeType | EdgeType, number: int, source: str
) -> Facts:
    """Return facts about the rows of `source`, which has the columns of a table."""
    questions = ["count(*)", *(_loops(table))]
    for column in properties(table):
        name = quoted(column.name)
        questions.append(f"count({name}) < count(*)")
        if column.kind in _FLOATS:
            questions.append(f"coalesce(bool_or(NOT isfinite({name})), false)")
        if column.kind in _TEXTS:
            text = _text(column)
            questions.append(f"coalesce(bool_or(strlen({text}) > length({text})), false)")
    [row] = engine.execute(f"SELECT {', '.join(questions)} FROM {source}").fetchall()
    return _facts(engine, table, number, source, row)


def _text(column: Property) -> str:
    name = quoted(column.name)
    return name if column.kind == "string" else f"array_to_string({name}, '')"


def _loops(table: NodeType | EdgeType) -> list[str]:
    if isinstance(table, NodeType) or table.start != table.end:
        return ["false"]
    return [f"coalesce(bool_or({quoted(START)} = {quoted(END)}), false)"]


def _facts(
    engine: "duckdb.DuckDBPyConnection",
    table: NodeType | EdgeType,
    number: int,
    source: str,
    row: tuple[Any, ...],
) -> Facts:
    values = iter(row)
    rows, has_loops = int(next(values)), bool(next(values))
    columns, not_ascii = {}, []
    for column in properties(table):
        has_null = bool(next(values))
        has_nan = column.kind in _FLOATS and bool(next(values))
        if column.kind in _TEXTS and next(values):
            not_ascii.append(_text(column))
        columns[column.name] = Column(column.kind, has_null=has_null, has_nan=has_nan)
    ends = ("", "") if isinstance(table, NodeType) else (table.start, table.end)
    known = Table(table.name, number, rows, columns, *ends, has_loops=has_loops)
    # most columns are ASCII and need no second look
    units, plane = (
        any(_any_match(engine, source, text, pattern) for text in not_ascii)
        for pattern in (_HIGH_UNITS, _HIGH_PLANE)
    )
    return Facts(known, high_units=units, high_plane=plane)


def _any_match(engine: "duckdb.DuckDBPyConnection", source: str, text: str, pattern: str) -> bool:
    rows = f"SELECT 1 FROM {source} WHERE regexp_matches({text}, '{pattern}') LIMIT 1"
    return bool(engine.execute(rows).fetchall())


def united_facts(parts: Sequence[Facts]) -> Facts:
    """Return the facts about a table with the rows of all parts."""
    tables = [part.table for part in parts]
    columns = {
        name: Column(
            column.kind,
            has_null=any(table.columns[name].has_null for table in tables),
            has_nan=any(table.columns[name].has_nan for table in tables),
        )
        for name, column in tables[0].columns.items()
    }
    whole = replace(
        tables[0],
        rows=sum(table.rows for table in tables),
        columns=columns,
        has_loops=any(table.has_loops for table in tables),
    )
    return Facts(
        whole,
        high_units=any(part.high_units for part in parts),
        high_plane=any(part.high_plane for part in parts),
    )


def catalogue_of(schema: Schema, facts: Mapping[str, Facts]) -> Catalogue:
    """Return the catalogue of a graph from the facts about its tables."""
    return Catalogue(
        {name: facts[name].table for name in sorted(schema.nodes)},
        {name: facts[name].table for name in sorted(schema.edges)},
        mixed_planes=any(table.high_units for table in facts.values())
        and any(table.high_plane for table in facts.values()),
    )


def to_json(catalogue: Catalogue) -> str:
    """Return a catalogue as JSON text."""
    return json.dumps(asdict(catalogue), sort_keys=False)


def from_json(text: str) -> Catalogue:
    """Return a catalogue from JSON text."""
    raw = json.loads(text)
    return Catalogue(_tables(raw["nodes"]), _tables(raw["edges"]), raw["mixed_planes"])


def _tables(raw: Mapping[str, Any]) -> dict[str, Table]:
    return {name: table_of(raw[name]) for name in sorted(raw)}


def table_of(raw: Mapping[str, Any]) -> Table:
    """Return a table from its fields in JSON."""
    about = dict(raw)
    columns = {key: Column(**column) for key, column in about.pop("columns").items()}
    return Table(columns=columns, **about)
