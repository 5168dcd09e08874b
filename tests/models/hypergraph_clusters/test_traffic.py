"""High-traffic genes, by hand and on planted groups."""

from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

from orthoweave.models.hypergraph_clusters.traffic import gene_traffic
from orthoweave.models.hypergraph_clusters.transitions import walk_steps


def test_a_hand_worked_log_ratio() -> None:
    """Cluster 0 uses gene 0 with 0.8, all cells with 0.5: log 1.6; gene 1 it uses less."""
    to_gene = sp.csr_matrix(np.array([[0.9, 0.1], [0.7, 0.3], [0.2, 0.8], [0.2, 0.8]]))
    found = gene_traffic(to_gene, np.full(4, 0.25), np.array([0, 0, 1, 1]), permutations=10)
    assert found.cluster.tolist() == [0, 1]
    assert found.gene.tolist() == [0, 1]
    np.testing.assert_allclose(found.log_ratio, [np.log(1.6), np.log(1.6)])


def test_visits_weigh_the_cells() -> None:
    """A cell visited three times as often counts three times."""
    to_gene = sp.csr_matrix(np.array([[1.0, 0.0], [0.2, 0.8], [0.0, 1.0]]))
    found = gene_traffic(to_gene, np.array([0.6, 0.2, 0.2]), np.array([0, 0, 1]), permutations=5)
    share, overall = (0.6 + 0.2 * 0.2) / 0.8, 0.64
    assert found.log_ratio[0] == pytest.approx(np.log(share / overall))


def test_planted_genes_carry_the_traffic(cells: Any) -> None:
    """The genes of each group are those that its members prefer, beyond all permutations."""
    steps = walk_steps(cells.values, "diphw", 2.0)
    found = gene_traffic(steps.to_gene, np.full(160, 1 / 160), cells.groups, top=10)
    assert (found.gene % 4 == found.cluster).all()
    assert np.bincount(found.cluster).tolist() == [10] * 4
    assert (found.log_ratio > 0).all()
    assert (found.percentile == 1).all()


def test_clusters_at_random_have_unremarkable_percentiles(cells: Any) -> None:
    """Where clusters mean nothing, percentiles over all genes spread evenly around a half."""
    clusters = np.random.default_rng(1).integers(0, 4, 160)
    steps = walk_steps(cells.values, "diphw", 2.0)
    found = gene_traffic(steps.to_gene, np.full(160, 1 / 160), clusters, top=60, permutations=100)
    # only genes used more than elsewhere are told: the upper half of the percentiles
    assert 0.6 < found.percentile.mean() < 0.9
    assert (found.percentile > 0.99).mean() < 0.1


def test_same_seed_same_percentiles(cells: Any) -> None:
    """Permutations follow their seed."""
    steps = walk_steps(cells.values, "diphw", 2.0)
    clusters = np.random.default_rng(1).integers(0, 3, 160)
    results = [
        gene_traffic(steps.to_gene, np.full(160, 1.0), clusters, seed=seed).percentile.tolist()
        for seed in (0, 0, 1)
    ]
    assert results[0] == results[1] != results[2]
