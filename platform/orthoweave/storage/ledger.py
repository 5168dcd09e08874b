"""The ledger: the source versions in the knowledge base, their inputs, and a log of events.

One SQLite file in WAL mode with ``synchronous=FULL``: an entry that was recorded stays recorded.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from orthoweave.errors import SourceChangedError, UnknownNameError

State = Literal["active", "superseded", "removed"]

_TABLES = """
CREATE TABLE IF NOT EXISTS source (
    name TEXT NOT NULL, version TEXT NOT NULL, job TEXT NOT NULL, input_digest TEXT NOT NULL,
    depends TEXT NOT NULL, options TEXT NOT NULL, inputs TEXT NOT NULL,
    tables_digest TEXT NOT NULL, counts TEXT NOT NULL, license TEXT NOT NULL, title TEXT NOT NULL,
    url TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('active', 'superseded', 'removed')),
    recorded TEXT NOT NULL, PRIMARY KEY (name, version)
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
    """The ledger of one knowledge base. Writers hold the knowledge base's lock."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._connection() as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(_TABLES)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=30)
        try:
            connection.execute("PRAGMA synchronous=FULL")
            with connection:
                yield connection
        finally:
            connection.close()

    def entries(self) -> list[Entry]:
        """Return all entries, by name and version."""
        query = f"SELECT {', '.join(_COLUMNS)} FROM source ORDER BY name, version"
        with self._connection() as connection:
            return [_entry(row) for row in connection.execute(query)]

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

    def check(self, name: str, version: str, input_digest: str, *, replace: bool) -> Entry | None:
        """Return the active entry if the same input was already ingested, else None.

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
                f"(SHA-256 {entry.input_digest[:12]}…, now {input_digest[:12]}…): give the new "
                "files their own version (--set version=…), or say --replace"
            )
            raise SourceChangedError(message)
        return None

    def record(self, entry: Entry) -> None:
        """Make `entry` the active version of its source, in one transaction."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        values = [
            json.dumps(value, sort_keys=True) if name in _JSON else value
            for name in _COLUMNS
            for value in [now if name == "recorded" else getattr(entry, name)]
        ]
        marks = ", ".join("?" * len(_COLUMNS))
        with self._connection() as connection:
            connection.execute(
                "UPDATE source SET state='superseded' WHERE name=? AND state='active'", [entry.name]
            )
            connection.execute(
                f"INSERT OR REPLACE INTO source ({', '.join(_COLUMNS)}) VALUES ({marks})", values
            )
            _log(connection, now, "ingest", entry.name, entry.version, entry.tables_digest)

    def remove(self, name: str) -> Entry:
        """Remove a source from the next build; return the entry that was active."""
        entry = self.find(name)
        if entry is None:
            known = ", ".join(item.name for item in self.active()) or "none"
            message = f"no source {name!r} in the knowledge base: expected one of {known}"
            raise UnknownNameError(message)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._connection() as connection:
            connection.execute(
                "UPDATE source SET state='removed' WHERE name=? AND version=?",
                [name, entry.version],
            )
            _log(connection, now, "remove", name, entry.version, entry.tables_digest)
        return entry

    def log(self, action: str, detail: str) -> None:
        """Record an event of the knowledge base as a whole."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._connection() as connection:
            _log(connection, now, action, "", "", detail)

    def events(self) -> list[dict[str, str]]:
        """Return the events, oldest first: at, action, name, version, detail."""
        names = ("at", "action", "name", "version", "detail")
        with self._connection() as connection:
            rows = connection.execute(f"SELECT {', '.join(names)} FROM event ORDER BY rowid")
            return [dict(zip(names, row, strict=True)) for row in rows]


def _log(connection: sqlite3.Connection, *values: str) -> None:
    connection.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?)", values)


def _entry(row: tuple[Any, ...]) -> Entry:
    values = dict(zip(_COLUMNS, row, strict=True))
    return Entry(**{k: json.loads(v) if k in _JSON else v for k, v in values.items()})
