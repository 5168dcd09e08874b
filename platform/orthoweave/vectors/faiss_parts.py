"""Searches among parts of an index, each with a bonus on its scores, in one pass.

In an inverted file the members of a part that lie in one list form a *sublist*. Sublists are
scanned in the order of their centroid's score plus the bonus of their part, until some thousand
more vectors were scored than in a search without parts: a query may be far from all that a filter
allows. Then the budget grows until k vectors are found. A filter is one part without a bonus.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from orthoweave.vectors.base import Hit, Part, Subset
from orthoweave.vectors.faiss_lists import load_faiss

Vectors: TypeAlias = npt.NDArray[np.float32]
Rows: TypeAlias = npt.NDArray[np.int64]

# vectors that are scored beyond those of a search without parts: under a millisecond
_EXTRA: Final = 2048
# vectors that are passed over in the time of scoring one
_SKIPPED: Final = 64


def best_of_all(vectors: Vectors, query: Vectors, k: int, parts: Sequence[Part]) -> list[Hit]:
    """Return the k best vectors of the parts, exactly.

    Parameters
    ----------
    vectors
        All vectors of the index, shape ``(n, dimension)``.
    query
        Shape ``(dimension,)``.
    """
    scores = vectors @ query
    hits: list[Hit] = []
    for number, part in enumerate(parts):
        inside = scores[part.subset.rows]
        first = np.arange(len(inside))
        if len(inside) > k:
            # all that tie with the k-th, so that the order of rows decides between them
            first = np.flatnonzero(inside >= np.partition(inside, len(inside) - k)[-k])
        rows = part.subset.rows[first]
        hits += _hits(rows, inside[first], number, part.bonus)
    return _first(hits, k)


@dataclass(frozen=True, slots=True)
class InvertedLists:
    """An inverted file of FAISS, with what a search among parts needs of it."""

    index: Any
    centroids: Vectors
    """Shape ``(n_lists, dimension)``."""
    list_of: npt.NDArray[np.int32]
    """List of each row."""
    list_sizes: npt.NDArray[np.int64]
    """Number of vectors in each list."""

    def best(self, query: Vectors, k: int, parts: Sequence[Part]) -> list[Hit]:
        """Return the k best vectors of the parts, in the lists that fit the query best."""
        budget = k + self.index.nprobe * len(self.list_of) // self.index.nlist + _EXTRA
        sublists = self._sublists(query, parts)
        hits = self._scan_first(query, k, parts, sublists, budget)
        # where parts overlap, or hold few vectors in long lists, the budget may end too early
        while len(hits) < k and budget < sublists.costs.sum():
            budget *= 4
            hits = self._scan_first(query, k, parts, sublists, budget)
        return hits

    def _sublists(self, query: Vectors, parts: Sequence[Part]) -> "_Sublists":
        subsets = [part.subset for part in parts]
        lengths = [len(subset.lists) for subset in subsets]
        lists = np.concatenate([subset.lists for subset in subsets])
        counts = np.concatenate([subset.counts for subset in subsets])
        bonus = np.repeat(np.array([part.bonus for part in parts], np.float32), lengths)
        bounds = (self.centroids @ query)[lists] + bonus
        return _Sublists(bounds, counts + self.list_sizes[lists] / _SKIPPED, np.cumsum(lengths))

    def _scan_first(
        self, query: Vectors, k: int, parts: Sequence[Part], sublists: "_Sublists", budget: int
    ) -> list[Hit]:
        hits: list[Hit] = []
        for number, (part, chosen) in enumerate(zip(parts, sublists.first(budget), strict=True)):
            if len(chosen):
                rows, scores = self._scan(query, k, part.subset, chosen)
                hits += _hits(rows, scores, number, part.bonus)
        return _first(hits, k)

    def _scan(self, query: Vectors, k: int, subset: Subset, sublists: Rows) -> tuple[Rows, Vectors]:
        faiss = load_faiss()
        selector = faiss.IDSelectorBitmap(subset.bits)
        limits = faiss.SearchParametersIVF(sel=selector, nprobe=len(sublists))
        k = min(k, int(subset.counts[sublists].sum()))
        scores, rows = np.empty(k, np.float32), np.empty(k, np.int64)
        query, assigned = np.ascontiguousarray(query), subset.lists[sublists]
        # vectors are coded as they are, so the scores of the centroids do not enter
        centroid_scores = np.zeros(len(sublists), np.float32)
        arrays = (assigned, centroid_scores, scores, rows)
        pointers = [faiss.swig_ptr(array) for array in arrays]
        store_pairs = False
        self.index.search_preassigned_c(1, faiss.swig_ptr(query), k, *pointers, store_pairs, limits)
        kept = rows >= 0
        return rows[kept], scores[kept]


@dataclass(frozen=True, slots=True)
class _Sublists:
    """The sublists of all parts, one part after the other."""

    bounds: Vectors
    """Score of the centroid and bonus of the part."""
    costs: npt.NDArray[np.float64]
    """Cost of a scan, in vectors scored."""
    ends: Rows
    """End of each part."""

    def first(self, budget: int) -> list[Rows]:
        """Return the best sublists that fill a budget, by part, as places in the part."""
        order = self._best_first(budget)
        reached = int(np.searchsorted(np.cumsum(self.costs[order]), budget)) + 1
        taken = np.zeros(len(self.bounds), bool)
        taken[order[:reached]] = True
        return [np.flatnonzero(part) for part in np.split(taken, self.ends[:-1])]

    def _best_first(self, budget: int) -> Rows:
        """Order the sublists, at least as far as the budget reaches."""
        # a few sublists fill it most often: to sort them all would take longer than to scan
        for size in (256, 4096):
            if len(self.bounds) > 4 * size:
                leading = np.argpartition(-self.bounds, size)[:size]
                if self.costs[leading].sum() >= budget:
                    return leading[np.argsort(-self.bounds[leading], kind="stable")]
        return np.argsort(-self.bounds, kind="stable")


def _hits(rows: Rows, scores: Vectors, part: int, bonus: float) -> list[Hit]:
    pairs = zip(rows.tolist(), scores.tolist(), strict=True)
    return [Hit(row, score, part, score + bonus) for row, score in pairs]


def _first(hits: list[Hit], k: int) -> list[Hit]:
    """Return the k best hits, of each row the best."""
    first: dict[int, Hit] = {}
    for hit in sorted(hits, key=lambda hit: (-hit.total, hit.row)):
        first.setdefault(hit.row, hit)
    return list(first.values())[:k]
