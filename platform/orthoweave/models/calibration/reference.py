"""Labelled cells of several donors: the measure by which cells of other laboratories are judged."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp

from orthoweave.errors import InputError

PER_10K: Final = 10_000.0
CELLS_OF_A_CLASS: Final = 500
"""Most cells of a class that a reference holds."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Cells with known classes, of donors that were held out in turn.

    Raises
    ------
    InputError
        If shapes do not fit, or there are fewer than two folds.
    """

    values: sp.csr_matrix
    """log1p of counts per 10 000, shape ``(n_cells, n_genes)``, float32."""
    totals: np.ndarray
    """Counts of each cell over all measured genes, shape ``(n_cells,)``; see `totals_of`."""
    labels: np.ndarray
    """Number of each cell's class, shape ``(n_cells,)``, int64."""
    folds: np.ndarray
    """Number of the fold in which a cell was held out, shape ``(n_cells,)``, int64."""
    classes: np.ndarray
    """Keys of the classes, shape ``(n_classes,)``."""

    def __post_init__(self) -> None:
        n_cells = self.values.shape[0]
        if any(len(column) != n_cells for column in (self.totals, self.labels, self.folds)):
            message = f"reference: expected one total, class and fold for each of {n_cells} cells"
            raise InputError(message)
        if self.n_folds < 2:
            message = f"reference: {self.n_folds} folds, expected two donors at least"
            raise InputError(message)

    @property
    def n_folds(self) -> int:
        """Number of folds."""
        return int(self.folds.max()) + 1 if len(self.folds) else 0

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return len(self.classes)

    @property
    def shares(self) -> np.ndarray:
        """Share of each class among the cells, shape ``(n_classes,)``."""
        return np.bincount(self.labels, minlength=self.n_classes) / len(self.labels)


def some_of_each(labels: np.ndarray, most: int, seed: int) -> np.ndarray:
    """Return the rows of at most `most` cells of each class, at random, increasing."""
    random = np.random.default_rng(seed)
    rows = [
        np.sort(random.permutation(np.flatnonzero(labels == number))[:most])
        for number in np.unique(labels)
    ]
    return np.sort(np.concatenate(rows))


def totals_of(values: sp.csr_matrix, totals: np.ndarray) -> np.ndarray:
    """Return the counts of each cell, estimated where the dataset holds logarithms only.

    The smallest value of a cell is taken for one count.

    Parameters
    ----------
    values
        log1p of counts per 10 000, shape ``(n_cells, n_genes)``.
    totals
        Counts of each cell, NaN where they are not known, shape ``(n_cells,)``.
    """
    found = np.array(totals, np.float64)
    for row in np.flatnonzero(~np.isfinite(found)):
        data = values.data[values.indptr[row] : values.indptr[row + 1]]
        data = data[data > 0]
        found[row] = PER_10K / np.expm1(np.float64(data.min())) if len(data) else PER_10K
    return found
