"""The ledger of sources, and the lock of its one writer."""

from dataclasses import replace
from pathlib import Path

import pytest

from orthoweave.errors import LockedError, SourceChangedError, UnknownNameError
from orthoweave.storage.layout import Layout, writing
from orthoweave.storage.ledger import Entry, Ledger

ENTRY = Entry(
    name="hcop",
    version="1",
    job="orthology",
    input_digest="aaa",
    depends={"code": "0.1.0"},
    options={"format": "hcop"},
    inputs=[{"path": "x", "sha256": "aaa", "bytes": 3}],
    tables_digest="t1",
    counts={"Gene": 2},
    license="CC0",
    title="é",
    url="https://example.org",
)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.sqlite")


def test_an_entry_comes_back_as_it_was(ledger: Ledger) -> None:
    """Every field survives, in a ledger that is opened anew; the time is added."""
    ledger.record(ENTRY)
    found = Ledger(ledger._path).find("hcop")
    assert found is not None
    assert replace(found, recorded="") == ENTRY
    assert found.recorded.endswith("+00:00")
    assert found.key == "source:hcop@1"


def test_one_version_of_a_source_is_active(ledger: Ledger) -> None:
    """A new version supersedes the old one; both stay in the ledger."""
    ledger.record(ENTRY)
    ledger.record(replace(ENTRY, version="2", input_digest="bbb"))
    assert [(entry.version, entry.state) for entry in ledger.entries()] == [
        ("1", "superseded"),
        ("2", "active"),
    ]
    assert [entry.version for entry in ledger.active()] == ["2"]


def test_the_same_input_again_is_known(ledger: Ledger) -> None:
    """The same input under the same version is found; under another version it is new."""
    ledger.record(ENTRY)
    assert ledger.check("hcop", "1", "aaa", replace=False) == ledger.find("hcop")
    assert ledger.check("hcop", "2", "aaa", replace=False) is None


def test_another_input_under_a_taken_version_is_an_error(ledger: Ledger) -> None:
    """Unless the caller says that it replaces the old one."""
    ledger.record(ENTRY)
    with pytest.raises(SourceChangedError, match=r"'hcop' version '1'.*--replace"):
        ledger.check("hcop", "1", "bbb", replace=False)
    assert ledger.check("hcop", "1", "bbb", replace=True) is None


def test_a_removed_version_may_come_back(ledger: Ledger) -> None:
    """With the same or another input: nothing of it is in use."""
    ledger.record(ENTRY)
    assert ledger.remove("hcop").tables_digest == "t1"
    assert ledger.active() == []
    assert ledger.check("hcop", "1", "bbb", replace=False) is None
    ledger.record(replace(ENTRY, input_digest="bbb"))
    assert [entry.input_digest for entry in ledger.active()] == ["bbb"]


def test_removing_what_is_not_there(ledger: Ledger) -> None:
    """The message lists the active sources."""
    ledger.record(ENTRY)
    with pytest.raises(UnknownNameError, match=r"'nope'.*hcop"):
        ledger.remove("nope")


def test_events_tell_the_history(ledger: Ledger) -> None:
    """Oldest first, with what each was about."""
    ledger.record(ENTRY)
    ledger.remove("hcop")
    ledger.log("publish", "b1")
    found = [(event["action"], event["name"], event["detail"]) for event in ledger.events()]
    assert found == [("ingest", "hcop", "t1"), ("remove", "hcop", "t1"), ("publish", "", "b1")]


def test_an_entry_is_synced_to_disk(ledger: Ledger) -> None:
    """SQLite runs with a write-ahead log and full synchronisation."""
    with ledger._connection() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_the_error_of_a_second_writer_names_the_first(tmp_path: Path) -> None:
    """The message names the process; the lock is free again after the first has finished."""
    layout = Layout(tmp_path)
    with writing(layout), pytest.raises(LockedError, match=r"process \d+"), writing(layout):
        pass
    with writing(layout):
        assert layout.tables.is_dir()


def test_no_knowledge_base_is_an_error(tmp_path: Path) -> None:
    """The message says how to make one."""
    with pytest.raises(UnknownNameError, match="orthoweave demo"):
        Layout(tmp_path).require()
