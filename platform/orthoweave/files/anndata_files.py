"""Read raw counts from AnnData in h5ad files and zarr folders, wherever the file keeps them.

Which matrix holds counts differs between files: ``X``, ``layers["counts"]`` or ``raw.X``. The
first of these that looks like counts is used unless the user names one; a note says which.
"""

import logging
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import h5py
import numpy as np
import scipy.sparse as sp

from orthoweave.errors import HostileFileError, InputError, UnknownNameError, UsageError
from orthoweave.files.anndata_frames import damaged, read_frame
from orthoweave.files.h5ad_guard import check_hdf5
from orthoweave.files.matrix_sources import (
    Blocks,
    MatrixSource,
    check_columns,
    check_pointers,
    compressed_blocks,
    dense_blocks,
    looks_like_counts,
    memory_blocks,
    read_pointers,
    read_values,
)
from orthoweave.files.parts_of_files import find_modality, only_table, with_common_columns
from orthoweave.files.zarr_guard import check_zarr

# a matrix stored by columns is transposed as a whole; this many values take about 2 GB then
MAXIMUM_TURNED_VALUES: Final = 80_000_000
_ABOUT: Final = ("organism_ontology_term_id", "organism", "schema_version", "title")
_DAMAGE: Final = (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError)


def open_h5ad(path: Path, layer: str | None = None, modality: str | None = None) -> MatrixSource:
    """AnnData or MuData file in HDF5, structure checked.

    Parameters
    ----------
    layer
        The matrix to read: ``X``, ``raw.X`` or the name of a layer; by default the first of
        ``X``, ``layers["counts"]``, ``raw.X`` that looks like counts, else the only other
        layer that does.
    modality
        Which part of a MuData file holds the genes; by default ``rna`` or ``gex``.

    Raises
    ------
    InputError
        If it is not an AnnData file, truncated or damaged.
    HostileFileError
        If it would read elsewhere, explode in memory or crash a reader.
    UnknownNameError
        If there is no such layer or modality, or none can be chosen.
    """
    check_hdf5(path)
    file = h5py.File(path, "r")
    try:
        return _open_any(path, ("h5ad", "h5mu"), file, (layer, modality), file.close)
    except BaseException:
        file.close()
        raise


def open_anndata_zarr(
    folder: Path, layer: str | None = None, modality: str | None = None
) -> MatrixSource:
    """AnnData, MuData or SpatialData folder in zarr, version 2 or 3; see `open_h5ad`."""
    absent = check_zarr(folder)
    zarr = _quiet_zarr()
    try:
        group = zarr.open_group(folder, mode="r", use_consolidated=False)
    except (*_DAMAGE, OSError) as error:
        raise damaged(folder, error) from error
    if "tables" in group and "obs" not in group:
        group = only_table(folder, group)
    opened = _open_any(folder, ("zarr", "zarr"), group, (layer, modality), lambda: None)
    if not absent:
        return opened
    note = (
        f"all cells have one value in {', '.join(absent)} of obs, by codes that are not stored: if "
        "that is wrong, chunks were lost, fetch the store again"
    )
    return replace(opened, notes=(*opened.notes, note))


def _quiet_zarr() -> Any:
    """Return zarr, which says all it finds by the error that it raises.

    A group that is listed while several members are damaged raises the first of their errors; the
    others would be printed with their tracebacks whenever their tasks are collected.
    """
    import zarr

    logging.getLogger("asyncio").addFilter(_is_not_of_zarr)
    warnings.filterwarnings("ignore", "Object at .* is not recognized as a component of a Zarr")
    return zarr


def _is_not_of_zarr(record: logging.LogRecord) -> bool:
    return "_getitem_semaphore" not in record.getMessage()


