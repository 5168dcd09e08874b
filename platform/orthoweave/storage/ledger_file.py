"""The SQLite file of a ledger: connections for reading and writing, and its format.

It is read without a write to its folder where this process may not write there. A ledger of an
older format is read as it is, and written to only after `upgrade`.
"""

import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from orthoweave.errors import FormatError, IntegrityError, LedgerError, LockedError
from orthoweave.storage.durable import text_digest
from orthoweave.storage.integrity import FORMAT, mark, require_known

CHECK: Final = "check_digest"
"""Column of an entry's digest, since the second format."""
REBUILD: Final = "`orthoweave repair` makes the ledger again from what lies beside the tables"
UPGRADE: Final = "`orthoweave upgrade` brings the knowledge base to the present format"

_JOURNAL: Final = "-wal"
_WITHOUT_JOURNAL: Final = b"\x01\x01"
_ATTEMPTS: Final = 100
_TABLES: Final = (
    """CREATE TABLE IF NOT EXISTS source (
    name TEXT NOT NULL, version TEXT NOT NULL, job TEXT NOT NULL, input_digest TEXT NOT NULL,
    depends TEXT NOT NULL, options TEXT NOT NULL, inputs TEXT NOT NULL,
    tables_digest TEXT NOT NULL, counts TEXT NOT NULL, license TEXT NOT NULL, title TEXT NOT NULL,
    url TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('active', 'superseded', 'removed')),
    recorded TEXT NOT NULL, check_digest TEXT NOT NULL, PRIMARY KEY (name, version)
) STRICT""",
    "CREATE UNIQUE INDEX IF NOT EXISTS one_active ON source(name) WHERE state = 'active'",
    """CREATE TABLE IF NOT EXISTS event (
    at TEXT NOT NULL, action TEXT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT""",
    "CREATE TABLE IF NOT EXISTS about (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
)


def check_of(row: Sequence[Any]) -> str:
    """Return the digest of an entry's columns."""
    return text_digest(json.dumps(list(row)))


