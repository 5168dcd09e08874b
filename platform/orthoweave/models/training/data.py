"""Batches in an order that seed, epoch and place decide, whoever asks for which of them.

A training that goes on after an interruption, and each of several processes, asks for some places
of an epoch's order and gets the batches that lie there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from math import ceil
from typing import Generic, Protocol, TypeVar

import numpy as np

from orthoweave.views.batches import BUFFER, Batch, CellBatches

B = TypeVar("B")
B_co = TypeVar("B_co", covariant=True)


class Data(Protocol[B_co]):
    """The batches of a training."""

    def __len__(self) -> int:
        """Return the number of batches of an epoch."""

    def epoch(self, number: int, places: range) -> Iterator[B_co]:
        """Yield the batches at some places of an epoch's order.

        Random numbers of PyTorch that are drawn while a batch is made are those of its place.
        """


@dataclass(frozen=True, slots=True)
class Whole(Generic[B]):
    """One batch of everything."""

    batch: B

    def __len__(self) -> int:
        """Return 1."""
        return 1

    def epoch(self, number: int, places: range) -> Iterator[B]:
        """Yield the batch."""
        del number
        for _ in places:
            yield self.batch


@dataclass(frozen=True, slots=True)
class Shuffled(Generic[B]):
    """Rows in a random order that is another one in each epoch, cut into batches."""

    rows: np.ndarray
    """Numbers of the rows, shape ``(n,)``."""
    size: int
    """Rows of a batch; the last one of an epoch may have fewer."""
    make: Callable[[np.ndarray], B]
    """Turns numbers of rows into a batch."""
    seed: int = 0

    def __len__(self) -> int:
        """Return the number of batches of an epoch."""
        return ceil(len(self.rows) / self.size)

    def epoch(self, number: int, places: range) -> Iterator[B]:
        """Yield the batches at some places; the others are not made."""
        order = np.random.default_rng(_seeds(self.seed, number)).permutation(self.rows)
        for place in places:
            yield self.make(order[place * self.size : (place + 1) * self.size])


@dataclass(frozen=True, slots=True)
class Streamed(Generic[B]):
    """Batches of cells that are read while they are used; those of other places are read over."""

    cells: CellBatches
    size: int
    make: Callable[[Batch], B]
    """Turns a batch of cells into the form that the loss takes."""
    seed: int = 0
    buffer: int = BUFFER
    """As for `CellBatches.batches`."""

    def __len__(self) -> int:
        """Return the number of batches of an epoch."""
        return ceil(self.cells.n_cells / self.size)

    def epoch(self, number: int, places: range) -> Iterator[B]:
        """Yield the batches at some places of an epoch's order."""
        [seed] = np.random.SeedSequence(_seeds(self.seed, number)).generate_state(1)
        read = self.cells.batches(self.size, seed=int(seed), buffer=self.buffer)
        for batch in islice(read, places.start, places.stop, places.step):
            yield self.make(batch)


def _seeds(seed: int, epoch: int) -> tuple[int, int]:
    # numpy takes no negative seeds
    return seed % 2**64, epoch
