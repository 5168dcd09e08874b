"""The tables of one source version: written once, content-addressed, read as Arrow or Parquet."""

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from orthoweave.errors import IntegrityError, SchemaError, UsageError
from orthoweave.ids import name_on_disk
from orthoweave.printable import printable
from orthoweave.scales import COUNTS
from orthoweave.schema import Schema, check_table
from orthoweave.storage.durable import file_digest, text_digest
from orthoweave.storage.integrity import REPAIR, Checks, mark, require_known
from orthoweave.storage.matrix_writer import MatrixWriter, publish_matrix
from orthoweave.storage.provenance import SourceInfo, with_provenance

SOURCE_FILE: Final = "SOURCE.json"


@dataclass(frozen=True, slots=True)
class TableSet:
    """The tables of one source version in their folder ``tables/<digest>/``."""

    folder: Path
    digest: str
    source: SourceInfo
    counts: dict[str, int]
    """Rows by node table, edge table, vector space and file of a run's outputs."""
    vectors: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Model name, model digest and dimension by vector space; of a run's, `of` and metric too."""
    matrices: dict[str, str] = field(default_factory=dict)
    """Folder below ``matrices/`` by dataset."""
    files: dict[str, str] = field(default_factory=dict)
    """SHA-256 by file, as its ingest recorded it."""
    format: int = 1
    weights: str = ""
    """Digest of the weights that the source holds, a folder below ``weights/``; empty for none."""

    def table_path(self, name: str) -> Path | None:
        """Return the Parquet file of a node or edge table, or None if the source has none."""
        path = self.folder / f"{name}.parquet"
        return path if name in self.counts and path.is_file() else None

    def checked_table(self, name: str) -> Path | None:
        """Parquet file of a table, or None, after comparing its content with what was recorded.

        Raises
        ------
        IntegrityError
            If it is not what its ingest wrote.
        """
        path = self.table_path(name)
        return None if path is None else Checks().require(path, self.files[path.name])

    def vector_path(self, space: str) -> Path | None:
        """Return the Parquet file of a vector space (columns `id`, `vector`), or None."""
        path = self.folder / f"vectors-{name_on_disk(space)}.parquet"
        return path if space in self.vectors else None

    def report(self, name: str) -> dict[str, Any] | None:
        """Return a report that the job stored, such as ``coverage``, or None.

        Raises
        ------
        IntegrityError
            If it is not what the job stored.
        """
        path = self.folder / f"report-{name}.json"
        if path.name not in self.files:
            return None
        Checks().require(path, self.files[path.name])
        return json.loads(path.read_text(encoding="utf-8"))


