"""Writer of tables into Neo4j, in batches that are counted in the ledger, by one loader at a time.

All batches go through one session, since two that create edges at the same nodes would deadlock.
Values are sent as lists; provenance that is the same in all rows is sent once.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from orthoweave.errors import BuildError, QueryError
from orthoweave.schema import EdgeType, NodeType, Schema
from orthoweave.schema.ddl import neo4j_ddl
from orthoweave.schema.model import ARROW, PROVENANCE
from orthoweave.storage.faults import fault_point
from orthoweave.stores.neo4j import ledger
from orthoweave.stores.neo4j.access import Access, explained, open_driver
from orthoweave.stores.neo4j.lease import Lease, fence, give_back, take_lease
from orthoweave.stores.neo4j.ledger import LedgerUnit
from orthoweave.stores.neo4j.marker import LOAD_LABEL, Marker, read_marker, write_marker

if TYPE_CHECKING:
    import neo4j

BATCH_ROWS: Final = 10_000
"""Number of rows of one transaction."""
# longer than any batch takes; the server's default limit is meant for questions
_TRANSACTION_S: Final = 3600.0
_FETCH: Final = 20_000
_CHOSEN: Final = "WHERE $sources IS NULL OR x.source IN $sources"
# columns that nearly always have the same value in all rows of a source
_BY_SOURCE: Final = {column.name for column in PROVENANCE}


@contextmanager
def loading(access: Access, build: str) -> Iterator["Loader"]:
    """Take the lease on a database and yield its loader; readers see that it is loading.

    However the block ends, the next loader can continue from there at once.

    Raises
    ------
    LockedError
        If another loader has the lease.
    StoreUnavailableError
        If the server cannot be reached or refuses the login.
    BuildError
        If the server refuses the data.
    """
    with (
        _refusals(),
        explained(access),
        open_driver(access) as driver,
        driver.session(fetch_size=_FETCH) as session,
    ):
        lease = take_lease(session, build)
        try:
            yield Loader(session, lease)
        finally:
            give_back(driver, lease)


def marker_at(access: Access) -> Marker:
    """Return the marker of a database: its build, and whether it is loading."""
    with explained(access), open_driver(access) as driver, driver.session() as session:
        return read_marker(session)


def rows_at(access: Access, table: NodeType | EdgeType) -> Iterator[pa.Table]:
    """Yield all rows of a table of a database, in the form of the build's files, in batches."""
    with (
        explained(access),
        open_driver(access) as driver,
        driver.session(fetch_size=_FETCH) as session,
    ):
        yield from _rows(session, table, None)


