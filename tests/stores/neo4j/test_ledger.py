"""The ledger counts each batch once, whoever tries again."""

from collections.abc import Iterator
from dataclasses import replace

import neo4j
import pytest

from orthoweave.errors import LockedError
from orthoweave.stores.neo4j.access import Access, open_driver
from orthoweave.stores.neo4j.lease import Lease, take_lease
from orthoweave.stores.neo4j.ledger import (
    LedgerUnit,
    advance,
    begin_ledger,
    close_ledger,
    distrust,
    forget_unit,
    read_ledger,
    set_unit,
)
from orthoweave.stores.neo4j.marker import read_marker

UNIT = LedgerUnit("Gene", "source:s@1", "digest", 10, 4, "new")


@pytest.fixture
def session(neo4j_empty: Access) -> Iterator[neo4j.Session]:
    with open_driver(neo4j_empty) as driver, driver.session() as opened:
        yield opened


@pytest.fixture
def lease(session: neo4j.Session) -> Lease:
    taken = take_lease(session, "build")
    session.execute_write(begin_ledger, taken, [])
    return taken


def test_batches_follow_one_another(session: neo4j.Session, lease: Lease) -> None:
    """Each batch begins where the last one ended; the last one's entry is what is read."""
    assert session.execute_write(advance, lease, UNIT, 4)
    done = replace(UNIT, done=10, state="complete")
    assert session.execute_write(advance, lease, done, 6)
    assert session.execute_read(read_ledger) == [done]


def test_a_batch_that_is_in_is_not_counted_again(session: neo4j.Session, lease: Lease) -> None:
    """Trying again after an answer was lost says that there is nothing to write."""
    assert session.execute_write(advance, lease, UNIT, 4)
    assert not session.execute_write(advance, lease, UNIT, 4)
    assert session.execute_read(read_ledger) == [UNIT]


@pytest.mark.parametrize("wrong", [replace(UNIT, done=9), replace(UNIT, digest="other", done=8)])
def test_a_gap_is_refused(session: neo4j.Session, lease: Lease, wrong: LedgerUnit) -> None:
    """A batch that does not begin where the ledger ends, or of other content, is not written."""
    assert session.execute_write(advance, lease, UNIT, 4)
    with pytest.raises(LockedError, match="a different entry"):
        session.execute_write(advance, lease, wrong, 4)
    assert session.execute_read(read_ledger) == [UNIT]


def test_another_content_begins_anew(session: neo4j.Session, lease: Lease) -> None:
    """The first batch of a unit that has changed replaces the entry of what was there."""
    session.execute_write(set_unit, lease, replace(UNIT, done=10, state="verified"))
    changed = LedgerUnit("Gene", "source:s@1", "other", 3, 3, "changed")
    assert session.execute_write(advance, lease, changed, 3)
    assert session.execute_read(read_ledger) == [changed]


def test_distrust_and_forget(session: neo4j.Session, lease: Lease) -> None:
    """Distrusted units are to be written anew, known before or not; forgotten ones are gone."""
    session.execute_write(set_unit, lease, UNIT)
    unknown = LedgerUnit("EXPRESSES", "x", "")
    session.execute_write(distrust, lease, [UNIT, unknown])
    assert session.execute_read(read_ledger) == [
        LedgerUnit("EXPRESSES", "x", ""),
        LedgerUnit("Gene", "source:s@1", "", 10),
    ]
    session.execute_write(forget_unit, lease, UNIT)
    assert [unit.table for unit in session.execute_read(read_ledger)] == ["EXPRESSES"]


def test_closing_leaves_nothing(session: neo4j.Session, lease: Lease) -> None:
    """No node of the load is left, not even the lease."""
    session.execute_write(set_unit, lease, UNIT)
    session.execute_write(close_ledger, lease)
    assert session.run("MATCH (n) RETURN count(n)").values() == [[0]]
    assert read_marker(session).state == "absent"
