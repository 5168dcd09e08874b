"""Connections to an SQLite file that never changes, lent to one thread at a time."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orthoweave.errors import IntegrityError, UsageError
from orthoweave.storage.integrity import REPAIR


class ConnectionPool:
    """Connections for several threads at once; each is opened when it is first needed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False

    @contextmanager
    def lend(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection to one thread at a time.

        Raises
        ------
        UsageError
            If the pool was closed.
        IntegrityError
            If there is no file.
        """
        with self._lock:
            if self._closed:
                message = f"gene catalogue {str(self.path)!r} was closed: open it again"
                raise UsageError(message)
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            connection = _connect(self.path)
        try:
            yield connection
        finally:
            with self._lock:
                keep = not self._closed
                if keep:
                    self._idle.append(connection)
            if not keep:
                connection.close()

    def close(self) -> None:
        """Close the idle connections now, and the lent ones when they are returned."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()


def _connect(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        message = f"no gene catalogue at {str(path)!r}: expected a file. {REPAIR}"
        raise IntegrityError(message)
    # immutable: the file never changes, so SQLite needs neither locks nor a journal
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(uri, uri=True, check_same_thread=False)
