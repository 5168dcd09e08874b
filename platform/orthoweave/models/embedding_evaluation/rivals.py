"""The rows of an evaluation: embeddings, each with a control, and what stands beside them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from orthoweave.models.embedding_evaluation.cells import Cells
from orthoweave.models.probes.components import COMPONENTS, expression_components, variable_columns

PCA, DEPTH = "PCA-50", "depth alone"


@dataclass(frozen=True, slots=True)
class Features:
    """Features of cells, fixed or drawn by a seed."""

    name: str
    at: Callable[[int], np.ndarray]
    """From a seed to features, shape ``(n_cells, dimension)``."""
    fixed: bool
    """True if the vectors are the same for every seed."""

    def seeds(self, n_seeds: int) -> range:
        """Return the seeds that differ: one for fixed features."""
        return range(1 if self.fixed else n_seeds)


def control_of(embedding: str) -> str:
    """Return the name of an embedding's control."""
    return f"{embedding}, permuted over the cells"


def projection_of(vectors: np.ndarray) -> str:
    """Return the name of the random projection with as many dimensions."""
    return f"random projection, {vectors.shape[1]} dimensions"


def scaled(vectors: np.ndarray) -> np.ndarray:
    """Return vectors less their mean, divided by one number: the mean variance becomes 1.

    One number for all dimensions keeps what each contributes, and makes the same penalty mean the
    same for embeddings in any unit.
    """
    centred = vectors - vectors.mean(axis=0)
    spread = np.sqrt((centred**2).mean())
    return np.asarray(centred / (spread if spread > 0 else 1), np.float64)


def all_features(cells: Cells, seed: int) -> list[Features]:
    """Return the features of all rows, each name once."""
    found = []
    genes = cells.values[:, variable_columns(cells.values)].toarray()
    for name, vectors in cells.embeddings.items():
        found.append(_fixed(name, vectors))
        found.append(_permuted(name, vectors, seed))
        found.append(_projected(genes, projection_of(vectors), vectors.shape[1], seed))
    found.append(_fixed(PCA, expression_components(cells.values, n_components=COMPONENTS)))
    if np.isfinite(cells.depth).all():
        found.append(_fixed(DEPTH, cells.depth[:, None]))
    return list({one.name: one for one in found}.values())


def _fixed(name: str, vectors: np.ndarray) -> Features:
    rows = scaled(vectors)
    return Features(name, lambda _: rows, fixed=True)


def _permuted(name: str, vectors: np.ndarray, seed: int) -> Features:
    rows = scaled(vectors)

    def at(number: int) -> np.ndarray:
        order = np.random.default_rng((seed, number, 1)).permutation(len(rows))
        return np.asarray(rows[order])

    return Features(control_of(name), at, fixed=False)


def _projected(genes: np.ndarray, name: str, dimension: int, seed: int) -> Features:
    def at(number: int) -> np.ndarray:
        random = np.random.default_rng((seed, number, 2))
        return scaled(genes @ random.normal(size=(genes.shape[1], dimension)))

    return Features(name, at, fixed=False)
