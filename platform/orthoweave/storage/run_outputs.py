"""Files of a run besides its tables of the graph: vectors, predictions by cell, arrays by key.

They lie in the run's folder below ``tables/`` like all that a source writes: its SOURCE.json holds
their SHA-256 and their number of rows, so that they are verified, kept and removed with it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from orthoweave.ids import space_of_run
from orthoweave.schema.model import VectorSpace
from orthoweave.storage.integrity import Checks
from orthoweave.storage.tableset import TableSet, TableWriter, list_column

PREDICTIONS_FILE: Final = "predictions"
PREDICTIONS: Final = pa.schema(
    [
        ("cell", pa.string()),
        # the most probable one, also where the model abstains: key of a CellType or another text
        ("label", pa.string()),
        ("probability", pa.float64()),
        # near, far or outside; null where no distance was measured
        ("verdict", pa.string()),
        ("abstained", pa.bool_()),
        # a predicted number; null where labels are predicted
        ("value", pa.float64()),
    ]
)
_ARRAY: Final = "array-"
_ROW_GROUP: Final = 1 << 24
"""Numbers in a row group of an array, 64 MB."""


def run_spaces(tables: TableSet) -> dict[str, VectorSpace]:
    """Return the vector spaces that a run has written, by name; none for other sources."""
    return {
        space: VectorSpace(space, f"Vectors of {tables.source.name} by {about['model']}", of)
        for space, about in tables.vectors.items()
        if (of := about.get("of")) is not None
    }


def write_space(
    out: TableWriter,
    name: str,
    keys: np.ndarray,
    values: np.ndarray,
    *,
    of: str,
    metric: str,
    model: str,
) -> None:
    """Append vectors to a space of the run that `out` writes.

    Parameters
    ----------
    keys
        Keys of nodes, shape ``(n,)``.
    values
        Shape ``(n, dimension)``, float32.
    of
        Node type of the keys.
    """
    about = {"model": model, "model_digest": out.source.version, "of": of, "metric": metric}
    out.write_space(space_of_run(out.source.name, name), keys.tolist(), values, about)


@dataclass(frozen=True, slots=True)
class KeyedArray:
    """A matrix of a run, with the keys of its rows and columns."""

    of: str
    """Node type of the rows."""
    dataset: str
    rows: np.ndarray
    """Shape ``(n_rows,)``, texts."""
    columns: np.ndarray
    """Keys of genes or names of dimensions, shape ``(n_columns,)``, texts."""
    values: np.ndarray
    """Shape ``(n_rows, n_columns)``, float32; NaN where there is no value."""


def write_array(out: TableWriter, name: str, array: KeyedArray) -> None:
    """Write an array as a file of the run that `out` writes."""
    about = {"of": array.of, "dataset": array.dataset, "columns": array.columns.tolist()}
    schema = pa.schema(
        [("id", pa.string()), ("values", pa.list_(pa.float32(), len(array.columns)))],
        {b"orthoweave": json.dumps(about).encode()},
    )
    for part in _blocks(len(array.rows), len(array.columns)):
        columns = [pa.array(array.rows[part], pa.string()), list_column(array.values[part])]
        out.write_file(f"{_ARRAY}{name}", pa.table(columns, schema=schema))


def _blocks(n_rows: int, n_columns: int) -> Iterator[slice]:
    step = max(_ROW_GROUP // n_columns, 1)
    # an array without rows has one block, so that it has a file
    return (slice(start, start + step) for start in range(0, max(n_rows, 1), step))


def array_names(tables: TableSet) -> tuple[str, ...]:
    """Return the names of the arrays that a run has written, sorted."""
    return tuple(
        sorted(name.removeprefix(_ARRAY) for name in tables.counts if name.startswith(_ARRAY))
    )


def read_array(tables: TableSet, name: str) -> KeyedArray | None:
    """Return an array of a run, or None if it has none of that name.

    Raises
    ------
    IntegrityError
        If the file is not what the run wrote.
    """
    path = tables.checked_table(f"{_ARRAY}{name}")
    if path is None:
        return None
    with pq.ParquetFile(path) as file:
        rows = file.read()
    about = json.loads(rows.schema.metadata[b"orthoweave"])
    columns = np.array(about["columns"], object)
    keys, values = rows["id"].to_numpy(zero_copy_only=False), rows["values"]
    return KeyedArray(about["of"], about["dataset"], keys, columns, _matrix(values, len(columns)))


def read_predictions(tables: TableSet) -> pa.Table | None:
    """Return the predictions of a run, with the columns `PREDICTIONS`; None if it has none.

    Raises
    ------
    IntegrityError
        If the file is not what the run wrote.
    """
    path = tables.checked_table(PREDICTIONS_FILE)
    if path is None:
        return None
    with pq.ParquetFile(path) as file:
        return file.read(PREDICTIONS.names).cast(PREDICTIONS)


def read_space(tables: TableSet, space: str) -> tuple[np.ndarray, np.ndarray]:
    """Return keys and vectors of a space of a source, shapes ``(n,)`` and ``(n, dimension)``.

    Raises
    ------
    IntegrityError
        If the file is not what the source wrote.
    """
    path = tables.vector_path(space)
    if path is None:
        return np.zeros(0, object), np.zeros((0, 0), np.float32)
    Checks().require(path, tables.files[path.name])
    with pq.ParquetFile(path) as file:
        rows = file.read(["id", "vector"])
    keys = rows["id"].to_numpy(zero_copy_only=False)
    return keys, _matrix(rows["vector"], int(tables.vectors[space]["dimension"]))


def _matrix(column: pa.ChunkedArray, width: int) -> np.ndarray:
    flat = column.combine_chunks().flatten().to_numpy(zero_copy_only=False)
    return np.asarray(flat, np.float32).reshape(-1, width)
