"""Intervals of differences between methods."""

import numpy as np
import pytest
from benchmarks.paired import paired_bootstrap
from scipy import stats


def test_paired_bootstrap_is_scipys() -> None:
    """The interval of a mean difference is close to that of scipy's percentile bootstrap."""
    rng = np.random.default_rng(0)
    first = rng.normal(0.7, 0.1, 30)
    second = first - rng.normal(0.05, 0.02, 30)
    found = paired_bootstrap(first, second, seed=1)
    expected = stats.bootstrap((first - second,), np.mean, method="percentile", rng=2)
    interval = expected.confidence_interval
    assert found.value == pytest.approx(np.mean(first - second))
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), abs=2e-3)
    assert found == paired_bootstrap(first, second, seed=1)
