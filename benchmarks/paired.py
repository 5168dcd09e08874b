"""Difference between two methods on the same draws."""

import numpy as np

from orthoweave.models.base import Estimate


def paired_bootstrap(
    first: np.ndarray, second: np.ndarray, *, seed: int, n: int = 10_000
) -> Estimate:
    """Mean of `first - second` with its 95 % percentile interval over resampled pairs.

    Parameters
    ----------
    first, second
        The metric of two methods on the same draws, shape ``(n_draws,)``.
    n
        Number of resamplings.
    """
    difference = np.asarray(first, np.float64) - np.asarray(second, np.float64)
    drawn = np.random.default_rng(seed).integers(0, len(difference), (n, len(difference)))
    means = difference[drawn].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    mean = float(difference.mean())
    return Estimate(mean, min(float(low), mean), max(float(high), mean))
