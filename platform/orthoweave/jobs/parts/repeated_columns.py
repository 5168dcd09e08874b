"""Columns of a matrix with the same name: distinguished by stable id, refused, or summed."""

from dataclasses import replace

import numpy as np
import pandas as pd
import scipy.sparse as sp

from orthoweave.errors import InputError
from orthoweave.files.matrix_sources import Blocks, MatrixSource
from orthoweave.jobs.parts.gene_texts import gene_texts


def tell_apart(source: MatrixSource, id_column: str | None, duplicates: str) -> MatrixSource:
    """Return a source whose columns all have different names.

    Columns of one name and different stable ids are different genes: their names become these
    ids. Columns without ids, or with the same one, are refused or summed.

    Parameters
    ----------
    id_column
        Column of `var` that names the genes, beside the usual ones.
    duplicates
        ``error``: refuse columns of one id; ``sum``: add them up.

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
            "as index, or sum them with --set duplicates=sum"
        )
        raise InputError(message)
    return _summed(source, var[~var.index.duplicated()], codes)


def _stable_ids(var: pd.DataFrame, id_column: str | None) -> list[str]:
    """Return the first stable id of each row, ``""`` where there is none."""
    columns = [column.ids for column in gene_texts(var, id_column) if not column.numeric]
    return [next((key for key in row if key), "") for row in zip(*columns, strict=True)]


def _summed(source: MatrixSource, var: pd.DataFrame, codes: np.ndarray) -> MatrixSource:
    ones = np.ones(len(codes), np.float32)
    sums = sp.csr_matrix((ones, (np.arange(len(codes)), codes)), shape=(len(codes), len(var)))

    def blocks(rows: int) -> Blocks:
        for start, block in source.blocks(rows):
            summed = sp.csr_matrix(block @ sums)
            summed.sort_indices()
            yield start, summed

    return replace(source, var=var, read_blocks=blocks)
