"""A small world of four cell types, of which three are known, and a classifier of centroids."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.special import softmax

from orthoweave.models.calibration.reference import Reference
from orthoweave.models.calibration.trials import Classify, Unlabelled

N_GENES, N_TYPES, N_KNOWN, TOTAL = 48, 4, 3, 200
Draw = Callable[..., sp.csr_matrix]


@dataclass(frozen=True, slots=True)
class World:
    """A reference of three types and three donors, and cells of the same laboratory."""

    reference: Reference
    draw: Draw
    """Cells from their types (numbers), a seed and their counts."""
    folds: tuple[Classify, ...]
    own: Classify

    def asked(self, values: sp.csr_matrix) -> Unlabelled:
        """Return cells of a dataset that measures all genes."""
        everything = np.ones(N_GENES, bool)
        return Unlabelled(values, everything, everything)


def draw(types: np.ndarray, seed: int, total: int = TOTAL) -> sp.csr_matrix:
    """Log expression of cells whose type's twelve genes are expressed eight times as much."""
    random = np.random.default_rng(seed)
    rate = 1.0 + 7.0 * (np.arange(N_GENES)[None, :] % N_TYPES == types[:, None])
    counts = random.poisson(total * rate / rate.sum(axis=1, keepdims=True))
    sums = np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return sp.csr_matrix(np.log1p(counts / sums * 1e4).astype(np.float32))


def centroids(reference: Reference, rows: np.ndarray) -> Classify:
    """Softmax of the likeness to each class's mean."""
    values = reference.values[rows].toarray()
    labels = reference.labels[rows]
    means = np.array([values[labels == number].mean(axis=0) for number in range(N_KNOWN)])

    def classify(cells: sp.csr_matrix) -> np.ndarray:
        return np.asarray(softmax(cells @ means.T / 20, axis=1))

    return classify


@pytest.fixture(scope="session")
def world() -> World:
    """The world."""
    labels = np.arange(240) % N_KNOWN
    folds = np.arange(240) // 80
    reference = Reference(
        draw(labels, 0),
        np.full(240, float(TOTAL)),
        labels,
        folds,
        np.array(["a", "b", "c"], object),
    )
    return World(
        reference,
        draw,
        tuple(centroids(reference, folds != fold) for fold in range(3)),
        centroids(reference, np.ones(240, bool)),
    )
