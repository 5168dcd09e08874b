"""Cluster cells by their vectors, and measure the stability of clusters.

k-means where the number of groups is given; else Leiden communities of the graph of nearest
neighbours, whose number follows from the data (Traag et al. 2019, doi:10.1038/s41598-019-41695-z;
edges weighted by shared neighbours as in PhenoGraph, Levine et al. 2015,
doi:10.1016/j.cell.2015.05.047). Clusters are numbered by falling size.
"""

import ctypes
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from itertools import combinations
from typing import Final

import numpy as np
import scipy.sparse as sp

from orthoweave.errors import MissingExtraError, UsageError
from orthoweave.models.evaluation import adjusted_rand_index
from orthoweave.models.probes.library import scikit_learn

# number of cells above which k-means uses samples
_LARGE: Final = 50_000


def k_means(vectors: np.ndarray, n_clusters: int, seed: int) -> np.ndarray:
    """Return the best of 10 clusterings, shape ``(n_cells,)``; above 50,000 cells by a sample.

    Raises
    ------
    UsageError
        If the number of clusters is not from 2 to a fifth of the cells.
    MissingExtraError
        If scikit-learn is not installed.
    """
    check_n_clusters(n_clusters, len(vectors))
    cluster = scikit_learn("cluster")
    if len(vectors) > _LARGE:
        method = cluster.MiniBatchKMeans(
            n_clusters, n_init=10, random_state=seed, batch_size=10_000, max_no_improvement=20
        )
    else:
        method = cluster.KMeans(n_clusters, n_init=10, random_state=seed)
    # several threads would add their sums in the order in which they finish
    with _one_thread():
        return _by_size(method.fit_predict(vectors.astype(np.float32)))


def neighbour_communities(
    vectors: np.ndarray, *, neighbours: int = 15, resolution: float = 1.0, seed: int = 0
) -> np.ndarray:
    """Return Leiden communities of cells on the nearest-neighbour graph, ``(n_cells,)``.

    Parameters
    ----------
    neighbours
        Nearest cells that each cell is joined to, by Euclidean distance of vectors.
    resolution
        Larger gives more and smaller communities; 1 is plain modularity.

    Raises
    ------
    UsageError
        If there are not more cells than neighbours, or the resolution is not above 0.
    MissingExtraError
        If scikit-learn or scikit-network is not installed.
    """
    return communities(neighbour_graph(vectors, neighbours), resolution=resolution, seed=seed)


def communities(graph: sp.csr_matrix, *, resolution: float = 1.0, seed: int = 0) -> np.ndarray:
    """Return Leiden communities of a weighted undirected graph, shape ``(n_nodes,)``.

    Raises
    ------
    UsageError
        If the resolution is not above 0.
    MissingExtraError
        If scikit-network is not installed.
    """
    if not resolution > 0:
        message = f"resolution: expected a number above 0, found {resolution!r}"
        raise UsageError(message)
    try:
        from sknetwork.clustering import Leiden
    except ImportError as error:
        raise _missing("scikit-network") from error
    leiden = Leiden(resolution=resolution, random_state=seed, shuffle_nodes=True)
    _seed_c_library(seed)
    return _by_size(leiden.fit_predict(sp.csr_matrix(graph)))


def neighbour_graph(vectors: np.ndarray, neighbours: int = 15) -> sp.csr_matrix:
    """Return each cell's nearest cells, weighted by neighbourhood Jaccard index, symmetric.

    Raises
    ------
    UsageError
        If there are not more cells than neighbours.
    MissingExtraError
        If scikit-learn is not installed.
    """
    if not 0 < neighbours < len(vectors):
        message = (
            f"neighbours: expected at least 1 and fewer than the {len(vectors):,} cells, "
            f"found {neighbours!r}"
        )
        raise UsageError(message)
    search = scikit_learn("neighbors").NearestNeighbors(n_neighbors=neighbours, algorithm="brute")
    near = sp.csr_matrix(search.fit(vectors).kneighbors_graph())
    near.sort_indices()
    shared = sp.csr_matrix((near + sp.identity(len(vectors), format="csr")).astype(np.float32))
    rows, columns = near.nonzero()
    common = np.asarray(shared[rows].multiply(shared[columns]).sum(axis=1)).ravel()
    weights = common / (2 * (neighbours + 1) - common)
    graph = sp.csr_matrix((weights, (rows, columns)), near.shape)
    return sp.csr_matrix(graph.maximum(graph.T))


def central(partitions: Sequence[np.ndarray]) -> int:
    """Return the number of the partition that agrees best with the others, the first of equals."""
    agreement = [sum(adjusted_rand_index(one, other) for other in partitions) for one in partitions]
    return int(np.argmax(agreement))


def stability(partitions: Sequence[np.ndarray]) -> float:
    """Return the mean adjusted Rand index over all pairs of partitions; 1 if all agree.

    Raises
    ------
    UsageError
        If there are fewer than two.
    """
    if len(partitions) < 2:
        message = f"stability: expected two partitions at least, found {len(partitions)}"
        raise UsageError(message)
    return float(np.mean([adjusted_rand_index(a, b) for a, b in combinations(partitions, 2)]))


def check_n_clusters(n_clusters: int, n_cells: int) -> None:
    """Check that the number of clusters is possible for so many cells.

    Raises
    ------
    UsageError
        If it is not from 2 to a fifth of the cells.
    """
    if not 2 <= n_clusters <= n_cells / 5:
        message = (
            f"number of clusters: expected 2 to {n_cells // 5:,} (a fifth of the {n_cells:,} "
            f"cells), found {n_clusters!r}"
        )
        raise UsageError(message)


def _by_size(clusters: np.ndarray) -> np.ndarray:
    """Number clusters from 0 by falling size; of equal sizes, that with the earlier cell first."""
    _, first, inverse, sizes = np.unique(
        clusters, return_index=True, return_inverse=True, return_counts=True
    )
    order = np.lexsort((first, -sizes))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank[inverse]


def _seed_c_library(seed: int) -> None:
    """Seed C's ``rand()``, from which scikit-network's Leiden draws besides its own seed."""
    library = ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None)
    library.srand(ctypes.c_uint(seed % 2**32))


def _one_thread() -> AbstractContextManager[object]:
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[object] = threadpool_limits(limits=1)
    return limits


def _missing(package: str) -> MissingExtraError:
    message = (
        f"clustering cells needs {package}, which is not installed: "
        "pip install 'orthoweave[models]'"
    )
    return MissingExtraError(message)
