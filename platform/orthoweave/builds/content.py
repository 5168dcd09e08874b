"""The content of a graph in one form for tables and stores, so that they can be compared.

A table's content is the number of its rows and the sum of their hashes, so that the order of the
rows does not matter and parts can be added up. Rows read back from a store are hashed in the form
of the tables. The hash is DuckDB's own: compare only values that one process computed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orthoweave.schema import EdgeType, NodeType, Schema
from orthoweave.storage.engine import counted_and_hashed, parquet, table_engine
from orthoweave.stores.base import AnyStore, CypherStore, SqlStore
from orthoweave.stores.duckdb.tables import rows_query
from orthoweave.stores.neo4j.load import rows_statement

_EVERYTHING = 2**62
_LONG_S = 3600.0


@dataclass(frozen=True, slots=True)
class Content:
    """Rows of a table or of a part of one."""

    rows: int = 0
    total: int = 0
    """Sum of the rows' hashes."""

    def __add__(self, other: "Content") -> "Content":
        return Content(self.rows + other.rows, self.total + other.total)

    def __str__(self) -> str:
        return f"{self.rows}:{self.total:x}"


def content_by_source(
    engine: duckdb.DuckDBPyConnection, paths: Sequence[Path]
) -> dict[str, tuple[Content, list[Path]]]:
    """Return the content of a table's files by Source key, with the files that have its rows."""
    found: dict[str, tuple[Content, list[Path]]] = {}
    for path in paths:
        rows = engine.sql(
            "SELECT source, count(*), sum(hash(t)::HUGEINT) "
            f"FROM {parquet([path])} AS t GROUP BY source ORDER BY source"
        ).fetchall()
        for source, count, total in rows:
            content, files = found.get(source, (Content(), []))
            found[source] = (content + Content(count, int(total)), [*files, path])
    return found


def content_of_rows(engine: duckdb.DuckDBPyConnection, blocks: Iterable[pa.Table]) -> Content:
    """Return the content of rows that have exactly the columns of a table, block by block."""
    found = Content()
    for block in blocks:
        engine.register("block", block)
        query = counted_and_hashed("block")
        [(count, total)] = engine.sql(query).fetchall()
        engine.unregister("block")
        found += Content(count, int(total))
    return found


def graph_content(store: AnyStore, schema: Schema, spill: Path) -> dict[str, Content]:
    """Read back the content of every table that has rows in a store, by the store's own queries.

    It is equal for two stores exactly if they hold the same nodes and edges. For a store that is
    read by Cypher, all rows of a table are held in memory at once.
    """
    found = {}
    with table_engine(spill) as engine:
        for name in (*schema.nodes, *schema.edges):
            if store.language == "sql":
                content = _content_in(store, schema.table(name))
            else:
                content = content_of_rows(engine, [_rows(store, schema, name)])
            if content.rows:
                found[name] = content
    return found


def tables_content(paths: dict[str, list[Path]], spill: Path) -> dict[str, Content]:
    """Return the content of every table that has rows, computed from its Parquet files."""
    found = {}
    with table_engine(spill) as engine:
        for name, files in paths.items():
            if sum(pq.read_metadata(path).num_rows for path in files):
                parts = content_by_source(engine, files).values()
                found[name] = sum((content for content, _ in parts), Content())
    return found


def _content_in(store: SqlStore, table: NodeType | EdgeType) -> Content:
    """Return the content of a table that the store's engine reads and hashes itself."""
    query = counted_and_hashed(f"({rows_query(table)})")
    [row] = store.sql(query, timeout_s=_LONG_S, row_limit=1).table.to_pylist()
    return Content(row["rows"], int(row["total"]))


def _rows(store: CypherStore, schema: Schema, name: str) -> pa.Table:
    """Return all rows of a table in the form of the schema."""
    query = rows_statement(schema.table(name))
    rows = store.query(query, timeout_s=_LONG_S, row_limit=_EVERYTHING)
    return rows.table.cast(schema.arrow(name))
