"""The contract of graph stores: a statement in, rows out, always with limits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, Protocol

import pyarrow as pa

BYTE_LIMIT: Final = 256 * 2**20
"""Default limit of bytes of one answer from a server."""
CLOSED: Final = "this knowledge base is closed: open it again"
"""Message for a question after closing."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of an answer."""

    table: pa.Table
    truncated: bool
    """Whether there are more rows than the limit; `table` then has the first of them."""
    notes: tuple[str, ...] = ()
    """Notes for the reader of the answer, such as a name that the graph does not have."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a node or edge table, with facts about its values."""

    kind: str
    """As in the graph schema: string, int64, float32, float64, bool or string[]."""
    has_null: bool
    has_nan: bool
    """Whether NaN or an infinite value occurs, which only floats can be."""


@dataclass(frozen=True, slots=True)
class Table:
    """A node or edge table of a graph, with facts about its rows."""

    name: str
    number: int
    """Number of the label or type, unique among node tables or among edge tables."""
    rows: int
    columns: Mapping[str, Column]
    """Properties in the order of the schema, without the ends of edges."""
    start: str = ""
    """Label of the start nodes of an edge table; empty for nodes."""
    end: str = ""
    has_loops: bool = False
    """Whether some edge starts and ends at the same node."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All tables of a graph, each kind sorted by name."""

    nodes: Mapping[str, Table]
    edges: Mapping[str, Table]
    mixed_planes: bool = False
    """Whether some string has a character from U+E000 to U+FFFF, and some string one above U+FFFF.

    Neo4j orders such strings by UTF-16 units, DuckDB by code points.
    """

    def table(self, name: str) -> Table | None:
        """Return the table of a name; None if there is none."""
        return self.nodes.get(name) or self.edges.get(name)


@dataclass(frozen=True, slots=True)
class Function:
    """A Python function that an SQL statement calls."""

    apply: Callable[..., object]
    """The function, with one positional argument per type in `takes`."""
    takes: tuple[str, ...]
    """SQL types of its arguments."""
    gives: str
    """SQL type of its result."""


class GraphStore(Protocol):
    """A published graph, open for reading from any number of threads."""

    @property
    def language(self) -> Literal["cypher", "sql"]:
        """Language of its statements: ``sql`` for a SqlStore, ``cypher`` for a CypherStore."""

    def counts(self) -> dict[str, int]:
        """Return the number of rows by node and edge table."""

    def close(self) -> None:
        """Close the graph; later questions fail."""


class CypherStore(GraphStore, Protocol):
    """A graph on a server that answers Cypher."""

    @property
    def language(self) -> Literal["cypher"]:
        """Cypher."""

    def query(
        self,
        text: str,
        parameters: Mapping[str, object] | None = None,
        *,
        timeout_s: float,
        row_limit: int,
    ) -> Rows:
        """Return the answer to a Cypher statement, at most `row_limit` rows.

        Raises
        ------
        MissingParameterError
            If the statement uses a parameter that is not given.
        QueryTimeoutError
            If the statement runs longer than `timeout_s` seconds.
        QueryError
            If the engine refuses the statement or fails.
        UsageError
            If the graph is closed.
        """

    def handover(self) -> dict[str, object]:
        """Return what another process needs to open the same graph, with login, for JSON."""


class SqlStore(GraphStore, Protocol):
    """A graph in tables that answer SQL; see `stores.duckdb.tables` for the tables."""

    @property
    def language(self) -> Literal["sql"]:
        """SQL."""

    @property
    def catalogue(self) -> Catalogue:
        """All tables with facts about their values."""

    def sql(
        self,
        text: str,
        parameters: Mapping[str, object] | None = None,
        *,
        functions: Mapping[str, Function] | None = None,
        timeout_s: float,
        row_limit: int,
    ) -> Rows:
        """Return the answer to an SQL statement with parameters ``$p0``, at most `row_limit` rows.

        A function stays registered after the first statement that uses it, so a name must always
        stand for the same function.

        The store stays usable after any failure.

        Raises
        ------
        QueryTimeoutError
            If the statement runs longer than `timeout_s` seconds.
        QueryError
            If the engine refuses the statement, fails, or needs too much memory.
        UsageError
            If the graph is closed.
        """


AnyStore = SqlStore | CypherStore
"""Any store; its `language` tells which kind."""
