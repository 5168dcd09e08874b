"""Batches of random cells of one or several datasets, for training, read while they are used.

Chunks of all datasets are read in a random order, each once. A few of them lie in a buffer, from
which cells are drawn at random. Memory follows the buffer; of each cell only its number of counts
and its place in the matrix are kept, 16 bytes together.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

import numpy as np
import scipy.sparse as sp

from orthoweave.errors import UnknownNameError, UsageError
from orthoweave.views.digests import content_digest
from orthoweave.views.expression import Scale

BUFFER: Final = 16


class Pieces(Protocol):
    """A matrix whose chunks are read in any order; see `orthoweave.storage.matrix_pieces`."""

    @property
    def n_cells(self) -> int:
        """Number of cells."""

    @property
    def n_chunks(self) -> int:
        """Number of chunks."""

    def pieces(self, chunks: Sequence[int] | None = None) -> Iterator[tuple[int, sp.csr_matrix]]:
        """Yield the first cell's number and the values of each piece."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some cells."""

    values: sp.csr_matrix
    """Expression of the vocabulary's genes, shape ``(n_cells, n_genes)``, float32."""
    dataset: np.ndarray
    """Number of each cell's dataset, shape ``(n_cells,)``, int32."""
    cell: np.ndarray
    """Number of each cell in its dataset, as in an `ExpressionView`, shape ``(n_cells,)``."""


@dataclass(frozen=True, slots=True)
class BatchSource:
    """One dataset: its matrix, and where its columns are in the vocabulary."""

    pieces: Pieces
    place: np.ndarray
    """Number in the vocabulary of each column, -1 for none, shape ``(n_columns,)``, int32."""
    totals: np.ndarray
    """Counts of each cell, shape ``(n_cells,)``."""
    logs: bool
    """Turn counts into log1p of counts per 10 000."""


