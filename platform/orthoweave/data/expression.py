"""Arithmetic on blocks of an expression matrix: checks, totals, sums by cell type, top genes.

Values are counts; everything derived from them is on one scale, the natural logarithm of one plus
counts per 10 000 of the cell: ``log1p(count / total * 10 000)``. The kernels are compiled, run
outside the interpreter's lock and read each block a few times while it is in cache.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import scipy.sparse as sp

from orthoweave.data.compiled import compiled
from orthoweave.errors import ScaleError

TARGET: Final = 10_000.0
NORMALISED: Final = "log1p of counts per 10 000"
# counts below are so common that their logarithms are looked up
_COMMON: Final = 16
# counts below are sorted by counting
_SMALL: Final = 256


@dataclass(frozen=True, slots=True)
class CellTotals:
    """Sums over the genes of each cell."""

    total: np.ndarray
    """Sum of counts, shape ``(n_cells,)``, float64."""
    detected: np.ndarray
    """Number of genes with a count above zero, shape ``(n_cells,)``, int64."""


@dataclass(frozen=True, slots=True)
class TopGenes:
    """The genes with the highest counts of each cell; ties go to the lower column."""

    cell: np.ndarray
    """Number of the cell in the block."""
    column: np.ndarray
    count: np.ndarray
    value: np.ndarray
    """log1p of counts per 10 000, float32."""
    rank: np.ndarray
    """Rank in the cell, from 1."""


def cell_totals(block: sp.csr_matrix, first_cell: int = 0, where: str = "X") -> CellTotals:
    """Totals of the cells of a block of counts, which is checked to hold counts.

    Parameters
    ----------
    block
        Counts, shape ``(n_cells, n_genes)``, float32.
    first_cell
        Number of the block's first cell, for messages.

    Raises
    ------
    ScaleError
        If a value is negative, not finite or no whole number.
    """
    total = np.zeros(block.shape[0])
    detected = np.zeros(block.shape[0], np.int64)
    worst = _scan(block.data, block.indptr, total, detected)
    if worst >= 0:
        raise _scale_error(block, int(worst), first_cell, where)
    return CellTotals(total, detected)


def log_normalise(block: sp.csr_matrix, total: np.ndarray) -> sp.csr_matrix:
    """log1p of counts per 10 000 of each cell, shape as `block`, float32.

    Parameters
    ----------
    total
        Sum of counts of each cell; a cell without counts stays zero.
    """
    factor = TARGET / np.maximum(total, 1)
    values = block.data.astype(np.float64) * np.repeat(factor, np.diff(block.indptr))
    scaled = np.log1p(values).astype(np.float32)
    return sp.csr_matrix((scaled, block.indices, block.indptr), shape=block.shape)


class TypeSums:
    """Sums of log1p of counts per 10 000, and cells above zero, by cell type and gene."""

    def __init__(self, n_types: int, n_genes: int) -> None:
        # the last row is of the cells without a type
        self.sums = np.zeros((n_types + 1, n_genes))
        self.above_zero = np.zeros((n_types + 1, n_genes), np.int64)
        self.n_cells = np.zeros(n_types + 1, np.int64)

    def add(self, block: sp.csr_matrix, total: np.ndarray, types: np.ndarray) -> None:
        """Add a block of counts.

        Parameters
        ----------
        total
            Sum of counts of each cell, shape ``(n_cells,)``.
        types
            Number of each cell's type, shape ``(n_cells,)``; -1 for none.
        """
        rows = np.where(types < 0, len(self.sums) - 1, types).astype(np.int64)
        self.n_cells += np.bincount(rows, minlength=len(self.n_cells))
        order = np.argsort(rows, kind="stable")
        _add(block.data, block.indices, block.indptr, total, rows, order, self.sums,
             self.above_zero)  # fmt: skip

    @property
    def all_cells(self) -> tuple[np.ndarray, np.ndarray]:
        """Sum and number above zero of each gene over all cells, shape ``(n_genes,)`` each."""
        return self.sums.sum(axis=0), self.above_zero.sum(axis=0)


def top_genes(
    block: sp.csr_matrix, total: np.ndarray, keep: np.ndarray, limit: int
) -> TopGenes:
    """The `limit` genes with the highest counts of each cell, among the columns in `keep`.

    Parameters
    ----------
    keep
        Whether a column may be named, shape ``(n_genes,)``, bool.
    limit
        Genes of each cell at most; 0 for all that have a count above zero.
    """
    most = int(np.diff(block.indptr).max(initial=0))
    width = min(limit, most) if limit else most
    column = np.empty((block.shape[0], width), np.int32)
    count = np.empty((block.shape[0], width), np.float32)
    value = np.empty((block.shape[0], width), np.float32)
    found = np.zeros(block.shape[0], np.int64)
    if width:
        _top(block.data, block.indices, block.indptr, total, keep, column, count, value, found)
    there = np.arange(width) < found[:, None]
    cell = np.repeat(np.arange(block.shape[0]), found)
    rank = np.broadcast_to(np.arange(1, width + 1), there.shape)[there]
    return TopGenes(cell, column[there], count[there], value[there], rank)


def _scale_error(block: sp.csr_matrix, position: int, first_cell: int, where: str) -> ScaleError:
    value = float(block.data[position])
    cell = first_cell + int(np.searchsorted(block.indptr, position, side="right")) - 1
    gene = int(block.indices[position])
    if not np.isfinite(value):
        what = "values are not finite"
    elif value < 0:
        what = "values are negative: they look scaled or centred"
    else:
        largest = float(block.data[np.isfinite(block.data)].max())
        guess = "log1p-normalised" if largest < 20 else "normalised"
        what = f"values are not whole numbers (largest seen {largest:.4g}): they look {guess}"
    message = (
        f"{where}: {what}; found {value!r} for cell {cell:,} and column {gene:,} (from 0), expected "
        "raw counts. Give the counts: --set layer=counts, --set layer=raw.X, or another file"
    )
    return ScaleError(message)


@compiled
def _scan(data: Any, indptr: Any, total: Any, detected: Any) -> int:
    """Totals of each row; the position of the first value that is no count, or -1."""
    for row in range(len(indptr) - 1):
        sum_, above, wrong = 0.0, 0, False
        for position in range(indptr[row], indptr[row + 1]):
            value = data[position]
            # written so that NaN is wrong as well
            if not (value >= 0 and value == np.floor(value) and value < np.inf):
                wrong = True
            sum_ += value
            above += value > 0
        if wrong:
            for position in range(indptr[row], indptr[row + 1]):
                value = data[position]
                if not (value >= 0 and value == np.floor(value) and value < np.inf):
                    return position
        total[row] = sum_
        detected[row] = above
    return -1


@compiled
def _add(
    data: Any, indices: Any, indptr: Any, total: Any, rows: Any, order: Any, sums: Any,
    above_zero: Any,
) -> None:  # fmt: skip
    """Adds cells in the given order: type by type, so that a type's sums stay in cache."""
    table = np.zeros(_COMMON)
    for row in order:
        factor = TARGET / max(total[row], 1.0)
        for small in range(1, _COMMON):
            table[small] = np.log1p(small * factor)
        sum_, above = sums[rows[row]], above_zero[rows[row]]
        for position in range(indptr[row], indptr[row + 1]):
            count = data[position]
            value = table[int(count)] if count < _COMMON else np.log1p(count * factor)
            sum_[indices[position]] += value
            above[indices[position]] += count > 0


