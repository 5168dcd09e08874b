"""Evaluate embeddings of a build's cells, and record the scores as a run."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from orthoweave.errors import UsageError
from orthoweave.files.embeddings import EmbeddingFile, read_embeddings
from orthoweave.ids import cell_key
from orthoweave.models.embedding_evaluation.cells import COLUMNS
from orthoweave.models.embedding_evaluation.config import EvaluationConfig
from orthoweave.models.embedding_evaluation.model import EmbeddingEvaluation
from orthoweave.models.options import parse_config
from orthoweave.progress import Progress
from orthoweave.runs.run import Ran, run_model
from orthoweave.storage.layout import Layout
from orthoweave.views.columns import CellColumnsView
from orthoweave.views.requests import View
from orthoweave.views.vector import VectorView


def evaluate(
    layout: Layout,
    file: Path | None,
    settings: Mapping[str, object],
    progress: Progress,
    *,
    name: str | None = None,
) -> Ran:
    """Evaluate spaces of the published build and matrices of a file, and record the scores.

    Parameters
    ----------
    file
        AnnData file with the matrices that the option `obsm` names, and with columns.
    settings
        Options of the evaluation, by name.

    Raises
    ------
    UsageError
        If matrices are named without a file, or a file without a dataset.
    UnknownNameError, InputError
        As for `read_embeddings` and `run_model`.
    """
    options = dict(settings) if file is None else {**settings, "file": file.name}
    model = EmbeddingEvaluation()
    config = parse_config(EvaluationConfig, options, "the evaluation")
    model.views(config)
    if config.obsm and file is None:
        message = f"obsm={','.join(config.obsm)!r}: expected a --file that holds it"
        raise UsageError(message)
    given = {} if file is None else _views(config, read_embeddings(file, config.obsm))
    # sentences on each of so many scores would hide the few that matter: the model has its own
    return run_model(layout, model, config, progress, name=name, given=given, judged=False)


def recorded_metrics(ran: Ran) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the scores and the notes of a run as they were recorded.

    Raises
    ------
    IntegrityError
        If the table is not what the run wrote.
    """
    path = ran.tables.checked_table("Run")
    [row] = pq.read_table(path, columns=["metrics", "notes"]).to_pylist()
    return json.loads(row["metrics"]), list(row["notes"])


def _views(config: EvaluationConfig, found: EmbeddingFile) -> dict[str, View]:
    """Return the views of a file: its matrices and its columns, by the keys of the cells."""
    prefix = cell_key(config.dataset, "")
    keys = np.array(
        [one if one.startswith(prefix) else prefix + one for one in found.barcodes], object
    )
    views: dict[str, View] = {
        f"obsm {key}": VectorView(key, config.file, keys, vectors)
        for key, vectors in found.vectors.items()
    }
    return views | {COLUMNS: _columns(keys, found.columns)}


def _columns(keys: np.ndarray, frame: pd.DataFrame) -> CellColumnsView:
    plain = {
        str(name): column
        for name, column in frame.items()
        if not isinstance(column.dtype, pd.CategoricalDtype)
        and pd.api.types.is_numeric_dtype(column.dtype)
    }
    texts = {str(name): column for name, column in frame.items() if str(name) not in plain}
    return CellColumnsView(
        keys,
        tuple(texts),
        _table([_texts(column) for column in texts.values()], len(keys), object),
        tuple(plain),
        _table(
            [column.to_numpy(float, na_value=np.nan) for column in plain.values()], len(keys), float
        ),
    )


def _numbers(column: pd.Series) -> np.ndarray:
    return column.to_numpy(float, na_value=np.nan)


def _texts(column: pd.Series) -> np.ndarray:
    return np.array([None if pd.isna(one) else str(one) for one in column], object)


def _table(columns: list[np.ndarray], n_rows: int, kind: type) -> np.ndarray:
    found: np.ndarray = np.empty((n_rows, len(columns)), kind)
    for number, column in enumerate(columns):
        found[:, number] = column
    return found
