"""The gateway to the graph: read-only statements with limits, checks and an audit log.

The library's own questions and the saved queries that ship with it run in this process. Statements
that users write run in sandboxed processes (`pool`, `worker`), or are refused on a system without
a sandbox.
"""

import hashlib
import logging
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import pyarrow as pa

from orthoweave.cypher.answer import answer
from orthoweave.cypher.procedures import describes
from orthoweave.cypher.semantics.notes import Tables, notes
from orthoweave.cypher.syntax.parser import Mode, Statement
from orthoweave.errors import QueryRefusedError, QueryTimeoutError
from orthoweave.gateway.guard import check_parameters, check_statement
from orthoweave.gateway.limits import MOST_ROWS, Limits, Question, out_of_time, too_large, too_many
from orthoweave.gateway.pool import ProcessPool
from orthoweave.gateway.reader import SandboxedReader
from orthoweave.gateway.server_reader import ServerReader
from orthoweave.sandbox.files import can_sandbox
from orthoweave.sandbox.limits import SandboxLimits
from orthoweave.schema import EdgeType, NodeType, read_schema
from orthoweave.stores.base import AnyStore, Catalogue, Column, Rows, Table
from orthoweave.stores.open import open_embedded

_DESCRIBING_MB: Final = 256
AUDIT: Final = logging.getLogger("orthoweave.audit")
__all__ = ["AUDIT", "Gateway", "Limits"]


class Gateway:
    """Answers statements on one published graph. Safe to use from several threads.

    Parameters
    ----------
    graph
        The embedded graph of the same build, which sandboxed processes open. If the store is a
        server, this graph also answers statements that describe the graph, such as `db.labels()`
        and `SHOW INDEXES`: the server would list its own settings and unrelated labels.
    """

    def __init__(
        self,
        store: AnyStore,
        graph: Path | None,
        limits: Limits | None = None,
        *,
        allow_unsandboxed: bool = False,
    ) -> None:
        self._store = store
        self._tables: Tables = store.catalogue if store.language == "sql" else _of_schema()
        self._limits = limits or Limits()
        self._graph = graph
        self._sandboxed = _pool(store, graph, self._limits)
        served = graph if store.language == "cypher" else None
        self._describing = None if served is None else _file_pool(served, self._limits)
        self._allow_unsandboxed = allow_unsandboxed

    def ask(
        self,
        text: str,
        parameters: Mapping[str, object] | None = None,
        *,
        row_limit: int | None = None,
    ) -> Rows:
        """Return the answer to a statement that ships with the library.

        Raises
        ------
        QueryError
            As for `ask_freely`.
        """
        return self._asked(text, parameters, row_limit, self._run_here)

    def whole(self, text: str, parameters: Mapping[str, object] | None = None) -> pa.Table:
        """Return all rows of a statement that ships with the library; refuse a partial answer.

        Raises
        ------
        QueryError
            As for `ask_freely`, and if there are more than ten million rows.
        """
        rows = self.ask(text, parameters, row_limit=MOST_ROWS)
        if rows.truncated:
            raise too_many(MOST_ROWS)
        return rows.table

    def ask_freely(
        self,
        text: str,
        parameters: Mapping[str, object] | None = None,
        *,
        row_limit: int | None = None,
        asker: Hashable = None,
    ) -> Rows:
        """Return the answer to a user's statement, checked and run in a sandboxed process.

        Parameters
        ----------
        asker
            Who asks, such as the name of a session: when statements wait, clients take turns.
            By default the thread.

        Raises
        ------
        QueryRefusedError
            If the statement is not allowed, or this system does not have a sandbox.
        MissingParameterError
            If the statement uses a parameter that is not given.
        UsageError
            If a parameter is given that the statement does not use.
        QueryTimeoutError
            If the statement runs too long.
        QueryBusyError
            If too many statements wait already, or this one waited too long.
        QueryError
            If the engine refuses the statement, or it needs too much memory.
        """
        rows = self._asked(text, parameters, row_limit, partial(self._run_sandboxed, client=asker))
        return replace(rows, notes=tuple(notes(check_statement(text).asked, self._tables)))

    def prepare(self) -> None:
        """Start the sandboxed processes without waiting for them.

        Otherwise they start at the first statement. Useful for a service, so that a burst of first
        statements does not wait for processes to start.
        """
        served = self._store.language == "cypher"
        if self._sandboxed is not None and (served or can_sandbox()):
            self._sandboxed.prepare()

    def close(self) -> None:
        """End the sandboxed processes; whoever opened the store closes it."""
        for pool in (self._sandboxed, self._describing):
            if pool is not None:
                pool.close()

    def _asked(
        self,
        text: str,
        parameters: Mapping[str, object] | None,
        row_limit: int | None,
        run: Callable[[Question], Rows],
    ) -> Rows:
        limit = self._limits.row_limit if row_limit is None else row_limit
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        started = time.monotonic()
        outcome = "refused"
        try:
            checked = check_statement(text)
            given = check_parameters(checked.parameters, parameters or {})
            outcome = "failed"
            rows = run(
                Question(
                    checked.text,
                    given,
                    self._limits.timeout_s,
                    limit,
                    self._limits.byte_limit,
                    self._mode(checked),
                )
            )
            outcome = f"{rows.table.num_rows} rows"
        finally:
            milliseconds = (time.monotonic() - started) * 1000
            AUDIT.info("query %s: %s in %.1f ms", digest, outcome, milliseconds)
        table = rows.table
        if checked.columns:
            names = [checked.columns.get(name, name) for name in table.column_names]
            table = table.rename_columns(names)
        return Rows(table, rows.truncated)

    def _mode(self, checked: Statement) -> Mode:
        if checked.mode != "run" and self._store.language == "cypher":
            message = (
                f"{checked.mode.upper()} explains the embedded store, but this graph is in Neo4j: "
                "use Neo4j's browser or cypher-shell for its plans, or open the knowledge base "
                "with store=''"
            )
            raise QueryRefusedError(message)
        return checked.mode

    def _run_here(self, question: Question) -> Rows:
        if self._describing is not None and self._graph and describes(question.text):
            # only the catalogue is read, so little memory is enough
            described = open_embedded(self._graph, memory_mb=_DESCRIBING_MB)
            try:
                return self._run_on(described, question)
            finally:
                described.close()
        return self._run_on(self._store, question)

    def _run_on(self, store: AnyStore, question: Question) -> Rows:
        # a server runs Cypher itself; for the embedded engine it is compiled
        run = (
            store.query
            if store.language == "cypher"
            else partial(answer, store, mode=question.mode)
        )
        try:
            rows = run(
                question.text,
                question.parameters,
                timeout_s=question.timeout_s,
                row_limit=question.row_limit,
            )
        except QueryTimeoutError as error:
            # the error may name only the time that was left for a part of the statement
            raise out_of_time(question.timeout_s) from error
        if rows.table.nbytes > question.byte_limit:
            raise too_large(rows.table.nbytes, question.byte_limit)
        return rows

    def _run_sandboxed(self, question: Question, client: Hashable) -> Rows:
        pool, served = self._sandboxed, self._store.language == "cypher"
        if self._describing is not None and describes(question.text):
            pool, served = self._describing, False
        if pool is not None and (served or can_sandbox()):
            return pool.ask(question, client)
        if self._allow_unsandboxed:
            return self._run_here(question)
        message = (
            "free-text Cypher is refused here: it needs a sandboxed process, and this system has "
            "neither Landlock (Linux 5.13 or newer) nor seccomp on x86_64 or aarch64. Saved "
            "queries and all other questions work. With allow_unsandboxed=True it runs in this "
            "process, where only the check of the statement protects your files: use that for your "
            "own text only"
        )
        raise QueryRefusedError(message)


