"""Reads loom files: genes × cells in HDF5, with attributes of rows and columns.

The layout is that of loom 2 and 3 (linnarssonlab.org/loompy/format), as loompy, velocyto, SCENIC
and SeuratDisk write it. A file is read here since loompy opens no file that is not checked first.
"""

from functools import partial
from pathlib import Path
from typing import Any, Final

import h5py
import numpy as np
import pandas as pd

from orthoweave.errors import InputError, UnknownNameError
from orthoweave.files.h5ad_guard import check_hdf5
from orthoweave.files.matrix_sources import (
    MatrixSource,
    dense_blocks,
    looks_like_counts,
    read_texts,
)

# usual names of the attributes that name cells and genes, the surest first
_CELLS: Final = ("CellID", "cell_id", "obs_names", "barcodes", "barcode", "cell_names", "index")
_GENES: Final = ("Accession", "gene_ids", "var_names", "Gene", "gene_names", "index")
_MATRIX: Final = "matrix"


def is_loom(file: Any) -> bool:
    """Return whether an open HDF5 file has the groups of a loom file."""
    return _MATRIX in file and "row_attrs" in file and "col_attrs" in file


def open_loom(path: Path, layer: str | None = None) -> MatrixSource:
    """Open a loom file; the matrix is taken, or a layer of that name.

    Raises
    ------
    InputError
        If it is damaged, or names neither cells nor genes.
    HostileFileError
        If it would read elsewhere or explode in memory.
    UnknownNameError
        If there is no such layer.
    """
    check_hdf5(path)
    file = h5py.File(path, "r")
    try:
        return _read(path, file, layer)
    except BaseException:
        file.close()
        raise


def _read(path: Path, file: h5py.File, layer: str | None) -> MatrixSource:
    layers = {_MATRIX: file[_MATRIX], **dict(file.get("layers", {}))}
    taken = layer or _MATRIX
    if taken not in layers:
        message = f"{path} has no matrix {layer!r}: expected layer= one of {', '.join(layers)}"
        raise UnknownNameError(message)
    matrix = layers[taken]
    var = _frame(path, file["row_attrs"], _GENES, "row_attrs")
    obs = _frame(path, file["col_attrs"], _CELLS, "col_attrs")
    if matrix.shape != (len(var), len(obs)):
        message = (
            f"{path}: {taken} has shape {matrix.shape}, expected genes × cells, {len(var):,} × "
            f"{len(obs):,}. Is the file damaged?"
        )
        raise InputError(message)
    others = partial(_count_layers, layers, taken)
    turned = _Turned(matrix)
    return MatrixSource(
        "loom",
        taken if taken == _MATRIX else f"layers[{taken!r}]",
        obs,
        var,
        partial(dense_blocks, path, turned, len(var)),
        release=file.close,
        count_layers=others,
    )


class _Turned:
    """The transpose of an array on disk."""

    def __init__(self, array: Any) -> None:
        self._array = array
        self.shape = (int(array.shape[1]), int(array.shape[0]))

    def __getitem__(self, key: Any) -> Any:
        return np.asarray(self._array[:, key]).T


def _count_layers(layers: dict[str, Any], taken: str) -> list[str]:
    return [
        name
        for name, array in layers.items()
        if name != taken and looks_like_counts(_Turned(array))
    ]


def _frame(path: Path, group: Any, names: tuple[str, ...], what: str) -> pd.DataFrame:
    """Return the attributes with one value for each row or column, indexed by their names."""
    columns = {
        name: _values(item)
        for name, item in group.items()
        if getattr(item, "shape", None) is not None and len(item.shape) == 1
    }
    index = next((name for name in names if name in columns and any(columns[name])), None)
    if index is None:
        texts = ", ".join(columns) or "nothing"
        message = (
            f"{path}: {what} has {texts}, expected one of {', '.join(names)}. Rename the attribute "
            f"with the names, in Python with loompy: loompy.connect(FILE).{what[:2]}.{names[0]} = …"
        )
        raise InputError(message)
    lengths = {len(values) for values in columns.values()}
    if len(lengths) != 1:
        message = (
            f"{path}: the attributes in {what} have the lengths {sorted(lengths)}, expected one. "
            "Is the file damaged?"
        )
        raise InputError(message)
    rows = pd.Index([str(value) for value in columns.pop(index)], dtype=object)
    return pd.DataFrame(columns, index=rows)


def _values(item: Any) -> Any:
    values = item[:]
    return read_texts(values) if values.dtype.kind in "SUO" else values
