"""Training cells: read while they are used, or held where they fit, with genes that may be missing.

The genes of the vocabulary that a dataset did not measure are missing in its cells, and not zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

import numpy as np
import scipy.sparse as sp
import torch

from orthoweave.errors import InputError
from orthoweave.models.encoder.objectives.base import UNKNOWN
from orthoweave.models.encoder.profiles import Target
from orthoweave.models.encoder.statistics import (
    GeneStatistics,
    Moments,
    gene_statistics,
    variable_genes,
)
from orthoweave.models.training.data import Data, Shuffled, Streamed
from orthoweave.views.batches import Batch, CellBatches

MOST_HELD: Final = 200_000
"""Cells above which they are read anew in each epoch."""
# cells of a pass that only adds up, and of one that chooses columns
_READ: Final = 4096
Drawn = tuple[Target, torch.Tensor]
"""Whole profiles of some cells, and their depths as `ProfileBatch` has them."""


@dataclass(frozen=True, slots=True)
class TrainingCells:
    """Cells of one or several datasets over the genes of a vocabulary."""

    batches: CellBatches
    """log1p of counts per 10 000; its genes are the vocabulary."""
    measured: np.ndarray
    """Mask of the genes that each dataset measured, shape ``(n_datasets, n_genes)``."""
    statistics: GeneStatistics
    labels: Mapping[str, tuple[np.ndarray | None, ...]] = field(default_factory=dict)
    """By kind, for each dataset: number of each cell's label, -100 if unknown; None for none."""
    held: Batch | None = None
    """All cells, where they are held."""

    @property
    def genes(self) -> np.ndarray:
        """Keys of the vocabulary's genes, shape ``(n_genes,)``."""
        return self.batches.genes

    def data(self, size: int, seed: int, device: str) -> Data[Drawn]:
        """Return the batches of a training."""
        make = partial(self.drawn, device=device)
        if self.held is None:
            return Streamed(self.batches, size, make, seed)
        held = self.held
        rows = np.arange(len(held.cell))
        return Shuffled(rows, size, lambda some: make(_rows(held, some)), seed)

    def some(self, n_cells: int, seed: int) -> Batch:
        """Return so many cells at random, or all if there are fewer."""
        if self.held is None:
            return next(self.batches.batches(n_cells, seed=seed))
        rows = np.random.default_rng(seed).permutation(len(self.held.cell))[:n_cells]
        return _rows(self.held, np.sort(rows))

    def drawn(self, batch: Batch, device: str) -> Drawn:
        """Return cells as an encoder recovers them, on a device."""
        y = torch.from_numpy(batch.values.toarray()).to(device)
        known = torch.from_numpy(self.measured).to(device)[
            torch.from_numpy(batch.dataset.astype(np.int64)).to(device)
        ]
        labels = {name: self._labels(name, batch).to(device) for name in self.labels}
        return Target(y, known, labels), self._depths(batch).to(device)

    def _labels(self, name: str, batch: Batch) -> torch.Tensor:
        found = np.full(len(batch.cell), UNKNOWN, np.int64)
        for number, labels in enumerate(self.labels[name]):
            there = batch.dataset == number
            if labels is not None:
                found[there] = labels[batch.cell[there]]
        return torch.from_numpy(found)

    def _depths(self, batch: Batch) -> torch.Tensor:
        totals = np.zeros(len(batch.cell))
        for number, source in enumerate(self.batches.sources):
            there = batch.dataset == number
            totals[there] = source.totals[batch.cell[there]]
        depth = np.log1p(np.nan_to_num(totals)).astype(np.float32)
        return torch.from_numpy(np.stack([depth, depth], axis=1))


def training_cells(
    batches: CellBatches, n_genes: int, *, among: np.ndarray | None = None, most: int = MOST_HELD
) -> TrainingCells:
    """Choose the vocabulary, add up what its genes are like, and hold the cells where they fit.

    Parameters
    ----------
    batches
        All genes of the datasets, log1p of counts per 10 000.
    n_genes
        Genes of the vocabulary: those that vary most within datasets; 0 for all that vary.
    among
        Keys of the genes that may be chosen; all if None.
    most
        Cells that are held at most.

    Raises
    ------
    InputError
        If cells have no counts, or fewer than two genes vary.
    """
    check_totals(batches)
    allowed = measured_genes(batches)
    if among is not None:
        allowed &= np.isin(batches.genes, among)
    moments = _moments(batches)
    chosen = variable_genes(moments, allowed, n_genes or len(batches.genes))
    # a gene counts where it was measured, also where it may not be chosen
    measured = measured_genes(batches)[:, chosen]
    statistics = gene_statistics([one.among(chosen) for one in moments], measured)
    narrowed = batches.among(batches.genes[chosen])
    held = _held(narrowed) if narrowed.n_cells <= most else None
    return TrainingCells(narrowed, measured, statistics, held=held)


def with_labels(
    cells: TrainingCells, labels: Mapping[str, tuple[np.ndarray | None, ...]]
) -> TrainingCells:
    """Return the cells with labels; see `TrainingCells`."""
    return replace(cells, labels=labels)


def measured_genes(batches: CellBatches) -> np.ndarray:
    """Return the mask of the genes that each dataset measured, ``(n_datasets, n_genes)``."""
    found = np.zeros((len(batches.sources), len(batches.genes)), bool)
    for row, source in zip(found, batches.sources, strict=True):
        row[source.place[source.place >= 0]] = True
    return found


def check_totals(batches: CellBatches) -> None:
    """Check that each cell has counts.

    Raises
    ------
    InputError
        If a cell has none.
    """
    for name, source in zip(batches.datasets, batches.sources, strict=True):
        refuse_empty(name, source.totals)


def refuse_empty(dataset: str, totals: np.ndarray) -> None:
    """Check that each cell of a dataset has counts; NaN, of values that are not counts, passes.

    Raises
    ------
    InputError
        If a cell has none.
    """
    n_empty = int((totals == 0).sum())
    if n_empty:
        message = (
            f"{n_empty:,} of {len(totals):,} cells of {dataset!r} have no counts: expected cells "
            "with one at least, as nothing can be learnt from the others. Leave them out of the "
            "file and ingest it again"
        )
        raise InputError(message)


def _moments(batches: CellBatches) -> list[Moments]:
    found = [Moments.empty(len(batches.genes)) for _ in batches.datasets]
    for batch in batches.batches(_READ):
        for number, one in enumerate(found):
            there = batch.dataset == number
            if there.any():
                one.add(batch.values[there])
    return found


def _held(batches: CellBatches) -> Batch:
    """Return all cells, by dataset and number."""
    parts = list(batches.batches(_READ))
    dataset = np.concatenate([one.dataset for one in parts])
    cell = np.concatenate([one.cell for one in parts])
    order = np.lexsort((cell, dataset))
    values = sp.csr_matrix(sp.vstack([one.values for one in parts], format="csr"))
    return Batch(sp.csr_matrix(values[order]), dataset[order], cell[order])


def _rows(batch: Batch, rows: np.ndarray) -> Batch:
    return Batch(sp.csr_matrix(batch.values[rows]), batch.dataset[rows], batch.cell[rows])
