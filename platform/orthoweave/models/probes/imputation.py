"""Plain ways to fill missing values: the mean, the nearest samples, and a low rank.

Each reads complete training samples, and fills others of which some values are known. Values are
z-scores of the training samples, so the mean is 0.
"""

from typing import Final

import numpy as np

NEAREST: Final = 10
RANK: Final = 20
_ROUNDS: Final = 30
_CLOSE: Final = 1e-4


def by_mean(known: np.ndarray, scores: np.ndarray, visible: np.ndarray) -> np.ndarray:
    """Return the scores with 0, the mean, where they are not visible.

    Parameters
    ----------
    known
        Training samples, shape ``(n_known, n_genes)``.
    scores
        Samples to fill, shape ``(n, n_genes)``; only visible values are read.
    visible
        Mask, shape ``(n, n_genes)``.
    """
    del known
    return np.where(visible, scores, 0.0).astype(np.float32)


def by_nearest(
    known: np.ndarray, scores: np.ndarray, visible: np.ndarray, *, nearest: int = NEAREST
) -> np.ndarray:
    """Return the scores filled by the mean of the nearest training samples.

    Distance is Euclidean over the visible genes. Troyanskaya et al., Missing value estimation
    methods for DNA microarrays, 2001, doi:10.1093/bioinformatics/17.6.520. Arguments as for
    `by_mean`.
    """
    seen = visible.astype(np.float32)
    shown = np.where(visible, scores, 0.0).astype(np.float32)
    distance = seen @ (known**2).T - 2 * shown @ known.T
    count = min(nearest, len(known))
    found = np.empty(scores.shape, np.float32)
    for row, from_it in enumerate(distance):
        near = np.argsort(from_it, kind="stable")[:count]
        found[row] = known[near].mean(axis=0)
    return np.where(visible, scores, found).astype(np.float32)


def by_low_rank(
    known: np.ndarray, scores: np.ndarray, visible: np.ndarray, *, rank: int = RANK
) -> np.ndarray:
    """Return the scores filled by principal components, fitted again to what they filled.

    Iterative PCA: components of training and filled samples together, until the filled values
    change by less than 1e-4 on average. Kiers, Weighted least squares fitting using ordinary least
    squares algorithms, 1997, doi:10.1007/BF02295279. Arguments as for `by_mean`.
    """
    both = np.vstack([known, np.where(visible, scores, 0.0)]).astype(np.float32)
    n_known, hidden = len(known), ~visible
    count = min(rank, min(both.shape) - 1)
    for _ in range(_ROUNDS):
        mean = both.mean(axis=0)
        centred = both - mean
        small = centred @ centred.T if len(both) < both.shape[1] else centred.T @ centred
        _, vectors = np.linalg.eigh(small.astype(np.float64))
        first = vectors[:, -count:].astype(np.float32)
        if len(both) < both.shape[1]:
            filled = (first @ (first.T @ centred))[n_known:] + mean
        else:
            filled = centred[n_known:] @ first @ first.T + mean
        change = float(np.abs(filled - both[n_known:])[hidden].mean()) if hidden.any() else 0.0
        both[n_known:][hidden] = filled[hidden]
        if change < _CLOSE:
            break
    return both[n_known:]