class Loader:
    """The only writer of a database; see `loading`."""

    def __init__(self, session: "neo4j.Session", lease: Lease) -> None:
        self._session = session
        self.lease = lease

    def marker(self) -> Marker:
        """Return the marker of the database."""
        return read_marker(self._session)

    def prepare(self, schema: Schema) -> None:
        """Create the constraints and indexes of all keys, and wait until they are online."""
        for statement in neo4j_ddl(schema):
            self._run(statement).consume()
        self._run("CALL db.awaitIndexes(3600)").consume()

    def counts(self, schema: Schema) -> dict[str, int]:
        """Return the number of rows by node and edge table, including empty tables."""
        nodes = {name: f"(x:`{name}`)" for name in schema.nodes}
        patterns = nodes | {name: f"()-[x:`{name}`]->()" for name in schema.edges}
        counts = ", ".join(f"COUNT {{ {text} }} AS `{name}`" for name, text in patterns.items())
        return dict(self._run(f"RETURN {counts}").single(strict=True))

    def size(self) -> int:
        """Return the number of all nodes and edges, except those of the load itself."""
        counts = f"COUNT {{ (n) }} + COUNT {{ ()-[r]->() }} - COUNT {{ (l:{LOAD_LABEL}) }}"
        return int(self._run(f"RETURN {counts} AS n").single(strict=True)["n"])

    def present(self, schema: Schema) -> list[LedgerUnit]:
        """Return the units that have rows, found by reading all rows; their digest is unknown."""
        tables = {name: f"(x:`{name}`)" for name in schema.nodes}
        tables |= {name: f"()-[x:`{name}`]->()" for name in schema.edges}
        return [
            LedgerUnit(name, source, "")
            for name, pattern in tables.items()
            for (source,) in self._run(
                f"MATCH {pattern} RETURN DISTINCT coalesce(x.source, '') AS source ORDER BY source"
            ).values()
        ]

    def begin(self, units: Sequence[LedgerUnit]) -> None:
        """Record the contents of the database in the ledger, before anything is changed."""
        self._write(ledger.begin_ledger, units)

    def ledger(self) -> list[LedgerUnit]:
        """Return the units of the ledger."""
        return self._session.execute_read(ledger.read_ledger)

    def distrust(self, units: Sequence[LedgerUnit]) -> None:
        """Mark units to be written again, whatever rows of them exist."""
        self._write(ledger.distrust, units)

    def set_unit(self, unit: LedgerUnit) -> None:
        """Write or replace the entry of a unit in the ledger."""
        self._write(ledger.set_unit, unit)

    def forget(self, unit: LedgerUnit) -> None:
        """Delete the entry of a unit without rows from the ledger."""
        self._write(ledger.forget_unit, unit)

    def write(self, table: NodeType | EdgeType, unit: LedgerUnit, rows: pa.Table) -> None:
        """Write rows of a unit, and its entry that counts them, in one transaction.

        Raises
        ------
        BuildError
            If an end of an edge does not exist; then nothing of the batch is written.
        """
        if isinstance(table, NodeType):
            statement, parameters = _node_batch(table, rows)
        else:
            statement, parameters = _edge_batch(table, rows)
        self._write(_write_batch, unit, rows.num_rows, statement, parameters)

    def delete_edges(self, edge: EdgeType, source: str) -> None:
        """Delete all edges of a type from a source, in batches; repeating this does no harm."""
        self._run(
            f"MATCH ()-[r:`{edge.name}`]->() WHERE coalesce(r.source, '') = $source CALL (r) "
            f"{{ MATCH (:{LOAD_LABEL} {{id: 'lease', token: $token}}) DELETE r }} "
            f"IN TRANSACTIONS OF {BATCH_ROWS} ROWS",
            source=source,
            token=self.lease.token,
        ).consume()

    def keys(self, node: NodeType, source: str) -> Iterator[list[str]]:
        """Yield the keys of the nodes of a label from a source, in batches."""
        result = self._run(
            f"MATCH (n:`{node.name}`) WHERE coalesce(n.source, '') = $source RETURN n.id",
            source=source,
        )
        while records := result.fetch(_FETCH):
            yield [record[0] for record in records]

    def delete_nodes(self, node: NodeType, keys: Sequence[str]) -> None:
        """Delete nodes by key, together with their edges."""
        for start in range(0, len(keys), BATCH_ROWS):
            part = list(keys[start : start + BATCH_ROWS])
            self._write(_delete_nodes, node.name, part)

    def rows(self, table: NodeType | EdgeType, sources: Sequence[str]) -> Iterator[pa.Table]:
        """Yield the rows of some sources in the form of the build's files, in batches."""
        return _rows(self._session, table, sources)

    def finish(self, build: str, digest: str) -> None:
        """Write the marker of a build, and delete the ledger to make it visible."""
        write_marker(self._session, build, digest)
        self._write(ledger.close_ledger)

    def _run(self, text: str, **parameters: object) -> "neo4j.Result":
        return self._session.run(_statement(text), parameters)

    def _write(self, work: Callable[..., None], *arguments: object) -> None:
        import neo4j

        def tested(transaction: "neo4j.ManagedTransaction", *values: object) -> None:
            work(transaction, *values)
            fault_point("load before commit")

        fault_point("load before transaction")
        timed = neo4j.unit_of_work(timeout=_TRANSACTION_S)(tested)
        self._session.execute_write(timed, self.lease, *arguments)
        fault_point("load after commit")