@compiled
def _top(
    data: Any, indices: Any, indptr: Any, total: Any, keep: Any, column: Any, count: Any,
    value: Any, found: Any,
) -> None:  # fmt: skip
    """Counting sort of each row by count, downwards; counts of `_SMALL` and more by comparing."""
    width = column.shape[1]
    start = np.zeros(_SMALL + 1, np.int64)
    for row in range(len(indptr) - 1):
        start[:] = 0
        for position in range(indptr[row], indptr[row + 1]):
            small = int(min(data[position], np.float32(_SMALL)))
            start[small] += keep[indices[position]]
        n_large = start[_SMALL]
        before, least = 0, 1
        for small in range(_SMALL, 0, -1):
            before, start[small] = before + start[small], before
            if before >= width and least == 1:
                least = small
        large = np.empty(n_large, np.int64)
        n_seen = 0
        for position in range(indptr[row], indptr[row + 1]):
            # no gene with a lower count can be among the first
            if data[position] < least or not keep[indices[position]]:
                continue
            small = int(min(data[position], np.float32(_SMALL)))
            if small == _SMALL:
                large[n_seen] = position
                n_seen += 1
            elif start[small] < width:
                column[row, start[small]] = indices[position]
                count[row, start[small]] = data[position]
                start[small] += 1
        if n_large:
            order = np.argsort(-data[large], kind="mergesort")
            for place in range(min(n_large, width)):
                column[row, place] = indices[large[order[place]]]
                count[row, place] = data[large[order[place]]]
        found[row] = min(before, width)
        factor = TARGET / max(total[row], 1.0)
        for place in range(found[row]):
            if place > 0 and count[row, place] == count[row, place - 1]:
                value[row, place] = value[row, place - 1]
            else:
                value[row, place] = np.log1p(count[row, place] * factor)
