"""Cells found by the nearest cells of another species."""

import numpy as np
import scipy.sparse as sp
from benchmarks.across_species import nearest_labels, one_to_one_features
from sklearn.neighbors import KNeighborsClassifier

from orthoweave.views.expression import expression_view
from orthoweave.views.orthology import Bipartite


def test_nearest_labels_against_scikit_learn() -> None:
    """Votes of the ten nearest by cosine, where no vote is tied."""
    random = np.random.default_rng(0)
    reference = random.normal(size=(200, 6))
    labels = np.array(["a", "b"], object)[(reference[:, 0] > 0).astype(int)]
    queries = random.normal(size=(50, 6))
    witness = KNeighborsClassifier(9, metric="cosine").fit(reference, labels.astype(str))
    found = nearest_labels(reference, labels, queries, k=9)
    np.testing.assert_array_equal(found, witness.predict(queries))


def test_one_to_one_features_of_one_dataset_twice() -> None:
    """Two copies of a dataset, joined gene by gene, have the same features."""
    random = np.random.default_rng(0)
    view = expression_view(
        "d",
        "s",
        np.array([f"c{i}" for i in range(90)], object),
        np.array([f"g{i}" for i in range(80)], object),
        sp.csr_matrix(random.poisson(2, (90, 80)).astype(np.float32)),
        scale="counts",
    )
    numbers = np.arange(view.n_genes)
    pairs = Bipartite(
        "a",
        "b",
        view.genes,
        view.genes,
        numbers,
        numbers,
        np.full(view.n_genes, "1:1", object),
        np.ones(view.n_genes, int),
    )
    left, right = one_to_one_features(view, view, pairs)
    np.testing.assert_allclose(left, right, atol=1e-6)