def _statement(text: str) -> "neo4j.Query":
    import neo4j

    return neo4j.Query(text, timeout=_TRANSACTION_S)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except QueryError as error:
        message = f"the Neo4j server refused the data to be loaded: {error}"
        raise BuildError(message) from error


def _write_batch(  # noqa: PLR0917 - called by the driver, by position
    transaction: "neo4j.ManagedTransaction",
    lease: Lease,
    unit: LedgerUnit,
    rows: int,
    statement: str,
    parameters: Mapping[str, object],
) -> None:
    if not ledger.advance(transaction, lease, unit, rows):
        return
    written = transaction.run(statement, parameters).single(strict=True)[0]  # type: ignore[arg-type]
    if written != rows:
        message = (
            f"{rows - written} of {rows} rows of {unit.table} by {unit.source} name a node that "
            "is not in Neo4j: something else is changing that database; run the same command again"
        )
        raise BuildError(message)


def _delete_nodes(
    transaction: "neo4j.ManagedTransaction", lease: Lease, label: str, keys: list[str]
) -> None:
    fence(transaction, lease)
    transaction.run(
        f"UNWIND $keys AS key MATCH (n:`{label}` {{id: key}}) DETACH DELETE n", keys=keys
    ).consume()


def _node_batch(table: NodeType, rows: pa.Table) -> tuple[str, dict[str, object]]:
    properties, parameters = _properties(rows, keys=1)
    return (
        f"UNWIND $rows AS row MERGE (n:`{table.name}` {{id: row[0]}}) "
        f"SET n = {{id: row[0]{properties}}} RETURN count(*)"
    ), parameters


def _edge_batch(table: EdgeType, rows: pa.Table) -> tuple[str, dict[str, object]]:
    properties, parameters = _properties(rows, keys=2)
    return (
        f"UNWIND $rows AS row MATCH (a:`{table.start}` {{id: row[0]}}) "
        f"MATCH (b:`{table.end}` {{id: row[1]}}) "
        f"CREATE (a)-[:`{table.name}` {{{properties.removeprefix(', ')}}}]->(b) RETURN count(*)"
    ), parameters


def _properties(rows: pa.Table, *, keys: int) -> tuple[str, dict[str, object]]:
    """Return the columns after the keys as entries of a map, and the parameters that it uses."""
    parts, constants = [], {}
    varying = [rows.column(number).to_pylist() for number in range(keys)]
    for name, column in zip(rows.column_names[keys:], rows.columns[keys:], strict=True):
        if name in _BY_SOURCE and len(pc.unique(column)) == 1:
            parts.append(f", `{name}`: $constants.`{name}`")
            constants[name] = column[0].as_py()
        else:
            parts.append(f", `{name}`: row[{len(varying)}]")
            varying.append(column.to_pylist())
    rows_by_list = [list(row) for row in zip(*varying, strict=True)]
    return "".join(parts), {"rows": rows_by_list, "constants": constants}


def _rows(
    session: "neo4j.Session", table: NodeType | EdgeType, sources: Sequence[str] | None
) -> Iterator[pa.Table]:
    """Yield the rows of some sources, or of all, in the form of the build's files."""
    schema = pa.schema([(column.name, ARROW[column.kind]) for column in table.columns])
    result = session.run(_statement(rows_statement(table, _CHOSEN)), sources=sources)
    while records := result.fetch(_FETCH):
        columns = zip(*records, strict=True)
        arrays = [
            pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)
        ]
        yield pa.Table.from_arrays(arrays, schema=schema)


def rows_statement(table: NodeType | EdgeType, chosen: str = "") -> str:
    """Return the statement for a table's rows in the form of the schema; `chosen` is a WHERE."""
    own = table.columns if isinstance(table, NodeType) else table.columns[2:]
    values = ", ".join(f"x.`{column.name}` AS `{column.name}`" for column in own)
    if isinstance(table, NodeType):
        return f"MATCH (x:`{table.name}`) {chosen} RETURN {values}"
    return (
        f"MATCH (a:`{table.start}`)-[x:`{table.name}`]->(b:`{table.end}`) {chosen} "
        f"RETURN a.id AS `from`, b.id AS `to`, {values}"
    )
