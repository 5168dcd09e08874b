r"""Genes through which walks among the cells of a cluster pass more often than walks elsewhere.

With :math:`\pi_v` how often walks visit cell v and :math:`F_{vg}` the chance of gene g from there,
cluster k uses gene g with the share :math:`p_k(g) = \sum_{v \in k} \pi_v F_{vg} / \sum_{v \in k}
\pi_v`, all cells with :math:`p(g)`. Reported are the log ratio :math:`\log p_k(g) / p(g)` and the
share of permutations of the cells' clusters with a lower one. A cluster's genes are ranked by
:math:`p_k \log p_k / p`, what each adds to the divergence of the two, which is our choice: the
log ratio alone would favour genes that are hardly ever used.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp


@dataclass(frozen=True, slots=True)
class Traffic:
    """Genes of clusters, the most important of each cluster first."""

    cluster: np.ndarray
    gene: np.ndarray
    """Column of the gene."""
    log_ratio: np.ndarray
    """Natural logarithm of the share in the cluster over that in all cells."""
    percentile: np.ndarray
    """Share of permutations with a lower log ratio, from 0 to 1."""


def gene_traffic(
    to_gene: sp.csr_matrix,
    occupancy: np.ndarray,
    clusters: np.ndarray,
    *,
    top: int = 20,
    permutations: int = 200,
    seed: int = 0,
) -> Traffic:
    """Return genes used more in a cluster than in all cells, at most `top` for each cluster.

    Parameters
    ----------
    to_gene
        Chance of each gene of a cell, shape ``(n_cells, n_genes)``, rows sum to 1.
    occupancy
        How often walks visit each cell, shape ``(n_cells,)``.
    clusters
        Cluster of each cell, shape ``(n_cells,)``, from 0.
    """
    weighted = sp.csr_matrix(sp.diags_array(occupancy) @ to_gene)
    uses = _uses(weighted, occupancy, clusters)
    overall = np.asarray(weighted.sum(axis=0)).ravel() / occupancy.sum()
    generator = np.random.default_rng(seed)
    lower = np.zeros(uses.shape)
    for _ in range(permutations):
        # the share in all cells is the same in each permutation, so shares order like ratios
        lower += _uses(weighted, occupancy, generator.permutation(clusters)) < uses
    ratio = np.divide(uses, overall, out=np.ones_like(uses), where=uses > 0)
    logs = np.log(ratio)
    parts = uses * logs
    cluster, gene = [], []
    for number in range(len(uses)):
        order = np.lexsort((np.arange(len(overall)), -parts[number]))[:top]
        order = order[parts[number, order] > 0]
        cluster.append(np.full(len(order), number))
        gene.append(order)
    rows, columns = np.concatenate(cluster), np.concatenate(gene)
    percentile = lower[rows, columns] / max(permutations, 1)
    return Traffic(rows, columns, logs[rows, columns], percentile)


def _uses(weighted: sp.csr_matrix, occupancy: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """Return each gene's share of the visits of each cluster, ``(n_clusters, n_genes)``."""
    n_clusters = int(clusters.max()) + 1
    cells = np.arange(len(clusters))
    member = sp.csr_matrix((np.ones(len(cells)), (clusters, cells)), (n_clusters, len(cells)))
    totals = np.bincount(clusters, occupancy, n_clusters)
    return np.asarray((member @ weighted).toarray()) / totals[:, None]
