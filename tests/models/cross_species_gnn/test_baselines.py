"""Baselines: the logistic regression is scikit-learn's, the components are those of a PCA."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression

from orthoweave.models.cross_species_gnn.baselines import (
    linear_on_markers,
    logistic_regression,
    principal_components,
)
from orthoweave.models.cross_species_gnn.config import CrossSpeciesConfig
from orthoweave.models.cross_species_gnn.task import make_task
from orthoweave.views.expression import ExpressionView
from orthoweave.views.orthology import Bipartite


@pytest.mark.parametrize("balanced", [False, True])
def test_logistic_regression_is_sklearns(balanced: bool) -> None:
    """Probabilities agree with scikit-learn's multinomial regression, balanced or not."""
    random = np.random.default_rng(0)
    labels = random.choice(3, 120, p=[0.6, 0.3, 0.1])
    known = random.normal(size=(120, 6)) + labels[:, None]
    asked = random.normal(size=(30, 6)) + 1
    sklearn = LogisticRegression(
        C=0.1, class_weight="balanced" if balanced else None, tol=1e-8, max_iter=2000
    ).fit(known, labels)
    found = logistic_regression(known, labels, asked, strength=0.1, balanced=balanced)
    found = np.exp(found - found.max(axis=1, keepdims=True))
    found /= found.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found, sklearn.predict_proba(asked), atol=2e-3)


def test_components_as_by_sklearn(
    human: ExpressionView, mouse: ExpressionView, pairs: Bipartite
) -> None:
    """Types by components of 1:1 orthologs are those of scikit-learn's PCA and regression."""
    one = pairs.select(pairs.cardinality == "1:1")
    known = human.subset(genes=one.source_genes[one.source_index]).values.toarray()
    asked = mouse.subset(genes=one.target_genes[one.target_index]).values.toarray()
    pca = PCA(5, svd_solver="full").fit(known)
    sklearn = LogisticRegression(max_iter=2000).fit(pca.transform(known), human.cell_types)
    expected = sklearn.predict(pca.transform(asked))
    found = principal_components(human, mouse, pairs, n_components=5)
    assert np.mean(found == expected) > 0.98


def test_alignment_undoes_a_scale(
    human: ExpressionView, mouse: ExpressionView, pairs: Bipartite
) -> None:
    """A target measured on half the scale is named as the original is, once it is aligned."""
    halved = mouse.subset(cells=np.arange(mouse.n_cells))
    halved.values.data[:] = halved.values.data / 2
    first, second = (
        principal_components(human, view, pairs, aligned=True, n_components=5)
        for view in (mouse, halved)
    )
    assert (first == second).all()


def test_linear_on_markers_names_cells(
    human: ExpressionView, mouse: ExpressionView, pairs: Bipartite, config: CrossSpeciesConfig
) -> None:
    """On separable data the linear baseline finds nearly all types, co-orthologs averaged."""
    found = linear_on_markers(make_task(human, mouse, pairs, config))
    assert np.mean(found == mouse.cell_types) > 0.95
