"""Chooses what goes into the graph: merged nodes, and the edges that have both their ends."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from orthoweave.schema import EdgeType, NodeType, Schema
from orthoweave.tables.engine import parquet, table_engine, write_rows
from orthoweave.tables.merge import merge_nodes
from orthoweave.tables.tableset import TableSet

TABLES = "tables"
SET_ASIDE = "set_aside"


@dataclass(slots=True)
class Assembled:
    """Parquet files by table: together exactly what the graph will hold."""

    schema: Schema
    folder: Path
    """The build's folder: what had to be rewritten or derived lies below it."""
    paths: dict[str, list[Path]] = field(default_factory=dict)
    set_aside: dict[str, int] = field(default_factory=dict)
    """Edges left out since an end is missing, by edge table."""

    def add(self, table: str, path: Path) -> None:
        """Add a file to a table, unless it has no rows."""
        if count_rows([path]):
            self.paths.setdefault(table, []).append(path)

    def counts(self) -> dict[str, int]:
        """Rows by table."""
        return {name: count_rows(paths) for name, paths in self.paths.items()}


def count_rows(paths: Iterable[Path]) -> int:
    """Rows of Parquet files, read from their footers."""
    return sum(pq.read_metadata(path).num_rows for path in paths)


def assemble(schema: Schema, sources: Sequence[TableSet], folder: Path) -> Assembled:
    """Tables of all sources for one graph; what has to be rewritten goes to the build's `folder`.

    Parameters
    ----------
    sources
        In order of precedence: where two name a node, the first that has a value gives it.
    """
    found = Assembled(schema, folder)
    for name in (TABLES, SET_ASIDE):
        (folder / name).mkdir()
    with table_engine(folder) as engine:
        for node in schema.nodes.values():
            _nodes(engine, found, node, sources)
        for edge in schema.edges.values():
            for source in sources:
                _edges(engine, found, edge, source)
            if edge.unique:
                _one_per_pair(engine, found, edge)
    return found


def _nodes(
    engine: duckdb.DuckDBPyConnection, found: Assembled, node: NodeType, sources: Sequence[TableSet]
) -> None:
    every = [source.table_path(node.name) for source in sources]
    paths = [path for path in every if path is not None]
    if not paths:
        return
    query = f"SELECT count(id) - count(DISTINCT id) FROM {parquet(paths)}"
    if engine.sql(query).fetchall()[0][0]:
        merged = found.folder / TABLES / f"{node.name}.parquet"
        merge_nodes(paths, merged, node)
        paths = [merged]
    # files without a key twice are taken as they are: cells are by far the most nodes
    for path in paths:
        found.add(node.name, path)


def _edges(
    engine: duckdb.DuckDBPyConnection, found: Assembled, edge: EdgeType, source: TableSet
) -> None:
    path = source.table_path(edge.name)
    if path is None:
        return
    if not any(_missing_ends(engine, found, edge, path)):
        found.add(edge.name, path)
        return
    is_lost = '("from" IN (SELECT id FROM lost_from) OR "to" IN (SELECT id FROM lost_to))'
    rows = f"SELECT * FROM {parquet([path])} WHERE"
    name = f"{edge.name}-{source.source.name}.parquet"
    kept, aside = found.folder / TABLES / name, found.folder / SET_ASIDE / name
    arrow = found.schema.arrow(edge.name)
    left_out = write_rows(engine, f"{rows} {is_lost}", aside, arrow)
    write_rows(engine, f"{rows} NOT {is_lost}", kept, arrow)
    found.set_aside[edge.name] = found.set_aside.get(edge.name, 0) + left_out
    found.add(edge.name, kept)


def _one_per_pair(engine: duckdb.DuckDBPyConnection, found: Assembled, edge: EdgeType) -> None:
    """Of edges that several sources assert, keep that of the first: a fact is counted once."""
    paths = found.paths.get(edge.name, [])
    repeated = 'SELECT count(*) - count(DISTINCT ("from", "to"))'
    if not paths or not engine.sql(f"{repeated} FROM {parquet(paths)}").fetchall()[0][0]:
        return
    columns = ", ".join(f'"{column.name}"' for column in edge.columns)
    union = " UNION ALL ".join(
        f"SELECT {columns}, {number} AS precedence FROM {parquet([path])}"
        for number, path in enumerate(paths)
    )
    query = (
        f"SELECT {columns} FROM ({union}) QUALIFY row_number() OVER "
        '(PARTITION BY "from", "to" ORDER BY precedence) = 1 ORDER BY "from", "to"'
    )
    target = found.folder / TABLES / f"{edge.name}.parquet"
    write_rows(engine, query, target, found.schema.arrow(edge.name))
    found.paths[edge.name] = [target]


def _missing_ends(
    engine: duckdb.DuckDBPyConnection, found: Assembled, edge: EdgeType, path: Path
) -> list[int]:
    """Count the keys that are no node, at either end; they are left in tables of the engine."""
    missing = []
    for column, node in (("from", edge.start), ("to", edge.end)):
        nodes = found.paths.get(node)
        known = f"SELECT id FROM {parquet(nodes)}" if nodes else "SELECT '' WHERE false"
        engine.execute(
            f'CREATE OR REPLACE TEMP TABLE "lost_{column}" AS '
            f'SELECT DISTINCT "{column}" AS id FROM {parquet([path])} EXCEPT {known}'
        )
        missing.append(engine.sql(f'SELECT count(*) FROM "lost_{column}"').fetchall()[0][0])
    return missing
