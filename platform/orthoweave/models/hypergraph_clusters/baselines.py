"""Baselines: principal components, clustered as the walks' vectors are."""

from collections.abc import Callable, Iterable

import numpy as np
import scipy.sparse as sp

from orthoweave.models.probes.components import components

Clustering = Callable[[np.ndarray, int], np.ndarray]
"""Clusters of cells from vectors and a seed."""


def clustered_components(
    by_cell: sp.csr_matrix, cluster: Clustering, seeds: Iterable[int]
) -> dict[str, np.ndarray]:
    """Return clusters of 30 and of 50 components by name, shape ``(n_seeds, n_cells)`` each.

    Parameters
    ----------
    by_cell
        Log expression, shape ``(n_cells, n_genes)``.
    """
    numbers = list(seeds)
    found = {}
    for name, size in (("PCA, clustered alike", 30), ("PCA-50, clustered alike", 50)):
        vectors = components(by_cell, n_components=size)[0]
        found[name] = np.array([cluster(vectors, number) for number in numbers])
    return found
