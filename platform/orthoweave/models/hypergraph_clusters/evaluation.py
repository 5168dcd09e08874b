"""Agreement of clusters with the authors' labels, beside PCA and permuted genes."""

from collections.abc import Callable

import numpy as np
import scipy.sparse as sp

from orthoweave.models.base import Score
from orthoweave.models.evaluation import adjusted_rand_index, seed_estimate
from orthoweave.models.hypergraph_clusters.checks import checked_incidence
from orthoweave.models.hypergraph_clusters.clustering import principal_components
from orthoweave.models.hypergraph_clusters.config import (
    HypergraphClustersConfig,
    clustered,
    walk_config,
)
from orthoweave.models.hypergraph_clusters.embedding import embed, exponent_for
from orthoweave.models.hypergraph_clusters.results import Clusters
from orthoweave.models.hypergraph_clusters.transitions import DENSE_LIMIT
from orthoweave.views.hypergraph import HypergraphView

Clustering = Callable[[np.ndarray, int], np.ndarray]
"""Clusters of cells from vectors and a seed."""


def scores(
    view: HypergraphView, fitted: Clusters, config: HypergraphClustersConfig
) -> tuple[Score, ...]:
    """Agreement with labels, else with cell types; none for one seed, one label or many cells."""
    labels = view.labels[fitted.incidence.cells]
    if len({label for label in labels if label is not None}) < 2:
        labels = view.cell_types[fitted.incidence.cells]
    known = {label for label in labels if label is not None}
    few_seeds, many_cells = len(fitted.partitions) < 2, len(labels) > DENSE_LIMIT
    if not config.scores or len(known) < 2 or few_seeds or many_cells:
        return ()
    walk = walk_config(config, len(labels))

    def vectors(values: sp.csr_matrix, seed: int) -> np.ndarray:
        return embed(values, walk, exponent_for(values, walk), seed).vectors

    return (
        label_agreement(
            fitted.incidence.by_cell,
            labels,
            fitted.partitions,
            vectors=vectors,
            cluster=lambda found, seed: clustered(found, config, seed),
            seed=config.seed,
        ),
    )


def label_agreement(
    by_cell: sp.csr_matrix,
    labels: np.ndarray,
    partitions: np.ndarray,
    *,
    vectors: Callable[[sp.csr_matrix, int], np.ndarray],
    cluster: Clustering,
    seed: int,
) -> Score:
    """Return the adjusted Rand index of clusters and labels over seeds, as a score.

    Parameters
    ----------
    labels
        The authors' label of each cell or None, shape ``(n_cells,)``.
    partitions
        Clusters of the cells, one row for each seed, shape ``(n_seeds, n_cells)``.
    vectors
        Vectors of cells from values and a seed; used on permuted genes.
    """
    known = np.array([label is not None for label in labels])
    names = labels[known].astype(str)
    seeds = range(seed, seed + len(partitions))

    def agreement(clusters: np.ndarray, among: np.ndarray) -> float:
        return adjusted_rand_index(names, clusters[among])

    found = [agreement(partition, known) for partition in partitions]
    components = principal_components(by_cell, 30)
    baseline = [agreement(cluster(components, number), known) for number in seeds]
    control = []
    for number in seeds:
        permuted = checked_incidence(permuted_genes(by_cell, number))
        # a cell may then have no value
        kept = known[permuted.cells]
        clusters = cluster(vectors(permuted.by_cell, number), number)
        truth = labels[permuted.cells][kept].astype(str)
        control.append(adjusted_rand_index(truth, clusters[kept]))
    return Score(
        "ARI",
        f"clusters against the authors' {len(set(names))} labels, {known.sum():,} cells, "
        f"{len(partitions)} seeds",
        seed_estimate(found),
        {"PCA, clustered alike": seed_estimate(baseline)},
        seed_estimate(control),
        "each gene's values permuted over the cells",
    )


def permuted_genes(values: sp.csr_matrix, seed: int) -> sp.csr_matrix:
    """The control: each gene's values are dealt to cells at random, independently of other genes.

    Parameters
    ----------
    values
        Shape ``(n_cells, n_genes)``.
    """
    generator = np.random.default_rng(seed)
    by_gene = sp.csc_matrix(values)
    n_cells = by_gene.shape[0]
    cells = np.concatenate(
        [generator.permutation(n_cells)[:length] for length in np.diff(by_gene.indptr)]
    ).astype(np.int32)
    result = sp.csr_matrix(sp.csc_matrix((by_gene.data, cells, by_gene.indptr), by_gene.shape))
    result.sort_indices()
    return result
