"""Columns of a matrix that are not genes: antibodies, guides and other captured features."""

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
import scipy.sparse as sp

from orthoweave.errors import InputError
from orthoweave.files.matrix_sources import Blocks, MatrixSource

GENES: Final = "gene expression"
_COLUMNS: Final = ("feature_types", "feature_type", "modality")
_GENES: Final = {GENES, "gex", "rna", "gene"}
# feature types that Cell Ranger and similar tools write for features that are not genes
_OTHERS: Final = ("antibody", "adt", "crispr", "guide", "multiplexing", "hto", "custom", "peaks")


def genes_only(source: MatrixSource) -> MatrixSource:
    """Return a source without the features that are not genes by its `var`.

    Raises
    ------
    InputError
        If none of the features is a gene.
    """
    column = next((name for name in _COLUMNS if name in source.var.columns), None)
    if column is None:
        return source
    types = source.var[column].astype(str)
    is_gene = _normal(types).isin(_GENES).to_numpy()
    others = sorted(set(types[~is_gene]))
    if not any(any(word in text.lower() for word in _OTHERS) for text in others):
        # some atlases write a gene's biotype into this column
        return source
    if not is_gene.any():
        message = (
            f"none of {len(types):,} features is a gene: {column} is "
            f"{', '.join(map(repr, others))}, expected 'Gene Expression'. Give the file with "
            "the gene expression"
        )
        raise InputError(message)
    keep = np.flatnonzero(is_gene)

    def blocks(rows: int) -> Blocks:
        for start, block in source.blocks(rows):
            yield start, sp.csr_matrix(block[:, keep])

    note = f"left out {len(types) - len(keep):,} features that are not genes ({', '.join(others)})"
    return replace(
        source, var=source.var.iloc[keep], read_blocks=blocks, notes=(*source.notes, note)
    )


def _normal(types: "pd.Series[str]") -> "pd.Series[str]":
    return types.str.strip().str.lower().str.replace("_", " ")
