"""Check the vectors, predictions and arrays of a model, and write them beside its tables.

Each names cells or genes of a dataset that the run read, by keys of the build. A key that is not
among them is refused: vectors of another species' genes would be compared with others by mistake.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orthoweave.errors import SchemaError
from orthoweave.models.base import ModelResult
from orthoweave.models.outputs import Array, Predictions, Vectors
from orthoweave.storage.published import Published
from orthoweave.storage.run_outputs import (
    PREDICTIONS,
    PREDICTIONS_FILE,
    KeyedArray,
    write_array,
    write_space,
)
from orthoweave.storage.tableset import TableWriter


@dataclass(frozen=True, slots=True)
class DatasetKeys:
    """Keys of a dataset in the build that a run read."""

    cells: pa.ChunkedArray
    genes: pa.ChunkedArray
    """Those that it measured."""


def dataset_keys(published: Published, dataset: str) -> DatasetKeys:
    """Return the keys of a dataset's cells and genes in a build."""
    return DatasetKeys(
        published.table("Cell", ["id"], [("dataset", "=", dataset)])["id"],
        published.table("MEASURED_IN", ["from"], [("to", "=", dataset)])["from"],
    )


def write_outputs(
    out: TableWriter, model: str, result: ModelResult, keys: Mapping[str, DatasetKeys]
) -> None:
    """Write the vectors, predictions and arrays of a result, after checking their keys.

    Parameters
    ----------
    model
        Name of the model.
    keys
        Keys of the datasets that the run read, by dataset.

    Raises
    ------
    SchemaError
        If a key is not of its dataset, or is in two parts of one space, or a name stands twice.
    """
    spaces: dict[str, list[Vectors]] = {}
    for part in result.vectors:
        spaces.setdefault(part.name, []).append(part)
    for name, parts in spaces.items():
        _write_parts(out, model, name, parts, keys)
    _require_once((one.dataset for one in result.predictions), "predictions of dataset")
    for one in result.predictions:
        _require_known(one.cells, "Cell", one.dataset, "predictions", keys)
        out.write_file(PREDICTIONS_FILE, prediction_rows(one))
    _require_once((one.name for one in result.arrays), "array")
    for array in result.arrays:
        _write_array(out, array, keys)


def prediction_rows(found: Predictions) -> pa.Table:
    """Return predictions as rows of the table `PREDICTIONS`."""
    n_cells = len(found.cells)
    verdict = [None] * n_cells if found.verdict is None else [v or None for v in found.verdict]
    value = np.full(n_cells, np.nan) if found.value is None else found.value
    columns: dict[str, Any] = {
        "cell": pa.array(found.cells, pa.string()),
        "label": pa.array(found.label, pa.string()),
        # from_pandas: a number that is not there is null, not NaN
        "probability": pa.array(found.probability, pa.float64(), from_pandas=True),
        "verdict": pa.array(verdict, pa.string()),
        "abstained": pa.array(found.abstained, pa.bool_()),
        "value": pa.array(value, pa.float64(), from_pandas=True),
    }
    return pa.table(columns, schema=PREDICTIONS)


def _write_parts(
    out: TableWriter, model: str, name: str, parts: list[Vectors], keys: Mapping[str, DatasetKeys]
) -> None:
    for part in parts:
        _require_known(part.keys, part.of, part.dataset, f"vectors {name!r}", keys)
    _require_once((key for part in parts for key in part.keys), f"vectors {name!r}: key")
    for part in parts:
        write_space(out, name, part.keys, part.values, of=part.of, metric=part.metric, model=model)


def _write_array(out: TableWriter, array: Array, keys: Mapping[str, DatasetKeys]) -> None:
    what = f"array {array.name!r}"
    _require_known(array.rows, array.of, array.dataset, what, keys)
    write_array(
        out,
        array.name,
        KeyedArray(array.of, array.dataset, array.rows, array.columns, array.values),
    )


def _require_known(
    found: np.ndarray, of: str, dataset: str, what: str, keys: Mapping[str, DatasetKeys]
) -> None:
    """Check that keys are cells of a dataset that was read, or genes that it measured."""
    if dataset not in keys:
        read = ", ".join(sorted(keys)) or "none"
        message = f"{what}: of dataset {dataset!r}, which the run has not read: it read {read}"
        raise SchemaError(message)
    known = keys[dataset].cells if of == "Cell" else keys[dataset].genes
    given = pa.array(found, pa.string())
    unknown = given.filter(pc.invert(pc.is_in(given, value_set=known)))
    if len(unknown):
        kind = "cells of" if of == "Cell" else "genes measured in"
        example = f", such as {known[0].as_py()!r}" if len(known) else ""
        message = (
            f"{what}: {len(unknown):,} keys are not {kind} {dataset!r}, such as "
            f"{unknown[0].as_py()!r}: expected keys of its {kind.split(maxsplit=1)[0]}{example}"
        )
        raise SchemaError(message)


def _require_once(names: Iterable[str], what: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            message = f"{what} {name!r} stands twice in the result: expected it once"
            raise SchemaError(message)
        seen.add(name)
