"""The embedded graph: LadybugDB, written once by COPY and then only read.

A graph file is made by one build, closed with everything in the one file, and opened read-only
from then on. What the engine needs to be told each time (memory, address space) and what it does
differently from others (parameter checks, integer sums) is settled here.
"""

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import pyarrow as pa
import pyarrow.parquet as pq

from orthoweave.errors import (
    BuildError,
    IntegrityError,
    MissingParameterError,
    QueryError,
    QueryRefusedError,
    QueryTimeoutError,
    UsageError,
)
from orthoweave.schema import Schema
from orthoweave.schema.ddl import ladybug_ddl
from orthoweave.stores.arrow import plain_numbers, sound
from orthoweave.stores.base import CLOSED, Rows
from orthoweave.stores.statement import limited, parameter_names

if TYPE_CHECKING:
    import ladybug

BUILD_POOL_MB: Final = 4096
_BUILD_ADDRESS_SPACE: Final = 2**38
# rows to a chunk of an answer: the engine reserves memory for a whole chunk at once and for each
# field of a node, so that its own choice of ten million rows takes gigabytes for a single node
_CHUNK: Final = 4096
# the engine keeps every statement that a connection ever prepared: about 10 KB each
_STATEMENTS_PER_CONNECTION: Final = 500


class LadybugStore:
    """A graph in one file; see `create` and `open_read_only`. Safe to use from several threads."""

    def __init__(self, path: Path, database: "ladybug.Database", *, read_only: bool) -> None:
        self.path = path
        self._database = database
        self._read_only = read_only
        self._lock = threading.Lock()
        self._idle: list[_Connection] = []
        self._closed = False

    @classmethod
    def create(cls, path: Path, schema: Schema, *, buffer_pool_mb: int = BUILD_POOL_MB) -> Self:
        """Make an empty graph with the tables of `schema`, to be filled by `copy`.

        Raises
        ------
        BuildError
            If there is a file of that name: a graph is written once.
        """
        import ladybug

        if path.exists():
            message = f"{path} is there already: a graph file is written once"
            raise BuildError(message)
        database = ladybug.Database(
            str(path), buffer_pool_size=buffer_pool_mb << 20, max_db_size=_BUILD_ADDRESS_SPACE
        )
        store = cls(path, database, read_only=False)
        for statement in ladybug_ddl(schema):
            store._write(statement)
        return store

    @classmethod
    def open_read_only(cls, path: Path, *, buffer_pool_mb: int, threads: int = 0) -> Self:
        """Open a graph that was closed for good; `threads` of 0 means one for each core.

        Raises
        ------
        IntegrityError
            If there is no such file or the engine cannot read it.
        """
        import ladybug

        # the engine takes an empty file for an empty graph
        if not path.is_file() or not path.stat().st_size:
            message = f"no graph at {path}: expected a file that a build has published"
            raise IntegrityError(message)
        # a power of two that surely holds the file
        address_space = max(2**32, 1 << (4 * path.stat().st_size).bit_length())
        try:
            database = ladybug.Database(
                str(path), read_only=True, buffer_pool_size=buffer_pool_mb << 20,
                max_db_size=address_space, max_num_threads=threads,
            )  # fmt: skip
        except RuntimeError as error:
            message = (
                f"{path} cannot be opened as a graph ({error}): go back with "
                "`orthoweave rollback`, or make it again with `orthoweave build --force`"
            )
            raise IntegrityError(message) from error
        return cls(path, database, read_only=True)

    def copy(self, table: str, paths: Sequence[Path]) -> None:
        """Fill a node or edge table from Parquet files with exactly its columns, in order.

        Raises
        ------
        BuildError
            If the engine refuses the rows, such as a key twice or an edge without its end.
        """
        plain = [path for path in paths if not re.search(r"[*?\[\]{}]", str(path))]
        if plain:
            files = ", ".join(_string(str(path)) for path in plain)
            self._write(f"COPY `{table}` FROM [{files}]")
        # the engine takes such a path for a pattern
        for path in (path for path in paths if path not in plain):
            for batch in pq.ParquetFile(path).iter_batches(batch_size=1 << 20):
                self._write(f"COPY `{table}` FROM $rows", {"rows": pa.Table.from_batches([batch])})

    def query(
        self,
        text: str,
        parameters: Mapping[str, object] | None = None,
        *,
        timeout_s: float,
        row_limit: int,
    ) -> Rows:
        """Rows of one statement, at most `row_limit` of them; see GraphStore."""
        given = dict(parameters or {})
        names = parameter_names(text)
        missing = names - given.keys()
        if missing:
            message = (
                f"the query uses the parameter{'s' * (len(missing) > 1)} "
                f"{', '.join('$' + name for name in sorted(missing))}, which was not given "
                f"(given: {', '.join(sorted(given)) or 'none'})"
            )
            raise MissingParameterError(message)
        used = {name: given[name] for name in names}
        text = limited(text, row_limit + 1)
        with self._connection(text) as connection:
            table = connection.fetch(text, used, timeout_s)
        return Rows(table.slice(0, row_limit), truncated=table.num_rows > row_limit)

    def counts(self) -> dict[str, int]:
        """Rows by node and edge table."""
        with self._connection() as connection:
            tables = connection.fetch("CALL show_tables() RETURN name, type", {}, None).to_pylist()
            found = {}
            for table in tables:
                pattern = f"(x:`{table['name']}`)"
                if table["type"] == "REL":
                    pattern = f"()-[x:`{table['name']}`]->()"
                rows = connection.fetch(f"MATCH {pattern} RETURN count(*) AS n", {}, None)
                found[table["name"]] = rows["n"][0].as_py()
        return found

    def close(self, *, abandoned: bool = False) -> None:
        """Let go of the file; one that was written has everything in itself, and no log beside.

        A graph that is `abandoned` halfway is left as it is, to be thrown away.
        """
        with self._lock:
            if self._closed:
                return
            self._closed = True
            idle, self._idle = self._idle, []
        finish = not self._read_only and not abandoned
        if finish:
            last = idle[0] if idle else _Connection(self._database)
            idle = idle or [last]
            last.fetch("CHECKPOINT", {}, None)
        for connection in idle:
            connection.close()
        self._database.close()
        log = self.path.with_name(self.path.name + ".wal")
        if finish and log.exists() and log.stat().st_size:
            message = f"the engine left {log.name} behind: the graph is not whole in its file"
            raise BuildError(message)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.close(abandoned=kind is not None)

    def _write(self, statement: str, parameters: Mapping[str, object] | None = None) -> None:
        try:
            with self._connection(statement) as connection:
                connection.fetch(statement, dict(parameters or {}), None)
        except QueryError as error:
            message = f"the graph engine refused {statement[:200]!r}: {error}"
            raise BuildError(message) from error

    @contextmanager
    def _connection(self, text: str = "") -> Iterator["_Connection"]:
        """Give a connection that no other thread uses, and that did not run this statement."""
        with self._lock:
            if self._closed:
                raise UsageError(CLOSED)
            connection = self._idle.pop() if self._idle else _Connection(self._database)
            if connection.knows(text):
                connection.close()
                connection = _Connection(self._database)
        try:
            yield connection
        finally:
            with self._lock:
                keep = not self._closed and connection.statements < _STATEMENTS_PER_CONNECTION
                if keep:
                    self._idle.append(connection)
            if not keep:
                connection.close()


