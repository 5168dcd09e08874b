"""Baselines: components as by scikit-learn, co-orthologs averaged, target labels never read."""

from dataclasses import replace

import numpy as np
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression

from orthoweave.models.cross_species_gnn.baselines import (
    carried_values,
    linear_on_markers,
    one_to_one_predictions,
    principal_components,
)
from orthoweave.models.cross_species_gnn.config import CrossSpeciesConfig
from orthoweave.models.cross_species_gnn.task import make_task
from orthoweave.views.expression import ExpressionView
from orthoweave.views.orthology import Bipartite


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


def test_a_gene_is_the_mean_of_its_orthologs(
    human: ExpressionView, mouse: ExpressionView, pairs: Bipartite
) -> None:
    """Columns are the source genes with an ortholog; a target value is a plain mean."""
    known, asked = carried_values(human, mouse, pairs)
    dense = mouse.values.toarray()
    for column, gene in enumerate(pairs.source_genes):
        mine = pairs.target_genes[pairs.target_index[pairs.source_index == column]]
        expected = dense[:, np.isin(mouse.genes, mine)].mean(axis=1)
        np.testing.assert_allclose(asked[:, column].toarray().ravel(), expected, atol=1e-6)
        assert (
            known[:, column].toarray()
            == human.subset(genes=np.array([gene], object)).values.toarray()
        ).all()


def test_baselines_do_not_read_the_targets_labels(
    human: ExpressionView, mouse: ExpressionView, pairs: Bipartite
) -> None:
    """Permuted or removed, the labels of the target change no prediction."""
    plain = one_to_one_predictions(human, mouse, pairs)
    order = np.random.default_rng(0).permutation(mouse.n_cells)
    for types in (mouse.cell_types[order], np.full(mouse.n_cells, None, object)):
        found = one_to_one_predictions(human, replace(mouse, cell_types=types), pairs)
        assert all((found[name] == plain[name]).all() for name in plain)
