"""Moments of genes over cells, summed up block by block, and the columns of chosen genes."""

from typing import Any

import numpy as np
import scipy.sparse as sp

from orthoweave.numerics.compiled import compiled
from orthoweave.numerics.expression import logarithms, row_parts
from orthoweave.scales import COUNTS


class GeneMoments:
    """Sums over cells of each gene's counts per 10 000, of their squares, and of cells.

    The sums are those over all cells at once, to the last digit, if the blocks come in the order of
    the cells.

    Parameters
    ----------
    scale
        Of the values: counts, or log1p of counts per 10 000.
    only_cells
        Leave out the sums: `cells` alone is of use then, of values on any scale.
    """

    def __init__(self, n_genes: int, scale: str, *, only_cells: bool = False) -> None:
        self._counted = scale == COUNTS
        self._only_cells = only_cells
        self._n_cells = 0
        # side by side, as each value adds to all three
        self._sums = np.zeros((n_genes, 3))

    def add(self, block: sp.csr_matrix, total: np.ndarray) -> None:
        """Add cells.

        Parameters
        ----------
        block
            Values of the cells, shape ``(n_cells, n_genes)``.
        total
            Sum of counts of each cell, shape ``(n_cells,)``; not used for logarithms.
        """
        self._n_cells += block.shape[0]
        if self._only_cells:
            self._sums[:, 2] += np.bincount(block.indices, minlength=len(self._sums))
            return
        if not self._counted:
            _sum_up(block.indices, np.expm1(block.data.astype(np.float64)), self._sums)
            return
        for part in row_parts(block.data, block.indptr, total, _rounded):
            rest = part.exact()
            columns = block.indices[part.low : part.low + len(part.data)]
            _sum_counts(
                part.data, columns, part.places, part.table, rest.position, rest.value, self._sums
            )

    @property
    def cells(self) -> np.ndarray:
        """Number of cells with a value of each gene, shape ``(n_genes,)``, int64."""
        return self._sums[:, 2].astype(np.int64)

    @property
    def mean(self) -> np.ndarray:
        """Mean counts per 10 000 of each gene, shape ``(n_genes,)``."""
        mean: np.ndarray = self._sums[:, 0] / self._n_cells
        return mean

    @property
    def dispersion(self) -> np.ndarray:
        """Variance over mean of each gene, shape ``(n_genes,)``; 0 where the mean is 0."""
        mean, n_cells = self.mean, self._n_cells
        variance = (self._sums[:, 1] / n_cells - mean**2) * n_cells / max(n_cells - 1, 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(mean > 0, variance / mean, 0)


def keep_columns(
    block: sp.csr_matrix, place: np.ndarray, values: np.ndarray, columns: np.ndarray
) -> np.ndarray:
    """Copy the values of chosen columns; return the number kept of each row, int64.

    Parameters
    ----------
    place
        New number of each column, increasing; -1 for those to leave out. Shape ``(n_columns,)``.
    values, columns
        Filled from the start: float32 and int32, with room for one more than is kept.
    """
    kept = np.zeros(block.shape[0], np.int64)
    _keep(block.data, block.indices, block.indptr, place, values, columns, kept)
    return kept


def _rounded(scaled: np.ndarray) -> np.ndarray:
    """Return counts per 10 000 as they are after a way through logarithms in float32."""
    plain: np.ndarray = np.expm1(logarithms(scaled).astype(np.float64))
    return plain


@compiled
def _sum_up(indices: Any, plain: Any, sums: Any) -> None:
    for position in range(len(indices)):
        column, value = indices[position], plain[position]
        sums[column, 0] += value
        sums[column, 1] += value * value
        sums[column, 2] += 1


@compiled
def _sum_counts(  # noqa: PLR0917 - compiled: arrays in order
    data: Any, indices: Any, places: Any, table: Any, position: Any, exact: Any, sums: Any
) -> None:
    """Sum up counts by a table for each row, but those at `position`, which have `exact`."""
    used = 0
    for row in range(len(places) - 1):
        for place in range(places[row], places[row + 1]):
            if used < len(position) and position[used] == place:
                value = exact[used]
                used += 1
            else:
                value = table[row, int(data[place])]
            column = indices[place]
            sums[column, 0] += value
            sums[column, 1] += value * value
            sums[column, 2] += 1


@compiled
def _keep(  # noqa: PLR0917 - compiled: arrays in order
    data: Any, indices: Any, indptr: Any, place: Any, values: Any, columns: Any, kept: Any
) -> None:
    filled = 0
    for row in range(len(indptr) - 1):
        before = filled
        for position in range(indptr[row], indptr[row + 1]):
            number = place[indices[position]]
            # without a branch, which a processor could not predict: what is left out is written
            # over by the next value
            values[filled] = data[position]
            columns[filled] = number
            filled += number >= 0
        kept[row] = filled - before
