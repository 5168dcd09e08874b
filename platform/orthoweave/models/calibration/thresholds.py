"""Thresholds of confidence: the lowest at which enough of the named cells are right.

Selective classification: Geifman and El-Yaniv, Selective classification for deep neural networks,
2017, arXiv:1705.08500. For each predicted class apart, as in Mondrian conformal prediction, and
with weights of cells for the composition of the data at hand: Podkopaev and Ramdas,
Distribution-free uncertainty quantification for classification under label shift, 2021,
arXiv:2103.03323. In place of a bound for exchangeable cells, which cells of one donor are not, the
share must be reached among the cells of each held-out donor.
"""

from typing import Final

import numpy as np

NEVER: Final = 2.0
"""A threshold that no confidence reaches."""
_LEAST: Final = 1e-12


def threshold(
    confidence: np.ndarray,
    right: np.ndarray,
    weights: np.ndarray,
    folds: np.ndarray,
    precision: float,
) -> float:
    """Return the lowest confidence from which on enough cells are right, in all folds alike.

    Parameters
    ----------
    confidence, right, weights, folds
        Of calibration cells, shape ``(n_cells,)``; weights are not negative.
    precision
        Share of right cells that all together, and those of each fold, must have, from 0 to 1. A
        fold without a cell of that confidence has no say.

    Returns
    -------
    float
        `NEVER` if no confidence has it.
    """
    there = weights > 0
    if not there.any():
        return NEVER
    levels, place = np.unique(-confidence[there], return_inverse=True)
    right, weights, folds = right[there], weights[there], folds[there]
    enough = np.ones(len(levels), bool)
    for group in (np.ones(len(folds), bool), *(folds == fold for fold in np.unique(folds))):
        total, good = (
            np.cumsum(np.bincount(place[group], values[group], len(levels)))
            for values in (weights, weights * right)
        )
        enough &= good >= precision * total - _LEAST * total
    chosen = np.flatnonzero(enough)
    return float(-levels[chosen[-1]]) if len(chosen) else NEVER
