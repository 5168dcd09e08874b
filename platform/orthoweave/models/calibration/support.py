"""Distance of cells from those that a classifier was trained on.

Components are those of known and asked cells together, so that what only the asked cells vary in
has a direction too: without it a type that nobody trained on looks like the nearest one. Before
that, the difference that all classes share, which is the laboratory's, is taken off.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp

from orthoweave.models.probes.components import COMPONENTS, component_axes

NEIGHBOURS: Final = 5
_FAR: Final = 2.0
_BLOCK: Final = 1024
_LEAST_CELLS: Final = 10
_LEAST_LENGTH: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Support:
    """Known cells and the components that they are compared with others along."""

    values: sp.csr_matrix
    """Log expression of the known cells, shape ``(n_cells, n_genes)``."""
    labels: np.ndarray
    """Number of each known cell's class, shape ``(n_cells,)``."""
    mean: np.ndarray
    """Mean of all cells that gave the axes, shape ``(n_genes,)``."""
    axes: np.ndarray
    """Shape ``(n_components, n_genes)``."""

    def distances(
        self, asked: sp.csr_matrix, predicted: np.ndarray, allowed: np.ndarray
    ) -> np.ndarray:
        """Return the mean cosine distance to the nearest cells of the predicted class, 0 to 2.

        Parameters
        ----------
        asked
            Log expression, shape ``(n_asked, n_genes)``.
        predicted
            Number of each asked cell's class.
        allowed
            Mask of the known cells that count.
        """
        shift = self._laboratory(asked, predicted, allowed)
        found = np.full(len(predicted), _FAR)
        rows, units = self._units(asked, shift), self._units(self.values[allowed], 0)
        labels = self.labels[allowed]
        for number in np.unique(predicted):
            ours = predicted == number
            known = units[labels == number]
            if len(known):
                found[ours] = _nearest(rows[ours], known)
        return found

    def _laboratory(
        self, asked: sp.csr_matrix, predicted: np.ndarray, allowed: np.ndarray
    ) -> np.ndarray:
        """Return the median over classes of the difference of their means, by component."""
        known, labels = self.values[allowed], self.labels[allowed]
        differences = [
            _mean(asked[predicted == number]) - _mean(known[labels == number])
            for number in np.unique(predicted)
            if (predicted == number).sum() >= _LEAST_CELLS and (labels == number).any()
        ]
        return np.median(differences, axis=0) if differences else np.zeros(len(self.mean))

    def _units(self, values: sp.csr_matrix, shift: np.ndarray | float) -> np.ndarray:
        rows = np.asarray(values @ self.axes.T) - (self.mean + shift) @ self.axes.T
        length = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.maximum(length, _LEAST_LENGTH), np.float32)


def support_of(
    known: sp.csr_matrix, labels: np.ndarray, asked: sp.csr_matrix, seed: int
) -> Support:
    """Return the support of known cells, along components of these and of as many asked ones.

    Parameters
    ----------
    known, asked
        Log expression of the same genes, shape ``(n_cells, n_genes)``.
    labels
        Number of each known cell's class.
    """
    drawn = np.random.default_rng(seed).permutation(asked.shape[0])[: known.shape[0]]
    both = sp.vstack([known, asked[np.sort(drawn)]]).tocsr()
    mean, axes = component_axes(both, COMPONENTS)
    return Support(known, labels, mean, axes)


def _nearest(rows: np.ndarray, known: np.ndarray) -> np.ndarray:
    number = min(NEIGHBOURS, len(known))
    found = np.empty(len(rows))
    for first in range(0, len(rows), _BLOCK):
        likeness = rows[first : first + _BLOCK] @ known.T
        best = np.partition(likeness, likeness.shape[1] - number, axis=1)[:, -number:]
        found[first : first + _BLOCK] = 1 - best.mean(axis=1, dtype=np.float64)
    return found


def _mean(values: sp.csr_matrix) -> np.ndarray:
    return np.asarray(values.mean(axis=0)).ravel()
