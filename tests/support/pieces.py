"""A matrix in memory that is read in chunks, as batches read those on disk."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import scipy.sparse as sp


@dataclass(frozen=True)
class Pieces:
    """A matrix in memory, in chunks of some cells."""

    matrix: sp.csr_matrix
    size: int = 10

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return int(self.matrix.shape[0])

    @property
    def n_chunks(self) -> int:
        """Number of chunks."""
        return -(-self.n_cells // self.size)

    def pieces(self, chunks: Sequence[int] | None = None) -> Iterator[tuple[int, sp.csr_matrix]]:
        """Yield the chunks asked for."""
        for chunk in range(self.n_chunks) if chunks is None else chunks:
            yield chunk * self.size, self.matrix[chunk * self.size : (chunk + 1) * self.size]
