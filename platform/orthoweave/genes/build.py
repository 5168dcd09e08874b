"""Build a gene catalogue: an SQLite file of genes and of all their names and ids.

The same tables give the same bytes.
"""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from orthoweave.genes.columns import in_order, names_of, texts_of, values_of
from orthoweave.genes.records import LISTS, GeneRecord
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
        names: list[pa.Table] = []
        number = 0
        for rows in _blocks(merged):
            numbers = range(number, number + rows.num_rows)
            texts = [texts_of(rows[name]) for name in COLUMNS]
            connection.executemany(_INSERT_GENE, zip(numbers, *texts, strict=True))
            naming = ([text or "" for text in texts[place]] for place in _NAMING)
            digest.update("".join(map(_SEPARATOR.join, zip(*naming, strict=True))).encode())
            names.append(names_of(rows, number))
            number += rows.num_rows
        columns = [values_of(column) for column in in_order(names).columns] if names else []
        connection.executemany("INSERT INTO called VALUES (?, ?, ?, ?)", zip(*columns, strict=True))
        about = {"digest": digest.hexdigest(), "format": FORMAT, "genes": str(number)}
        connection.executemany("INSERT INTO about VALUES (?, ?)", sorted(about.items()))
        connection.execute("CREATE UNIQUE INDEX gene_id ON gene (id)")
        # serves the completion of a text by full names
        connection.execute("CREATE INDEX gene_name ON gene (name COLLATE NOCASE)")
        connection.commit()
    finally:
        connection.close()


_INSERT_GENE: Final = f"INSERT INTO gene VALUES (?, {', '.join('?' for _ in COLUMNS)})"


def _blocks(path: Path) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(path) as file:
        yield from file.iter_batches(_BLOCK_ROWS, columns=list(COLUMNS))
