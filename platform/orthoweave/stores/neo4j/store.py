"""A graph on a Neo4j server, open for reading.

Statements run in read-only transactions with a time limit that the server enforces. Rows are read
one by one up to a row limit and a byte limit, since the server does not limit the memory that an
answer takes on our side.

A load changes the graph in place. So after each statement the store checks that the graph is still
the one that was opened; rows that were read during a load are never returned.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, Self

from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from orthoweave.errors import (
    IntegrityError,
    MissingParameterError,
    QueryError,
    QueryTimeoutError,
    UsageError,
)
from orthoweave.schema import read_schema
from orthoweave.stores.base import BYTE_LIMIT, CLOSED, Rows
from orthoweave.stores.neo4j.access import Access, explained, open_driver, read_access
from orthoweave.stores.neo4j.marker import Marker, read_marker
from orthoweave.stores.neo4j.rows import LABEL, NODES, RELATIONSHIPS, table_of_rows
from orthoweave.stores.neo4j.statement import parameter_names

if TYPE_CHECKING:
    import neo4j

_FETCH: Final = 1000
# seconds beyond the server's time limit
_GRACE_S: Final = 2.0


class Neo4jStore:
    """A graph on a Neo4j server; see `connect`. Safe to use from several threads."""

    language: Literal["cypher"] = "cypher"

    def __init__(self, access: Access, driver: "neo4j.Driver", byte_limit: int) -> None:
        self.access = access
        self.marker: Marker | None = None
        """Marker of the graph when it was opened; None to accept any graph."""
        self._driver = driver
        self._byte_limit = byte_limit
        self._lock = threading.Lock()
        self._closed = False

    @classmethod
    def connect(cls, access: Access, *, byte_limit: int = BYTE_LIMIT) -> Self:
        """Open the graph of a server, whichever build it is.

        Raises
        ------
        StoreUnavailableError
            If the server does not answer or refuses the login.
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

    @classmethod
    def open(cls, uri: str, build: str, digest: str, *, byte_limit: int = BYTE_LIMIT) -> Self:
        """Open the graph of a server with the login from the environment, and check its build.

        Raises
        ------
        StoreUnavailableError, IntegrityError
            As `connect` and `expect`.
        """
        store = cls.connect(read_access(uri), byte_limit=byte_limit)
        try:
            store.expect(build, digest)
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def take_over(cls, handover: Mapping[str, Any]) -> Self:
        """Open the graph that `handover` of a store in another process describes."""
        store = cls.connect(Access(**handover["access"]))
        if handover["marker"] is not None:
            store.marker = Marker(**handover["marker"])
        return store

    def handover(self) -> dict[str, object]:
        """Return what another process needs to open the same graph, with login, for JSON."""
        return {
            "uri": self.access.uri,
            "access": asdict(self.access),
            "marker": None if self.marker is None else asdict(self.marker),
        }

    def expect(self, build: str, digest: str) -> None:
        """Check that the graph is a published build, now and after every statement.

        Raises
        ------
        IntegrityError
            If the server has another build or an unfinished load; the message says what to do.
        """
        with self._session() as session, explained(self.access):
            marker = read_marker(session)
        advice = f"run `orthoweave build --store {self.access.uri}`"
        if marker.state == "absent":
            message = f"the Neo4j server at {self.access.uri} does not have a build: {advice}"
        elif marker.state == "loading":
            message = (
                f"a load into {self.access.uri} is running or was interrupted: wait for it, or "
                f"{advice}, which continues where it was interrupted"
            )
        elif marker.digest != digest:
            message = (
                f"the Neo4j server at {self.access.uri} has build {marker.build!r}, but "
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
        """Return the answer to a statement, at most `row_limit` rows; see `CypherStore.query`.

        A node in the rows is a struct of its label as ``_LABEL`` and its properties; see
        `orthoweave.stores.neo4j.rows`.
        """
        used = _used(text, parameters or {})
        with self._session() as session, explained(self.access, timeout_s):
            again = Retrying(
                retry=retry_if_exception(_is_passing),
                stop=stop_after_attempt(3),
                wait=wait_random_exponential(0.05, max=0.5),
                reraise=True,
            )
            columns, rows = again(self._read, session, text, used, timeout_s, row_limit)
            self._check_unchanged(session)
        return Rows(table_of_rows(columns, rows[:row_limit]), truncated=len(rows) > row_limit)

    def counts(self) -> dict[str, int]:
        """Return the number of rows by node and edge table of the schema."""
        schema = read_schema()
        patterns = {name: f"(x:`{name}`)" for name in schema.nodes}
        patterns |= {name: f"()-[x:`{name}`]->()" for name in schema.edges}
        counts = {}
        with self._session() as session, explained(self.access):
            for name, pattern in patterns.items():
                text = f"MATCH {pattern} RETURN count(x)"
                [(counts[name],)] = session.run(text).values()
            self._check_unchanged(session)
        return counts

    def close(self) -> None:
        """Close the connection; later queries fail."""
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
        self,
        session: "neo4j.Session",
        text: str,
        used: dict[str, object],
        timeout_s: float,
        row_limit: int,
    ) -> tuple[list[str], list[list[object]]]:
        import neo4j

        budget = _Budget(self._byte_limit, self._byte_limit)
        deadline = time.monotonic() + timeout_s + _GRACE_S
        result = session.run(neo4j.Query(text, timeout=timeout_s), used)
        rows = []
        for record in result:
            rows.append([_plain(value, budget) for value in record.values()])
            if time.monotonic() > deadline:
                message = f"the answer took more than {timeout_s:g} s to arrive: ask for fewer rows"
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
                f"the graph at {self.access.uri} was {self.marker.build} when it was opened, but "
                f"{'is being loaded' if now.state == 'loading' else 'has changed'} since: open the "
                "knowledge base again"
            )
            raise IntegrityError(message)


@dataclass(slots=True)
class _Budget:
    """Bytes left for an answer, estimated by its size in Arrow."""

    limit: int
    left: int

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            message = (
                f"the answer exceeds {self.limit / 2**20:,.0f} MiB, which is the limit: ask "
                "for fewer columns or fewer rows"
            )
            raise QueryError(message)


def _is_passing(error: BaseException) -> bool:
    """Return whether a retry may help: after a lost connection, but not when out of memory."""
    from neo4j.exceptions import DriverError, Neo4jError

    if isinstance(error, Neo4jError):
        return error.is_retryable() and "OutOfMemory" not in (error.code or "")
    return isinstance(error, DriverError) and error.is_retryable()


def _used(text: str, given: Mapping[str, object]) -> dict[str, object]:
    """Return the parameters that a statement uses.

    The server does not report a missing parameter in a part of the statement that never runs.
    """
    names = parameter_names(text)
    missing = sorted(names - given.keys())
    if missing:
        known = ", ".join(sorted(given)) or "none"
        message = f"the query uses ${', $'.join(missing)}, which is missing; given are: {known}"
        raise MissingParameterError(message)
    return {name: given[name] for name in names}


def _plain(value: object, budget: _Budget) -> object:
    """Return a value of the driver in the form that all stores share."""
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
