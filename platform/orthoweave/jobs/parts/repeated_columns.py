"""Columns of a matrix with the same name: distinguished by stable id, refused, or joined."""

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
import scipy.sparse as sp

from orthoweave.errors import InputError, UsageError
from orthoweave.files.matrix_sources import Blocks, MatrixSource
from orthoweave.jobs.parts.gene_texts import gene_texts
from orthoweave.scales import DECLARED

DUPLICATES: Final = ("error", "sum", "mean")


def tell_apart(source: MatrixSource, id_column: str | None, duplicates: str) -> MatrixSource:
    """Return a source whose columns all have different names.

    Columns of one name and different stable ids are different genes: their names become these
    ids. Columns without ids, or with the same one, are refused or joined.

    Parameters
    ----------
    id_column
        Column of `var` that names the genes, beside the usual ones.
    duplicates
        ``error``: refuse columns of one id; ``sum``: add them up; ``mean``: average them.

    Raises
    ------
    InputError
        If several columns have one id and `duplicates` is ``error``.
    """
    index = pd.Index([str(name) for name in source.var.index], dtype=object)
    if index.is_unique:
        return source
    ids = _stable_ids(source.var, id_column)
    repeated = index.duplicated(keep=False)
    names = [
        key if again and key else name
        for name, again, key in zip(index, repeated, ids, strict=True)
    ]
    codes, unique = pd.factorize(np.array(names, dtype=object))
    var = source.var.set_axis(pd.Index(names, dtype=object))
    if len(unique) == len(codes):
        note = f"{repeated.sum():,} columns share their names and are told apart by their ids"
        return replace(source, var=var, notes=(*source.notes, note))
    if duplicates == "error":
        counts = np.bincount(codes)
        texts = [str(unique[int(number)]) for number in np.flatnonzero(counts > 1)]
        message = (
            f"{len(texts):,} gene ids stand for several columns, such as "
            f"{', '.join(repr(text) for text in texts[:5])}: expected each once. Use stable ids "
            "as index, or sum them with --set duplicates=sum (of logarithms duplicates=mean)"
        )
        raise InputError(message)
    weights = np.ones(len(codes))
    if duplicates == "mean":
        weights /= np.bincount(codes)[codes]
    return _joined(source, var[~var.index.duplicated()], codes, weights.astype(np.float32))


def check_joining(duplicates: str, scale: str | None) -> None:
    """Refuse to join columns in a way that their scale has no meaning for.

    Raises
    ------
    UsageError
        For a sum of logarithms or z-scores, and for a mean of counts.
    """
    linear = scale is None or DECLARED[scale].linear
    if duplicates == "sum" and not linear:
        message = (
            f"duplicates=sum and scale={scale}: a sum of logarithms or z-scores is none of the "
            "sum. Average them with --set duplicates=mean, or give each column a name of its own"
        )
        raise UsageError(message)
    if duplicates == "mean" and scale is None:
        message = (
            "duplicates=mean and counts: the mean of counts is not a count. Say --set "
            "duplicates=sum"
        )
        raise UsageError(message)


def _stable_ids(var: pd.DataFrame, id_column: str | None) -> list[str]:
    """Return the first stable id of each row, ``""`` where there is none."""
    columns = [column.ids for column in gene_texts(var, id_column) if not column.numeric]
    return [next((key for key in row if key), "") for row in zip(*columns, strict=True)]


def _joined(
    source: MatrixSource, var: pd.DataFrame, codes: np.ndarray, weights: np.ndarray
) -> MatrixSource:
    shape = (len(codes), len(var))
    sums = sp.csr_matrix((weights, (np.arange(len(codes)), codes)), shape=shape)

    def blocks(rows: int) -> Blocks:
        for start, block in source.blocks(rows):
            joined = sp.csr_matrix(block @ sums)
            joined.sort_indices()
            yield start, joined

    return replace(source, var=var, read_blocks=blocks)