class TableWriter:
    """Write a source's tables into a pending folder; check all rows against the schema.

    Parameters
    ----------
    matrices
        Folder of the knowledge base that holds its matrices, for a source that writes one.
    """

    def __init__(
        self, folder: Path, schema: Schema, source: SourceInfo, *, matrices: Path | None = None
    ) -> None:
        self.folder = folder
        self._matrix_folder = matrices
        self.source = source
        self._schema = schema
        self._open: dict[str, pq.ParquetWriter] = {}
        self._counts: dict[str, int] = {}
        self._vectors: dict[str, dict[str, Any]] = {}
        self._matrices: dict[str, str] = {}
        self._weights = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for writer in self._open.values():
            writer.close()
        self._open.clear()

    def write(self, name: str, rows: pa.Table) -> None:
        """Append rows to a node or edge table; provenance columns are added."""
        table = self._schema.table(name)
        given = set(rows.column_names)
        complete = with_provenance(rows, table, self.source)
        for number, column in enumerate(complete.column_names):
            if column not in given:
                complete = complete.set_column(number, column, _constant(complete[column]))
        checked = check_table(self._schema, name, complete)
        # bulk tables are never searched by ranges of keys
        self._append(f"{name}.parquet", checked, statistics=not table.bulk)
        self._counts[name] = self._counts.get(name, 0) + checked.num_rows

    def write_vectors(
        self, space: str, ids: list[str], vectors: np.ndarray, *, model: str, model_digest: str
    ) -> None:
        """Append vectors, shape ``(len(ids), dimension)`` in float32, to a vector space.

        Raises
        ------
        SchemaError
            If the space is unknown, the shape does not fit, values are not finite, or a second
            model or dimension would be mixed into the space.
        """
        if space not in self._schema.vectors:
            message = (
                f"no vector space {space!r}: expected one of {', '.join(self._schema.vectors)}"
            )
            raise SchemaError(message)
        self.write_space(space, ids, vectors, {"model": model, "model_digest": model_digest})

    def write_space(
        self, space: str, ids: list[str], vectors: np.ndarray, about: Mapping[str, str]
    ) -> None:
        """Append vectors to a space that need not be of the schema, such as that of a run.

        Parameters
        ----------
        about
            Description of the space, the same each time; the dimension is added.

        Raises
        ------
        SchemaError
            As for `write_vectors`.
        """
        if vectors.ndim != 2 or len(vectors) != len(ids) or not np.isfinite(vectors).all():
            message = (
                f"vectors of {space}: expected finite values of shape ({len(ids)}, dimension), "
                f"found shape {vectors.shape}"
            )
            raise SchemaError(message)
        described = {**about, "dimension": vectors.shape[1]}
        if self._vectors.setdefault(space, described) != described:
            message = f"vectors of {space} mix {self._vectors[space]} and {described}"
            raise SchemaError(message)
        rows = pa.table({"id": pa.array(ids, pa.string()), "vector": list_column(vectors)})
        self._append(f"vectors-{name_on_disk(space)}.parquet", rows)
        self._counts[space] = self._counts.get(space, 0) + rows.num_rows

    def write_file(self, name: str, rows: pa.Table) -> None:
        """Append rows to a table that stays with the source and is not of the graph."""
        self._append(f"{name}.parquet", rows)
        self._counts[name] = self._counts.get(name, 0) + rows.num_rows

    @contextmanager
    def write_matrix(
        self, dataset: str, obs: pd.DataFrame, var: pd.DataFrame, *, scale: str = COUNTS
    ) -> Iterator[MatrixWriter]:
        """Write the expression matrix of a dataset; it is published if the block succeeds.

        Append blocks of rows to the writer; after the block, its ``written`` names the folder.

        Parameters
        ----------
        obs, var
            Cells and genes, in the order of rows and columns.

        Raises
        ------
        UsageError
            If the writer was made without a folder for matrices.
        """
        if self._matrix_folder is None:
            message = f"source {self.source.name!r} was opened without a folder for matrices"
            raise UsageError(message)
        with publish_matrix(self._matrix_folder, dataset, obs, var, scale) as matrix:
            yield matrix
        self._matrices[dataset] = matrix.written.folder

    def name_weights(self, digest: str) -> None:
        """Name the weights that the source holds, by the digest of their folder."""
        self._weights = digest

    def write_report(self, name: str, report: dict[str, Any]) -> None:
        """Store a report of the job, such as gene coverage, beside the tables."""
        path = self.folder / f"report-{name}.json"
        path.write_text(json.dumps(report, indent=1, sort_keys=True), encoding="utf-8")

    def write_lines(self, name: str, lines: list[str]) -> None:
        """Store a list, such as the genes that were lost, as ``<name>.txt``.

        A line may have fields, separated by tabs; other control characters are written escaped.
        """
        text = "".join(printable(line, keep="\t") + "\n" for line in lines)
        (self.folder / f"{name}.txt").write_text(text, encoding="utf-8")

    @property
    def counts(self) -> dict[str, int]:
        """Return the number of rows written so far by table and vector space."""
        return dict(self._counts)

    @property
    def datasets(self) -> tuple[str, ...]:
        """Datasets whose matrices were written so far."""
        return tuple(self._matrices)

    def finish(self) -> str:
        """Close all tables, write SOURCE.json and return the digest of the whole folder."""
        self.__exit__(None, None, None)
        files = {
            path.name: file_digest(path) for path in sorted(self.folder.iterdir()) if path.is_file()
        }
        about = TableSet(
            self.folder,
            "",
            self.source,
            self._counts,
            self._vectors,
            self._matrices,
            files,
            weights=self._weights,
        )
        return describe(about)

    def _append(self, filename: str, rows: pa.Table, *, statistics: bool = True) -> None:
        writer = self._open.get(filename)
        if writer is None:
            path = self.folder / filename
            # files without Arrow's types return encoded columns as plain values
            named = not any(pa.types.is_dictionary(kind) for kind in rows.schema.types)
            writer = pq.ParquetWriter(
                path,
                rows.schema,
                compression="zstd",
                compression_level=1,
                store_schema=named,
                write_statistics=statistics,
            )
            self._open[filename] = writer
        if rows.schema != writer.schema:
            # a column may be dictionary-encoded in one batch and plain in the next
            rows = rows.cast(writer.schema)
        writer.write_table(rows, row_group_size=1 << 20)


