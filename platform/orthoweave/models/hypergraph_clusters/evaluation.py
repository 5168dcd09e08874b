"""Agreement of clusters with the authors' labels, beside PCA and permuted genes."""

from collections.abc import Callable
from typing import Final

import numpy as np
import scipy.sparse as sp

from orthoweave.models.base import Score
from orthoweave.models.hypergraph_clusters.baselines import Clustering, clustered_components
from orthoweave.models.hypergraph_clusters.checks import checked_incidence
from orthoweave.models.hypergraph_clusters.config import (
    HypergraphClustersConfig,
    clustered,
    walk_config,
)
from orthoweave.models.hypergraph_clusters.embedding import embed, exponent_for
from orthoweave.models.hypergraph_clusters.results import Clusters
from orthoweave.models.hypergraph_clusters.transitions import DENSE_LIMIT
from orthoweave.models.resampling import resample, score_of
from orthoweave.models.statistics import of_clusters
from orthoweave.views.hypergraph import HypergraphView

# cells that permuting leaves without any value
NO_CLUSTER: Final = -1


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
            donors=view.donors[fitted.incidence.cells],
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
    donors: np.ndarray,
    seed: int,
) -> Score:
    """Return the adjusted Rand index of clusters and labels, as a score.

    Its intervals are over seeds, donors and cells: restarts of a clustering alone would say only
    how far k-means or Leiden agrees with itself.

    Parameters
    ----------
    labels
        The authors' label of each cell or None, shape ``(n_cells,)``.
    partitions
        Clusters of the cells, one row for each seed, shape ``(n_seeds, n_cells)``.
    vectors
        Vectors of cells from values and a seed; used on permuted genes.
    donors
        Donor of each cell or None, shape ``(n_cells,)``.
    """
    known = np.array([label is not None for label in labels])
    names = labels[known].astype(str)
    seeds = range(seed, seed + len(partitions))
    control = np.full((len(partitions), len(labels)), NO_CLUSTER)
    for row, number in enumerate(seeds):
        permuted = checked_incidence(permuted_genes(by_cell, number))
        # a cell may then have no value
        control[row, permuted.cells] = cluster(vectors(permuted.by_cell, number), number)
    rows = {
        "clusters": partitions,
        **clustered_components(by_cell, cluster, seeds),
        "permuted": control,
    }
    found = resample(
        {name: of_clusters("ARI", names, row[:, known]) for name, row in rows.items()},
        donors[known],
        seed=seed,
    )
    return score_of(
        "ARI",
        f"clusters against the authors' {len(set(names))} labels, {known.sum():,} cells",
        found,
        model="clusters",
        control="permuted",
        control_name="each gene's values permuted over the cells",
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
