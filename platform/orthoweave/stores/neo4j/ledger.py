"""The ledger of a load into Neo4j: the number of rows of each unit that are written.

A unit is the rows of one source in one table. Its ledger node counts the written rows in the same
transaction that writes them, so that a load that was killed continues after the last row, with
none written twice and none lost. The nodes are deleted when the load is done.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

from orthoweave.errors import LockedError
from orthoweave.stores.neo4j.lease import FENCE, Lease, fence
from orthoweave.stores.neo4j.marker import LOAD_LABEL

if TYPE_CHECKING:
    import neo4j

State = Literal["new", "changed", "complete", "verified"]
"""``new``: rows are still to be written; ``changed``: likewise, and older rows of the source may
have to be deleted; ``complete``: all rows are written; ``verified``: they were also read back."""
_UNIT = f"MATCH (u:{LOAD_LABEL} {{id: $id}})"
# the fence, and the entry if its count is where the batch begins
_ADVANCE = (
    f"{FENCE} WITH l MERGE (u:{LOAD_LABEL} {{id: $id}}) "
    "WITH u, CASE WHEN u.digest = $digest THEN u.done ELSE 0 END AS done "
    "WHERE done = $start SET u = $values RETURN done"
)


@dataclass(frozen=True, slots=True)
class LedgerUnit:
    """The rows of one source in one table, and how many of them are written."""

    table: str
    source: str
    """Key of the Source node."""
    digest: str
    """Digest of the unit's content; empty if it is unknown or must be written again."""
    rows: int = 0
    done: int = 0
    """Number of rows written, in the order of the build's files."""
    state: State = "changed"

    @property
    def id(self) -> str:
        """Key of the ledger node."""
        return f"{self.table} {self.source}"


def distrusted(unit: LedgerUnit) -> LedgerUnit:
    """Return the entry of a unit that must be written again, though some rows may exist."""
    return LedgerUnit(unit.table, unit.source, "", unit.rows, 0, "changed")


def begin_ledger(
    transaction: "neo4j.ManagedTransaction", lease: Lease, units: Iterable[LedgerUnit]
) -> None:
    """Record the contents of the database before anything is changed."""
    fence(transaction, lease)
    rows = [{"id": unit.id, **asdict(unit)} for unit in units]
    transaction.run(f"UNWIND $rows AS row CREATE (u:{LOAD_LABEL}) SET u = row", rows=rows).consume()
    transaction.run(f"MATCH (l:{LOAD_LABEL} {{id: 'lease'}}) SET l.ready = true").consume()


def read_ledger(transaction: "neo4j.ManagedTransaction") -> list[LedgerUnit]:
    """Return all units of the ledger."""
    result = transaction.run(
        f"MATCH (u:{LOAD_LABEL}) WHERE u.id <> 'lease' RETURN u.table, u.source, u.digest, "
        "u.rows, u.done, u.state ORDER BY u.id"
    )
    return [LedgerUnit(*values) for values in result.values()]


def distrust(
    transaction: "neo4j.ManagedTransaction", lease: Lease, units: Iterable[LedgerUnit]
) -> None:
    """Mark units to be written again, whatever rows of them exist."""
    fence(transaction, lease)
    rows = [{"id": unit.id, **asdict(distrusted(unit))} for unit in units]
    transaction.run(
        f"UNWIND $rows AS row MERGE (u:{LOAD_LABEL} {{id: row.id}}) SET u = row", rows=rows
    ).consume()


def set_unit(transaction: "neo4j.ManagedTransaction", lease: Lease, unit: LedgerUnit) -> None:
    """Write or replace the entry of a unit."""
    fence(transaction, lease)
    values = {"id": unit.id, **asdict(unit)}
    transaction.run(
        f"MERGE (u:{LOAD_LABEL} {{id: $id}}) SET u = $values", id=unit.id, values=values
    ).consume()


def forget_unit(transaction: "neo4j.ManagedTransaction", lease: Lease, unit: LedgerUnit) -> None:
    """Delete the entry of a unit that has no more rows in the database."""
    fence(transaction, lease)
    transaction.run(f"{_UNIT} DELETE u", id=unit.id).consume()


def advance(
    transaction: "neo4j.ManagedTransaction", lease: Lease, unit: LedgerUnit, rows: int
) -> bool:
    """Count the last `rows` rows of `unit.done` as written; return False if they are already.

    That happens if the driver retries after losing the answer to its commit.

    Raises
    ------
    LockedError
        If another loader has taken over.
    """
    values = {"id": unit.id, **asdict(unit)}
    counted = transaction.run(
        _ADVANCE,
        token=lease.token,
        id=unit.id,
        digest=unit.digest,
        start=unit.done - rows,
        values=values,
    ).single()
    if counted is not None:
        return True
    fence(transaction, lease)
    now = transaction.run(f"{_UNIT} RETURN u.digest, u.done", id=unit.id).single()
    if now is None or tuple(now) != (unit.digest, unit.done):
        message = (
            f"the ledger of this Neo4j database has a different entry for {unit.id!r} than this "
            "load wrote: another process changed it; run the same command again"
        )
        raise LockedError(message)
    return False


def close_ledger(transaction: "neo4j.ManagedTransaction", lease: Lease) -> None:
    """Delete the ledger and the lease in one transaction, which ends the load."""
    fence(transaction, lease)
    transaction.run(f"MATCH (u:{LOAD_LABEL}) DELETE u").consume()