@dataclass(frozen=True, slots=True)
class CellBatches:
    """Cells of some datasets on one scale and one vocabulary of genes, read batch by batch."""

    datasets: tuple[str, ...]
    genes: np.ndarray
    """Keys of the genes, the vocabulary, shape ``(n_genes,)``; zero where not measured."""
    scale: Scale
    content: str
    """Names of the matrices that are read, which bear their digests."""
    sources: tuple[BatchSource, ...] = field(repr=False)
    species: tuple[str, ...] = ()
    """Key of each dataset's species; empty if unknown."""

    def among(self, genes: np.ndarray) -> "CellBatches":
        """Return the same cells over some of the genes, in the order given.

        Parameters
        ----------
        genes
            Keys of genes of these batches, each once.

        Raises
        ------
        UnknownNameError
            If a gene is none of them.
        """
        place = {key: number for number, key in enumerate(genes)}
        moved = np.array([place.get(key, -1) for key in self.genes], np.int32)
        if int((moved >= 0).sum()) != len(genes):
            lost = sorted(set(genes) - set(self.genes))
            message = f"batches: no gene {lost[:1]!r} among {len(self.genes):,}, or one is twice"
            raise UnknownNameError(message)
        sources = tuple(
            replace(one, place=np.where(one.place >= 0, moved[one.place], -1).astype(np.int32))
            for one in self.sources
        )
        return replace(self, genes=np.asarray(genes, object), sources=sources)

    @property
    def n_cells(self) -> int:
        """Number of cells of all datasets."""
        return sum(source.pieces.n_cells for source in self.sources)

    @property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return content_digest(
            {
                "datasets": self.datasets,
                "genes": self.genes,
                "scale": self.scale,
                "content": self.content,
                "species": self.species,
            }
        )

    def batches(
        self, size: int, *, seed: int = 0, buffer: int = BUFFER, drop_last: bool = False
    ) -> Iterator[Batch]:
        """Yield all cells once, at random, the same for the same seed on any machine.

        Parameters
        ----------
        size
            Number of cells in a batch; the last may have fewer.
        seed
            Of the order; take another one for each epoch.
        buffer
            Number of chunks, of some thousand cells each, among whose cells a batch is drawn. Cells
            of a dataset that is not larger are drawn among all.
        drop_last
            Leave the last batch out if it has fewer cells.

        Raises
        ------
        UsageError
            If a number is below 1.
        """
        if size < 1 or buffer < 1:
            message = f"batches: expected size and buffer from 1, found {size!r} and {buffer!r}"
            raise UsageError(message)
        generator = np.random.default_rng(seed)
        kept: list[Batch] = []
        n_pieces = 0
        for piece in self._in_random_order(generator):
            kept.append(piece)
            n_pieces += len(piece.cell) > 1
            if n_pieces >= buffer:
                # half of the cells stay, among those that come next
                rest = yield from self._drawn(kept, size, generator, keep=0.5)
                kept, n_pieces = [rest], buffer // 2
        rest = yield from self._drawn(kept, size, generator, keep=0.0)
        if len(rest.cell) and not drop_last:
            yield rest

    def _in_random_order(self, generator: np.random.Generator) -> Iterator[Batch]:
        """Yield the pieces of all datasets, in a random order of their chunks."""
        counts = [source.pieces.n_chunks for source in self.sources]
        readers = [
            self._read(number, generator.permutation(n).tolist()) for number, n in enumerate(counts)
        ]
        turns = generator.permutation(np.repeat(np.arange(len(counts)), counts)).tolist()
        for number in turns:
            for piece in readers[number]:
                yield piece
                # cells that two chunks share come singly, between chunks
                if len(piece.cell) > 1:
                    break
        for reader in readers:
            yield from reader

    def _read(self, number: int, chunks: list[int]) -> Iterator[Batch]:
        source = self.sources[number]
        for first, block in source.pieces.pieces(chunks):
            rows = np.arange(first, first + block.shape[0])
            values = _chosen(block, source, source.totals[rows], len(self.genes))
            yield Batch(values, np.full(len(rows), number, np.int32), rows)

    def _drawn(
        self, kept: list[Batch], size: int, generator: np.random.Generator, *, keep: float
    ) -> Generator[Batch, None, Batch]:
        """Yield whole batches of random cells of the buffer; return what is left."""
        whole = _joined(kept)
        order = generator.permutation(len(whole.cell))
        stop = int(len(order) * (1 - keep)) // size * size
        for start in range(0, stop, size):
            yield _rows(whole, order[start : start + size])
        return _rows(whole, order[stop:])


def _chosen(
    block: sp.csr_matrix, source: BatchSource, totals: np.ndarray, n_genes: int
) -> sp.csr_matrix:
    """Return the values of the vocabulary, as a copy."""
    from orthoweave.numerics.expression import logarithms, scale_rows
    from orthoweave.numerics.gene_moments import keep_columns

    values, columns = np.empty(block.nnz + 1, np.float32), np.empty(block.nnz + 1, np.int32)
    kept = keep_columns(block, source.place, values, columns)
    pointers = np.concatenate([np.zeros(1, np.int64), np.cumsum(kept)])
    data = values[: pointers[-1]].copy()
    if source.logs:
        scale_rows(data, pointers, totals, logarithms, data)
    parts = (data, columns[: pointers[-1]].copy(), pointers.astype(np.int32))
    found = sp.csr_matrix(parts, shape=(block.shape[0], n_genes))
    found.sort_indices()
    return found


def _joined(batches: Sequence[Batch]) -> Batch:
    if len(batches) == 1:
        return batches[0]
    return Batch(
        sp.csr_matrix(sp.vstack([one.values for one in batches], format="csr")),
        np.concatenate([one.dataset for one in batches]),
        np.concatenate([one.cell for one in batches]),
    )


def _rows(batch: Batch, rows: np.ndarray) -> Batch:
    return Batch(sp.csr_matrix(batch.values[rows]), batch.dataset[rows], batch.cell[rows])
