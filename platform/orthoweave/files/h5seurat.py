"""Reads h5Seurat files: Seurat objects in HDF5, as SeuratDisk writes them.

The layout is that of SeuratDisk's file specification. R stores arrays by columns, so that in HDF5
a matrix of features × cells lies as cells × features, dense or sparse.
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
    compressed_blocks,
    dense_blocks,
    looks_like_counts,
    read_pointers,
    read_texts,
)

_ASSAY: Final = "RNA"
# what an assay may hold, the first that is there is taken
_MATRICES: Final = ("counts", "data")
# R's NA among whole numbers, and SeuratDisk's among logical values
_NO_INTEGER: Final = np.iinfo(np.int32).min
_NO_LOGICAL: Final = 2


def is_h5seurat(file: Any) -> bool:
    """Return whether an open HDF5 file has the parts of an h5Seurat file."""
    return "assays" in file and "cell.names" in file


def open_h5seurat(
    path: Path, layer: str | None = None, modality: str | None = None
) -> MatrixSource:
    """Open an h5Seurat file: the counts of one assay, with the meta data of cells and features.

    Parameters
    ----------
    layer
        ``counts`` or ``data``; by default the counts, if there are any.
    modality
        Name of the assay; by default ``RNA``, or the active one.

    Raises
    ------
    InputError
        If it is damaged, or its parts do not fit each other.
    HostileFileError
        If it would read elsewhere, explode in memory or crash a reader.
    UnknownNameError
        If the file does not have the assay or the matrix.
    """
    check_hdf5(path)
    file = h5py.File(path, "r")
    try:
        return _read(path, file, layer, modality)
    except BaseException:
        file.close()
        raise


def _read(path: Path, file: h5py.File, layer: str | None, modality: str | None) -> MatrixSource:
    name = _assay(path, file, modality)
    assay = file["assays"][name]
    there = {key: assay[key] for key in _MATRICES if key in assay}
    taken = layer or next(iter(there), "")
    if taken not in there or "features" not in assay:
        message = (
            f"{path} has no matrix {taken or 'counts'!r} with features in its assay {name!r}: "
            f"expected layer= one of {', '.join(there) or 'none'}, found {', '.join(assay)}. Save "
            "the object again with SeuratDisk::SaveH5Seurat of its counts"
        )
        raise UnknownNameError(message)
    obs = _frame(path, file.get("meta.data"), read_texts(file["cell.names"][:]), "meta.data")
    features = read_texts(assay["features"][:])
    var = _frame(path, assay.get("meta.features"), features, "meta.features")
    read, nnz = _blocks(path, there[taken], (len(obs), len(var)))
    others = [f"{key!r}" for key in file["assays"] if key != name]
    note = f"took the assay {name!r}; --set modality= takes another: {', '.join(others)}"
    where = f"assays[{name!r}]/{taken}"
    return MatrixSource(
        "h5Seurat",
        where,
        obs,
        var,
        read,
        nnz,
        notes=(note,) if others and modality is None else (),
        release=file.close,
        count_layers=lambda: [
            key for key in there if key != taken and looks_like_counts(there[key])
        ],
    )


def _assay(path: Path, file: h5py.File, modality: str | None) -> str:
    """Return the name of the assay to take."""
    names = list(file["assays"])
    active = next(iter(_attribute(file, "active.assay")), "")
    usual = _ASSAY if _ASSAY in names else active if active in names else ""
    chosen = modality or (names[0] if len(names) == 1 else usual)
    if chosen not in names:
        said = "" if modality is None else f"no assay {modality!r}, but "
        message = (
            f"{path} has {said}the assays {', '.join(names) or 'none'}: expected one named "
            f"{_ASSAY}, or --set modality=NAME"
        )
        raise UnknownNameError(message)
    return chosen


def _blocks(path: Path, matrix: Any, shape: tuple[int, int]) -> tuple[Any, int | None]:
    """Return the function that reads blocks of cells × features, and the number of values."""
    n_cells, n_features = shape
    if isinstance(matrix, h5py.Dataset):
        if matrix.shape != shape:
            message = _unfit(path, shape, f"a matrix of {' × '.join(map(str, matrix.shape))}")
            raise InputError(message)
        return partial(dense_blocks, path, matrix, n_features), None
    indptr = read_pointers(path, matrix["indptr"])
    dims = [int(edge) for edge in matrix.attrs.get("dims", (n_features, len(indptr) - 1))]
    if dims != [n_features, n_cells] or len(indptr) != n_cells + 1:
        found = f"{dims[0]:,} features × {dims[1]:,} cells and {len(indptr):,} pointers"
        raise InputError(_unfit(path, shape, found))
    read = partial(compressed_blocks, path, matrix["data"], matrix["indices"], indptr, n_features)
    return read, int(matrix["data"].shape[0])


def _unfit(path: Path, shape: tuple[int, int], found: str) -> str:
    return (
        f"{path}: expected a matrix of {shape[0]:,} cells and {shape[1]:,} features, as its names "
        f"say, found {found}. Is the file damaged?"
    )


def _frame(path: Path, table: Any, names: list[str], what: str) -> pd.DataFrame:
    """Return a data frame of R with one row for each of `names`."""
    columns = {} if table is None else _columns(table)
    for name, values in columns.items():
        if len(values) != len(names):
            message = (
                f"{path}: {what} has {len(values):,} values of {name!r}, expected {len(names):,}. "
                "Is the file damaged?"
            )
            raise InputError(message)
    return pd.DataFrame(columns, index=pd.Index(names, dtype=object))


def _columns(table: Any) -> dict[str, Any]:
    logicals, index = _attribute(table, "logicals"), _attribute(table, "_index")
    if isinstance(table, h5py.Dataset):
        rows = table[:]
        given = {name: rows[name] for name in rows.dtype.names or ()}
    else:
        given = {name: item for name, item in table.items() if _is_column(item)}
    return {
        name: _factor(item) if isinstance(item, h5py.Group) else _vector(item, name in logicals)
        for name, item in given.items()
        if name not in index
    }


def _attribute(item: Any, name: str) -> list[str]:
    """Return the texts of an attribute, one or several; none if it is absent."""
    given: Any = np.atleast_1d(item.attrs.get(name, ()))
    return read_texts(given)


def _is_column(item: Any) -> bool:
    if isinstance(item, h5py.Group):
        return "levels" in item and "values" in item
    return item.ndim == 1


def _factor(group: h5py.Group) -> Any:
    """Return a factor of R: its values count levels from 1."""
    values = np.asarray(group["values"][:]).astype(np.int64)
    codes = np.where((values == _NO_INTEGER) | (values == 0), -1, values - 1)
    return pd.Categorical.from_codes(codes, pd.Index(read_texts(group["levels"][:])))


def _vector(item: Any, logical: bool) -> Any:  # noqa: FBT001 - the kind of R's vector
    values: Any = np.asarray(item[:])
    if logical:
        return pd.array([None if one == _NO_LOGICAL or one < 0 else bool(one) for one in values])
    return read_texts(values) if values.dtype.kind in "SUO" else values
