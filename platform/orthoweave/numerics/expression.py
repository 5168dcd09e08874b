"""Arithmetic on blocks of an expression matrix: checks, totals, logarithms, sums by cell type.

Values are counts; everything derived from them is on one scale, the natural logarithm of one plus
counts per 10 000 of the cell: ``log1p(count / total * 10 000)``. The kernels are compiled, run
outside the interpreter's lock and read each block a few times while it is in cache.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import scipy.sparse as sp

from orthoweave.errors import ScaleError
from orthoweave.numerics.compiled import compiled

TARGET: Final = 10_000.0
NORMALISED: Final = "log1p of counts per 10 000"
# logarithms of counts below this are looked up, since these counts are so common
_COMMON: Final = 16
# values that are scaled at a time
_TOGETHER: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class CellTotals:
    """Sums over the genes of each cell."""

    total: np.ndarray
    """Sum of counts, shape ``(n_cells,)``, float64."""
    detected: np.ndarray
    """Number of genes with a count above zero, shape ``(n_cells,)``, int64."""


def cell_totals(block: sp.csr_matrix, first_cell: int = 0, where: str = "X") -> CellTotals:
    """Return the totals of the cells of a block, checked to hold counts.

    Parameters
    ----------
    block
        Counts, shape ``(n_cells, n_genes)``, float32.
    first_cell
        Number of the block's first cell, for messages.

    Raises
    ------
    ScaleError
        If a value is negative, not finite or not a whole number.
    """
    total = np.zeros(block.shape[0])
    detected = np.zeros(block.shape[0], np.int64)
    worst = _scan(block.data, block.indptr, total, detected)
    if worst >= 0:
        raise _scale_error(block, int(worst), first_cell, where)
    return CellTotals(total, detected)


def log_normalise(block: sp.csr_matrix, total: np.ndarray) -> sp.csr_matrix:
    """Return log1p of counts per 10 000 of each cell, shape as `block`, float32.

    Parameters
    ----------
    total
        Sum of counts of each cell; a cell without counts stays zero.
    """
    scaled = np.empty(block.nnz, np.float32)
    scale_rows(block.data, block.indptr, total, logarithms, scaled)
    return sp.csr_matrix((scaled, block.indices, block.indptr), shape=block.shape)


def logarithms(scaled: np.ndarray) -> np.ndarray:
    """Return log1p of counts per 10 000, float32."""
    return np.log1p(scaled).astype(np.float32)


def scale_rows(
    data: np.ndarray,
    indptr: np.ndarray,
    total: np.ndarray,
    transform: Callable[[np.ndarray], np.ndarray],
    out: np.ndarray,
) -> None:
    """Put a function of each count per 10 000 into `out`, a few rows at a time.

    Small counts are so common that the function is worked out once for each of them and each row.

    Parameters
    ----------
    data, indptr
        Counts of compressed rows; places in `data` start at ``indptr[0]``.
    total
        Sum of counts of each row, shape ``(n_rows,)``.
    transform
        Function of counts per 10 000, float64, element by element.
    out
        Shape as `data`; it may be `data` itself.
    """
    for part in row_parts(data, indptr, total, transform):
        target = out[part.low : part.low + len(part.data)]
        rest = part.exact()
        _look_up(part.data, part.places, part.table, rest.position, rest.value, target)


@dataclass(frozen=True, slots=True)
class Exact:
    """Values that no table holds: their positions, increasing, and a function of them."""

    position: np.ndarray
    value: np.ndarray


@dataclass(frozen=True, slots=True)
class RowPart:
    """Some rows of counts, and a function of small counts per 10 000 for each of them."""

    low: int
    """Place of the first value in the whole."""
    data: np.ndarray
    places: np.ndarray
    """Place of each row's first value here, shape ``(n_rows + 1,)``."""
    table: np.ndarray
    """The function of counts from 0 to 15 in each row, shape ``(n_rows, 16)``."""
    _factor: np.ndarray
    _transform: Callable[[np.ndarray], np.ndarray]

    def exact(self) -> Exact:
        """Return the function of all other values."""
        position = np.empty(len(self.data), np.int32)
        position = position[: _not_in_table(self.data, position)]
        rows = np.searchsorted(self.places, position, side="right") - 1
        scaled = self.data[position].astype(np.float64) * self._factor[rows]
        return Exact(position, self._transform(scaled))


def row_parts(
    data: np.ndarray,
    indptr: np.ndarray,
    total: np.ndarray,
    transform: Callable[[np.ndarray], np.ndarray],
) -> Iterator[RowPart]:
    """Yield parts of compressed rows, of about a million values each; see `scale_rows`."""
    factor = TARGET / np.maximum(total, 1)
    small = np.arange(_COMMON, dtype=np.float64)
    first, n_rows = 0, len(indptr) - 1
    while first < n_rows:
        last = int(np.searchsorted(indptr, indptr[first] + _TOGETHER, side="right")) - 1
        # one row at least, and a table of some megabytes at most
        last = min(max(first + 1, last), first + _TOGETHER // _COMMON, n_rows)
        low, high = int(indptr[first] - indptr[0]), int(indptr[last] - indptr[0])
        here = factor[first:last]
        table = transform(small * here[:, None])
        places = (indptr[first : last + 1] - indptr[first]).astype(np.int64)
        yield RowPart(low, data[low:high], places, table, here, transform)
        first = last


class TypeSums:
    """Sums of log1p of counts per 10 000, and cells above zero, by cell type and gene."""

    def __init__(self, n_types: int, n_genes: int) -> None:
        # the last row holds the cells without a type
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
        _add(
            block.data, block.indices, block.indptr, total, rows, order, self.sums, self.above_zero
        )

    @property
    def all_cells(self) -> tuple[np.ndarray, np.ndarray]:
        """Sum and number above zero of each gene over all cells, shape ``(n_genes,)`` each."""
        return self.sums.sum(axis=0), self.above_zero.sum(axis=0)


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
        f"{where}: {what}; found {value!r} for cell {cell:,} and column {gene:,} (from 0), "
        "expected raw counts. Give the counts: --set layer=counts, --set layer=raw.X, or "
        "another file"
    )
    return ScaleError(message)


@compiled
def _scan(data: Any, indptr: Any, total: Any, detected: Any) -> int:
    """Sum up each row; return the position of the first value that is not a count, or -1."""
    for row in range(len(indptr) - 1):
        sum_, above, wrong = 0.0, 0, False
        for position in range(indptr[row], indptr[row + 1]):
            value = data[position]
            # written so that NaN fails as well
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
def _not_in_table(data: Any, position: Any) -> int:
    """Put the places of values other than small counts into `position`; return their number."""
    found = 0
    for place in range(len(data)):
        value = data[place]
        position[found] = place
        found += not (0 <= value < _COMMON and value == np.floor(value))
    return found


@compiled
def _look_up(  # noqa: PLR0917 - compiled: arrays in order
    data: Any, places: Any, table: Any, position: Any, exact: Any, out: Any
) -> None:
    """Translate counts by a table for each row, but those at `position`, which have `exact`."""
    used = 0
    for row in range(len(places) - 1):
        for place in range(places[row], places[row + 1]):
            if used < len(position) and position[used] == place:
                out[place] = exact[used]
                used += 1
            else:
                out[place] = table[row, int(data[place])]


@compiled
def _add(  # noqa: PLR0917 - compiled: arrays in order
    data: Any,
    indices: Any,
    indptr: Any,
    total: Any,
    rows: Any,
    order: Any,
    sums: Any,
    above_zero: Any,
) -> None:
    """Add cells in the given order: type by type, so that a type's sums stay in cache."""
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
