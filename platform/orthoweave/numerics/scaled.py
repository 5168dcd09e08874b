"""Values that were normalised before they came: sums, highest genes, and the counts behind them.

A cell's values are counts times one number, put through a logarithm or not. Where they are whole
multiples of one number within the error of 32-bit floats, the counts are known up to that number.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import scipy.sparse as sp

from orthoweave.numerics.top_genes import TopGenes
from orthoweave.scales import DECLARED

# half the distance of neighbouring float32 numbers, as a share of them
_ROUNDING: Final = 2.0**-24
# relative error of a few steps of arithmetic in float32 before a value was stored
_ARITHMETIC: Final = 2.0**-22
_MARGIN: Final = 4.0
# a multiple that is not told from its neighbours proves nothing
_UNPROVEN: Final = 0.25
_PROVEN: Final = 0.05
# the smallest count of a cell is one of these
_PARTS: Final = (1, 2, 3)

Array = np.ndarray[Any, Any]


class ValueSums:
    """Sums of values, and cells above zero, by cell type and gene; as `TypeSums` for counts."""

    def __init__(self, n_types: int, n_genes: int) -> None:
        # the last row is of the cells without a type
        self.sums = np.zeros((n_types + 1, n_genes))
        self.above_zero = np.zeros((n_types + 1, n_genes), np.int64)
        self.n_cells = np.zeros(n_types + 1, np.int64)

    def add(self, block: sp.csr_matrix, total: Array, types: Array) -> None:
        """Add a block of values; see `TypeSums.add`. Totals are not used."""
        del total
        rows = np.where(types < 0, len(self.sums) - 1, types).astype(np.int64)
        self.n_cells += np.bincount(rows, minlength=len(self.n_cells))
        cells = np.arange(len(rows))
        shape = (len(self.sums), len(rows))
        members = sp.csr_matrix((np.ones(len(rows)), (rows, cells)), shape=shape)
        self.sums += (members @ block.astype(np.float64)).toarray()
        self.above_zero += np.rint((members @ (block > 0)).toarray()).astype(np.int64)

    @property
    def all_cells(self) -> tuple[Array, Array]:
        """Sum and number above zero of each gene over all cells, shape ``(n_genes,)`` each."""
        return self.sums.sum(axis=0), self.above_zero.sum(axis=0)


def top_values(block: sp.csr_matrix, keep: Array, limit: int) -> TopGenes:
    """Genes with the highest values above zero of each cell; ties go to the lower column.

    Parameters
    ----------
    keep
        Whether a column may be named, shape ``(n_genes,)``, bool.
    limit
        Genes of each cell at most; 0 for all above zero.
    """
    cell = np.repeat(np.arange(block.shape[0]), np.diff(block.indptr))
    used = keep[block.indices] & (block.data > 0)
    cell, column, value = cell[used], block.indices[used], block.data[used]
    order = np.lexsort((column, -value, cell))
    cell, column, value = cell[order], column[order], value[order]
    rank = np.arange(len(cell)) - np.searchsorted(cell, cell) + 1
    top = rank <= limit if limit else np.ones(len(rank), bool)
    none = np.full(int(top.sum()), np.nan, np.float32)
    return TopGenes(cell[top], column[top], none, value[top], rank[top])


def linear(values: Array, scale: str) -> Array:
    """Return values without their logarithm, float64, shape as `values`."""
    exact, base = values.astype(np.float64), DECLARED[scale].base
    return exact if base is None else np.expm1(exact * np.log(base))


@dataclass(frozen=True, slots=True)
class Units:
    """The number that each cell's values are whole multiples of."""

    unit: Array
    """By cell, NaN for an empty one, shape ``(n_cells,)``."""
    n_failed: int
    """Cells whose values are not multiples of one number, or too few to decide."""
    n_proofs: int
    """Values that prove it: multiples from two up, well within the error."""


def find_units(block: sp.csr_matrix, scale: str) -> Units:
    """Find the number of each cell; values must be above zero where they are stored."""
    values, starts = linear(block.data, scale), block.indptr[:-1]
    filled = np.diff(block.indptr) > 0
    unit = np.full(block.shape[0], np.nan)
    if not filled.any():
        return Units(unit, 0, 0)
    error = _error(block.data, values, scale)
    lengths = np.diff(block.indptr)[filled]
    smallest = np.minimum.reduceat(values, starts[filled])
    lowest = np.where(values == np.repeat(smallest, lengths), error, 0)
    of_smallest = np.repeat(np.maximum.reduceat(lowest, starts[filled]), lengths)
    # counts that were only put through a logarithm are multiples of one
    candidates = [(np.ones(len(lengths)), np.zeros(len(values)))] if scale == "log1p" else []
    candidates += [(smallest / part, of_smallest) for part in _PARTS]
    found, n_proofs = np.full(len(lengths), np.nan), 0
    for candidate, own in candidates:
        multiple = values / np.repeat(candidate, lengths)
        whole = np.rint(multiple)
        tolerance = np.maximum(whole, 1) * _MARGIN * (error + own)
        off = (np.abs(multiple - whole) > tolerance) | (tolerance >= _UNPROVEN) | (whole < 1)
        sound = ~np.logical_or.reduceat(off, starts[filled]) & np.isnan(found)
        proofs = (whole >= 2) & (tolerance < _PROVEN) & np.repeat(sound, lengths)
        n_proofs += int(proofs.sum())
        found[sound] = candidate[sound]
    unit[filled] = found
    return Units(unit, int(np.isnan(found).sum()), n_proofs)


def _error(stored: Array, values: Array, scale: str) -> Array:
    """Relative error of linear values that were stored in 32 bits."""
    exact = stored.astype(np.float64)
    base = DECLARED[scale].base
    if base is None:
        return np.full(len(exact), _ROUNDING + _ARITHMETIC)
    slope = np.log(base)
    with np.errstate(divide="ignore", invalid="ignore"):
        return _ARITHMETIC + _ROUNDING * slope * exact * (values + 1) / values