class _Connection:
    """One connection of the engine, used by one thread at a time."""

    def __init__(self, database: "ladybug.Database") -> None:
        import ladybug

        self._engine = ladybug.Connection(database)
        self._prepared: set[str] = set()
        self.statements = 0

    def knows(self, text: str) -> bool:
        """Tell whether it ran this statement with parameters before.

        If it runs such a statement again it forgets conditions of it, and gives rows too many
        (LadybugDB 0.22.0).
        """
        return text in self._prepared

    def fetch(self, text: str, parameters: dict[str, object], timeout_s: float | None) -> pa.Table:
        self.statements += 1
        if parameters:
            self._prepared.add(text)
        # 0 means no limit to the engine
        self._engine.set_query_timeout(max(1, round(timeout_s * 1000)) if timeout_s else 0)
        try:
            result = self._engine.execute(text, parameters)
        except RuntimeError as error:
            raise _explained(str(error), timeout_s) from error
        if isinstance(result, list):
            message = "expected one statement, found several separated by ';': ask one at a time"
            raise QueryRefusedError(message)
        try:
            names = result.get_column_names()
            if len(set(names)) < len(names):
                message = f"two columns have one name ({', '.join(names)}): tell them apart with AS"
                raise QueryRefusedError(message)
            # a statement that defines something gives no columns, which the engine cannot convert
            if not names:
                return pa.table({})
            chunk = min(max(result.get_num_tuples(), 1), _CHUNK)
            return plain_numbers(sound(result.get_as_arrow(chunk)))
        finally:
            result.close()

    def close(self) -> None:
        self._engine.close()


def _explained(problem: str, timeout_s: float | None) -> QueryError:
    if problem.startswith("Interrupted"):
        return QueryTimeoutError(
            f"the query took longer than {timeout_s} s and was ended: narrow it down, or raise "
            "ORTHOWEAVE_QUERY_TIMEOUT_S"
        )
    if "buffer pool is full" in problem.lower():
        return QueryError(
            f"the query needs more memory than the graph engine may hold ({problem}): narrow it "
            "down, or raise ORTHOWEAVE_BUFFER_POOL_MB"
        )
    return QueryError(problem)


def _string(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
