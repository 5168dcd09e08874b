"""Classifiers of cells from labelled ones: linear, by neighbours, and by nearest centroid.

Each takes known features with labels and features that are asked for, and returns a label for each
row that was asked. What it is not given it cannot read.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import softmax
from scipy.stats import rankdata

from orthoweave.models.probes.library import scikit_learn

NEIGHBOURS: Final = 15


def logistic(
    known: np.ndarray,
    labels: np.ndarray,
    asked: np.ndarray,
    *,
    strength: float = 1.0,
    balanced: bool = False,
) -> np.ndarray:
    """Return labels by logistic regression (multinomial for three classes or more).

    Parameters
    ----------
    known
        Features of the labelled cells, shape ``(n_known, n_features)``.
    labels
        Label of each of them.
    asked
        Features of the cells to name, shape ``(n_asked, n_features)``.
    strength
        Inverse weight of half the squared coefficients against the summed cross-entropy:
        scikit-learn's ``C``.
    balanced
        Give each class the same weight, however few cells it has.

    Raises
    ------
    MissingExtraError
        If scikit-learn is not installed.
    """
    if len(set(map(str, labels))) == 1:
        return np.full(len(asked), str(labels[0]), object)
    return fit_logistic(known, labels, strength=strength, balanced=balanced).predict(asked)


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear classifier."""

    classes: np.ndarray
    """Labels, sorted."""
    coefficients: np.ndarray
    """Shape ``(n_classes, n_features)``; of two classes the first has zeros."""
    intercepts: np.ndarray
    """Shape ``(n_classes,)``."""

    def predict(self, asked: np.ndarray) -> np.ndarray:
        """Return the label with the highest score for each row of features."""
        return self.classes[self._scores(asked).argmax(axis=1)].astype(object)

    def probability(self, asked: np.ndarray) -> np.ndarray:
        """Return the probability of each class, shape ``(n_asked, n_classes)``; rows sum to one."""
        return np.asarray(softmax(self._scores(asked), axis=1))

    def _scores(self, asked: np.ndarray) -> np.ndarray:
        return np.asarray(np.asarray(asked, np.float64) @ self.coefficients.T + self.intercepts)


def fit_logistic(
    known: np.ndarray, labels: np.ndarray, *, strength: float = 1.0, balanced: bool = False
) -> Linear:
    """Fit the classifier of `logistic` to two classes or more; see there.

    Raises
    ------
    MissingExtraError
        If scikit-learn is not installed.
    """
    names, numbers = np.unique(np.asarray(labels).astype(str), return_inverse=True)
    model = scikit_learn("linear_model").LogisticRegression(
        C=strength, class_weight="balanced" if balanced else None, max_iter=5000
    )
    model.fit(np.asarray(known, np.float64), numbers)
    matrix, shift = model.coef_, model.intercept_
    if len(names) == 2:
        matrix, shift = np.vstack([0 * matrix, matrix]), np.append(0.0, shift)
    return Linear(names, matrix, shift)


def nearest_neighbours(
    known: np.ndarray, labels: np.ndarray, asked: np.ndarray, *, neighbours: int = NEIGHBOURS
) -> np.ndarray:
    """Return the commonest label among the nearest known cells, by Euclidean distance.

    Parameters
    ----------
    neighbours
        Known cells that vote; never more than twice the cells of the rarest class, as with few
        labels the others would outvote it.
    """
    names, numbers = np.unique(np.asarray(labels).astype(str), return_inverse=True)
    fewest = int(np.bincount(numbers).min())
    votes = min(neighbours, max(1, 2 * fewest - 1))
    model = scikit_learn("neighbors").KNeighborsClassifier(votes, algorithm="brute")
    model.fit(np.asarray(known, np.float64), numbers)
    return names[model.predict(np.asarray(asked, np.float64))].astype(object)


def spearman_to_centroids(known: np.ndarray, labels: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Return the label whose mean profile has the highest rank correlation with each cell.

    Parameters
    ----------
    known, asked
        Log expression of the same genes, shape ``(n_cells, n_genes)``.
    """
    names, numbers = np.unique(np.asarray(labels).astype(str), return_inverse=True)
    centroids = np.array([known[numbers == one].mean(axis=0) for one in range(len(names))])
    likeness = _ranks(asked) @ _ranks(centroids).T
    return names[likeness.argmax(axis=1)].astype(object)


def _ranks(rows: np.ndarray) -> np.ndarray:
    """Return ranks of each row, centred and of length 1: products are Spearman's correlations."""
    found = rankdata(rows, axis=1)
    found -= found.mean(axis=1, keepdims=True)
    length = np.linalg.norm(found, axis=1, keepdims=True)
    return np.asarray(found / np.where(length > 0, length, 1))
