"""The chance that a cell of some confidence is right, learnt from cells whose class is known."""

import numpy as np
from scipy.optimize import isotonic_regression


def chance_right(
    confidence: np.ndarray, right: np.ndarray, weights: np.ndarray, asked: np.ndarray
) -> np.ndarray:
    """Return the share of calibration cells that are right at the confidence of each asked cell.

    A step function that never falls, by isotonic regression: Zadrozny and Elkan, Transforming
    classifier scores into accurate multiclass probability estimates, 2002,
    doi:10.1145/775047.775151.

    Parameters
    ----------
    confidence, right, weights
        Of calibration cells, shape ``(n_cells,)``.
    asked
        Confidence of other cells.
    """
    levels, numbers = np.unique(confidence, return_inverse=True)
    total = np.bincount(numbers, weights)
    there = total > 0
    if not there.any():
        return np.zeros(len(asked))
    levels, total = levels[there], total[there]
    share = np.bincount(numbers, weights * right)[there] / total
    fitted = isotonic_regression(share, weights=total).x
    place = np.clip(np.searchsorted(levels, asked, side="right") - 1, 0, len(levels) - 1)
    return np.clip(fitted[place], 0.0, 1.0)
