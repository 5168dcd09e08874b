"""The lease on a Neo4j database: one loader at a time, even if a loader was killed.

A node names the loader and a token. Each transaction of a load first finds its own token in that
node and writes to the node, which locks it. So a loader that takes over waits for running
transactions of the former one, and later transactions of the former one find another token and
change nothing. The expiry time in the node only makes taking over polite; taking over too early
does not lose anything.
"""

import os
import socket
import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orthoweave.errors import LockedError
from orthoweave.stores.neo4j.marker import LOAD_LABEL

if TYPE_CHECKING:
    import neo4j

_LEASE_MS: Final = 60_000
FENCE: Final = (
    f"MATCH (l:{LOAD_LABEL} {{id: 'lease', token: $token}}) SET l.until = timestamp() + {_LEASE_MS}"
)
"""Beginning of every transaction of a load: it finds and locks the lease, or does nothing."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A loader's right to write."""

    token: str
    ready: bool
    """Whether an unfinished load has recorded the contents of the database in the ledger."""


def take_lease(session: "neo4j.Session", build: str) -> Lease:
    """Take the lease for loading a build; from then on the database is marked as loading.

    Raises
    ------
    LockedError
        If another loader has the lease.
    """
    session.run(
        f"CREATE CONSTRAINT orthoweave_load IF NOT EXISTS FOR (n:{LOAD_LABEL}) "
        "REQUIRE n.id IS UNIQUE"
    ).consume()
    return session.execute_write(_take, build, uuid.uuid4().hex)


def fence(transaction: "neo4j.ManagedTransaction", lease: Lease) -> None:
    """Begin a transaction of a load: lock and renew the lease.

    Raises
    ------
    LockedError
        If another loader has taken over.
    """
    if transaction.run(f"{FENCE} RETURN l.id", token=lease.token).single() is None:
        message = (
            "another process has taken over the load of this Neo4j database: this one stopped, "
            "and the other continues from the rows that it has written"
        )
        raise LockedError(message)


def give_back(driver: "neo4j.Driver", lease: Lease) -> None:
    """Release the lease, so that the next loader can begin at once."""
    from neo4j.exceptions import DriverError, Neo4jError

    mine = f"MATCH (l:{LOAD_LABEL} {{id: 'lease', token: $token}})"
    # if this fails, the lease expires by itself; the error that ended the load matters more
    with suppress(DriverError, Neo4jError, OSError), driver.session() as session:
        session.run(f"{mine} WHERE NOT l.ready DELETE l", token=lease.token).consume()
        session.run(f"{mine} SET l.until = 0", token=lease.token).consume()


def _take(transaction: "neo4j.ManagedTransaction", build: str, token: str) -> Lease:
    # SET locks the node, so the values returned are those of the last writer
    holder = transaction.run(
        f"MERGE (l:{LOAD_LABEL} {{id: 'lease'}}) SET l.asked = $token "
        "RETURN l.build AS build, l.ready AS ready, l.host AS host, l.process AS process, "
        "(l.until - timestamp()) / 1000 AS seconds",
        token=token,
    ).single(strict=True)
    seconds = holder["seconds"]
    if seconds is not None and seconds > 0 and not _died(holder["host"], holder["process"]):
        message = (
            f"this Neo4j database is being loaded by process {holder['process']} on "
            f"{holder['host']!r}: wait until it has finished; if it died, its lease ends in "
            f"{seconds + 1} s"
        )
        raise LockedError(message)
    if holder["build"] != build:
        # rows are counted in the order of a build's files, which differs between builds
        transaction.run(
            f"MATCH (u:{LOAD_LABEL}) WHERE u.state IN ['new', 'changed'] "
            "SET u.digest = '', u.done = 0, u.state = 'changed'"
        ).consume()
    transaction.run(
        f"MATCH (l:{LOAD_LABEL} {{id: 'lease'}}) "
        f"SET l = {{id: 'lease', token: $token, build: $build, ready: $ready, host: $host, "
        f"process: $process, until: timestamp() + {_LEASE_MS}}}",
        token=token,
        build=build,
        ready=bool(holder["ready"]),
        host=socket.gethostname(),
        process=os.getpid(),
    ).consume()
    return Lease(token, bool(holder["ready"]))


def _died(host: str, process: int) -> bool:
    """Return whether a process has certainly ended, which is only known on this machine."""
    if os.name != "posix" or host != socket.gethostname() or process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return False
