"""Classifiers against scikit-learn and scipy; what is destroyed cannot be read."""

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from orthoweave.models.probes.classifiers import (
    fit_logistic,
    logistic,
    nearest_neighbours,
    spearman_to_centroids,
)


def _cells(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    labels = random.choice(["a", "b", "c"], 90, p=[0.6, 0.3, 0.1]).astype(object)
    shift = (labels[:, None] == np.array(["a", "b", "c", "a", "b", "c"])) * 1.5
    known = random.normal(size=(90, 6)) + shift
    return known, labels, random.normal(size=(40, 6)) + 0.7


@pytest.mark.parametrize("balanced", [False, True])
def test_logistic_is_scikit_learns(balanced: bool) -> None:
    """Labels are those of scikit-learn, with its C, balanced or not, features as they are."""
    known, labels, asked = _cells()
    weight = "balanced" if balanced else None
    expected = LogisticRegression(C=0.1, class_weight=weight, max_iter=5000).fit(
        known, labels.astype(str)
    )
    found = logistic(known, labels, asked, strength=0.1, balanced=balanced)
    assert found.tolist() == expected.predict(asked).tolist()


def test_one_class_is_what_all_cells_get() -> None:
    """With a single class there is nothing to fit."""
    known, _, asked = _cells()
    assert set(logistic(known, np.full(90, "a", object), asked)) == {"a"}


def test_neighbours_are_scikit_learns() -> None:
    """Votes of 15 cells, fewer where a class has few: nine of one with five cells."""
    known, labels, asked = _cells()
    fewest = min(np.sum(labels == name) for name in "abc")
    expected = KNeighborsClassifier(min(15, 2 * fewest - 1)).fit(known, labels.astype(str))
    found = nearest_neighbours(known, labels, asked)
    assert found.tolist() == expected.predict(asked).tolist()
    few = np.concatenate([np.flatnonzero(labels == name)[:1] for name in "abc"])
    single = KNeighborsClassifier(1).fit(known[few], labels[few].astype(str))
    again = nearest_neighbours(known[few], labels[few], asked)
    assert again.tolist() == single.predict(asked).tolist()


def test_centroids_are_compared_by_scipys_correlation() -> None:
    """The likeliest class has the highest Spearman correlation, ties shared."""
    known, labels, asked = _cells()
    known, asked = np.round(known, 1), np.round(asked, 1)
    centroids = {name: known[labels == name].mean(axis=0) for name in "abc"}
    expected = [
        max("abc", key=lambda name: spearmanr(cell, centroids[name]).statistic) for cell in asked
    ]
    assert spearman_to_centroids(known, labels, asked).tolist() == expected


def test_a_cell_without_any_value_gets_some_class() -> None:
    """A constant profile correlates with nothing, and no error is raised."""
    known, labels, asked = _cells()
    asked[0] = 0
    assert spearman_to_centroids(known, labels, asked)[0] in set("abc")


@pytest.mark.parametrize("n_classes", [2, 3])
def test_probabilities_are_scikit_learns(n_classes: int) -> None:
    """Probabilities of two and of three classes are scikit-learn's, and rows sum to one."""
    known, labels, asked = _cells()
    rows = np.isin(labels, ["a", "b", "c"][:n_classes])
    expected = LogisticRegression(C=0.1, max_iter=5000).fit(known[rows], labels[rows].astype(str))
    found = fit_logistic(known[rows], labels[rows], strength=0.1).probability(asked)
    np.testing.assert_allclose(found, expected.predict_proba(asked), atol=1e-6)
    np.testing.assert_allclose(found.sum(axis=1), 1)
