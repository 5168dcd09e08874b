"""The right to write to a Neo4j database: one loader at a time, also when one was killed.

A node holds who is loading and a token. Each transaction of a load begins by finding its own token
there and writing to that node, which locks it. So a loader that takes over waits for what the
former has under way, and whatever the former still sends finds another token and changes nothing.
The time in the node only says when taking over is polite; nothing is lost if it comes too early.
"""

import os
import socket
import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orthoweave.errors import LockedError
from orthoweave.stores.neo4j_marker import LOAD_LABEL

if TYPE_CHECKING:
    import neo4j

_LEASE_MS: Final = 60_000
FENCE: Final = (
    f"MATCH (l:{LOAD_LABEL} {{id: 'lease', token: $token}}) SET l.until = timestamp() + {_LEASE_MS}"
)
"""How every transaction of a load begins: it finds the lease and locks it, or does nothing."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A loader's right to write."""

    token: str
    ready: bool
    """Whether an unfinished load wrote down what was in the database when it began."""


def take_lease(session: "neo4j.Session", build: str) -> Lease:
    """Take the right to load `build`: from here on the database says that it is being loaded.

    Raises
    ------
    LockedError
        If another loader is at work.
    """
    session.run(
        f"CREATE CONSTRAINT orthoweave_load IF NOT EXISTS FOR (n:{LOAD_LABEL}) "
        "REQUIRE n.id IS UNIQUE"
    ).consume()
    return session.execute_write(_take, build, uuid.uuid4().hex)


def fence(transaction: "neo4j.ManagedTransaction", lease: Lease) -> None:
    """Begin a transaction of a load: lock the lease for it and renew it.

    Raises
    ------
    LockedError
        If another loader has taken over.
    """
    if transaction.run(f"{FENCE} RETURN l.id", token=lease.token).single() is None:
        message = (
            "another process has taken over the load of this Neo4j database: this one stopped, "
            "and what it had written is counted in the other's"
        )
        raise LockedError(message)


def give_back(driver: "neo4j.Driver", lease: Lease) -> None:
    """Let the next loader begin at once; where nothing was begun, it is as if never taken."""
    from neo4j.exceptions import DriverError, Neo4jError

    mine = f"MATCH (l:{LOAD_LABEL} {{id: 'lease', token: $token}})"
    # without an answer the lease ends by itself; what made the load fail matters more
    with suppress(DriverError, Neo4jError, OSError), driver.session() as session:
        session.run(f"{mine} WHERE NOT l.ready DELETE l", token=lease.token).consume()
        session.run(f"{mine} SET l.until = 0", token=lease.token).consume()


def _take(transaction: "neo4j.ManagedTransaction", build: str, token: str) -> Lease:
    # the SET locks the node, so what is returned is what the last writer left
    found = transaction.run(
        f"MERGE (l:{LOAD_LABEL} {{id: 'lease'}}) SET l.asked = $token "
        "RETURN l.build AS build, l.ready AS ready, l.host AS host, l.process AS process, "
        "(l.until - timestamp()) / 1000 AS seconds",
        token=token,
    ).single(strict=True)
    seconds = found["seconds"]
    if seconds is not None and seconds > 0 and not _died(found["host"], found["process"]):
        message = (
            f"this Neo4j database is being loaded by process {found['process']} on "
            f"{found['host']!r}: wait until it has finished; if it died, its claim ends in "
            f"{seconds + 1} s"
        )
        raise LockedError(message)
    if found["build"] != build:
        # rows are counted in the order of a build's files, which is another now
        transaction.run(
            f"MATCH (u:{LOAD_LABEL}) WHERE u.state IN ['new', 'changed'] "
            "SET u.digest = '', u.done = 0, u.state = 'changed'"
        ).consume()
    transaction.run(
        f"MATCH (l:{LOAD_LABEL} {{id: 'lease'}}) "
        f"SET l = {{id: 'lease', token: $token, build: $build, ready: $ready, host: $host, "
        f"process: $process, until: timestamp() + {_LEASE_MS}}}",
        token=token, build=build, ready=bool(found["ready"]), host=socket.gethostname(),
        process=os.getpid(),
    ).consume()  # fmt: skip
    return Lease(token, bool(found["ready"]))


def _died(host: str, process: int) -> bool:
    """Tell whether a process is known to be gone: only one of this machine can be."""
    if os.name != "posix" or host != socket.gethostname() or process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return False
