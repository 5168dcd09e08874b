"""The ledger of sources, and the lock of its one writer."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from orthoweave.errors import (
    FormatError,
    IntegrityError,
    LockedError,
    SourceChangedError,
    UnknownNameError,
)
from orthoweave.storage.integrity import read_sealed
from orthoweave.storage.layout import Layout, writing
from orthoweave.storage.ledger import ENTRY_FILE, Entry, Ledger

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
    with ledger._file.writing() as connection:
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


def beside(path: Path) -> Ledger:
    """Return a ledger with an entry whose tables lie beside it."""
    (path.parent / "tables" / ENTRY.tables_digest).mkdir(parents=True)
    ledger = Ledger(path)
    ledger.record(ENTRY)
    return ledger


def test_a_lost_ledger_is_not_begun_anew(tmp_path: Path) -> None:
    """One that is missing or empty beside entries of it is refused with what to do."""
    path = tmp_path / "ledger.sqlite"
    beside(path)
    path.unlink()
    with pytest.raises(IntegrityError, match=r"is missing, but .*orthoweave repair"):
        Ledger(path)
    (tmp_path / "other").mkdir()
    with Ledger(tmp_path / "other" / "ledger.sqlite")._file.writing():
        pass
    (tmp_path / "other" / "ledger.sqlite").rename(path)
    with pytest.raises(IntegrityError, match=r"is empty, but .*orthoweave repair"):
        Ledger(path).entries()
    path.write_bytes(b"not a database, but long enough to be looked at" * 30)
    with pytest.raises(IntegrityError, match=r"is damaged .*orthoweave repair"):
        Ledger(path)


def test_an_entry_that_was_changed_is_found(tmp_path: Path) -> None:
    """Each field of an entry is covered by its digest."""
    path = tmp_path / "ledger.sqlite"
    beside(path)
    for column in ("version", "license", "tables_digest", "counts", "recorded"):
        with closing(sqlite3.connect(path)) as connection, connection:
            before = connection.execute(f"SELECT {column} FROM source").fetchone()
            connection.execute(f"UPDATE source SET {column} = {column} || 'x'")
        with pytest.raises(IntegrityError, match="not what was recorded"):
            Ledger(path).active()
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(f"UPDATE source SET {column} = ?", before)
    assert [entry.name for entry in Ledger(path).active()] == ["hcop"]


def first_format(path: Path) -> None:
    """Make a ledger one of the first format, which had neither a number nor digests."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("ALTER TABLE source DROP COLUMN check_digest")
        connection.execute("DROP TABLE about")
        connection.execute("PRAGMA user_version=0")


def test_a_ledger_of_the_first_format_is_read_and_upgraded(ledger: Ledger) -> None:
    """It is read as it is; only after the upgrade it is written to, and has digests."""
    ledger.record(ENTRY)
    first_format(ledger._path)
    content = ledger._path.read_bytes()
    older = Ledger(ledger._path)
    assert [entry.title for entry in older.active()] == ["é"]
    with pytest.raises(FormatError, match=r"format 1, .* does not write: `orthoweave upgrade`"):
        older.log("x", "y")
    with (
        pytest.raises(FormatError, match="orthoweave upgrade"),
        writing(Layout(older._path.parent)),
    ):
        pass
    assert ledger._path.read_bytes() == content
    assert older.upgrade()
    assert not older.upgrade()
    older.log("x", "y")
    assert [entry.title for entry in Ledger(ledger._path).active()] == ["é"]
    with closing(sqlite3.connect(ledger._path)) as connection, connection:
        connection.execute("UPDATE source SET title = 'other'")
    with pytest.raises(IntegrityError, match="not what was recorded"):
        Ledger(ledger._path).active()


def test_a_ledger_of_a_newer_format_is_refused_by_name(ledger: Ledger) -> None:
    """By its number, and by the version that reads it."""
    ledger.record(ENTRY)
    with closing(sqlite3.connect(ledger._path)) as connection, connection:
        connection.execute("PRAGMA user_version=99")
        connection.execute("UPDATE about SET value = '7.1' WHERE key = 'read_by'")
    with pytest.raises(FormatError, match=r"format 99, which orthoweave 7\.1 reads"):
        Ledger(ledger._path)
    with pytest.raises(FormatError, match="format 99"), writing(Layout(ledger._path.parent)):
        pass


def test_looking_makes_no_ledger(tmp_path: Path) -> None:
    """Only the first entry does."""
    ledger = Ledger(tmp_path / "ledger.sqlite")
    assert (ledger.entries(), ledger.events()) == ([], [])
    assert list(tmp_path.iterdir()) == []
    ledger.record(ENTRY)
    assert len(ledger.entries()) == 1


@pytest.mark.parametrize("left", [[], ["-wal"], ["-wal", "-shm"]])
def test_what_a_killed_writer_committed_is_read_without_a_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: list[str]
) -> None:
    """It may be in the journal alone; a folder that can only be read stays as it is."""
    path = tmp_path / "there" / "ledger.sqlite"
    path.parent.mkdir()
    Ledger(path).record(ENTRY)
    with closing(sqlite3.connect(path)) as connection:
        if left:
            connection.execute("PRAGMA wal_autocheckpoint=0")
            connection.execute("INSERT INTO event VALUES ('1', 'in', 'the', 'journal', '!')")
            connection.commit()
        kept = tmp_path / "kept"
        kept.mkdir()
        for suffix in ["", *left]:
            shutil.copy(f"{path}{suffix}", kept)
    before = {item: item.read_bytes() for item in kept.iterdir()}
    monkeypatch.setattr("os.access", lambda *_: False)
    ledger = Ledger(kept / path.name)
    assert [entry.name for entry in ledger.active()] == ["hcop"]
    assert [event["action"] for event in ledger.events()] == ["ingest", *(["in"] if left else [])]
    assert ledger.problem() == ""
    assert {item: item.read_bytes() for item in kept.iterdir()} == before


def test_a_removed_source_is_not_beside_its_tables(tmp_path: Path) -> None:
    """Else a ledger that is made again would have it again."""
    ledger = beside(tmp_path / "ledger.sqlite")
    kept = tmp_path / "tables" / ENTRY.tables_digest / ENTRY_FILE
    assert read_sealed(kept)["name"] == "hcop"
    ledger.remove("hcop")
    assert not kept.exists()


def test_a_version_that_comes_back_is_recorded_anew(tmp_path: Path) -> None:
    """Its entry beside the tables is the new one, so that a ledger made again has it active."""
    ledger = beside(tmp_path / "ledger.sqlite")
    kept = tmp_path / "tables" / ENTRY.tables_digest / ENTRY_FILE
    ledger.record(replace(ENTRY, title="again"))
    assert read_sealed(kept)["title"] == "again"


def test_a_ledger_is_read_where_nothing_can_be_written(tmp_path: Path) -> None:
    """A folder without the right to write lists its sources; a change is refused in a sentence."""
    path = tmp_path / "ledger.sqlite"
    beside(path)
    script = (
        "import os, sys; from pathlib import Path\n"
        "from orthoweave.storage.ledger import Ledger\n"
        "os.access = lambda *_: False\n"
        "print([entry.name for entry in Ledger(Path(sys.argv[1])).active()])\n"
    )
    tmp_path.chmod(0o555)
    try:
        found = subprocess.run(
            [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=False
        )
    finally:
        tmp_path.chmod(0o755)
    assert found.stdout == "['hcop']\n", found.stderr
