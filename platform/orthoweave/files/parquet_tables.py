"""Reads a Parquet file as an expression table: a column of names, and a column for each other name.

The file is read by its columns' types; what pandas or others note in it is text and is not run.
"""

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from orthoweave.errors import InputError
from orthoweave.files.matrix_sources import MatrixSource, read_values
from orthoweave.files.named_tables import (
    MAXIMUM_VALUES,
    NOT_COUNTS,
    GeneShare,
    NamedTable,
    open_table,
)

_MARK: Final = b"PAR1"
_ROWS: Final = 1_000
# zeros are not kept, so that a table may have more places than values
_PLACES: Final = 10


def is_parquet(path: Path, start: bytes) -> bool:
    """Return whether a file is Parquet: a table of texts may begin with the gene PAR1."""
    if not start.startswith(_MARK):
        return False
    with path.open("rb") as stream:
        stream.seek(-min(len(_MARK), path.stat().st_size), 2)
        return stream.read() == _MARK


def open_parquet(
    path: Path, rows: str | None = None, gene_share: GeneShare | None = None
) -> MatrixSource:
    """Open a Parquet file of an expression table, genes × cells or cells × genes.

    The names of the rows are the index that pandas wrote, or the first column of texts. Other
    columns of texts, and numbers under a usual name, describe the rows.

    Parameters
    ----------
    rows, gene_share
        As for `open_table`.

    Raises
    ------
    InputError
        If the file is damaged, has no names or no numbers, or a value is missing.
    """
    try:
        with pq.ParquetFile(path) as file:
            return open_table(_read(path, file), "parquet", rows, gene_share)
    except (pa.ArrowException, OSError) as error:
        reason = " ".join(str(error).split())
        message = f"{path} is not a whole Parquet file ({reason}): fetch it again"
        raise InputError(message) from error


def _read(path: Path, file: pq.ParquetFile) -> NamedTable:
    about = file.metadata
    if about.num_rows * about.num_columns > _PLACES * MAXIMUM_VALUES:
        message = (
            f"{path} is {about.num_rows:,} × {about.num_columns:,}, expected at most "
            f"{_PLACES * MAXIMUM_VALUES:,} values in a table: write it as .h5ad"
        )
        raise InputError(message)
    schema = file.schema_arrow
    names, texts, values = _sides(path, schema)
    table = NamedTable(path, values, "" if names.startswith("__index_level_") else names)
    found: list[str] = []
    facts = []
    for batch in file.iter_batches(_ROWS):
        rows = batch.column(names).cast(pa.string()).to_pylist()
        _check_names(path, names, rows)
        table.add(_numbers(table, batch, rows))
        found += rows
        facts.append(batch.select(texts))
    if not found:
        raise InputError(f"{path} has no rows: expected a table of expression; fetch it again")
    # without what pandas notes, which would name an index
    described = pa.Table.from_batches(facts).replace_schema_metadata(None)
    table.describe(found, described.to_pandas())
    return table


def _sides(path: Path, schema: pa.Schema) -> tuple[str, list[str], list[str]]:
    """Return the column of names, the columns of facts, and those of values."""
    index = [name for name in _index_columns(schema) if name in schema.names]
    worded = [field.name for field in schema if _is_text(field.type)]
    names = next((name for name in [*index, *worded] if name in worded), None)
    names = names or (index[0] if index else None)
    others = [field for field in schema if field.name != names]
    texts = [
        field.name
        for field in others
        if _is_text(field.type) or NOT_COUNTS.match(field.name.lower()) or field.name in index
    ]
    values = [field.name for field in others if field.name not in texts]
    odd = next((schema.field(name) for name in values if not _is_number(schema.field(name))), None)
    if names is None or not values or odd is not None:
        found = (
            f"column {odd.name!r} of type {odd.type}" if odd is not None else f"{schema.names[:4]}"
        )
        message = (
            f"{path}: expected a column of names and columns of numbers, found {found}: write the "
            "table with the names of its rows, and without other columns"
        )
        raise InputError(message)
    return names, texts, values


def _index_columns(schema: pa.Schema) -> list[str]:
    """Return the columns that pandas says are the index; none where it says nothing sound."""
    try:
        said = json.loads((schema.metadata or {}).get(b"pandas", b"{}"))
        return [name for name in said.get("index_columns", []) if isinstance(name, str)]
    except (ValueError, AttributeError, TypeError):
        return []


def _is_text(kind: Any) -> bool:
    value = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(value) or pa.types.is_large_string(value))


def _is_number(field: pa.Field) -> bool:
    return bool(pa.types.is_integer(field.type) or pa.types.is_floating(field.type))


def _check_names(path: Path, column: str, names: list[str | None]) -> None:
    if any(not name for name in names):
        message = f"{path}: a row has no name in column {column!r}: expected one for each"
        raise InputError(message)


def _numbers(table: NamedTable, batch: pa.RecordBatch, rows: list[str]) -> np.ndarray:
    """Return the values of a batch, float32; an empty one is refused."""
    values = np.empty((batch.num_rows, len(table.columns)), np.float32)
    for at, name in enumerate(table.columns):
        column = batch.column(name)
        if column.null_count:
            row = rows[int(np.argmax(column.is_null().to_numpy(zero_copy_only=False)))]
            raise table.not_a_number(None, row, name)
        values[:, at] = read_values(table.path, column.to_numpy(zero_copy_only=False))
    return values
