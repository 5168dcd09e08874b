"""Reads Cell Ranger's h5 files, versions 2 and 3."""

from functools import partial
from pathlib import Path
from typing import Any, Final

import h5py
import pandas as pd

from orthoweave.errors import InputError
from orthoweave.files.h5ad_guard import check_hdf5
from orthoweave.files.matrix_sources import (
    MatrixSource,
    compressed_blocks,
    read_pointers,
    read_texts,
)

GENES: Final = "Gene Expression"


def open_tenx_h5(path: Path) -> MatrixSource:
    """Open Cell Ranger's h5 file: all features; see `genes_only`.

    Raises
    ------
    InputError
        If it has another format, is damaged, or holds several genomes.
    HostileFileError
        If it would read elsewhere, explode in memory or crash a reader.
    """
    check_hdf5(path)
    file = h5py.File(path, "r")
    try:
        return _read_tenx(path, file)
    except BaseException:
        file.close()
        raise


def is_tenx_h5(file: Any) -> bool:
    """Return whether an open HDF5 file is Cell Ranger's (an AnnData file has obs and var)."""
    return "obs" not in file and any(
        isinstance(item, h5py.Group) and "barcodes" in item for item in file.values()
    )


def _read_tenx(path: Path, file: h5py.File) -> MatrixSource:
    group, var = _tenx_genes(path, file)
    missing = {"data", "indices", "indptr", "barcodes", "shape"} - set(group)
    if missing:
        message = f"{path}: 10x h5 file without {', '.join(sorted(missing))}: it is damaged"
        raise InputError(message)
    barcodes = read_texts(group["barcodes"][:])
    shape = [int(edge) for edge in group["shape"][:]]
    indptr = read_pointers(path, group["indptr"])
    if shape != [len(var), len(barcodes)] or len(indptr) != len(barcodes) + 1:
        message = (
            f"{path}: expected {len(var):,} features × {len(barcodes):,} barcodes, found "
            f"shape {shape} and {len(indptr):,} row pointers"
        )
        raise InputError(message)
    # by barcode: the columns of 10x's features × barcodes are our rows
    read = partial(compressed_blocks, path, group["data"], group["indices"], indptr, len(var))
    obs = pd.DataFrame(index=pd.Index(barcodes, dtype=object))
    nnz = int(group["data"].shape[0])
    return MatrixSource("10x h5", "matrix", obs, var, read, nnz, release=file.close)


def _tenx_genes(path: Path, file: h5py.File) -> tuple[Any, pd.DataFrame]:
    if "matrix" in file:
        group = file["matrix"]
        features = group.get("features")
        if features is None or "id" not in features:
            message = f"{path}: 10x h5 file without matrix/features/id: it is damaged"
            raise InputError(message)
        names = {"id": "gene_ids", "name": "feature_name", "feature_type": "feature_type"}
        names |= {"genome": "genome"}
        columns = {
            new: read_texts(features[old][:]) for old, new in names.items() if old in features
        }
    else:
        genomes = [name for name, item in file.items() if "barcodes" in item]
        if len(genomes) != 1:
            message = (
                f"{path} holds {len(genomes)} genomes ({', '.join(genomes)}): expected one. "
                "Split it by species first"
            )
            raise InputError(message)
        group = file[genomes[0]]
        columns = {
            "gene_ids": read_texts(group["genes"][:]),
            "feature_name": read_texts(group["gene_names"][:]),
        }
    lengths = {len(values) for values in columns.values()}
    if len(lengths) != 1:
        message = f"{path}: the feature columns differ in length: {sorted(lengths)}"
        raise InputError(message)
    var = pd.DataFrame(columns, index=pd.Index(columns["gene_ids"], dtype=object))
    check_one_genome(path, var[var["feature_type"] == GENES] if "feature_type" in var else var)
    return group, var


def check_one_genome(path: Path, genes: pd.DataFrame) -> None:
    """Refuse genes of several genomes, where a column says of which they are."""
    genomes = sorted(set(genes["genome"])) if "genome" in genes else []
    if len(genomes) > 1:
        message = (
            f"{path} holds genes of several genomes ({', '.join(genomes)}): expected one species. "
            "Split it first"
        )
        raise InputError(message)
