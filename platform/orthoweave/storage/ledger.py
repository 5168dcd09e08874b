"""The ledger: the source versions in the knowledge base, their inputs, and a log of events.

One SQLite file in WAL mode with ``synchronous=FULL``: an entry that was recorded stays recorded.
Each entry carries a digest of its own. It is also kept beside its tables, so that a ledger that was
lost can be made again; a ledger that is empty beside such entries is never begun anew.
"""

import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from orthoweave.errors import (
    FormatError,
    IntegrityError,
    LedgerError,
    LockedError,
    SourceChangedError,
    UnknownNameError,
)
from orthoweave.storage.durable import text_digest, write_text
from orthoweave.storage.integrity import FORMAT, sealed

ENTRY_FILE: Final = "ENTRY.json"
"""A ledger's entry beside the tables that it is of."""

State = Literal["active", "superseded", "removed"]

_TABLE_FOLDER: Final = "tables"
_REBUILD: Final = "`orthoweave repair` makes the ledger again from what lies beside the tables"
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS source (
    name TEXT NOT NULL, version TEXT NOT NULL, job TEXT NOT NULL, input_digest TEXT NOT NULL,
    depends TEXT NOT NULL, options TEXT NOT NULL, inputs TEXT NOT NULL,
    tables_digest TEXT NOT NULL, counts TEXT NOT NULL, license TEXT NOT NULL, title TEXT NOT NULL,
    url TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('active', 'superseded', 'removed')),
    recorded TEXT NOT NULL, check_digest TEXT NOT NULL, PRIMARY KEY (name, version)
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS one_active ON source(name) WHERE state = 'active';
CREATE TABLE IF NOT EXISTS event (
    at TEXT NOT NULL, action TEXT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One source version in the ledger."""

    name: str
    version: str
    job: str
    input_digest: str
    """SHA-256 over the raw files' checksums and the job's options."""
    depends: dict[str, str]
    """Digests of dependencies, such as the gene catalogue or other sources' tables, by name."""
    options: dict[str, Any]
    inputs: list[dict[str, Any]]
    """Path, SHA-256 and size in bytes of each raw file."""
    tables_digest: str
    counts: dict[str, int]
    license: str
    title: str = ""
    url: str = ""
    state: State = "active"
    recorded: str = ""
    """Time of the entry in UTC and ISO 8601; set by the ledger."""

    @property
    def key(self) -> str:
        """Key of the Source node."""
        return f"source:{self.name}@{self.version}"


_COLUMNS = tuple(Entry.__dataclass_fields__)
_JSON = {"depends", "options", "inputs", "counts"}


class Ledger:
    """The ledger of one knowledge base. Writers hold the knowledge base's lock.

    Raises
    ------
    IntegrityError
        If the file is damaged, or is missing or empty but something was ingested.
    FormatError
        If a newer orthoweave wrote it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        if path.is_file():
            number = self._format()
            if number > FORMAT:
                message = (
                    f"{str(path)!r} has format {number}, and this orthoweave reads formats up to "
                    f"{FORMAT}: install a newer orthoweave"
                )
                raise FormatError(message)
            if number == FORMAT:
                return
        elif _has_content(path):
            message = f"{str(path)!r} is missing, but something was ingested here: {_REBUILD}"
            raise IntegrityError(message)
        self._begin()

    def _format(self) -> int:
        with self._reading() as connection:
            number: int = connection.execute("PRAGMA user_version").fetchone()[0]
            return number

    def _begin(self) -> None:
        """Make the tables, or bring those of the first format to the present one."""
        with self._connection() as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(_TABLES)
            known = {row[1] for row in connection.execute("PRAGMA table_info(source)")}
            if "check_digest" not in known:
                connection.execute(
                    "ALTER TABLE source ADD COLUMN check_digest TEXT NOT NULL DEFAULT ''"
                )
                query = f"SELECT {', '.join(_COLUMNS)} FROM source"
                for row in connection.execute(query).fetchall():
                    connection.execute(
                        "UPDATE source SET check_digest=? WHERE name=? AND version=?",
                        [_check(row), row[0], row[1]],
                    )
            connection.execute(f"PRAGMA user_version={FORMAT}")

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=30)
        try:
            connection.execute("PRAGMA synchronous=FULL")
            with connection:
                yield connection
        except sqlite3.DatabaseError as error:
            raise self._unreadable(error) from error
        finally:
            connection.close()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Connect for reading, also in a folder that this process may not write to."""
        uri = self._path.resolve().as_uri()
        # where no journal can be written there is no writer either; elsewhere a connection that
        # may only read would leave its journal behind
        mode = "rw" if os.access(self._path.parent, os.W_OK) else "ro&immutable=1"
        connection = sqlite3.connect(f"{uri}?mode={mode}", uri=True, timeout=30)
        try:
            yield connection
        except sqlite3.DatabaseError as error:
            raise self._unreadable(error) from error
        finally:
            connection.close()

    def _unreadable(self, error: sqlite3.DatabaseError) -> Exception:
        text = str(error)
        if "locked" in text:
            return LockedError(f"{str(self._path)!r} is locked by another process: try again")
        if "readonly" in text or "unable to open" in text:
            return LedgerError(f"{str(self._path)!r} cannot be written ({text})")
        return IntegrityError(f"{str(self._path)!r} is damaged ({text}): {_REBUILD}")

    def entries(self) -> list[Entry]:
        """All entries, by name and version."""
        query = f"SELECT {', '.join(_COLUMNS)}, check_digest FROM source ORDER BY name, version"
        with self._reading() as connection:
            rows = connection.execute(query).fetchall()
        for row in rows:
            if _check(row[:-1]) != row[-1]:
                message = (
                    f"{str(self._path)!r} is damaged: its entry of source {row[0]!r} is not what "
                    f"was recorded. {_REBUILD}"
                )
                raise IntegrityError(message)
        if not rows and _has_content(self._path) and not self.events():
            message = f"{str(self._path)!r} is empty, but something was ingested here: {_REBUILD}"
            raise IntegrityError(message)
        return [_entry(row[:-1]) for row in rows]

    def problem(self) -> str:
        """Return what SQLite finds wrong with the file; empty if nothing."""
        with self._reading() as connection:
            found: str = connection.execute("PRAGMA integrity_check").fetchone()[0]
        return "" if found == "ok" else found

    def active(self) -> list[Entry]:
        """Return the entries for a build, by name: at most one version of each source."""
        return [entry for entry in self.entries() if entry.state == "active"]

    def find(self, name: str, version: str | None = None) -> Entry | None:
        """Return the entry of a version, or the active one of that name; None if there is none."""
        for entry in self.entries():
            wanted = entry.state == "active" if version is None else entry.version == version
            if entry.name == name and wanted:
                return entry
        return None

    def check(
        self, name: str, version: str, input_digest: str, *, replace: bool, own: str = "source"
    ) -> Entry | None:
        """Return the active entry if the same input was already ingested, else None.

        Parameters
        ----------
        own
            The option that gives other content a name of its own, for the message.

        Raises
        ------
        SourceChangedError
            If another input holds this version and `replace` is not set.
        """
        entry = self.find(name, version)
        if entry is None or entry.state == "removed":
            return None
        if entry.input_digest == input_digest:
            return entry if entry.state == "active" else None
        if not replace:
            message = (
                f"source {name!r} version {version!r} is already in with another content "
                f"(SHA-256 {entry.input_digest[:12]}…, now {input_digest[:12]}…). A newer one of "
                "the same gets --set version=… or takes its place with --replace; something else, "
                f"such as another sample, gets a name of its own with --set {own}=…"
            )
            raise SourceChangedError(message)
        return None

    def record(self, entry: Entry) -> None:
        """Make `entry` the active version of its source, in one transaction."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        entry = replace(entry, recorded=now, state="active")
        self.restore(entry)
        # also over an older one: a version that comes back is the newest again
        self._beside(entry).unlink(missing_ok=True)
        self.keep_beside_tables([entry])

    def restore(self, entry: Entry) -> None:
        """Make an entry active as it was recorded, such as one that was kept beside its tables."""
        values = _values(entry)
        marks = ", ".join("?" * (len(_COLUMNS) + 1))
        with self._connection() as connection:
            old = f"SELECT {', '.join(_COLUMNS)} FROM source WHERE name=? AND state='active'"
            for row in connection.execute(old, [entry.name]).fetchall():
                _set_state(connection, row, "superseded")
            connection.execute(
                f"INSERT OR REPLACE INTO source ({', '.join(_COLUMNS)}, check_digest) "
                f"VALUES ({marks})",
                [*values, _check(values)],
            )
            _log(
                connection, entry.recorded, "ingest", entry.name, entry.version, entry.tables_digest
            )

    def keep_beside_tables(self, entries: Sequence[Entry]) -> None:
        """Write entries beside their tables where they are not, such as after a crash."""
        for entry in entries:
            path = self._beside(entry)
            if path.parent.is_dir() and not path.is_file():
                write_text(path, sealed(asdict(entry)))

    def _beside(self, entry: Entry) -> Path:
        return self._path.parent / _TABLE_FOLDER / entry.tables_digest / ENTRY_FILE

    def remove(self, name: str) -> Entry:
        """Remove a source from the next build; return the entry that was active."""
        entry = self.find(name)
        if entry is None:
            known = ", ".join(item.name for item in self.active()) or "none"
            message = f"no source {name!r} in the knowledge base: expected one of {known}"
            raise UnknownNameError(message)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._connection() as connection:
            _set_state(connection, _values(entry), "removed")
            _log(connection, now, "remove", name, entry.version, entry.tables_digest)
        # else a ledger that is made again would have it again
        self._beside(entry).unlink(missing_ok=True)
        return entry

    def log(self, action: str, detail: str) -> None:
        """Record an event of the knowledge base as a whole."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._connection() as connection:
            _log(connection, now, action, "", "", detail)

    def events(self) -> list[dict[str, str]]:
        """Return the events, oldest first: at, action, name, version, detail."""
        names = ("at", "action", "name", "version", "detail")
        with self._reading() as connection:
            rows = connection.execute(f"SELECT {', '.join(names)} FROM event ORDER BY rowid")
            return [dict(zip(names, row, strict=True)) for row in rows]


def _log(connection: sqlite3.Connection, *values: str) -> None:
    connection.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?)", values)


def _set_state(connection: sqlite3.Connection, row: Sequence[Any], state: State) -> None:
    changed = [state if name == "state" else row[at] for at, name in enumerate(_COLUMNS)]
    connection.execute(
        "UPDATE source SET state=?, check_digest=? WHERE name=? AND version=?",
        [state, _check(changed), row[0], row[1]],
    )


def _values(entry: Entry) -> list[Any]:
    """Return the columns of an entry as they are stored."""
    return [
        json.dumps(value, sort_keys=True) if name in _JSON else value
        for name in _COLUMNS
        for value in [getattr(entry, name)]
    ]


def _check(row: Sequence[Any]) -> str:
    return text_digest(json.dumps(list(row)))


def _has_content(ledger: Path) -> bool:
    """Return whether something was ingested or built beside a ledger."""
    root = ledger.parent
    return any(root.glob(f"{_TABLE_FOLDER}/*/{ENTRY_FILE}")) or (root / "CURRENT").is_file()


def _entry(row: tuple[Any, ...]) -> Entry:
    values = dict(zip(_COLUMNS, row, strict=True))
    return Entry(**{k: json.loads(v) if k in _JSON else v for k, v in values.items()})