def _open_any(
    path: Path,
    kinds: tuple[str, str],
    group: Any,
    choice: tuple[str | None, str | None],
    release: Callable[[], None],
) -> MatrixSource:
    """Open an AnnData group, or the one of a MuData group that holds the genes."""
    layer, modality = choice
    if "mod" not in group or "obs" not in group:
        if modality is not None:
            message = (
                f"modality={modality!r}: {path} has one kind of measurement only; leave the option "
                "out"
            )
            raise UsageError(message)
        return _open(path, kinds[0], group, layer, release)
    name = find_modality(path, group["mod"], modality)
    opened = _open(path, kinds[1], group["mod"][name], layer, release)
    return with_common_columns(opened, read_frame(path, group, "obs"), name)


@dataclass(frozen=True, slots=True)
class _Place:
    """A matrix in the file: its name, its group, and the frame of its columns."""

    name: str
    key: str
    var: str = "var"


def _open(
    path: Path, kind: str, group: Any, layer: str | None, release: Callable[[], None]
) -> MatrixSource:
    obs = read_frame(path, group, "obs")
    places = _places(path, group)
    place = _choose(path, group, places, layer)
    var = read_frame(path, group, place.var)
    shape = _shape(path, group[place.key])
    if shape != (len(obs), len(var)):
        message = (
            f"{path}: {place.name} has shape {shape}, expected {(len(obs), len(var))} for the "
            f"{len(obs):,} cells in obs and {len(var):,} genes in {place.var}. Is the file damaged?"
        )
        raise InputError(message)
    read, nnz = _reader(path, group[place.key], len(var))
    notes = () if place.name == "X" or layer else (f"X holds no counts: took {place.name}",)
    return MatrixSource(
        kind,
        place.name,
        obs,
        var,
        read,
        nnz,
        _about(path, group),
        _coordinates(path, group, len(obs)),
        notes,
        release,
        partial(_count_layers, group, places, place),
    )


def _places(path: Path, group: Any) -> dict[str, _Place]:
    found = {}
    if "X" in group:
        found["X"] = _Place("X", "X")
    for name in sorted(group["layers"]) if "layers" in group else ():
        found[name] = _Place(f"layers[{name!r}]", f"layers/{name}")
    if "raw" in group and hasattr(group["raw"], "keys") and "X" in group["raw"]:
        found["raw.X"] = _Place("raw.X", "raw/X", "raw/var")
    if not found:
        message = f"{path} has no matrix: expected X, layers or raw.X of an AnnData file"
        raise InputError(message)
    return found


def _choose(path: Path, group: Any, places: dict[str, _Place], layer: str | None) -> _Place:
    if layer is not None:
        if layer not in places:
            message = f"{path} has no matrix {layer!r}: expected layer= one of {', '.join(places)}"
            raise UnknownNameError(message)
        return places[layer]
    usual: list[str] = [name for name in ("X", "counts", "raw.X") if name in places]
    others = [name for name in places if name not in usual]
    counted = [name for name in usual if looks_like_counts(group[places[name].key])]
    if counted:
        return places[counted[0]]
    counted = [name for name in others if looks_like_counts(group[places[name].key])]
    if len(counted) == 1:
        return places[counted[0]]
    if counted or not usual:
        listed = ", ".join(f"--set layer={name}" for name in counted or places)
        message = (
            f"{path} has {len(counted) or len(places)} matrices that may hold the counts, and X "
            f"does not: choose with {listed}"
        )
        raise UnknownNameError(message)
    # the pass over the values reports what is wrong with it
    return places[usual[0]]


def _count_layers(group: Any, places: dict[str, _Place], taken: _Place) -> list[str]:
    """Return the names of the other matrices that look like counts."""
    others = [name for name, place in places.items() if place != taken]
    return [name for name in others if looks_like_counts(group[places[name].key])]


def _shape(path: Path, matrix: Any) -> tuple[int, ...]:
    if not hasattr(matrix, "keys"):
        if matrix.shape is None or len(matrix.shape) != 2:
            message = (
                f"{path}: a matrix has shape {matrix.shape}, expected cells × genes. Is the file "
                "damaged?"
            )
            raise InputError(message)
        return tuple(int(edge) for edge in matrix.shape)
    stated = matrix.attrs.get("shape", matrix.attrs.get("h5sparse_shape"))
    if stated is None:
        message = (
            f"{path}: expected the attribute shape on the sparse matrix, found none: the file is "
            "damaged, write it again with anndata"
        )
        raise InputError(message)
    return tuple(int(edge) for edge in stated)


