"""Clusters, silhouettes and mixing of batches: no label is learnt from."""

import numpy as np

from orthoweave.models.embedding_evaluation.rivals import Features
from orthoweave.models.hypergraph_clusters.clustering import k_means, neighbour_communities
from orthoweave.models.probes.library import scikit_learn

LARGEST = 5000
"""Cells above which distances between all of them are taken on a sample."""


def clusters(features: Features, n_clusters: int | None, draws: int, seed: int) -> np.ndarray:
    """Return clusters by k-means, or by Leiden without a number, shape ``(draws, n_cells)``."""
    rows = []
    for draw in range(draws):
        vectors = features.at(draw)
        rows.append(
            neighbour_communities(vectors, seed=seed + draw)
            if n_clusters is None
            else k_means(vectors, n_clusters, seed + draw)
        )
    return np.array(rows)


def silhouettes(features: Features, classes: np.ndarray, draws: int) -> np.ndarray:
    """Return ``(s + 1) / 2`` of each cell's silhouette s, from 0 to 1; ``(n_seeds, n_cells)``.

    Rousseeuw, Silhouettes, 1987, doi:10.1016/0377-0427(87)90125-7.
    """
    of = scikit_learn("metrics").silhouette_samples
    names = classes.astype(str)
    return np.array([(of(features.at(seed), names) + 1) / 2 for seed in features.seeds(draws)])


def mixed_cells(classes: np.ndarray, batches: np.ndarray) -> np.ndarray:
    """Return the mask of cells whose class has two batches or more with two cells each."""
    found = np.zeros(len(classes), bool)
    for name in {one for one in classes if one is not None}:
        cells = (classes == name) & (batches != None)  # noqa: E711 - element by element
        names, sizes = np.unique(batches[cells].astype(str), return_counts=True)
        enough = names[sizes > 1]
        if len(enough) > 1:
            found |= cells & np.isin(batches.astype(str), enough)
    return found


def batch_mixing(
    features: Features, classes: np.ndarray, batches: np.ndarray, draws: int
) -> np.ndarray:
    """Return ``1 - |s|`` of each cell's silhouette s by batch within its class.

    1 if the batches of a class lie within each other, 0 if they are far apart; shape
    ``(n_seeds, n_cells)``. Luecken et al., Benchmarking atlas-level data integration, 2022,
    doi:10.1038/s41592-021-01336-8.
    """
    of = scikit_learn("metrics").silhouette_samples
    rows = []
    for seed in features.seeds(draws):
        vectors, row = features.at(seed), np.zeros(len(classes))
        for name in np.unique(classes.astype(str)):
            cells = classes == name
            row[cells] = 1 - np.abs(of(vectors[cells], batches[cells].astype(str)))
        rows.append(row)
    return np.array(rows)
