"""The embedded graph: DuckDB tables in a file that is written once and then only read.

The engine runs in memory and attaches the file for reading, so that a process can open one file in
several stores, each with its own limits. After attaching the file, the engine cannot reach any
other file, and its configuration is locked.
"""

import contextlib
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, Self

import duckdb
import pyarrow as pa

from orthoweave.errors import IntegrityError, OrthoweaveError, QueryError, UsageError
from orthoweave.schema import Schema
from orthoweave.storage.engine import literal
from orthoweave.storage.integrity import REPAIR
from orthoweave.stores.arrow import plain_numbers
from orthoweave.stores.base import CLOSED, Catalogue, Function, Rows
from orthoweave.stores.duckdb.errors import explained
from orthoweave.stores.duckdb.overseer import Overseer
from orthoweave.stores.duckdb.tables import BUILD_MEMORY_MB, FACTS, PARTS, from_json, quoted

if TYPE_CHECKING:
    from orthoweave.stores.duckdb.write import GraphWriter

_GRAPH: Final = "graph"
# rows of a batch while an answer is fetched up to the row limit
_BATCH: Final = 1 << 16


class DuckdbStore:
    """An embedded graph; see `create` and `open_read_only`. Safe to use from several threads."""

    language: Literal["sql"] = "sql"

    def __init__(
        self,
        path: Path,
        memory_mb: int,
        threads: int,
        spill: Path | None,
        before_reading: Callable[[], None] | None = None,
    ) -> None:
        self.path = path
        self.memory_mb = memory_mb
        self._threads = threads
        self._spill = spill
        self._lock = threading.Lock()
        self._overseer = Overseer()
        self._idle: list[duckdb.DuckDBPyConnection] = []
        self._busy: set[duckdb.DuckDBPyConnection] = set()
        self._closed = False
        self._functions: set[str] = set()
        self.files: tuple[Path, ...] = (path,)
        """All files of the graph."""
        self._engine = self._start(before_reading)
        try:
            self.catalogue = self._read_catalogue()
        except BaseException:
            self._engine.close()
            raise

    @classmethod
    def create(
        cls, path: Path, schema: Schema, *, memory_mb: int = BUILD_MEMORY_MB
    ) -> "GraphWriter":
        """Return a writer of a new graph with the tables of a schema.

        Raises
        ------
        BuildError
            If the file exists already: a graph is written only once.
        """
        # processes that only read start faster without it
        from orthoweave.stores.duckdb.write import GraphWriter

        return GraphWriter(path, schema, memory_mb=memory_mb)

    @classmethod
    def open_read_only(
        cls,
        path: Path,
        *,
        memory_mb: int,
        threads: int = 0,
        spill: Path | None = None,
        before_reading: Callable[[], None] | None = None,
    ) -> Self:
        """Open a finished graph for reading.

        Parameters
        ----------
        memory_mb
            Memory of the engine in MiB, for all questions together.
        threads
            Threads of the engine; 0 means one for each core.
        spill
            Folder for data that do not fit into memory; None to fail instead.
        before_reading
            Called after the engine has started, but before it starts threads and opens the graph,
            so that restrictions set there apply to all its threads.

        Raises
        ------
        IntegrityError
            If the file does not exist or the engine cannot read it.
        """
        if not path.is_file() or not path.stat().st_size:
            message = f"no graph at {path}: expected a file of a published build. {REPAIR}"
            raise IntegrityError(message)
        return cls(path, memory_mb, threads, spill, before_reading)

    def sql(
        self,
        text: str,
        parameters: Mapping[str, object] | None = None,
        *,
        functions: Mapping[str, Function] | None = None,
        timeout_s: float,
        row_limit: int,
    ) -> Rows:
        """Return the answer to a statement; see `SqlStore.sql`."""
        self._register(functions or {})
        with (
            self._connection() as connection,
            self._overseer.watch(connection, timeout_s) as watched,
        ):
            try:
                batches, schema = _fetch(connection, text, dict(parameters or {}), row_limit)
            except (duckdb.Error, pa.ArrowException, MemoryError) as error:
                raise explained(
                    error,
                    path=self.path,
                    timeout_s=timeout_s,
                    overdue=watched.overdue,
                    memory_mb=self.memory_mb,
                ) from error
        table = plain_numbers(pa.Table.from_batches(batches, schema=schema))
        return Rows(table.slice(0, row_limit), truncated=table.num_rows > row_limit)

    def _register(self, functions: Mapping[str, Function]) -> None:
        with self._lock:
            if self._closed:
                raise UsageError(CLOSED)
            for name, function in functions.items():
                if name not in self._functions:
                    self._engine.create_function(
                        name,
                        function.apply,
                        list(function.takes),
                        function.gives,
                        null_handling="special",
                    )
                    self._functions.add(name)

    def counts(self) -> dict[str, int]:
        """Return the number of rows by node and edge table."""
        if self._closed:
            raise UsageError(CLOSED)
        tables = (*self.catalogue.nodes.values(), *self.catalogue.edges.values())
        return {table.name: table.rows for table in tables}

    def interrupt(self) -> None:
        """Interrupt the questions that other threads are answering."""
        with self._lock:
            for connection in self._busy:
                connection.interrupt()

    def close(self) -> None:
        """Close the file; later questions fail."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
        self._engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def closed(self) -> bool:
        """Whether it was closed, or the engine shut itself down and could not start again."""
        return self._closed

    def _start(self, before_reading: Callable[[], None] | None = None) -> duckdb.DuckDBPyConnection:
        # stores must not share a folder, since their files would have the same names
        spill = self._spill / f"duckdb-{uuid.uuid4().hex}" if self._spill else ""
        config: dict[str, object] = {
            "memory_limit": f"{self.memory_mb}MiB",
            "temp_directory": str(spill),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
            # further threads start later: see `open_read_only`
            "threads": 1,
        }
        engine = duckdb.connect(":memory:", config=config)
        try:
            if before_reading is not None:
                before_reading()
            engine.execute(f"SET threads = {self._threads}" if self._threads else "RESET threads")
            engine.execute(f"ATTACH {literal(str(self.path))} AS {_GRAPH} (READ_ONLY)")
            self.files = (self.path, *self._attach_parts(engine))
            engine.execute("SET enable_external_access = false")
            engine.execute("SET lock_configuration = true")
        except duckdb.Error as error:
            engine.close()
            raise self._damaged(str(error)) from error
        return engine

    def _attach_parts(self, engine: duckdb.DuckDBPyConnection) -> list[Path]:
        """Attach the files that the graph's views read, and return their paths."""
        parts = engine.execute(f"SELECT alias, file FROM {_GRAPH}.{quoted(PARTS)}").fetchall()
        for alias, file in parts:
            path = literal(str(self.path.parent / file))
            engine.execute(f"ATTACH {path} AS {quoted(alias)} (READ_ONLY)")
        return [self.path.parent / file for _, file in parts]

    def _read_catalogue(self) -> Catalogue:
        try:
            rows = self.sql(
                f"SELECT facts FROM {quoted(FACTS)}", timeout_s=60, row_limit=1
            ).table.to_pylist()
            return from_json(rows[0]["facts"])
        except (OrthoweaveError, ValueError, KeyError, TypeError, IndexError) as error:
            raise self._damaged(str(error)) from error

    def _damaged(self, problem: str) -> IntegrityError:
        return IntegrityError(f"{self.path} cannot be opened as a graph ({problem}): {REPAIR}")

    @contextmanager
    def _connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Lend a connection that no other thread uses."""
        with self._lock:
            if self._closed:
                raise UsageError(CLOSED)
            engine = self._engine
            connection = self._idle.pop() if self._idle else None
        try:
            connection = connection or _usable(engine)
            with self._at_work(connection):
                yield connection
        except BaseException as error:
            # the next question must not see any state of a failed one
            if connection is not None:
                connection.close()
            if isinstance(error, OrthoweaveError):
                self._revive(engine)
            raise
        with self._lock:
            keep = not self._closed and engine is self._engine
            if keep:
                self._idle.append(connection)
        if not keep:
            connection.close()

    @contextmanager
    def _at_work(self, connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
        with self._lock:
            self._busy.add(connection)
        try:
            yield
        finally:
            with self._lock:
                self._busy.discard(connection)

    def _revive(self, engine: duckdb.DuckDBPyConnection) -> None:
        """Start the engine again if it shut itself down, as it does after an internal error."""
        with contextlib.suppress(duckdb.Error), engine.cursor() as probe:
            probe.execute("SELECT 1").fetchall()
            return
        with self._lock:
            if self._closed or engine is not self._engine:
                return
            idle, self._idle = self._idle, []
            for connection in idle:
                connection.close()
            self._closed = True
            self._functions.clear()
            self._engine = self._start()
            self._closed = False


def _usable(engine: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    connection = engine.cursor()
    try:
        connection.execute(f"USE {_GRAPH}")
    except duckdb.Error as error:
        connection.close()
        raise QueryError(f"the graph engine refuses a connection: {error}") from error
    return connection


def _fetch(
    connection: duckdb.DuckDBPyConnection, text: str, parameters: dict[str, object], row_limit: int
) -> tuple[list[pa.RecordBatch], pa.Schema]:
    """Return the batches of an answer, up to the one that exceeds the row limit, and its schema."""
    relation = connection.sql(text, params=parameters or None)
    if relation is None:
        return [], pa.schema([])
    with relation.to_arrow_reader(_BATCH) as reader:
        batches, rows = [], 0
        for batch in reader:
            batches.append(batch)
            rows += batch.num_rows
            if rows > row_limit:
                break
        return batches, reader.schema
