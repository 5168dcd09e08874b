"""The one way to the graph: read-only, with limits, checked parameters and an audit line.

The library's own questions and the saved queries that ship with it run in this process. What
users write runs in a locked-up process (`worker`), or is refused where the system has no means
to lock one up.
"""

import hashlib
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import pyarrow as pa

from orthoweave.errors import QueryError, QueryRefusedError
from orthoweave.queries.cypher.answer import answer
from orthoweave.queries.guard import check_parameters, check_statement
from orthoweave.queries.sandbox import landlock_version
from orthoweave.queries.server_reader import ServerReader
from orthoweave.queries.worker import LockedReader, Question
from orthoweave.stores.base import GraphStore, Rows
from orthoweave.stores.neo4j import Neo4jStore

AUDIT: Final = logging.getLogger("orthoweave.audit")
_INTERNAL: Final = frozenset({"_ID", "_SRC", "_DST"})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one question may take."""

    timeout_s: float = 30.0
    row_limit: int = 100_000
    byte_limit: int = 256 * 2**20


class Gateway:
    """Asks one published graph. Safe to use from several threads."""

    def __init__(
        self, store: GraphStore, graph: Path | None, limits: Limits | None = None, *,
        allow_unsandboxed: bool = False,
    ) -> None:  # fmt: skip
        self._store = store
        # a server speaks Cypher itself; what the embedded engine is asked has to be worked out
        self._served = isinstance(store, Neo4jStore)
        self._locked = _reader(store, graph)
        self._limits = limits or Limits()
        self._allow_unsandboxed = allow_unsandboxed

    def ask(
        self, text: str, parameters: Mapping[str, object] | None = None, *,
        row_limit: int | None = None,
    ) -> Rows:  # fmt: skip
        """Rows of a question that ships with the library.

        Raises
        ------
        QueryError
            As for `ask_freely`.
        """
        return self._asked(text, parameters, row_limit, self._run_here)

    def ask_freely(
        self, text: str, parameters: Mapping[str, object] | None = None, *,
        row_limit: int | None = None,
    ) -> Rows:  # fmt: skip
        """Rows of a statement that somebody wrote: checked, and run in a locked-up process.

        Raises
        ------
        QueryRefusedError
            If it is no plain question, or if no process can be locked up here.
        MissingParameterError
            If a parameter that it uses is not given.
        UsageError
            If a parameter is given that it does not use.
        QueryTimeoutError
            If it takes too long.
        QueryError
            If the engine refuses it, or it needs too much memory.
        """
        return self._asked(text, parameters, row_limit, self._run_locked_up)

    def close(self) -> None:
        """End the process for questions; the store is closed by who opened it."""
        if self._locked is not None:
            self._locked.close()

    def _asked(
        self, text: str, parameters: Mapping[str, object] | None, row_limit: int | None,
        run: Callable[[Question], Rows],
    ) -> Rows:  # fmt: skip
        given = dict(parameters or {})
        limit = self._limits.row_limit if row_limit is None else row_limit
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        started = time.monotonic()
        outcome = "refused"
        try:
            checked = check_statement(text)
            check_parameters(checked.parameters, given)
            outcome = "failed"
            rows = run(Question(checked.text, given, self._limits.timeout_s, limit,
                                self._limits.byte_limit))  # fmt: skip
            outcome = f"{rows.table.num_rows} rows"
        finally:
            milliseconds = (time.monotonic() - started) * 1000
            AUDIT.info("query %s: %s in %.1f ms", digest, outcome, milliseconds)
        table = rows.table
        if checked.columns:
            names = [checked.columns.get(name, name) for name in table.column_names]
            table = table.rename_columns(names)
        return Rows(_without_internal(table), rows.truncated)

    def _run_here(self, question: Question) -> Rows:
        run = self._store.query if self._served else partial(answer, self._store)
        rows = run(
            question.text, question.parameters, timeout_s=question.timeout_s,
            row_limit=question.row_limit,
        )  # fmt: skip
        if rows.table.nbytes > question.byte_limit:
            message = (
                f"the answer has {rows.table.nbytes / 2**20:,.0f} MiB, the limit is "
                f"{question.byte_limit / 2**20:,.0f} MiB: ask for fewer rows"
            )
            raise QueryError(message)
        return rows

    def _run_locked_up(self, question: Question) -> Rows:
        if self._locked is not None and (self._served or landlock_version()):
            return self._locked.ask(question)
        if self._allow_unsandboxed:
            return self._run_here(question)
        message = (
            "free-text Cypher is refused here: it runs in a process that the kernel locks up, and "
            "this system has no Landlock (Linux 5.13 or newer). Saved queries and all other "
            "questions work. With allow_unsandboxed=True it runs in this process, where only the "
            "check of the statement stands between it and your files: for your own text only"
        )
        raise QueryRefusedError(message)


def _reader(store: GraphStore, graph: Path | None) -> LockedReader | None:
    if isinstance(store, Neo4jStore):
        return ServerReader(store)
    return None if graph is None else LockedReader(graph)


def _without_internal(table: pa.Table) -> pa.Table:
    """`table` without the engine's row numbers in whole nodes and relationships."""
    for index, field in enumerate(table.schema):
        kind = _public(field.type)
        if kind != field.type:
            values = [_strip(value) for value in table[field.name].to_pylist()]
            table = table.set_column(index, field.name, pa.array(values, kind))
    return table


def _public(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_struct(kind):
        fields = [kind.field(i) for i in range(kind.num_fields)]
        return pa.struct([(f.name, _public(f.type)) for f in fields if f.name not in _INTERNAL])
    if pa.types.is_list(kind):
        public = _public(kind.value_type)
        return kind if public == kind.value_type else pa.list_(public)
    return kind


def _strip(value: object) -> object:
    if isinstance(value, dict):
        return {name: _strip(item) for name, item in value.items() if name not in _INTERNAL}
    if isinstance(value, list):
        return [_strip(item) for item in value]
    return value
