"""The register of numbers: each node key has one number, permanently, in all builds.

It only ever grows. Keys are in segments: files that are written once and named after the numbers
that they assign and the digest of their content. A number is durable before it is used, so that
parts made with it can be kept whatever happens. A register that was lost and begun again has
another identity, which is part of every recipe: no part made with the old register is used.
"""

import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from orthoweave.errors import IntegrityError
from orthoweave.storage.durable import file_digest, pending_path, sync_file, sync_folder, write_text
from orthoweave.storage.engine import parquet, write_rows
from orthoweave.storage.faults import fault_point
from orthoweave.storage.integrity import REPAIR, read_sealed, sealed
from orthoweave.stores.duckdb.tables import NODE, NUMBER_BITS, quoted

REGISTER_FILE: Final = "REGISTER.json"
_SEGMENT: Final = pa.schema([("id", pa.string()), (NODE, pa.int64())])
_DIGITS: Final = 16


def segment_digest(path: Path) -> str:
    """Return the first digits of the SHA-256 that the name of a segment says it has."""
    return path.stem.rpartition("-")[2]


def lost_numbers(folder: Path) -> dict[str, int]:
    """Return how many numbers of each label were given out and are in no segment.

    Raises
    ------
    IntegrityError, FormatError
        If the description of the register cannot be read; see `read_sealed`.
    """
    lost = {}
    for label, given in read_sealed(folder / REGISTER_FILE).get("given", {}).items():
        names = [path.stem.split("-") for path in folder.glob(f"{label}-*.parquet")]
        found = sum(int(name[2]) for name in names if name[0] == label)
        if found < given:
            lost[label] = given - found
    return lost


class Register:
    """Numbers of the nodes and edges of a knowledge base. Hold its lock for writing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)
        path = folder / REGISTER_FILE
        if not path.is_file():
            write_text(path, sealed({"id": uuid.uuid4().hex, "tables": {}, "edges": {}}))
        raw = read_sealed(path)
        self.id: str = raw["id"]
        self._tables: dict[str, int] = raw["tables"]
        self._edges: dict[str, int] = raw["edges"]
        # numbers that were given out, so that a lost segment is noticed; older registers have none
        self._given: dict[str, int] = raw.get("given", {})
        self._checked: set[Path] = set()

    def tables(self, names: Iterable[str]) -> dict[str, int]:
        """Return the numbers of labels and types; new ones get the next numbers."""
        new = [name for name in names if name not in self._tables]
        if new:
            first = max(self._tables.values(), default=0) + 1
            self._tables |= {name: first + at for at, name in enumerate(new)}
            self._write()
        return dict(self._tables)

    def edges(self, name: str, count: int) -> int:
        """Reserve `count` numbers for edges of a type and return the first of them."""
        self.tables([name])
        first = self._edges.get(name, 0)
        self._edges[name] = first + count
        self._write()
        return (self._tables[name] << NUMBER_BITS) + first

    def keys(self, label: str) -> str:
        """Return a query of the keys of a label that have a number: columns ``id`` and ``#nid``."""
        segments = self._segments(label)
        if not segments:
            return f"SELECT ''::VARCHAR AS id, 0::BIGINT AS {quoted(NODE)} WHERE false"
        return f"SELECT id, {quoted(NODE)} FROM {parquet(segments)}"

    def add(self, engine: duckdb.DuckDBPyConnection, label: str, query: str) -> int:
        """Number the keys in the column ``id`` of a query that have no number; return how many."""
        self.tables([label])
        first = sum(int(path.stem.split("-")[2]) for path in self._segments(label))
        base = (self._tables[label] << NUMBER_BITS) + first
        rows = (
            f"SELECT id, {base} + row_number() OVER (ORDER BY id) - 1 AS {quoted(NODE)} FROM ("
            f"SELECT DISTINCT id FROM ({query}) WHERE id IS NOT NULL "
            f"AND id NOT IN (SELECT id FROM ({self.keys(label)}))) ORDER BY id"
        )
        pending = pending_path(self._folder / f"{label}.parquet")
        try:
            count = write_rows(engine, rows, pending, _SEGMENT)
            if count:
                digest = file_digest(pending)[:_DIGITS]
                target = self._folder / f"{label}-{first}-{count}-{digest}.parquet"
                sync_file(pending)
                fault_point("rename segment")
                pending.rename(target)
                sync_folder(self._folder)
                self._given[label] = first + count
                self._write()
        finally:
            pending.unlink(missing_ok=True)
        return count

    def _segments(self, label: str) -> list[Path]:
        """Return the files of a label in the order of their numbers, checked once."""
        found = sorted(
            (
                path
                for path in self._folder.glob(f"{label}-*.parquet")
                if path.stem.split("-")[0] == label
            ),
            key=lambda path: int(path.stem.split("-")[1]),
        )
        expected = 0
        for path in found:
            _, first, count, _ = path.stem.split("-")
            fresh = path not in self._checked
            wrong = fresh and not file_digest(path).startswith(segment_digest(path))
            if int(first) != expected or wrong:
                message = (
                    f"the register of numbers in {str(self._folder)!r} is damaged at {path.name}: "
                    f"{REPAIR}; older builds stay as they are"
                )
                raise IntegrityError(message)
            self._checked.add(path)
            expected += int(count)
        if expected < self._given.get(label, 0):
            message = (
                f"the register of numbers in {str(self._folder)!r} is damaged: expected "
                f"{self._given[label]:,} numbers of {label}, found {expected:,}. {REPAIR}; older "
                "builds stay as they are"
            )
            raise IntegrityError(message)
        return found

    def _write(self) -> None:
        content = {"id": self.id, "tables": self._tables, "edges": self._edges}
        write_text(self._folder / REGISTER_FILE, sealed({**content, "given": self._given}))
