"""Build a gene catalogue: an SQLite file of genes and of all their names and ids.

The same tables give the same bytes.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from orthoweave.genes.names import clean, fold
from orthoweave.genes.records import LISTS, RANK, GeneRecord, Reason
from orthoweave.schema import read_schema
from orthoweave.storage.durable import pending_file, pending_folder
from orthoweave.storage.merge import merge_nodes

FORMAT: Final = "orthoweave gene catalogue 1"
COLUMNS: Final = tuple(field.name for field in fields(GeneRecord))
# columns that decide how names resolve; summaries and provenance do not
_NAMING: Final = tuple(
    COLUMNS.index(name) for name in ("id", "species", "symbol", "name", "biotype", *LISTS)
)
_SEPARATOR: Final = "\x1e"
_BLOCK_ROWS: Final = 20_000

_TABLES: Final = f"""
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE gene (number INTEGER PRIMARY KEY, {", ".join(f'"{name}" TEXT' for name in COLUMNS)});
CREATE TABLE called (folded TEXT, rank INTEGER, gene INTEGER, name TEXT,
                     PRIMARY KEY (folded, rank, gene, name)) WITHOUT ROWID;
"""


def build_catalogue(gene_tables: Sequence[Path], target: Path) -> None:
    """Write the catalogue of the genes in some Gene tables (Parquet) to `target`, in one step.

    Parameters
    ----------
    gene_tables
        In order of precedence: where two tables have a gene, the first scalar that is not null
        counts, and lists are united.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    node = read_schema().nodes["Gene"]
    with pending_folder(target.parent, "genes") as folder:
        merged = folder / "Gene.parquet"
        merge_nodes(gene_tables, merged, node)
        with pending_file(target) as path:
            _write(path, merged)


def _write(path: Path, merged: Path) -> None:
    connection = sqlite3.connect(path)
    try:
        # a crash leaves a pending file, which is never read: no journal is needed
        connection.executescript("PRAGMA page_size = 4096; PRAGMA journal_mode = OFF;")
        connection.executescript("PRAGMA synchronous = OFF;" + _TABLES)
        digest = hashlib.sha256(FORMAT.encode())
        names: list[tuple[str, int, int, str]] = []
        number = 0
        for rows in _blocks(merged):
            texts = [_texts(row) for row in rows]
            connection.executemany(
                _INSERT_GENE, ((at, *text) for at, text in enumerate(texts, number))
            )
            for at, (row, text) in enumerate(zip(rows, texts, strict=True), number):
                names.extend((spelt, rank, at, name) for spelt, rank, name in set(_names(row)))
                digest.update(_SEPARATOR.join(text[place] or "" for place in _NAMING).encode())
            number += len(rows)
        names.sort()
        connection.executemany("INSERT INTO called VALUES (?, ?, ?, ?)", names)
        about = {"digest": digest.hexdigest(), "format": FORMAT, "genes": str(number)}
        connection.executemany("INSERT INTO about VALUES (?, ?)", sorted(about.items()))
        connection.execute("CREATE UNIQUE INDEX gene_id ON gene (id)")
        # serves the completion of a text by full names
        connection.execute("CREATE INDEX gene_name ON gene (name COLLATE NOCASE)")
        connection.commit()
    finally:
        connection.close()


_INSERT_GENE: Final = f"INSERT INTO gene VALUES (?, {', '.join('?' for _ in COLUMNS)})"


def _blocks(path: Path) -> Iterator[list[dict[str, Any]]]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_BLOCK_ROWS, columns=list(COLUMNS)):
            yield batch.to_pylist()


def _texts(row: dict[str, Any]) -> list[str | None]:
    """Return the columns of a gene for SQLite: lists as JSON."""
    return [_as_json(row[name]) if name in LISTS else row[name] for name in COLUMNS]


def _as_json(values: list[str] | None) -> str:
    return json.dumps(values, ensure_ascii=False) if values else "[]"


def _names(row: dict[str, Any]) -> Iterable[tuple[str, int, str]]:
    """Yield folded spelling, rank of the reason and name for each name of a gene."""
    yield fold(row["id"]), RANK["id"], row["id"]
    called: tuple[tuple[Reason, list[str | None] | None], ...] = (
        ("symbol", [row["symbol"]]),
        ("xref", row["xrefs"]),
        ("retired_id", row["retired_ids"]),
        ("previous_symbol", row["previous_symbols"]),
        ("synonym", row["synonyms"]),
    )
    for reason, names in called:
        for name in names or []:
            if name is not None and clean(name):
                yield fold(name), RANK[reason], clean(name)
