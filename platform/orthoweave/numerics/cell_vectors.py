r"""Cell vectors made of gene vectors: each cell is the weighted mean of its top genes.

With :math:`x_{cg}` the counts of gene g in cell c, :math:`s_g` the gene's specificity and
:math:`e_g` its vector,

.. math:: w_{cg} = \sqrt{x_{cg}} \, s_g, \qquad
          v_c = \sum_{g \in T_c} w_{cg} (e_g - \bar e) / \sum_{g \in T_c} w_{cg},

where :math:`T_c` are the N genes of largest weight in c and :math:`\bar e` is the mean vector of
the dataset's genes, without which all cells look alike. The map is linear in the gene vectors, so
the similarity of a cell and a text is a sum over its genes, exactly: see `contributions`.

Expression-weighted gene text vectors: Chen and Zou 2025, doi:10.1038/s41551-024-01284-6; weights,
centring and their measured effect are ours and stand in ``docs/search.md``.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy import sparse

from orthoweave.errors import UsageError

Weighting = Literal["specific", "log", "counts"]
WEIGHTINGS: Final[tuple[str, ...]] = get_args(Weighting)
_ROWS: Final = 2000
_FEW: Final = 20


@dataclass(frozen=True, slots=True)
class TopGenes:
    """The genes that represent each cell, heaviest first; a short row ends in column -1."""

    columns: npt.NDArray[np.int32]
    """Columns of the genes in the matrix, shape ``(n_cells, top)``."""
    weights: npt.NDArray[np.float32]
    """Their weights, shape ``(n_cells, top)``; a row sums to 1, or to 0 without any gene."""


@dataclass(frozen=True, slots=True)
class CellVectors:
    """Vectors of cells."""

    vectors: npt.NDArray[np.float32]
    """Rows of length 1, shape ``(n_cells, dimension)``; zeros for a cell without genes."""
    lengths: npt.NDArray[np.float32]
    """Length of each row before it was scaled, shape ``(n_cells,)``."""
    n_genes: npt.NDArray[np.int64]
    """Number of genes behind each cell, shape ``(n_cells,)``."""


def gene_specificity(blocks: Iterable[sparse.csr_matrix], n_genes: int) -> npt.NDArray[np.float64]:
    r"""Return each gene's distance from even expression over cells, in nats, from 0.

    It is :math:`\log n - H_g`, with n the number of cells and :math:`H_g` the entropy of how the
    gene's counts per 10 000 are spread over the cells (Schug et al. 2005,
    doi:10.1186/gb-2005-6-4-r33). For a gene at one level in m cells and absent elsewhere it is
    :math:`\log(n/m)`, the inverse document frequency of text search; unlike that, it is not
    fooled by ambient RNA, which puts a trace of the strongest genes into every cell.

    Parameters
    ----------
    blocks
        Counts, each of shape ``(n_cells_of_block, n_genes)``.
    """
    total, log_sum, n_cells = np.zeros(n_genes), np.zeros(n_genes), 0
    for block in blocks:
        scaled = _per_ten_thousand(block).astype(np.float64)
        n_cells += block.shape[0]
        filled = scaled > 0
        columns, values = block.indices[filled], scaled[filled]
        total += np.bincount(columns, values, n_genes)
        log_sum += np.bincount(columns, values * np.log(values), n_genes)
    seen = total > 0
    result = np.zeros(n_genes)
    result[seen] = np.log(n_cells) - np.log(total[seen]) + log_sum[seen] / total[seen]
    return np.maximum(result, 0.0)


def top_genes(
    counts: sparse.csr_matrix,
    factors: npt.NDArray[np.floating],
    *,
    top: int = 100,
    weighting: Weighting = "specific",
    totals: npt.NDArray[np.floating] | None = None,
) -> TopGenes:
    """Pick the `top` genes of largest weight in each cell; ties go to the lower column.

    Parameters
    ----------
    counts
        Shape ``(n_cells, n_genes)``.
    factors
        Factor of each gene, shape ``(n_genes,)``: its specificity, or 1, and 0 for genes that
        have no vector.
    weighting
        ``specific``: square root of the count; ``log``: log1p of counts per 10 000;
        ``counts``: counts per 10 000; each times the gene's factor.
    totals
        Counts of each cell that 10 000 stand for, shape ``(n_cells,)``; None for those of its row.
    """
    if top < 1:
        message = f"top genes of a cell: expected at least 1, found {top!r}"
        raise UsageError(message)
    if not counts.has_sorted_indices:
        counts = counts.sorted_indices()
    weights = _weights(counts, weighting, totals) * factors.astype(np.float32)[counts.indices]
    columns = np.full((counts.shape[0], top), -1, np.int32)
    chosen = np.zeros((counts.shape[0], top), np.float32)
    # a few cells take less time than importing numba
    select = _kernels()[0] if counts.shape[0] > _FEW else _select
    indptr, indices = counts.indptr.astype(np.int64), counts.indices.astype(np.int32)

    def work(rows: slice) -> None:
        select(indptr[rows.start : rows.stop + 1], indices, weights, columns[rows], chosen[rows])

    _in_threads(work, counts.shape[0])
    return TopGenes(columns, chosen)


def cell_vectors(genes: TopGenes, vectors: npt.NDArray[np.float32]) -> CellVectors:
    """Return weighted means of gene vectors, scaled to length 1.

    Parameters
    ----------
    vectors
        Centred vectors of the genes by column, shape ``(n_genes, dimension)``.
    """
    mixed = np.zeros((len(genes.columns), vectors.shape[1]), np.float32)
    mix = _kernels()[1]
    rows_of_genes = np.ascontiguousarray(vectors, np.float32)

    def work(rows: slice) -> None:
        mix(genes.columns[rows], genes.weights[rows], rows_of_genes, mixed[rows])

    _in_threads(work, len(mixed))
    lengths = np.linalg.norm(mixed, axis=1)
    np.divide(mixed, lengths[:, None], out=mixed, where=lengths[:, None] > 0)
    return CellVectors(mixed, lengths, (genes.columns >= 0).sum(axis=1))


def contributions(
    genes: TopGenes, vectors: npt.NDArray[np.float32], query: npt.NDArray[np.float32]
) -> npt.NDArray[np.float64]:
    """Return the contribution of each top gene to the inner product of its cell and `query`.

    Returns
    -------
    numpy.ndarray
        Shape ``(n_cells, top)``: its row sums are ``cell_vectors(genes, vectors) @ query``.
    """
    similarity = (vectors @ query).astype(np.float64)
    parts = genes.weights * np.where(genes.columns >= 0, similarity[genes.columns], 0.0)
    # a short row has weight 0 in column -1
    mixed = [
        weights @ vectors[row] for weights, row in zip(genes.weights, genes.columns, strict=True)
    ]
    lengths = np.linalg.norm(np.array(mixed).reshape(len(parts), -1), axis=1).astype(np.float64)
    return np.divide(parts, lengths[:, None], out=np.zeros_like(parts), where=lengths[:, None] > 0)


def _per_ten_thousand(
    counts: sparse.csr_matrix, of: npt.NDArray[np.floating] | None = None
) -> npt.NDArray[np.float32]:
    totals = np.asarray(counts.sum(axis=1) if of is None else of, dtype=np.float64).ravel()
    factors = np.divide(1e4, totals, out=np.zeros_like(totals), where=totals > 0)
    scaled: npt.NDArray[np.float32] = counts.data * np.repeat(factors, np.diff(counts.indptr))
    return scaled.astype(np.float32)


def _weights(
    counts: sparse.csr_matrix, weighting: Weighting, totals: npt.NDArray[np.floating] | None
) -> npt.NDArray[np.float32]:
    if weighting == "specific":
        return np.sqrt(counts.data, dtype=np.float32)
    if weighting == "log":
        return np.log1p(_per_ten_thousand(counts, totals))
    if weighting == "counts":
        return _per_ten_thousand(counts, totals)
    message = f"weighting {weighting!r}: expected one of {', '.join(WEIGHTINGS)}"
    raise UsageError(message)


def _in_threads(work: Callable[[slice], None], n_rows: int) -> None:
    """Do `work` on row ranges in threads; the result does not depend on the ranges."""
    ranges = list(_ranges(n_rows))
    if len(ranges) < 2:
        for rows in ranges:
            work(rows)
        return
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        list(pool.map(work, ranges))


def _ranges(n_rows: int) -> Iterator[slice]:
    for start in range(0, n_rows, _ROWS):
        yield slice(start, min(start + _ROWS, n_rows))


@cache
def _kernels() -> tuple[Callable[..., None], Callable[..., None]]:
    # numba takes half a second to import, so only users of cell vectors should wait
    from orthoweave.numerics.compiled import compiled

    return compiled(_select), compiled(_mix)


def _select(
    indptr: np.ndarray,
    indices: np.ndarray,
    weights: np.ndarray,
    columns: np.ndarray,
    chosen: np.ndarray,
) -> None:
    top = columns.shape[1]
    for row in range(len(columns)):
        values = weights[indptr[row] : indptr[row + 1]]
        first = indptr[row]
        limit = np.float32(0.0)
        if len(values) > top:
            limit = np.partition(values, len(values) - top)[len(values) - top]
        above = 0
        for value in values:
            if value > limit:
                above += 1
        # genes at the threshold fill the remaining places, in the order of columns
        left = top - above if limit > 0 else 0
        found = 0
        for place in range(len(values)):
            value = values[place]
            if value > limit or (value == limit and left > 0):
                if value == limit:
                    left -= 1
                columns[row, found] = indices[first + place]
                chosen[row, found] = value
                found += 1
        total = chosen[row, :found].sum()
        order = np.argsort(-chosen[row, :found], kind="mergesort")
        columns[row, :found] = columns[row, :found][order]
        chosen[row, :found] = chosen[row, :found][order] / total


def _mix(columns: np.ndarray, weights: np.ndarray, vectors: np.ndarray, mixed: np.ndarray) -> None:
    for row in range(len(columns)):
        for place in range(columns.shape[1]):
            column = columns[row, place]
            if column < 0:
                break
            weight = weights[row, place]
            for k in range(vectors.shape[1]):
                mixed[row, k] += weight * vectors[column, k]
