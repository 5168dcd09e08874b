"""Agreement with labels, beside PCA and permuted genes."""

from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.metrics import adjusted_rand_score

from orthoweave.models.hypergraph_clusters.clustering import k_means
from orthoweave.models.hypergraph_clusters.evaluation import label_agreement, permuted_genes
from orthoweave.models.probes.components import components


def test_the_score_is_scikit_learns_over_labelled_cells(cells: Any) -> None:
    """Cells without a label are left out of all three means."""
    labels = np.array([f"type {group}" for group in cells.groups], dtype=object)
    labels[::5] = None
    known = np.array([label is not None for label in labels])
    partitions = np.random.default_rng(0).integers(0, 4, (3, 160))
    score = label_agreement(
        cells.values,
        labels,
        partitions,
        donors=np.full(160, None, object),
        seed=4,
        vectors=lambda values, seed: components(values, n_components=6)[0],
        cluster=lambda vectors, seed: k_means(vectors, 4, seed),
    )
    truth = cells.groups[known]
    expected = [adjusted_rand_score(truth, found[known]) for found in partitions]
    assert score.estimate.value == pytest.approx(np.mean(expected))
    vectors = components(cells.values, n_components=30)[0]
    plain = [adjusted_rand_score(truth, k_means(vectors, 4, seed)[known]) for seed in (4, 5, 6)]
    assert score.baselines["PCA, clustered alike"].value == pytest.approx(np.mean(plain))
    assert abs(score.control.value) < 0.1
    assert f"{known.sum()} cells; intervals over 3 seeds and cells" in score.context


def test_restarts_of_one_clustering_do_not_make_the_interval(cells: Any) -> None:
    """Equal clusterings have an interval over donors, and the restart adds nothing."""
    labels = np.array([f"type {group}" for group in cells.groups], dtype=object)
    one = np.where(np.arange(160) % 3 == 0, (cells.groups + 1) % 4, cells.groups)
    donors = np.array(["a", "b", "c", "d"], object)[np.arange(160) % 4]
    found = [
        label_agreement(
            cells.values,
            labels,
            np.tile(one, (n_seeds, 1)),
            seed=0,
            vectors=lambda values, seed: components(values, n_components=6)[0],
            cluster=lambda vectors, seed: k_means(vectors, 4, seed),
            donors=donors,
        )
        for n_seeds in (2, 5)
    ]
    few, many = (score.estimate for score in found)
    assert few.low < few.value < few.high
    assert many.value == few.value
    assert many.high - many.low > 0.7 * (few.high - few.low)
    assert "2 seeds, 4 donors and their cells" in found[0].context


def test_permuted_genes_keep_their_values() -> None:
    """Each gene keeps its values but not its cells, and genes move independently."""
    values = sp.random_array((200, 20), density=0.4, random_state=np.random.default_rng(0))
    before = sp.csr_matrix(values).toarray()
    after = permuted_genes(sp.csr_matrix(values), 1).toarray()
    np.testing.assert_array_equal(np.sort(before, axis=0), np.sort(after, axis=0))
    stayed = np.mean((before == after)[before > 0])
    assert stayed < 0.05
    assert abs(np.corrcoef(before[:, 0], after[:, 0])[0, 1]) < 0.25
