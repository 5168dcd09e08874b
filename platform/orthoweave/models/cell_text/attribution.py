"""Contributions of genes to the vectors of cells and cell types, exact since the map is linear."""

from dataclasses import dataclass

import numpy as np

from orthoweave.models.cell_text.embedding import TextCells, permuted


@dataclass(frozen=True, slots=True)
class Contributions:
    """Contribution of each gene to the direction of each class."""

    classes: np.ndarray
    """Keys of the classes, shape ``(n_classes,)``."""
    values: np.ndarray
    """Mean weight in the class's cells times the gene's score; ``(n_classes, n_genes)``."""
    percentile: np.ndarray
    """Share of fits with permuted texts that are below, shape as `values`, 0 to 1."""


def class_contributions(
    cells: TextCells, labels: np.ndarray, classes: np.ndarray, n_permutations: int, seed: int
) -> Contributions:
    """Return the genes of each class by their contribution, beside permuted gene texts."""
    found = _by_class(cells, labels, classes)
    below = np.zeros(found.shape)
    for number in range(n_permutations):
        below += _by_class(permuted(cells, seed + number), labels, classes) < found
    return Contributions(classes, found, below / (n_permutations + 1))


def _by_class(cells: TextCells, labels: np.ndarray, classes: np.ndarray) -> np.ndarray:
    members = np.array([(labels == name) & cells.usable for name in classes], np.float64)
    means = np.asarray(members @ cells.weights) / members.sum(axis=1, keepdims=True)
    centres = means @ cells.gene_vectors
    # from the mean of the other classes to this one
    directions = centres - (centres.sum(axis=0) - centres) / (len(classes) - 1)
    directions /= np.maximum(np.linalg.norm(directions, axis=1, keepdims=True), 1e-12)
    return np.asarray(means * (directions @ cells.gene_vectors.T))