def _of_schema() -> Tables:
    """Return the tables of the schema, which a server's graph consists of."""
    schema = read_schema()

    def table(kind: NodeType | EdgeType) -> Table:
        is_edge = isinstance(kind, EdgeType)
        columns = {
            column.name: Column(column.kind, has_null=True, has_nan=True)
            for column in kind.columns[2 * is_edge :]
        }
        ends = (kind.start, kind.end) if isinstance(kind, EdgeType) else ("", "")
        return Table(kind.name, 0, 0, columns, *ends)

    return Catalogue(
        {name: table(kind) for name, kind in schema.nodes.items()},
        {name: table(kind) for name, kind in schema.edges.items()},
    )


def _pool(store: AnyStore, graph: Path | None, limits: Limits) -> ProcessPool | None:
    if store.language == "sql":
        return None if graph is None else _file_pool(graph, limits)
    return ProcessPool(lambda long: ServerReader(store, _sandbox(limits, long), low=long), limits)


def _file_pool(graph: Path, limits: Limits) -> ProcessPool:
    return ProcessPool(
        lambda long: SandboxedReader(graph, _sandbox(limits, long), low=long), limits
    )


def _sandbox(limits: Limits, long: bool) -> SandboxLimits:  # noqa: FBT001 - as the pool calls it
    # half of the memory is for the engine; several long statements run side by side
    return SandboxLimits(memory_mb=2 * limits.memory_mb, threads=1 if long else 2)
