"""The ledger of a load into Neo4j: how many rows of each unit are in, counted as they are written.

A unit is what one source says in one table. Its ledger node counts the rows that are in, in the
very transaction that writes them, so that a load that was killed goes on after the last row that
is in: none twice, none lost. The nodes are there only until the load is done.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

from orthoweave.errors import LockedError
from orthoweave.stores.neo4j_lease import FENCE, Lease, fence
from orthoweave.stores.neo4j_marker import LOAD_LABEL

if TYPE_CHECKING:
    import neo4j

State = Literal["new", "changed", "complete", "verified"]
"""Whether rows are still to be written (and whether there may be others of the source that have to
go), all are in, or all were also read back."""
_UNIT = f"MATCH (u:{LOAD_LABEL} {{id: $id}})"
# the fence, and the entry if it stands where the batch begins
_ADVANCE = (
    f"{FENCE} WITH l MERGE (u:{LOAD_LABEL} {{id: $id}}) "
    "WITH u, CASE WHEN u.digest = $digest THEN u.done ELSE 0 END AS done "
    "WHERE done = $start SET u = $values RETURN done"
)


@dataclass(frozen=True, slots=True)
class LedgerUnit:
    """What one source says in one table, as far as it is in the database."""

    table: str
    source: str
    """Key of the Source."""
    digest: str
    """Content of the unit; empty where it is not known, or is to be written anew."""
    rows: int = 0
    done: int = 0
    """Rows that are in, in the order of the build's files."""
    state: State = "changed"

    @property
    def id(self) -> str:
        """Key of the ledger node."""
        return f"{self.table} {self.source}"


def distrusted(unit: LedgerUnit) -> LedgerUnit:
    """Entry of a unit of which some rows may be in, but which has to be written anew."""
    return LedgerUnit(unit.table, unit.source, "", unit.rows, 0, "changed")


def begin_ledger(
    transaction: "neo4j.ManagedTransaction", lease: Lease, units: Iterable[LedgerUnit]
) -> None:
    """Write down what is in the database before anything is changed."""
    fence(transaction, lease)
    rows = [{"id": unit.id, **asdict(unit)} for unit in units]
    transaction.run(f"UNWIND $rows AS row CREATE (u:{LOAD_LABEL}) SET u = row", rows=rows).consume()
    transaction.run(f"MATCH (l:{LOAD_LABEL} {{id: 'lease'}}) SET l.ready = true").consume()


def read_ledger(transaction: "neo4j.ManagedTransaction") -> list[LedgerUnit]:
    """All units of the ledger."""
    found = transaction.run(
        f"MATCH (u:{LOAD_LABEL}) WHERE u.id <> 'lease' RETURN u.table, u.source, u.digest, "
        "u.rows, u.done, u.state ORDER BY u.id"
    )
    return [LedgerUnit(*values) for values in found.values()]


def distrust(
    transaction: "neo4j.ManagedTransaction", lease: Lease, units: Iterable[LedgerUnit]
) -> None:
    """Have units written anew, whatever of them is in."""
    fence(transaction, lease)
    rows = [{"id": unit.id, **asdict(distrusted(unit))} for unit in units]
    transaction.run(
        f"UNWIND $rows AS row MERGE (u:{LOAD_LABEL} {{id: row.id}}) SET u = row", rows=rows
    ).consume()


def set_unit(transaction: "neo4j.ManagedTransaction", lease: Lease, unit: LedgerUnit) -> None:
    """Write or replace one unit's entry."""
    fence(transaction, lease)
    values = {"id": unit.id, **asdict(unit)}
    transaction.run(
        f"MERGE (u:{LOAD_LABEL} {{id: $id}}) SET u = $values", id=unit.id, values=values
    ).consume()


def forget_unit(transaction: "neo4j.ManagedTransaction", lease: Lease, unit: LedgerUnit) -> None:
    """Take out the entry of a unit that has no rows in the database any more."""
    fence(transaction, lease)
    transaction.run(f"{_UNIT} DELETE u", id=unit.id).consume()


def advance(
    transaction: "neo4j.ManagedTransaction", lease: Lease, unit: LedgerUnit, rows: int
) -> bool:
    """Count the last `rows` rows of `unit.done` as in; False if they are already.

    They are already where the driver tries again since the answer to its commit was lost.

    Raises
    ------
    LockedError
        If another loader has taken over.
    """
    values = {"id": unit.id, **asdict(unit)}
    counted = transaction.run(
        _ADVANCE, token=lease.token, id=unit.id, digest=unit.digest, start=unit.done - rows,
        values=values,
    ).single()  # fmt: skip
    if counted is not None:
        return True
    fence(transaction, lease)
    now = transaction.run(f"{_UNIT} RETURN u.digest, u.done", id=unit.id).single()
    if now is None or tuple(now) != (unit.digest, unit.done):
        message = (
            f"the ledger of this Neo4j database has another entry for {unit.id!r} than this load "
            "has written: another process changed it; run the same command again"
        )
        raise LockedError(message)
    return False


def close_ledger(transaction: "neo4j.ManagedTransaction", lease: Lease) -> None:
    """Delete the ledger and the lease in one step: the load is done."""
    fence(transaction, lease)
    transaction.run(f"MATCH (u:{LOAD_LABEL}) DELETE u").consume()