def list_column(values: np.ndarray) -> pa.FixedSizeListArray:
    """Return the rows of a matrix as a column of lists in float32."""
    flat = pa.array(np.ascontiguousarray(values, dtype=np.float32).ravel())
    return pa.FixedSizeListArray.from_arrays(flat, values.shape[1])


def _constant(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """Return a column that holds one value throughout and stores it once."""
    indices = pa.array(np.zeros(len(column), np.int32))
    return pa.DictionaryArray.from_arrays(indices, column.slice(0, 1).combine_chunks())


def describe(tables: TableSet) -> str:
    """Write SOURCE.json to the folder of a table set, and return the digest of the whole."""
    content = json.dumps(
        {
            "source": asdict(tables.source),
            "counts": dict(sorted(tables.counts.items())),
            "vectors": tables.vectors,
            "matrices": tables.matrices,
            "files": tables.files,
            **({"weights": tables.weights} if tables.weights else {}),
            **mark(),
        },
        indent=1,
        sort_keys=True,
    )
    (tables.folder / SOURCE_FILE).write_text(content, encoding="utf-8")
    return text_digest(content)


def read_tableset(folder: Path) -> TableSet:
    """Table set in a folder ``tables/<digest>/``.

    Raises
    ------
    IntegrityError
        If it is missing, or its description is not the one that gave the folder its name.
    FormatError
        If a newer orthoweave wrote it.
    """
    path = folder / SOURCE_FILE
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{str(path)!r} cannot be read ({error}): {REPAIR}"
        raise IntegrityError(message) from error
    digest = text_digest(text)
    if digest != folder.name:
        message = f"{str(path)!r} is damaged: its folder bears the digest of another. {REPAIR}"
        raise IntegrityError(message)
    raw = json.loads(text)
    require_known(path, raw)
    return TableSet(
        folder,
        digest,
        SourceInfo(**raw["source"]),
        raw["counts"],
        raw["vectors"],
        raw["matrices"],
        raw["files"],
        raw.get("format", 1),
        raw.get("weights", ""),
    )


def verify_tableset(tables: TableSet, unread: Collection[str] = ()) -> None:
    """Check every file of a table set against the SHA-256 that its ingest recorded.

    Parameters
    ----------
    unread
        Files that only have to exist, since they were checked before and are not read again.

    Raises
    ------
    IntegrityError
        Naming the files that are missing or differ.
    """
    wrong = [
        name
        for name, digest in tables.files.items()
        if not (path := tables.folder / name).is_file()
        or (name not in unread and file_digest(path) != digest)
    ]
    if wrong:
        message = (
            f"the tables of source {tables.source.name!r} in {str(tables.folder)!r} are damaged "
            f"({', '.join(wrong)}): {REPAIR}"
        )
        raise IntegrityError(message)
