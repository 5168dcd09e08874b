"""Components and probes of log expression against scikit-learn and numpy."""

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression

from orthoweave.models.probes.components import components, expression_components, variable_columns
from orthoweave.models.probes.expression import EXPRESSION_PROBES, by_components, by_variable_genes


def _values(n_cells: int = 80, n_genes: int = 30, seed: int = 0) -> sp.csr_matrix:
    random = np.random.default_rng(seed)
    counts = random.poisson(0.5 + 2 * (np.arange(n_genes) % 3 == np.arange(n_cells)[:, None] % 3))
    return sp.csr_matrix(np.log1p(counts), dtype=np.float32)


def test_components_are_numpys() -> None:
    """Scores of sparse values are those of a dense decomposition, up to signs."""
    values = _values()
    dense = values.toarray() - values.toarray().mean(axis=0)
    left, singular, _ = np.linalg.svd(dense, full_matrices=False)
    found = components(values, n_components=4)[0]
    np.testing.assert_allclose(np.abs(found), np.abs(left[:, :4] * singular[:4]), atol=1e-4)


def test_training_cells_alone_give_axes_and_genes() -> None:
    """Distances are those of scikit-learn's PCA of the training cells; nothing is rescaled."""
    values = _values()
    training = np.arange(80) < 50
    witness = PCA(10, svd_solver="full").fit(values[training].toarray())
    expected = witness.transform(values.toarray())
    found = expression_components(values, training, n_components=10)
    np.testing.assert_allclose(np.abs(found), np.abs(expected), atol=1e-3)
    spread = found[training].std(axis=0)
    assert spread[0] > 2 * spread[-1]
    other = values.copy().tolil()
    other[60:] = 0
    again = expression_components(sp.csr_matrix(other), training, n_components=10)
    np.testing.assert_allclose(again[:50], found[:50], atol=1e-5)


def test_few_cells_give_few_components() -> None:
    """There are fewer components than cells."""
    assert components(_values(6))[0].shape == (6, 5)


def test_variable_columns_are_numpys() -> None:
    """The columns of the largest variance, in the order of the matrix."""
    values = _values()
    expected = np.sort(np.argsort(-values.toarray().var(axis=0), kind="stable")[:7])
    assert variable_columns(values, 7).tolist() == expected.tolist()


def test_probes_are_scikit_learns() -> None:
    """Components with plain regression, and genes with balanced regression at C of 0.01."""
    known, asked = _values(80), _values(60, seed=1)
    labels = np.array(["a", "b", "c"], object)[np.arange(80) % 3]
    pca = PCA(29, svd_solver="full").fit(known.toarray())
    plain = LogisticRegression(max_iter=5000).fit(
        pca.transform(known.toarray()), labels.astype(str)
    )
    found = by_components(known, labels, asked)
    assert np.mean(found == plain.predict(pca.transform(asked.toarray()))) > 0.98
    genes = LogisticRegression(C=0.01, class_weight="balanced", max_iter=5000)
    genes.fit(known.toarray(), labels.astype(str))
    assert (by_variable_genes(known, labels, asked) == genes.predict(asked.toarray())).all()


@pytest.mark.parametrize("name", EXPRESSION_PROBES)
def test_each_probe_finds_types_that_are_there(name: str) -> None:
    """Unseen cells of three separable types get their names, and permuted labels nothing."""
    known, asked = _values(120), _values(90, seed=1)
    labels = np.array(["a", "b", "c"], object)[np.arange(120) % 3]
    truth = np.array(["a", "b", "c"], object)[np.arange(90) % 3]
    assert np.mean(EXPRESSION_PROBES[name](known, labels, asked) == truth) > 0.95
    random = np.random.default_rng(1)
    # whole types get one wrong name by chance, so one permutation says little
    right = [
        np.mean(EXPRESSION_PROBES[name](known, random.permutation(labels), asked) == truth)
        for _ in range(8)
    ]
    assert np.mean(right) < 0.6
