"""One loader at a time: refusing, taking over, and what is left of a loader that was overtaken."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import neo4j
import pytest

from orthoweave.errors import LockedError
from orthoweave.stores.neo4j.access import Access, open_driver
from orthoweave.stores.neo4j.lease import Lease, fence, give_back, take_lease
from orthoweave.stores.neo4j.ledger import LedgerUnit, advance, begin_ledger, read_ledger
from orthoweave.stores.neo4j.marker import LOAD_LABEL, read_marker


@pytest.fixture
def driver(neo4j_empty: Access) -> Iterator[neo4j.Driver]:
    with open_driver(neo4j_empty) as opened:
        yield opened


@pytest.fixture
def session(driver: neo4j.Driver) -> Iterator[neo4j.Session]:
    with driver.session() as opened:
        yield opened


def pretend(session: neo4j.Session, **values: object) -> None:
    """Change what the lease says."""
    session.run(f"MATCH (l:{LOAD_LABEL} {{id: 'lease'}}) SET l += $values", values=values).consume()


def dead_process() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def test_taken_and_given_back(driver: neo4j.Driver, session: neo4j.Session) -> None:
    """While the lease is held the database is loading; given back unused, nothing is left."""
    lease = take_lease(session, "b")
    assert not lease.ready
    assert read_marker(session).state == "loading"
    give_back(driver, lease)
    assert read_marker(session).state == "absent"


def test_an_unfinished_load_is_kept(driver: neo4j.Driver, session: neo4j.Session) -> None:
    """Once a load has begun its ledger, giving back keeps it for the next, who begins at once."""
    lease = take_lease(session, "b")
    session.execute_write(begin_ledger, lease, [LedgerUnit("Gene", "s", "d", 5, 5, "verified")])
    give_back(driver, lease)
    assert read_marker(session).state == "loading"
    assert take_lease(session, "b").ready


def test_a_second_loader_is_refused(session: neo4j.Session) -> None:
    """The message names the process and the machine, and until when its claim holds."""
    take_lease(session, "b")
    where = f"process {os.getpid()} on '{socket.gethostname()}'.* ends in 60 s"
    with pytest.raises(LockedError, match=where):
        take_lease(session, "b")


@pytest.mark.parametrize(
    "gone", ["the process has died", "the claim has ended", "another machine, ended"]
)
def test_taking_over(session: neo4j.Session, gone: str) -> None:
    """A loader that died on this machine, or was silent for a minute, is replaced at once."""
    take_lease(session, "b")
    if gone == "the process has died":
        pretend(session, process=dead_process())
    else:
        pretend(session, until=0, host="elsewhere" if "machine" in gone else socket.gethostname())
    take_lease(session, "b")


def test_a_process_of_another_machine_is_not_known_to_be_dead(session: neo4j.Session) -> None:
    """Its number means nothing here."""
    take_lease(session, "b")
    pretend(session, process=dead_process(), host="elsewhere")
    with pytest.raises(LockedError, match="on 'elsewhere'"):
        take_lease(session, "b")


def test_an_overtaken_loader_changes_nothing(driver: neo4j.Driver, session: neo4j.Session) -> None:
    """Every further transaction of it is refused, and giving back leaves the other's lease."""
    first = take_lease(session, "b")
    session.execute_write(begin_ledger, first, [])
    pretend(session, until=0)
    second = take_lease(session, "b")
    unit = LedgerUnit("Gene", "s", "d", 5, 5, "complete")
    with pytest.raises(LockedError, match="taken over"):
        session.execute_write(advance, first, unit, 5)
    with pytest.raises(LockedError, match="taken over"):
        session.execute_write(fence, first)
    give_back(driver, first)
    assert session.execute_read(read_ledger) == []
    assert session.execute_write(advance, second, unit, 5)


def test_taking_over_waits_for_what_is_under_way(
    driver: neo4j.Driver, session: neo4j.Session
) -> None:
    """A transaction that has locked the lease ends before another loader has it."""
    first = take_lease(session, "b")
    session.execute_write(begin_ledger, first, [])
    pretend(session, until=0)
    with driver.session() as other, other.begin_transaction() as transaction:
        # as a loader's own transaction: it finds its token, locks the lease and renews it
        transaction.run(
            f"MATCH (l:{LOAD_LABEL} {{id: 'lease', token: $token}}) SET l.until = timestamp() "
            f"CREATE (:{LOAD_LABEL} {{id: 'late'}})",
            token=first.token,
        ).consume()
        locked = neo4j.Query(f"MATCH (l:{LOAD_LABEL}) SET l.asked = 'x'", timeout=1)
        with driver.session() as third, pytest.raises(neo4j.exceptions.Neo4jError) as caught:
            third.run(locked).consume()
        # ended by its time limit while it stood in line for the lock
        assert str(caught.value.code).endswith(("LockClientStopped", "TransactionTimedOut"))
        transaction.commit()
    [late] = session.run(f"MATCH (l:{LOAD_LABEL} {{id: 'late'}}) RETURN count(l)").values()
    assert late == [1]


def test_another_build_distrusts_what_is_half_done(session: neo4j.Session) -> None:
    """Rows are counted in the order of one build's files: under another they are not believed."""
    lease = take_lease(session, "b")
    half = LedgerUnit("Gene", "half", "d", 5, 2, "new")
    whole = LedgerUnit("Gene", "whole", "d", 5, 5, "complete")
    session.execute_write(begin_ledger, lease, [half, whole])
    for build, expected in (
        ("b", [half, whole]),
        ("other", [LedgerUnit("Gene", "half", "", 5), whole]),
    ):
        pretend(session, until=0)
        assert isinstance(take_lease(session, build), Lease)
        assert session.execute_read(read_ledger) == expected
