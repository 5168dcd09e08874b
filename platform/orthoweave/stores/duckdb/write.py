"""Writer of the embedded graph: one DuckDB file, written by one build."""

import contextlib
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final, Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orthoweave.errors import BuildError
from orthoweave.schema import EdgeType, NodeType, Schema
from orthoweave.storage.engine import literal, parquet, table_engine
from orthoweave.stores.base import Catalogue
from orthoweave.stores.duckdb.tables import (
    BUILD_MEMORY_MB,
    EDGE,
    END,
    FACTS,
    NODE,
    NUMBER_BITS,
    PARTS,
    START,
    backward,
    catalogue_of,
    numbered,
    properties,
    quoted,
    read_facts,
    table_ddl,
    to_json,
)

# block size of a small graph; with the engine's default each of its many columns takes 256 KiB
_SMALL_BLOCK: Final = 16384
_GRAPH: Final = "graph"
_EXAMPLES: Final = 3


class GraphWriter:
    """A graph file that is being written; a context manager.

    Fill the node tables first, then the edge tables, then close it.
    """

    def __init__(
        self, path: Path, schema: Schema, *, memory_mb: int = BUILD_MEMORY_MB, small: bool = False
    ) -> None:
        if path.exists():
            message = f"{path} exists already: a graph file is written only once"
            raise BuildError(message)
        self.path = path
        self._schema = schema
        self._numbers = numbered(schema.nodes) | numbered(schema.edges)
        self._filled: set[str] = set()
        self._stack = ExitStack()
        self._engine = self._stack.enter_context(table_engine(path.parent, memory_mb=memory_mb))
        block = f" (BLOCK_SIZE {_SMALL_BLOCK})" if small else ""
        self._execute(f"ATTACH {literal(str(path))} AS {_GRAPH}{block}")
        self._execute(f"USE {_GRAPH}")
        for statement in table_ddl(schema):
            self._execute(statement)

    def copy(self, table: str, paths: Sequence[Path]) -> None:
        """Fill a node or edge table from Parquet files with exactly its columns.

        Raises
        ------
        BuildError
            If a key occurs twice, an end of an edge does not exist, or the engine refuses the rows.
        """
        if table in self._filled:
            message = f"{table} is filled already: expected all files of a table at once"
            raise BuildError(message)
        self._filled.add(table)
        kind = self._schema.table(table)
        if isinstance(kind, NodeType):
            self._nodes(kind, paths)
        else:
            self._edges(kind, paths)

    def write(self, table: str, rows: pa.Table) -> None:
        """Fill a node or edge table from rows in memory, as `copy` does."""
        path = self.path.with_name(f"{self.path.name}-rows.parquet")
        try:
            pq.write_table(rows.cast(self._schema.arrow(table)), path)
            self.copy(table, [path])
        finally:
            path.unlink(missing_ok=True)

    def close(self, *, abandoned: bool = False) -> None:
        """Write the catalogue and close the file, which is then complete.

        An `abandoned` graph is left unfinished, to be deleted.
        """
        with self._stack:
            if abandoned:
                return
            self._execute(f"CREATE TABLE {quoted(FACTS)} (facts VARCHAR)")
            self._execute(
                f"INSERT INTO {quoted(FACTS)} VALUES ({literal(to_json(self._catalogue()))})"
            )
            self._execute(f"CREATE TABLE {quoted(PARTS)} (alias VARCHAR, file VARCHAR)")
            self._execute("CHECKPOINT")
            self._execute("USE memory")
            self._execute(f"DETACH {_GRAPH}")
        log = self.path.with_name(self.path.name + ".wal")
        if log.exists() and log.stat().st_size:
            message = f"the engine left {log.name} behind: the graph file is not complete"
            raise BuildError(message)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.close(abandoned=kind is not None)

    def _nodes(self, node: NodeType, paths: Sequence[Path]) -> None:
        columns = ", ".join(quoted(column.name) for column in node.columns)
        number = f"{self._base(node.name)} + row_number() OVER (ORDER BY id) - 1"
        self._execute(
            f"INSERT INTO {quoted(node.name)} SELECT {number} AS nid, {columns} "
            f"FROM {parquet(paths)} ORDER BY nid"
        )
        counted = f"SELECT count(*) - count(DISTINCT id) FROM {quoted(node.name)}"
        [(repeated,)] = self._execute(counted).fetchall()
        if repeated:
            message = (
                f"{node.name} has {repeated:,} rows with a repeated or missing key: "
                "expected one row for each key"
            )
            raise BuildError(message)

    def _edges(self, edge: EdgeType, paths: Sequence[Path]) -> None:
        columns = "".join(f", e.{quoted(column.name)}" for column in properties(edge))
        sort = f"ORDER BY {quoted(START)}, {quoted(END)}, {quoted(EDGE)}"
        self._execute(
            f"INSERT INTO {quoted(edge.name)} SELECT e.{quoted(EDGE)}, "
            f"s.{quoted(NODE)} AS {quoted(START)}, d.{quoted(NODE)} AS {quoted(END)}{columns} "
            f"FROM ({self._with_numbers(edge, paths)}) AS e "
            f'JOIN {quoted(edge.start)} AS s ON s.id = e."from" '
            f'JOIN {quoted(edge.end)} AS d ON d.id = e."to" {sort}'
        )
        [(found,)] = self._execute(f"SELECT count(*) FROM {quoted(edge.name)}").fetchall()
        expected = sum(pq.read_metadata(path).num_rows for path in paths)
        if found != expected:
            raise BuildError(self._ends_missing(edge, paths, expected - found))
        self._execute(
            f"INSERT INTO {quoted(backward(edge.name))} SELECT * FROM {quoted(edge.name)} "
            f"ORDER BY {quoted(END)}, {quoted(START)}, {quoted(EDGE)}"
        )

    def _with_numbers(self, edge: EdgeType, paths: Sequence[Path]) -> str:
        """Return the query for the rows of the files, numbered in order."""
        parts, first = [], self._base(edge.name)
        columns = ", ".join(quoted(column.name) for column in edge.columns)
        for path in paths:
            parts.append(
                f"SELECT {first} + file_row_number AS {quoted(EDGE)}, {columns} "
                f"FROM read_parquet({literal(str(path))}, file_row_number=true)"
            )
            first += pq.read_metadata(path).num_rows
        return " UNION ALL ".join(parts)

    def _ends_missing(self, edge: EdgeType, paths: Sequence[Path], count: int) -> str:
        lost = []
        for column, node in (("from", edge.start), ("to", edge.end)):
            keys = self._execute(
                f"SELECT DISTINCT {quoted(column)} FROM {parquet(paths)} WHERE {quoted(column)} "
                f"IS NULL OR {quoted(column)} NOT IN (SELECT id FROM {quoted(node)}) "
                f"ORDER BY 1 LIMIT {_EXAMPLES}"
            ).fetchall()
            lost += [f"{column} {key!r} is not among the {node} nodes" for (key,) in keys]
        return (
            f"{count:,} rows of {edge.name} have an end that does not exist ({'; '.join(lost)}): "
            "expected both ends of every edge among the nodes"
        )

    def _catalogue(self) -> Catalogue:
        facts = {}
        for name in (*self._schema.nodes, *self._schema.edges):
            table, number = self._schema.table(name), self._numbers[name]
            facts[name] = read_facts(self._engine, table, number, quoted(name))
        return catalogue_of(self._schema, facts)

    def _base(self, table: str) -> int:
        return self._numbers[table] << NUMBER_BITS

    def _execute(self, statement: str) -> duckdb.DuckDBPyConnection:
        try:
            return self._engine.execute(statement)
        except duckdb.Error as error:
            with contextlib.suppress(duckdb.Error):
                self._engine.rollback()
            message = f"the graph engine refused {statement[:200]!r}: {error}"
            raise BuildError(message) from error
