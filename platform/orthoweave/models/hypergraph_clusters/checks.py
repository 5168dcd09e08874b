"""Check a hypergraph before walks, and leave out empty cells and genes."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from orthoweave.errors import InputError, ScaleError

MIN_CELLS: Final = 50
MAX_EMPTY: Final = 0.2
"""Largest share of cells, and of genes, without any value."""


@dataclass(frozen=True, slots=True)
class Incidence:
    """Values of genes in cells, checked, without empty cells and genes."""

    by_cell: sp.csr_matrix
    """Shape ``(n_cells, n_genes)``, float32, positive values only, columns in order."""
    cells: np.ndarray
    """Rows of these cells in the original matrix."""
    genes: np.ndarray
    """Columns of these genes in the original matrix."""
    component: np.ndarray
    """Connected component of each cell, shape ``(n_cells,)``; walks stay within theirs."""
    notes: tuple[str, ...]
    """Notes on omissions and irregularities."""


def checked_incidence(values: sp.csr_matrix) -> Incidence:
    """Return the incidence to walk on, checked.

    Parameters
    ----------
    values
        log-normalised expression, shape ``(n_cells, n_genes)``.

    Raises
    ------
    ScaleError
        If a value is negative or not finite, or if all are whole numbers, as counts are.
    InputError
        If fewer than 50 cells are left, or if over 20 % of the cells or of the genes are empty.
    """
    _check_scale(values.data)
    filled = sp.csr_matrix(values, dtype=np.float32, copy=True)
    filled.sum_duplicates()
    filled.eliminate_zeros()
    cells = np.flatnonzero(np.diff(filled.indptr))
    genes = np.flatnonzero(np.bincount(filled.indices, minlength=filled.shape[1]))
    notes = [
        note
        for what, kept, given in (
            ("cells", len(cells), filled.shape[0]),
            ("genes", len(genes), filled.shape[1]),
        )
        if (note := _left_out(what, kept, given))
    ]
    if len(cells) < MIN_CELLS:
        message = (
            f"clustering by walks: expected at least {MIN_CELLS} cells with a value, found "
            f"{len(cells)}. Give a larger dataset"
        )
        raise InputError(message)
    kept = sp.csr_matrix(filled[cells][:, genes])
    kept.sort_indices()
    component = _components(kept)
    n_components = int(component.max()) + 1
    if n_components > 1:
        sizes = np.sort(np.bincount(component))[::-1]
        shown = ", ".join(f"{size:,}" for size in sizes[:5])
        notes.append(
            f"The hypergraph has {n_components:,} connected components of {shown}"
            f"{' and fewer' if n_components > 5 else ''} cells; walks stay within theirs."
        )
    return Incidence(kept, cells, genes, component, tuple(notes))


def _check_scale(data: np.ndarray) -> None:
    if not np.isfinite(data).all():
        found = float(data[~np.isfinite(data)][0])
        message = f"expected finite log-normalised values, found {found!r}: fill or drop it first"
        raise ScaleError(message)
    if (data < 0).any():
        message = (
            f"expected log-normalised values from 0 up, found {float(data.min())!r}: the values "
            "look scaled or centred. Give them before scaling"
        )
        raise ScaleError(message)
    if len(data) and (data == np.floor(data)).all():
        message = (
            f"expected log-normalised values, found whole numbers up to {float(data.max())!r}: "
            "they look like counts. Give log1p of counts per 10 000 (scale log1p_cp10k)"
        )
        raise ScaleError(message)


def _left_out(what: str, kept: int, given: int) -> str:
    empty = given - kept
    if empty > MAX_EMPTY * given:
        message = (
            f"{empty:,} of {given:,} {what} have no value: expected at most "
            f"{MAX_EMPTY:.0%}. Filter them, or choose more genes (--set top_genes=…)"
        )
        raise InputError(message)
    return f"{empty:,} of {given:,} {what} have no value and were left out." if empty else ""


def _components(by_cell: sp.csr_matrix) -> np.ndarray:
    """Return the component of each cell in the graph of cells and genes, from 0."""
    n_cells, n_genes = by_cell.shape
    # the graph of cells and genes: gene g is node n_cells + g
    nodes = np.concatenate([by_cell.indptr, np.full(n_genes, by_cell.nnz)])
    graph = sp.csr_matrix(
        (by_cell.data, by_cell.indices + n_cells, nodes), (n_cells + n_genes,) * 2
    )
    _, label = connected_components(graph, directed=False)
    component: np.ndarray = label[:n_cells]
    return component
