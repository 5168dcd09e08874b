"""Composition of unlabelled cells by class, and how much each class should weigh for them.

Label shift: the share of each class differs, what a cell of a class looks like does not. The mean
prediction is then the mean prediction of each class, mixed in unknown shares. Lipton, Wang and
Smola, Detecting and correcting for label shift with black box predictors, 2018, arXiv:1802.03916;
here with probabilities in place of decisions and shares that cannot be negative.
"""

from typing import Final

import numpy as np
from scipy.optimize import nnls

# weight of the equation that shares sum to one
_SUM: Final = 10.0
_MOST_WEIGHT: Final = 20.0


def class_means(probability: np.ndarray, labels: np.ndarray, n_classes: int) -> np.ndarray:
    """Return the mean prediction for cells of each class, shape ``(n_classes, n_classes)``.

    A class without cells is predicted as itself.

    Parameters
    ----------
    probability
        Shape ``(n_cells, n_classes)``.
    labels
        Number of each cell's class, shape ``(n_cells,)``.
    """
    found = np.eye(n_classes)
    for number in np.unique(labels):
        found[number] = probability[labels == number].mean(axis=0)
    return found


def composition(means: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Return the shares of the classes, which are not negative and sum to one.

    Parameters
    ----------
    means
        Mean prediction for known cells of each class, shape ``(n_classes, n_classes)``.
    mean
        Mean prediction for the unlabelled cells, shape ``(n_classes,)``.
    """
    equations = np.vstack([means.T, np.full(len(means), _SUM)])
    shares, _ = nnls(equations, np.append(mean, _SUM))
    return shares / shares.sum() if shares.sum() > 0 else np.full(len(means), 1 / len(means))


def label_weights(shares: np.ndarray, known: np.ndarray, floor: float) -> np.ndarray:
    """Return the weight that a known cell of each class needs, shape ``(n_classes,)``.

    Parameters
    ----------
    shares
        Estimated share of each class among the unlabelled cells.
    known
        Share of each class among the known cells.
    floor
        Share that no class falls below: the estimate may be wrong.
    """
    wanted = np.maximum(shares, floor)
    wanted = wanted / wanted.sum()
    weights = np.divide(wanted, known, out=np.zeros_like(wanted), where=known > 0)
    return np.minimum(weights, _MOST_WEIGHT)