class LedgerFile:
    """The file of one ledger, which may not exist yet.

    Raises
    ------
    IntegrityError
        If the file is damaged.
    FormatError
        If a newer orthoweave wrote it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._format = 0
        self._format = self.format

    @property
    def format(self) -> int:
        """Number of its format; 0 if the ledger does not exist yet."""
        if not self._format and self.path.is_file():
            self._format = self._read_format()
        return self._format

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Connect for one transaction; the file is made first where there is none.

        Raises
        ------
        FormatError
            If it has an older format.
        """
        if not self.format:
            self._bring_to_format()
        self.require_present()
        with self._connected() as connection, connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Connect for reading, also in a folder that this process may not write to."""
        writable = os.access(self.path.parent, os.W_OK) and os.access(self.path, os.W_OK)
        try:
            with self._connected_to_read() if writable else self._copied() as connection:
                yield connection
        except sqlite3.DatabaseError as error:
            raise self._unreadable(error) from error

    def require_present(self) -> None:
        """Check that the file may be written to, or that there is none yet.

        Raises
        ------
        FormatError
            If it has an older format.
        """
        if 0 < self.format < FORMAT:
            message = (
                f"{str(self.path)!r} has format {self.format}, which this orthoweave reads and "
                f"does not write: {UPGRADE}"
            )
            raise FormatError(message)

    def upgrade(self, columns: Sequence[str]) -> bool:
        """Bring the file to the present format in one step; return whether it was older.

        Parameters
        ----------
        columns
            Columns of an entry, over which its digest is made.
        """
        if self.format in (0, FORMAT):
            return False
        self._bring_to_format(columns)
        return True

    def _read_format(self) -> int:
        with self.reading() as connection:
            number: int = connection.execute("PRAGMA user_version").fetchone()[0]
            listed = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            tables = {name for (name,) in listed}
            about = {"format": number}
            if "about" in tables:
                about |= dict(connection.execute("SELECT key, value FROM about").fetchall())
        require_known(self.path, {**about, "format": number})
        # the first format bore no number
        return number or (1 if "source" in tables else 0)

    def _bring_to_format(self, columns: Sequence[str] = ()) -> None:
        """Make the tables, or give those of the first format what they lack, or do nothing."""
        connection = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            # one transaction, which holds the number too
            connection.execute("BEGIN IMMEDIATE")
            for table in _TABLES:
                connection.execute(table)
            known = {row[1] for row in connection.execute("PRAGMA table_info(source)")}
            if CHECK not in known:
                _add_checks(connection, columns)
            connection.executemany(
                "INSERT OR REPLACE INTO about VALUES (?, ?)",
                [(name, str(value)) for name, value in mark().items()],
            )
            connection.execute(f"PRAGMA user_version={FORMAT}")
            connection.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            raise self._unreadable(error) from error
        finally:
            connection.close()
        self._format = FORMAT

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.path, timeout=30)
        try:
            connection.execute("PRAGMA synchronous=FULL")
            yield connection
        except sqlite3.DatabaseError as error:
            raise self._unreadable(error) from error
        finally:
            connection.close()

    @contextmanager
    def _connected_to_read(self) -> Iterator[sqlite3.Connection]:
        # a connection that may only read would leave its journal behind
        uri = f"{self.path.absolute().as_uri()}?mode=rw"
        connection = sqlite3.connect(uri, uri=True, timeout=30)
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def _copied(self) -> Iterator[sqlite3.Connection]:
        """Connect to a copy: what was committed may still be in the journal alone."""
        content, journal = self._snapshot()
        if not journal:
            connection = sqlite3.connect(":memory:")
            try:
                # marked as one without a journal, which a copy in memory cannot have
                connection.deserialize(content[:18] + _WITHOUT_JOURNAL + content[20:])
                yield connection
            finally:
                connection.close()
            return
        with TemporaryDirectory(prefix="orthoweave-") as folder:
            copy = Path(folder) / self.path.name
            copy.write_bytes(content)
            copy.with_name(copy.name + _JOURNAL).write_bytes(journal)
            connection = sqlite3.connect(copy)
            try:
                yield connection
            finally:
                connection.close()

    def _snapshot(self) -> tuple[bytes, bytes]:
        """Read the file and its journal as they were at one moment."""
        journal = self.path.with_name(self.path.name + _JOURNAL)
        for _ in range(_ATTEMPTS):
            before = _state_of(self.path), _state_of(journal)
            content = self.path.read_bytes()
            rest = journal.read_bytes() if journal.is_file() else b""
            if before == (_state_of(self.path), _state_of(journal)):
                return content, rest
        raise LockedError(f"{str(self.path)!r} is being written all the time: try again")

    def _unreadable(self, error: sqlite3.DatabaseError) -> Exception:
        text = str(error)
        if "locked" in text:
            return LockedError(f"{str(self.path)!r} is locked by another process: try again")
        if "readonly" in text or "unable to open" in text:
            return LedgerError(f"{str(self.path)!r} cannot be written ({text})")
        return IntegrityError(f"{str(self.path)!r} is damaged ({text}): {REBUILD}")


def _add_checks(connection: sqlite3.Connection, columns: Sequence[str]) -> None:
    connection.execute(f"ALTER TABLE source ADD COLUMN {CHECK} TEXT NOT NULL DEFAULT ''")
    for row in connection.execute(f"SELECT {', '.join(columns)} FROM source").fetchall():
        connection.execute(
            f"UPDATE source SET {CHECK}=? WHERE name=? AND version=?",
            [check_of(row), row[0], row[1]],
        )


def _state_of(path: Path) -> tuple[int, int, int] | None:
    try:
        about = path.stat()
    except FileNotFoundError:
        return None
    return about.st_ino, about.st_size, about.st_mtime_ns
