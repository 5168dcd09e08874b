"""The two passes over a matrix: which genes a view keeps, and their values."""

from collections.abc import Callable

import numpy as np
import scipy.sparse as sp

from orthoweave.errors import InputError
from orthoweave.scales import COUNTS, LOGS, needs_counts
from orthoweave.storage.matrix_pieces import MatrixPieces
from orthoweave.views.requests import ExpressionRequest, HypergraphRequest


def choose_genes(
    matrix: MatrixPieces,
    totals: np.ndarray,
    columns: np.ndarray,
    stored: str,
    request: ExpressionRequest | HypergraphRequest,
) -> tuple[np.ndarray, int]:
    """Return which of the columns a view keeps, increasing, and how many values they may have.

    Parameters
    ----------
    totals
        Counts of each cell, shape ``(n_cells,)``.
    columns
        Columns that are genes, increasing.
    stored
        Scale of the matrix.

    Raises
    ------
    InputError
        If no gene is left.
    ScaleError
        If the most variable genes are asked for of values that are neither counts nor logarithms.
    """
    wanted = request.top_genes if 0 < request.top_genes < len(columns) else 0
    chosen = np.arange(len(columns))
    if not wanted and request.min_cells <= 1:
        return _some(chosen, request), matrix.n_values
    # its kernels take half a second to import: only those pay who choose genes
    from orthoweave.numerics.gene_moments import GeneMoments

    moments = GeneMoments(matrix.n_genes, stored, only_cells=not wanted)
    for first, block in matrix.pieces():
        moments.add(block, totals[first : first + block.shape[0]])
    if request.min_cells > 1:
        chosen = chosen[moments.cells[columns] >= request.min_cells]
    if 0 < wanted < len(chosen):
        if stored not in (COUNTS, LOGS):
            raise needs_counts(request.dataset, stored, "a choice of variable genes")
        # pandas takes a third of a second to import
        from orthoweave.views.variable_genes import variable_genes

        among = columns[chosen]
        found = variable_genes(moments.mean[among], moments.dispersion[among], wanted)
        chosen = chosen[found]
    return _some(chosen, request), int(moments.cells[columns[chosen]].sum())


def chosen_values(
    matrix: MatrixPieces, totals: np.ndarray, columns: np.ndarray, n_values: int, *, logs: bool
) -> sp.csr_matrix:
    """Return the values of some columns, shape ``(n_cells, n_columns)``, float32.

    Parameters
    ----------
    columns
        Increasing.
    n_values
        Number of values that they have at most.
    logs
        Turn counts into log1p of counts per 10 000.
    """
    # memory that is never written to is never taken
    values, numbers = np.empty(n_values + 1, np.float32), np.empty(n_values + 1, np.int32)
    lengths = np.zeros(matrix.n_cells + 1, np.int64)
    keep = _all_of if len(columns) == matrix.n_genes else _only(columns, matrix.n_genes)
    filled = 0
    for first, block in matrix.pieces():
        last = first + block.shape[0]
        kept = keep(block, values[filled:], numbers[filled:])
        lengths[first + 1 : last + 1] = kept
        end = filled + int(kept.sum())
        if logs:
            _take_logs(values[filled:end], kept, totals[first:last])
        filled = end
    # what was not filled is given back
    values.resize(filled, refcheck=False)
    numbers.resize(filled, refcheck=False)
    shape = (matrix.n_cells, len(columns))
    return sp.csr_matrix((values, numbers, np.cumsum(lengths)), shape=shape)


_Keep = Callable[[sp.csr_matrix, np.ndarray, np.ndarray], np.ndarray]


def _all_of(block: sp.csr_matrix, values: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    values[: block.nnz], numbers[: block.nnz] = block.data, block.indices
    lengths: np.ndarray = np.diff(block.indptr)
    return lengths


def _only(columns: np.ndarray, n_columns: int) -> _Keep:
    from orthoweave.numerics.gene_moments import keep_columns

    place = np.full(n_columns, -1, np.int32)
    place[columns] = np.arange(len(columns), dtype=np.int32)
    return lambda block, values, numbers: keep_columns(block, place, values, numbers)


def _take_logs(values: np.ndarray, lengths: np.ndarray, totals: np.ndarray) -> None:
    from orthoweave.numerics.expression import logarithms, scale_rows

    pointers = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    scale_rows(values, pointers, totals, logarithms, values)


def _some(chosen: np.ndarray, request: ExpressionRequest | HypergraphRequest) -> np.ndarray:
    if not len(chosen):
        message = (
            f"no gene of {request.dataset!r} is left: expected one in "
            f"min_cells={request.min_cells} cells"
        )
        raise InputError(message)
    return chosen
