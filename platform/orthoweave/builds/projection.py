"""Project Parquet tables: keys become numbers, edges lie in both orders, and all is read back."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import pyarrow.parquet as pq

from orthoweave.builds.content import Content
from orthoweave.builds.numbers import Register
from orthoweave.errors import BuildError
from orthoweave.schema import EdgeType, NodeType, Schema
from orthoweave.storage.engine import counted_and_hashed, literal, parquet
from orthoweave.stores.duckdb.tables import (
    EDGE,
    END,
    NODE,
    START,
    Facts,
    backward,
    created,
    orders,
    properties,
    quoted,
    read_facts,
    rows_query,
    sorting,
)

ENDS: Final = "#ends"
"""Table of a part: numbers at the ends of its edges that are not nodes of the part."""
# a file of fewer rows gets small blocks: in the engine's default each column takes 256 KiB
_MANY_ROWS: Final = 200_000
_SMALL_BLOCK: Final = 16384
# A question reads whole row groups of the few genes and edges that it needs. Groups of the engine's
# default size, 122,880 rows, are larger than most tables of genes, so nothing would be left out.
_ROW_GROUP: Final = 16384
_ALIAS: Final = "made"


@dataclass(frozen=True, slots=True)
class PartTable:
    """Facts about a table of a part."""

    facts: Facts
    content: Content


def attach_new(engine: duckdb.DuckDBPyConnection, path: Path, alias: str, rows: int) -> None:
    """Begin a file of tables for so many rows."""
    block = f", BLOCK_SIZE {_SMALL_BLOCK}" if rows < _MANY_ROWS else ""
    engine.execute(f"ATTACH {literal(str(path))} AS {alias} (ROW_GROUP_SIZE {_ROW_GROUP}{block})")


def detach(engine: duckdb.DuckDBPyConnection, path: Path, alias: str) -> None:
    """Finish a file of tables, which then is complete without a write-ahead log."""
    engine.execute(f"CHECKPOINT {alias}")
    engine.execute(f"DETACH {alias}")
    if path.with_name(path.name + ".wal").exists():
        message = f"the engine left {path.name}.wal behind: the file is not whole in itself"
        raise BuildError(message)


def project(
    engine: duckdb.DuckDBPyConnection,
    path: Path,
    files: Mapping[str, Path],
    schema: Schema,
    register: Register,
) -> dict[str, PartTable]:
    """Write a file with a table for each Parquet file, and return facts about the tables.

    Raises
    ------
    BuildError
        If a key occurs twice, or the rows do not read back as written.
    """
    numbers = register.tables([*schema.nodes, *schema.edges])
    rows = sum(pq.read_metadata(file).num_rows for file in files.values())
    attach_new(engine, path, _ALIAS, rows)
    try:
        nodes = [schema.nodes[name] for name in schema.nodes if name in files]
        for node in nodes:
            _nodes(engine, node, files[node.name], register)
        engine.execute(
            f"CREATE TABLE {_ALIAS}.{quoted(ENDS)} (edge VARCHAR, label VARCHAR, "
            f"{quoted(NODE)} BIGINT)"
        )
        own = {node.name for node in nodes}
        for edge in (schema.edges[name] for name in schema.edges if name in files):
            _edges(engine, edge, files[edge.name], register, own)
        found = {
            name: _read_back(engine, schema.table(name), numbers[name], file, register)
            for name, file in files.items()
        }
        detach(engine, path, _ALIAS)
    except BaseException:
        engine.execute(f"DETACH DATABASE IF EXISTS {_ALIAS}")
        raise
    return found


def _nodes(
    engine: duckdb.DuckDBPyConnection, node: NodeType, file: Path, register: Register
) -> None:
    register.add(engine, node.name, f"SELECT id FROM {parquet([file])}")
    for statement in created(node, f"{_ALIAS}."):
        engine.execute(statement)
    columns = ", ".join(f"p.{quoted(column.name)}" for column in node.columns)
    engine.execute(
        f"INSERT INTO {_ALIAS}.{quoted(node.name)} SELECT k.{quoted(NODE)}, {columns} "
        f"FROM {parquet([file])} AS p JOIN ({register.keys(node.name)}) AS k ON k.id = p.id "
        f"ORDER BY k.{quoted(NODE)}"
    )
    counted = f"SELECT count(DISTINCT {quoted(NODE)}) FROM {_ALIAS}.{quoted(node.name)}"
    [(found,)] = engine.execute(counted).fetchall()
    expected = pq.read_metadata(file).num_rows
    if found != expected:
        message = (
            f"{node.name} has {expected - found:,} rows whose key occurs twice, or has none: "
            "expected one row for each key"
        )
        raise BuildError(message)


def _edges(
    engine: duckdb.DuckDBPyConnection, edge: EdgeType, file: Path, register: Register, own: set[str]
) -> None:
    first = register.edges(edge.name, pq.read_metadata(file).num_rows)
    table, other = (f"{_ALIAS}.{quoted(name)}" for name in (edge.name, backward(edge.name)))
    if _insert_edges(engine, edge, file, register, first):
        # some ends were never keys of a node; they are rare, so everything is done once more
        for column, label in (("from", edge.start), ("to", edge.end)):
            register.add(engine, label, f"SELECT {quoted(column)} AS id FROM {parquet([file])}")
        for name in (table, other):
            engine.execute(f"DROP TABLE {name}")
        if _insert_edges(engine, edge, file, register, first):
            message = f"{edge.name} has edges without a key at an end: expected one at both"
            raise BuildError(message)
    engine.execute(
        f"INSERT INTO {other} SELECT * FROM {table} ORDER BY {sorting(backward(edge.name), edge)}"
    )
    for column, label in ((START, edge.start), (END, edge.end)):
        missing = (
            f" AND {quoted(column)} NOT IN (SELECT {quoted(NODE)} FROM {_ALIAS}.{quoted(label)})"
        )
        engine.execute(
            f"INSERT INTO {_ALIAS}.{quoted(ENDS)} SELECT DISTINCT {literal(edge.name)}, "
            f"{literal(label)}, {quoted(column)} FROM {table} WHERE true"
            f"{missing if label in own else ''} ORDER BY ALL"
        )


def _insert_edges(
    engine: duckdb.DuckDBPyConnection, edge: EdgeType, file: Path, register: Register, first: int
) -> bool:
    """Fill an edge table; return whether some end has no number."""
    for statement in created(edge, f"{_ALIAS}."):
        engine.execute(statement)
    columns = "".join(f", e.{quoted(column.name)}" for column in properties(edge))
    engine.execute(
        f"INSERT INTO {_ALIAS}.{quoted(edge.name)} SELECT {first} + e.file_row_number AS "
        f"{quoted(EDGE)}, s.{quoted(NODE)} AS {quoted(START)}, d.{quoted(NODE)} AS {quoted(END)}"
        f"{columns} FROM read_parquet({literal(str(file))}, file_row_number=true) AS e "
        f'LEFT JOIN ({register.keys(edge.start)}) AS s ON s.id = e."from" '
        f'LEFT JOIN ({register.keys(edge.end)}) AS d ON d.id = e."to" '
        f"ORDER BY {sorting(edge.name, edge)}"
    )
    [(lost,)] = engine.execute(
        f"SELECT count(*) FROM {_ALIAS}.{quoted(edge.name)} "
        f"WHERE {quoted(START)} IS NULL OR {quoted(END)} IS NULL"
    ).fetchall()
    return bool(lost)


def _read_back(
    engine: duckdb.DuckDBPyConnection,
    table: NodeType | EdgeType,
    number: int,
    file: Path,
    register: Register,
) -> PartTable:
    """Compare the written rows with their file by key, and return facts about them."""
    columns = ", ".join(quoted(column.name) for column in table.columns)
    expected = _content(engine, f"SELECT {columns} FROM {parquet([file])}")
    written = _content(engine, _with_keys(table, register))
    if written != expected:
        message = (
            f"{table.name} does not read back as it was written: {written} in place of "
            f"{expected}. Build again"
        )
        raise BuildError(message)
    facts = read_facts(engine, table, number, f"{_ALIAS}.{quoted(table.name)}")
    return PartTable(facts, expected)


def _with_keys(table: NodeType | EdgeType, register: Register) -> str:
    """Return a query of a written table in the form of its file; of edges, of the later copy."""
    return rows_query(
        table,
        database=f"{_ALIAS}.",
        order=orders(table)[-1],
        keys=lambda label: f"({register.keys(label)})",
    )


def _content(engine: duckdb.DuckDBPyConnection, query: str) -> Content:
    [(rows, total)] = engine.execute(counted_and_hashed(f"({query})")).fetchall()
    return Content(rows, int(total))
