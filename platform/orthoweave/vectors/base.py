"""What a vector index is: vectors by key, searched by inner product, filtered before the search."""

from collections.abc import Sequence
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


class VectorIndex(Protocol):
    """Vectors of length 1 by key."""

    @property
    def ids(self) -> list[str]:
        """Keys in the order of the index."""

    @property
    def dimension(self) -> int:
        """Length of the vectors."""

    def search(
        self,
        queries: npt.NDArray[np.float32],
        k: int,
        allowed: Sequence[str] | npt.NDArray[np.integer] | None = None,
    ) -> Hits:
        """Find the `k` vectors of largest inner product with each query.

        Parameters
        ----------
        queries
            Shape ``(n_queries, dimension)``.
        allowed
            Keys, or row numbers, of the vectors that may be found; by default all. It is applied
            before the search: k hits means k hits, as long as so many are allowed.
        """

    def vectors_of(self, ids: Sequence[str]) -> npt.NDArray[np.float32]:
        """Vectors of these keys, shape ``(len(ids), dimension)``."""
