"""A cache of text vectors by model and text, since embedding is the slowest step of an ingest.

It is one SQLite file in the ``cache/`` of the knowledge base. It can be deleted at any time; the
next run fills it again.
"""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np

from orthoweave.errors import IntegrityError
from orthoweave.progress import Progress
from orthoweave.text.base import TextEncoder, Vectors

CACHE_FILE: Final = "text-vectors.sqlite"
BATCH: Final = 4096
"""Texts that are encoded between two commits: the most that an interrupted run loses."""
# SQLite's oldest limit of parameters is 999
_LOOK_UP: Final = 900


class CachedEncoder:
    """An encoder that passes on to `encoder` only the texts that are not in the cache.

    An encoder may have an attribute ``request_size``, the number of texts in one paid request:
    then the vectors are kept after each request.
    """

    def __init__(self, encoder: TextEncoder, path: Path) -> None:
        self._encoder = encoder
        self._path = path
        self._batch: int = getattr(encoder, "request_size", BATCH)

    @property
    def name(self) -> str:
        """Name of the wrapped encoder."""
        return self._encoder.name

    @property
    def digest(self) -> str:
        """SHA-256 of the wrapped encoder."""
        return self._encoder.digest

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        return self._encoder.dimension

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return the vectors of `texts`, shape ``(len(texts), dimension)``, each of length 1.

        Raises
        ------
        IntegrityError
            If the cache is damaged; the message says which file to delete.
        """
        keys = [self._key(text) for text in texts]
        wanted = dict(zip(keys, texts, strict=True))
        try:
            with self._connection() as connection:
                blobs = dict(_look_up(connection, list(wanted)))
                # texts that differ in case only go together: to many models they are the same
                missing = sorted(
                    (key for key in wanted if key not in blobs),
                    key=lambda key: (wanted[key].lower(), wanted[key]),
                )
                for start in range(0, len(missing), self._batch):
                    part = missing[start : start + self._batch]
                    vectors = self._encoder.encode([wanted[key] for key in part], progress)
                    rows = [(key, row.tobytes()) for key, row in zip(part, vectors, strict=True)]
                    with connection:
                        connection.executemany("INSERT OR IGNORE INTO vector VALUES (?, ?)", rows)
                    blobs |= rows
        except sqlite3.DatabaseError as error:
            message = f"the cache {self._path} cannot be read ({error}): delete it and try again"
            raise IntegrityError(message) from error
        return self._stack([blobs[key] for key in keys])

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(f"{self.digest}\0{text}".encode()).digest()

    def _stack(self, blobs: list[bytes]) -> Vectors:
        width = 4 * self.dimension if not blobs else len(blobs[0])
        if any(len(blob) != width or not blob or len(blob) % 4 for blob in blobs):
            message = f"the cache {self._path} holds vectors cut short: delete it and try again"
            raise IntegrityError(message)
        return np.frombuffer(b"".join(blobs), "<f4").astype(np.float32).reshape(-1, width // 4)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=60)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            # what is lost in a power cut is computed again
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, data BLOB NOT NULL) "
                "STRICT, WITHOUT ROWID"
            )
            yield connection
        finally:
            connection.close()


def _look_up(connection: sqlite3.Connection, keys: list[bytes]) -> Iterator[tuple[bytes, bytes]]:
    for start in range(0, len(keys), _LOOK_UP):
        part = keys[start : start + _LOOK_UP]
        marks = ", ".join("?" * len(part))
        yield from connection.execute(f"SELECT key, data FROM vector WHERE key IN ({marks})", part)
