"""The plain classifiers of log expression, by name: the rows that stand beside every model."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import scipy.sparse as sp

from orthoweave.models.probes.classifiers import logistic, nearest_neighbours, spearman_to_centroids
from orthoweave.models.probes.components import components, variable_columns
from orthoweave.models.probes.markers import marker_columns

GENE_STRENGTH: Final = 0.01
"""scikit-learn's ``C`` on genes: log expression of hundreds of genes needs a strong penalty."""
Probe = Callable[[sp.csr_matrix, np.ndarray, sp.csr_matrix], np.ndarray]
"""From known log expression, its labels, and the same genes of other cells, to their labels."""


def by_components(known: sp.csr_matrix, labels: np.ndarray, asked: sp.csr_matrix) -> np.ndarray:
    """Name cells by logistic regression on 50 components of the known cells."""
    return logistic(*_in_components(known, labels, asked))


def by_neighbours(known: sp.csr_matrix, labels: np.ndarray, asked: sp.csr_matrix) -> np.ndarray:
    """Name cells by the nearest known cells in 50 components of these."""
    return nearest_neighbours(*_in_components(known, labels, asked))


def by_variable_genes(known: sp.csr_matrix, labels: np.ndarray, asked: sp.csr_matrix) -> np.ndarray:
    """Name cells by balanced logistic regression on the 2,000 most variable genes."""
    columns = variable_columns(known)
    return _on_genes(known[:, columns], labels, asked[:, columns])


def by_markers(known: sp.csr_matrix, labels: np.ndarray, asked: sp.csr_matrix) -> np.ndarray:
    """Name cells by balanced logistic regression on 20 markers of each class."""
    columns = marker_columns(known, _numbers(labels))
    return _on_genes(known[:, columns], labels, asked[:, columns])


def by_centroids(known: sp.csr_matrix, labels: np.ndarray, asked: sp.csr_matrix) -> np.ndarray:
    """Name cells by Spearman's correlation with class means over 20 markers of each class."""
    columns = marker_columns(known, _numbers(labels))
    return spearman_to_centroids(known[:, columns].toarray(), labels, asked[:, columns].toarray())


EXPRESSION_PROBES: Final[Mapping[str, Probe]] = {
    "logistic on 50 components": by_components,
    "logistic on 2,000 variable genes": by_variable_genes,
    "logistic on markers": by_markers,
    "nearest cells in 50 components": by_neighbours,
    "Spearman to centroids of markers": by_centroids,
}
"""All of them, by name."""


def _in_components(
    known: sp.csr_matrix, labels: np.ndarray, asked: sp.csr_matrix
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    columns = variable_columns(known)
    first, second = components(known[:, columns], asked[:, columns])
    return first, labels, second


def _on_genes(known: sp.csr_matrix, labels: np.ndarray, asked: sp.csr_matrix) -> np.ndarray:
    return logistic(known.toarray(), labels, asked.toarray(), strength=GENE_STRENGTH, balanced=True)


def _numbers(labels: np.ndarray) -> np.ndarray:
    return np.unique(np.asarray(labels).astype(str), return_inverse=True)[1]
