"""A graph in a Neo4j server, open for reading.

Statements run in transactions that may only read, under a time limit that the server keeps.
Rows are taken as they come and no further than the limits: a row limit by taking one row more,
and a limit of bytes, since the memory that an answer takes here is not limited by the server.

A load changes the graph in place. So after each statement the store makes sure that the graph is
still the one that it was opened on; what was read while a load was under way is never given back.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from orthoweave.errors import (
    IntegrityError,
    MissingParameterError,
    QueryError,
    QueryTimeoutError,
    UsageError,
)
from orthoweave.schema import read_schema
from orthoweave.stores.arrow_rows import LABEL, NODES, RELATIONSHIPS, table_of_rows
from orthoweave.stores.base import CLOSED, Rows
from orthoweave.stores.neo4j_access import Access, explained, open_driver
from orthoweave.stores.neo4j_marker import Marker, read_marker
from orthoweave.stores.statement import parameter_names

if TYPE_CHECKING:
    import neo4j

BYTE_LIMIT: Final = 256 * 2**20
_FETCH: Final = 1000
# beyond the time limit that the server keeps
_GRACE_S: Final = 2.0


class Neo4jStore:
    """A graph in a Neo4j server; see `connect`. Safe to use from several threads."""

    def __init__(self, access: Access, driver: "neo4j.Driver", byte_limit: int) -> None:
        self.access = access
        self.marker: Marker | None = None
        """What the server held when the graph was opened; None lets it hold anything."""
        self._driver = driver
        self._byte_limit = byte_limit
        self._lock = threading.Lock()
        self._closed = False

    @classmethod
    def connect(cls, access: Access, *, byte_limit: int = BYTE_LIMIT) -> Self:
        """Open the graph of a server, whatever it holds.

        Raises
        ------
        StoreUnavailableError
            If the server does not answer, or refuses the login.
        MissingExtraError
            If the driver is not installed.
        """
        driver = open_driver(access)
        try:
            with explained(access):
                driver.verify_connectivity()
        except BaseException:
            driver.close()
            raise
        return cls(access, driver, byte_limit)

    def expect(self, build: str, digest: str) -> None:
        """Take the graph for that of a published build, and see to it that it stays that.

        Raises
        ------
        IntegrityError
            If the server holds another one, or a load is unfinished; the message says what to do.
        """
        with self._session() as session, explained(self.access):
            marker = read_marker(session)
        advice = f"run `orthoweave build --store {self.access.uri}`"
        if marker.state == "absent":
            message = f"the Neo4j server at {self.access.uri} holds no build: {advice}"
        elif marker.state == "loading":
            message = (
                f"a load into {self.access.uri} is under way or was broken off: wait for it, or "
                f"{advice}, which goes on where it was broken off"
            )
        elif marker.digest != digest:
            message = (
                f"the Neo4j server at {self.access.uri} holds build {marker.build!r}, and "
                f"{build!r} is published: {advice}"
            )
        else:
            self.marker = marker
            return
        raise IntegrityError(message)

    def query(
        self,
        text: str,
        parameters: Mapping[str, object] | None = None,
        *,
        timeout_s: float,
        row_limit: int,
    ) -> Rows:
        """Rows of one statement, at most `row_limit` of them; see GraphStore.

        A node in the rows is a struct of its label as ``_LABEL`` and its properties; see
        `orthoweave.stores.arrow_rows`.
        """
        used = _used(text, parameters or {})
        with self._session() as session, explained(self.access, timeout_s):
            again = Retrying(
                retry=retry_if_exception(_is_passing), stop=stop_after_attempt(3),
                wait=wait_random_exponential(0.05, max=0.5), reraise=True,
            )  # fmt: skip
            columns, rows = again(self._read, session, text, used, timeout_s, row_limit)
            self._check_unchanged(session)
        return Rows(table_of_rows(columns, rows[:row_limit]), truncated=len(rows) > row_limit)

    def counts(self) -> dict[str, int]:
        """Rows by node and edge table of the schema."""
        schema = read_schema()
        patterns = {name: f"(x:`{name}`)" for name in schema.nodes}
        patterns |= {name: f"()-[x:`{name}`]->()" for name in schema.edges}
        found = {}
        with self._session() as session, explained(self.access):
            for name, pattern in patterns.items():
                text = f"MATCH {pattern} RETURN count(x)"
                [(found[name],)] = session.run(text).values()
            self._check_unchanged(session)
        return found

    def close(self) -> None:
        """Let go of the server; queries from here on fail."""
        with self._lock:
            closed, self._closed = self._closed, True
        if not closed:
            self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _session(self) -> "neo4j.Session":
        import neo4j

        with self._lock:
            if self._closed:
                raise UsageError(CLOSED)
            return self._driver.session(default_access_mode=neo4j.READ_ACCESS, fetch_size=_FETCH)

    def _read(
        self, session: "neo4j.Session", text: str, used: dict[str, object], timeout_s: float,
        row_limit: int,
    ) -> tuple[list[str], list[list[object]]]:  # fmt: skip
        import neo4j

        budget = _Budget(self._byte_limit, self._byte_limit)
        deadline = time.monotonic() + timeout_s + _GRACE_S
        result = session.run(neo4j.Query(text, timeout=timeout_s), used)
        rows = []
        for record in result:
            rows.append([_plain(value, budget) for value in record.values()])
            if time.monotonic() > deadline:
                message = f"the answer took more than {timeout_s:g} s to arrive: ask for less"
                raise QueryTimeoutError(message)
            if len(rows) > row_limit:
                break
        columns = list(result.keys())
        result.consume()
        return columns, rows

    def _check_unchanged(self, session: "neo4j.Session") -> None:
        if self.marker is None:
            return
        now = read_marker(session)
        if now != self.marker:
            message = (
                f"the graph at {self.access.uri} was {self.marker.build} when it was opened, and "
                f"is {'being loaded' if now.state == 'loading' else 'another'} now: open the "
                "knowledge base again"
            )
            raise IntegrityError(message)


@dataclass(slots=True)
class _Budget:
    """Bytes that an answer may still take; as Arrow has them, about."""

    limit: int
    left: int

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            message = (
                f"the answer has more than {self.limit / 2**20:,.0f} MiB, which is the limit: ask "
                "for fewer columns or fewer rows"
            )
            raise QueryError(message)


def _is_passing(error: BaseException) -> bool:
    """Tell whether asking again may help: a lost connection or a busy server, but no bomb."""
    from neo4j.exceptions import DriverError, Neo4jError

    if isinstance(error, Neo4jError):
        return error.is_retryable() and "OutOfMemory" not in (error.code or "")
    return isinstance(error, DriverError) and error.is_retryable()


def _used(text: str, given: Mapping[str, object]) -> dict[str, object]:
    """Parameters that a statement uses; the server says nothing of a missing one in dead code."""
    names = parameter_names(text)
    missing = sorted(names - given.keys())
    if missing:
        known = ", ".join(sorted(given)) or "none"
        message = f"the query uses ${', $'.join(missing)}, which was not given (given: {known})"
        raise MissingParameterError(message)
    return {name: given[name] for name in names}


def _plain(value: object, budget: _Budget) -> object:
    """A value of the driver in the form that all stores share."""
    from neo4j.graph import Node, Path, Relationship

    if isinstance(value, str):
        budget.spend(len(value) + 4)
    elif isinstance(value, Node):
        return _plain({LABEL: ":".join(sorted(value.labels)), **value}, budget)
    elif isinstance(value, Relationship):
        return _plain({LABEL: value.type, **value}, budget)
    elif isinstance(value, Path):
        ends = {NODES: list(value.nodes), RELATIONSHIPS: list(value.relationships)}
        return _plain(ends, budget)
    elif isinstance(value, dict):
        budget.spend(8)
        return {name: _plain(item, budget) for name, item in value.items()}
    elif isinstance(value, list):
        budget.spend(8)
        return [_plain(item, budget) for item in value]
    else:
        budget.spend(8)
    return value
