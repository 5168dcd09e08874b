"""Read embeddings from AnnData files: matrices of `obsm`, with the columns of `obs`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from orthoweave.errors import InputError, UnknownNameError
from orthoweave.files.anndata_frames import damaged, read_frame
from orthoweave.files.h5ad_guard import check_hdf5, open_hdf5


@dataclass(frozen=True, slots=True)
class EmbeddingFile:
    """Embeddings of cells in a file, and the columns about its cells."""

    barcodes: np.ndarray
    """Names of the cells, shape ``(n_cells,)``, texts."""
    vectors: dict[str, np.ndarray]
    """Vectors by key of `obsm`, shape ``(n_cells, dimension)``, float32."""
    columns: pd.DataFrame
    """`obs`, one row for each cell."""


def read_embeddings(path: Path, keys: Sequence[str]) -> EmbeddingFile:
    """Read some matrices of `obsm`, and `obs`.

    Raises
    ------
    UnknownNameError
        If `obsm` has no such key; the message lists those it has.
    InputError
        If the file is damaged or no AnnData file, or a matrix does not hold one vector of finite
        numbers for each cell.
    HostileFileError
        If it would read elsewhere, explode in memory or crash a reader.
    """
    check_hdf5(path)
    with open_hdf5(path) as file:
        columns = read_frame(path, file, "obs")
        group = file.get("obsm", {})
        there = sorted(group)
        for key in keys:
            if key not in there:
                message = (
                    f"{path} has no embedding {key!r}: expected one of its obsm, "
                    f"{', '.join(there) or 'which is empty'}"
                )
                raise UnknownNameError(message)
        vectors = {key: _vectors(path, key, group[key], len(columns)) for key in keys}
    return EmbeddingFile(columns.index.astype(str).to_numpy(object), vectors, columns)


def _vectors(path: Path, key: str, group: Any, n_cells: int) -> np.ndarray:
    from anndata.io import read_elem

    try:
        found: Any = read_elem(group)
        if isinstance(found, pd.DataFrame):
            found = found.to_numpy()
        dense = found.toarray() if hasattr(found, "toarray") else np.asarray(found)
        values = dense.astype(np.float32)
    except Exception as error:
        raise damaged(path, error) from error
    if values.ndim != 2 or len(values) != n_cells or not values.shape[1]:
        message = (
            f"obsm[{key!r}] of {path}: expected a vector for each of the {n_cells} cells, found "
            f"shape {values.shape}"
        )
        raise InputError(message)
    if not np.isfinite(values).all():
        cells = int((~np.isfinite(values)).any(axis=1).sum())
        message = (
            f"obsm[{key!r}] of {path}: expected finite numbers, found others in {cells} cells: "
            "leave these cells out, or embed them again"
        )
        raise InputError(message)
    return values
