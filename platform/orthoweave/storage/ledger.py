"""The ledger: the source versions in the knowledge base, their inputs, and a log of events.

One SQLite file in WAL mode with ``synchronous=FULL``: an entry that was recorded stays recorded.
Each entry carries a digest of its own. It is also kept beside its tables, so that a ledger that was
lost can be made again; a ledger that is empty beside such entries is never begun anew.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from orthoweave.errors import IntegrityError, SourceChangedError, UnknownNameError
from orthoweave.storage.durable import write_text
from orthoweave.storage.integrity import sealed
from orthoweave.storage.ledger_file import CHECK, REBUILD, LedgerFile, check_of

ENTRY_FILE: Final = "ENTRY.json"
"""A ledger's entry beside the tables that it is of."""

State = Literal["active", "superseded", "removed"]

_TABLE_FOLDER: Final = "tables"


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
        If a newer orthoweave wrote it; on the first change, if an older one did.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = LedgerFile(path)
        if not path.is_file() and _has_content(path):
            message = f"{str(path)!r} is missing, but something was ingested here: {REBUILD}"
            raise IntegrityError(message)

    @property
    def format(self) -> int:
        """Number of the file's format; 0 if the ledger does not exist yet."""
        return self._file.format

    def upgrade(self) -> bool:
        """Bring the ledger to the present format in one step; return whether it was older."""
        return self._file.upgrade(_COLUMNS)

    def entries(self) -> list[Entry]:
        """All entries, by name and version."""
        rows = self._rows()
        if not rows and _has_content(self._path) and not self.events():
            message = f"{str(self._path)!r} is empty, but something was ingested here: {REBUILD}"
            raise IntegrityError(message)
        return [_entry(row) for row in rows]

    def _rows(self) -> list[tuple[Any, ...]]:
        if not self._file.format:
            return []
        checked = self._file.format > 1
        columns = ", ".join([*_COLUMNS, *([CHECK] if checked else [])])
        with self._file.reading() as connection:
            found = connection.execute(f"SELECT {columns} FROM source ORDER BY name, version")
            rows = found.fetchall()
        for row in rows if checked else ():
            if check_of(row[:-1]) != row[-1]:
                message = (
                    f"{str(self._path)!r} is damaged: its entry of source {row[0]!r} is not what "
                    f"was recorded. {REBUILD}"
                )
                raise IntegrityError(message)
        return [row[: len(_COLUMNS)] for row in rows]

    def problem(self) -> str:
        """Return what SQLite finds wrong with the file; empty if nothing."""
        with self._file.reading() as connection:
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
        with self._file.writing() as connection:
            old = f"SELECT {', '.join(_COLUMNS)} FROM source WHERE name=? AND state='active'"
            for row in connection.execute(old, [entry.name]).fetchall():
                _set_state(connection, row, "superseded")
            connection.execute(
                f"INSERT OR REPLACE INTO source ({', '.join(_COLUMNS)}, check_digest) "
                f"VALUES ({marks})",
                [*values, check_of(values)],
            )
            _log(
                connection, entry.recorded, "ingest", entry.name, entry.version, entry.tables_digest
            )

    def replace(self, entries: Sequence[Entry], action: str) -> None:
        """Put entries in place of those of the same names and versions, all in one transaction."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._file.writing() as connection:
            for entry in entries:
                changed = [*_values(entry), check_of(_values(entry)), entry.name, entry.version]
                columns = ", ".join(f"{name}=?" for name in (*_COLUMNS, CHECK))
                connection.execute(
                    f"UPDATE source SET {columns} WHERE name=? AND version=?", changed
                )
                _log(connection, now, action, entry.name, entry.version, entry.tables_digest)

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
        with self._file.writing() as connection:
            _set_state(connection, _values(entry), "removed")
            _log(connection, now, "remove", name, entry.version, entry.tables_digest)
        # else a ledger that is made again would have it again
        self._beside(entry).unlink(missing_ok=True)
        return entry

    def log(self, action: str, detail: str) -> None:
        """Record an event of the knowledge base as a whole."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._file.writing() as connection:
            _log(connection, now, action, "", "", detail)

    def events(self) -> list[dict[str, str]]:
        """Return the events, oldest first: at, action, name, version, detail."""
        names = ("at", "action", "name", "version", "detail")
        if not self._file.format:
            return []
        with self._file.reading() as connection:
            rows = connection.execute(f"SELECT {', '.join(names)} FROM event ORDER BY rowid")
            return [dict(zip(names, row, strict=True)) for row in rows]


def _log(connection: sqlite3.Connection, *values: str) -> None:
    connection.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?)", values)


def _set_state(connection: sqlite3.Connection, row: Sequence[Any], state: State) -> None:
    changed = [state if name == "state" else row[at] for at, name in enumerate(_COLUMNS)]
    connection.execute(
        "UPDATE source SET state=?, check_digest=? WHERE name=? AND version=?",
        [state, check_of(changed), row[0], row[1]],
    )


def _values(entry: Entry) -> list[Any]:
    """Return the columns of an entry as they are stored."""
    return [
        json.dumps(value, sort_keys=True) if name in _JSON else value
        for name in _COLUMNS
        for value in [getattr(entry, name)]
    ]


def _has_content(ledger: Path) -> bool:
    """Return whether something was ingested or built beside a ledger."""
    root = ledger.parent
    return any(root.glob(f"{_TABLE_FOLDER}/*/{ENTRY_FILE}")) or (root / "CURRENT").is_file()


def _entry(row: tuple[Any, ...]) -> Entry:
    values = dict(zip(_COLUMNS, row, strict=True))
    return Entry(**{k: json.loads(v) if k in _JSON else v for k, v in values.items()})
