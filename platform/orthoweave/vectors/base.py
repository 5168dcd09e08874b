"""The interface of vector indexes: vectors by key, searched by inner product.

A filter is applied before the search, so that k hits are found wherever k vectors are allowed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Hits:
    """The nearest vectors of each query, best first."""

    ids: list[list[str]]
    """Keys, one list for each query; shorter than k only if fewer were allowed."""
    scores: list[npt.NDArray[np.float32]]
    """Inner products, beside the keys."""


@dataclass(frozen=True, slots=True)
class Subset:
    """Some rows of an index, prepared once for many searches among them."""

    rows: npt.NDArray[np.int64]
    """Row numbers, increasing."""
    bits: npt.NDArray[np.uint8]
    """One bit for each row of the index, lowest bit first."""
    lists: npt.NDArray[np.int64]
    """Numbers of the inverted lists with such rows; empty for an exact index."""
    counts: npt.NDArray[np.int64]
    """Number of the rows in each of `lists`."""


@dataclass(frozen=True, slots=True)
class Part:
    """A subset whose vectors all get the same bonus on their inner product."""

    subset: Subset
    bonus: float = 0.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A vector that was found in one of several parts."""

    row: int
    score: float
    """Inner product with the query."""
    part: int
    """Number of the part."""
    total: float
    """Score and bonus together."""


class VectorIndex(Protocol):
    """Vectors of length 1 by key."""

    @property
    def ids(self) -> list[str]:
        """Keys in the order of the index."""

    @property
    def rows(self) -> Mapping[str, int]:
        """Row of each key."""

    @property
    def dimension(self) -> int:
        """Length of the vectors."""

    def search(
        self,
        queries: npt.NDArray[np.float32],
        k: int,
        allowed: Sequence[str] | npt.NDArray[np.integer] | Subset | None = None,
    ) -> Hits:
        """Return the `k` vectors of largest inner product with each query.

        Parameters
        ----------
        queries
            Shape ``(n_queries, dimension)``.
        allowed
            Keys, row numbers or a subset of the vectors that may be found; by default all.
        """

    def subset(self, rows: npt.NDArray[np.integer]) -> Subset:
        """Return the subset of these rows."""

    def best(self, query: npt.NDArray[np.float32], k: int, parts: Sequence[Part]) -> list[Hit]:
        """Return the `k` vectors of the parts with the largest score and bonus together.

        Parameters
        ----------
        query
            Shape ``(dimension,)``.
        parts
            They may overlap: a vector in several of them counts once, with its largest bonus.
        """

    def vectors_of(self, ids: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return the vectors of these keys, shape ``(len(ids), dimension)``."""
