"""Alias tables: one random number and one look at memory choose an entry of a sparse row.

Walker's method as built by Vose (1991, doi:10.1109/32.92917). Each place of a row keeps its own
column, the column of its alias and the chance of the first; a place is drawn evenly, and then one
of its two columns. The three lie side by side in memory, because walks on large hypergraphs are
bound by memory access.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import scipy.sparse as sp

from orthoweave.numerics.compiled import compiled

# SplitMix64 (Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195)
_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)
_LOW: Final = np.uint64(0xFFFFFFFF)
_30, _27, _31, _32 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(32)


@dataclass(frozen=True, slots=True)
class AliasTable:
    """Rows to draw columns from."""

    start: np.ndarray
    """First place of each row, shape ``(n_rows + 1,)``, int64."""
    entries: np.ndarray
    """Chance of the own column times 2³², own column and alias, shape ``(n_places, 3)``,
    uint32."""


def alias_table(chances: sp.csr_matrix) -> AliasTable:
    """Return a table to draw from the rows of `chances`.

    Parameters
    ----------
    chances
        Non-negative, no row without a positive value; rows need not sum to 1.
    """
    start = chances.indptr.astype(np.int64)
    entries = np.empty((chances.nnz, 3), np.uint32)
    _build(start, chances.indices, chances.data, entries)
    return AliasTable(start, entries)


@compiled
def random_bits(state: Any) -> Any:
    """Return 64 random bits for a state; `next_state` returns the next state."""
    bits = state
    bits = (bits ^ (bits >> _30)) * _FIRST
    bits = (bits ^ (bits >> _27)) * _SECOND
    return bits ^ (bits >> _31)


@compiled
def first_state(seed: Any, stream: Any) -> Any:
    """Return the first state of one of many streams of random bits, such as one for each walk."""
    return random_bits(random_bits(np.uint64(seed) + _GOLDEN) + np.uint64(stream) * _GOLDEN)


@compiled
def next_state(state: Any) -> Any:
    """Return the state that follows."""
    return state + _GOLDEN


@compiled
def draw(start: Any, entries: Any, row: Any, bits: Any) -> Any:
    """Return a column drawn from a row: high bits choose a place, low ones own column or alias."""
    first = start[row]
    length = np.uint64(start[row + 1] - first)
    place = first + np.int64(((bits >> _32) * length) >> _32)
    own = (bits & _LOW) < np.uint64(entries[place, 0])
    return np.int64(entries[place, 1] if own else entries[place, 2])


@compiled
def _build(start: Any, columns: Any, chances: Any, entries: Any) -> None:
    longest = 1
    for row in range(len(start) - 1):
        longest = max(longest, start[row + 1] - start[row])
    scaled = np.empty(longest)
    # places below the mean are stacked from the front, the others from the back
    waiting = np.empty(longest, np.int64)
    for row in range(len(start) - 1):
        first, length = start[row], start[row + 1] - start[row]
        total = 0.0
        for place in range(length):
            total += chances[first + place]
        small, large = 0, length
        for place in range(length):
            scaled[place] = chances[first + place] * length / total
            entries[first + place, 1] = columns[first + place]
            entries[first + place, 2] = columns[first + place]
            if scaled[place] < 1:
                waiting[small] = place
                small += 1
            else:
                large -= 1
                waiting[large] = place
        while small > 0 and large < length:
            small -= 1
            place, giver = waiting[small], waiting[large]
            entries[first + place, 0] = np.uint32(min(scaled[place] * 4294967296.0, 4294967295.0))
            entries[first + place, 2] = columns[first + giver]
            scaled[giver] -= 1 - scaled[place]
            if scaled[giver] < 1:
                large += 1
                waiting[small] = giver
                small += 1
        # remaining places are 1 up to rounding, and are their own alias
        for place in range(small):
            entries[first + waiting[place], 0] = np.uint32(4294967295)
        for place in range(large, length):
            entries[first + waiting[place], 0] = np.uint32(4294967295)