def _reader(path: Path, matrix: Any, n_genes: int) -> tuple[Callable[[int], Blocks], int | None]:
    if not hasattr(matrix, "keys"):
        return partial(dense_blocks, path, matrix, n_genes), None
    # asked by name: to list a damaged group of zarr fails in every member at once
    missing = [name for name in ("data", "indices", "indptr") if name not in matrix]
    if missing:
        message = (
            f"{path}: expected data, indices and indptr of a sparse matrix, found no "
            f"{', '.join(missing)}: the file is damaged, write it again with anndata"
        )
        raise InputError(message)
    data, indices = matrix["data"], matrix["indices"]
    kind = str(matrix.attrs.get("encoding-type", matrix.attrs.get("h5sparse_format", "csr")))
    n_lines = _shape(path, matrix)[1 if kind.startswith("csc") else 0]
    if matrix["indptr"].shape != (n_lines + 1,):
        message = (
            f"{path}: expected {n_lines + 1:,} row pointers (indptr) in the sparse matrix, found "
            f"shape {matrix['indptr'].shape}; the file is damaged"
        )
        raise HostileFileError(message)
    indptr = read_pointers(path, matrix["indptr"])
    if kind.startswith("csc"):
        turned = partial(_turned_blocks, path, (data, indices, indptr), _shape(path, matrix))
        return turned, int(data.shape[0])
    return partial(_compressed, path, data, indices, indptr, n_genes), int(data.shape[0])


def _compressed(  # noqa: PLR0917 - as compressed_blocks
    path: Path, data: Any, indices: Any, indptr: np.ndarray, n_genes: int, rows: int
) -> Blocks:
    """Yield blocks of compressed rows; damage that HDF5 reports becomes an InputError."""
    blocks = compressed_blocks(path, data, indices, indptr, n_genes, rows)
    return _translated(path, blocks)


def _translated(path: Path, blocks: Blocks) -> Iterator[tuple[int, sp.csr_matrix]]:
    try:
        yield from blocks
    except (OSError, RuntimeError) as error:
        raise damaged(path, error) from error


def _turned_blocks(
    path: Path, parts: tuple[Any, Any, np.ndarray], shape: tuple[int, ...], rows: int
) -> Blocks:
    """Yield blocks of rows of a matrix stored by columns: transposed in memory, if it fits."""
    data, indices, indptr = parts
    if data.shape[0] > MAXIMUM_TURNED_VALUES:
        message = (
            f"{path} is stored by columns (CSC) with {data.shape[0]:,} values, more than "
            f"{MAXIMUM_TURNED_VALUES:,}: write it by rows first, adata.X = adata.X.tocsr()"
        )
        raise InputError(message)
    check_pointers(path, indptr, int(data.shape[0]), int(indices.shape[0]))
    positions = np.asarray(indices[:])
    check_columns(path, positions, shape[0], 0)
    values = read_values(path, data[:])
    turned = sp.csc_matrix((values, positions, indptr), shape=(shape[0], shape[1])).tocsr()
    return memory_blocks(path, turned, rows)


def _about(path: Path, group: Any) -> dict[str, str]:
    if "uns" not in group:
        return {}
    from anndata.io import read_elem

    uns, found = group["uns"], {}
    for name in _ABOUT:
        if name in uns and not hasattr(uns[name], "keys") and uns[name].shape == ():
            try:
                found[name] = str(read_elem(uns[name]))
            except Exception as error:
                raise damaged(path, error) from error
    return found


def _coordinates(path: Path, group: Any, n_cells: int) -> np.ndarray | None:
    """Return the first two columns of ``obsm["spatial"]`` where it exists."""
    if "obsm" not in group or "spatial" not in group["obsm"]:
        return None
    array = group["obsm"]["spatial"]
    if hasattr(array, "keys") or len(array.shape) != 2 or array.shape[0] != n_cells:
        return None
    return np.asarray(array[:, :2], dtype=np.float64) if array.shape[1] >= 2 else None
