"""The genes with the highest counts of each cell of a block, by a compiled kernel."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import scipy.sparse as sp

from orthoweave.numerics.compiled import compiled
from orthoweave.numerics.expression import TARGET

# counts below this are sorted by counting
_SMALL: Final = 256


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


def top_genes(block: sp.csr_matrix, total: np.ndarray, keep: np.ndarray, limit: int) -> TopGenes:
    """Return each cell's genes with the highest counts, at most `limit`, of the columns `keep`.

    Parameters
    ----------
    keep
        Whether a column may be named, shape ``(n_genes,)``, bool.
    limit
        Greatest number of genes for each cell; 0 for all with a count above zero.
    """
    most = int(np.diff(block.indptr).max(initial=0))
    width = min(limit, most) if limit else most
    column = np.empty((block.shape[0], width), np.int32)
    count = np.empty((block.shape[0], width), np.float32)
    value = np.empty((block.shape[0], width), np.float32)
    found = np.zeros(block.shape[0], np.int64)
    if width:
        _top(block.data, block.indices, block.indptr, total, keep, column, count, value, found)
    cell = np.repeat(np.arange(block.shape[0]), found)
    rank = np.broadcast_to(np.arange(1, width + 1), column.shape)
    if (found == width).all():
        return TopGenes(cell, column.ravel(), count.ravel(), value.ravel(), rank.ravel())
    there = np.arange(width) < found[:, None]
    return TopGenes(cell, column[there], count[there], value[there], rank[there])


@compiled
def _top(  # noqa: PLR0917 - compiled: arrays in order
    data: Any,
    indices: Any,
    indptr: Any,
    total: Any,
    keep: Any,
    column: Any,
    count: Any,
    value: Any,
    found: Any,
) -> None:
    """Place the highest counts of each row, downwards; of equal ones the lower column first."""
    width = column.shape[1]
    # four histograms in turn: equal counts in a row need not wait for each other
    seen = np.zeros((4, _SMALL + 1), np.int32)
    chosen = np.empty(max(1, np.max(np.diff(indptr))), np.int64)
    for row in range(len(indptr) - 1):
        seen[:] = 0
        for position in range(indptr[row], indptr[row + 1]):
            seen[position & 3, np.int32(min(data[position], np.float32(_SMALL)))] += 1
        least, n_chosen, wanted = _SMALL + 1, 0, width
        while n_chosen < width and least > 1:
            least = _threshold(seen, wanted)
            n_chosen = _choose(data, indices, indptr[row], indptr[row + 1], keep, least, chosen)
            # columns outside `keep` were counted too
            wanted *= 2
        _place(data, indices, chosen[:n_chosen], column[row], count[row])
        found[row] = min(n_chosen, width)
        factor = TARGET / max(total[row], 1.0)
        for place in range(found[row]):
            if place > 0 and count[row, place] == count[row, place - 1]:
                value[row, place] = value[row, place - 1]
            else:
                value[row, place] = np.log1p(count[row, place] * factor)


@compiled
def _threshold(seen: Any, wanted: int) -> int:
    """Return the highest count that at least `wanted` values reach, or 1 if there are fewer."""
    reached = 0
    for small in range(_SMALL, 1, -1):
        reached += seen[0, small] + seen[1, small] + seen[2, small] + seen[3, small]
        if reached >= wanted:
            return small
    return 1


@compiled
def _choose(  # noqa: PLR0917 - compiled: arrays in order
    data: Any, indices: Any, first: int, last: int, keep: Any, least: int, chosen: Any
) -> int:
    n_chosen = 0
    bound = np.float32(least)
    # without a branch on the value, which a processor could not predict
    for position in range(first, last):
        chosen[n_chosen] = position
        n_chosen += data[position] >= bound
    n_kept = 0
    for number in range(n_chosen):
        chosen[n_kept] = chosen[number]
        n_kept += keep[indices[chosen[number]]]
    return n_kept


@compiled
def _place(data: Any, indices: Any, chosen: Any, column: Any, count: Any) -> None:
    """Sort by counting where all counts are small, else by comparing."""
    highest = np.float32(0)
    for number in range(len(chosen)):
        highest = max(highest, data[chosen[number]])
    if highest >= _SMALL:
        order = np.argsort(-data[chosen], kind="mergesort")
        for place in range(min(len(chosen), len(column))):
            column[place] = indices[chosen[order[place]]]
            count[place] = data[chosen[order[place]]]
        return
    places = np.zeros(int(highest) + 2, np.int64)
    for number in range(len(chosen)):
        places[int(data[chosen[number]])] += 1
    before = 0
    for small in range(int(highest), -1, -1):
        before, places[small] = before + places[small], before
    for number in range(len(chosen)):
        small = int(data[chosen[number]])
        if places[small] < len(column):
            column[places[small]] = indices[chosen[number]]
            count[places[small]] = data[chosen[number]]
        places[small] += 1
