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
    """Return clusters of 30 components, as many as the walks have, ``(n_seeds, n_cells)``.

    Parameters
    ----------
    by_cell
        Log expression, shape ``(n_cells, n_genes)``.
    """
    vectors = components(by_cell, n_components=30)[0]
    found = np.array([cluster(vectors, number) for number in seeds])
    return {"PCA, clustered alike": found}
