"""Scores: the bootstrap interval by scipy, and none without labels to score by."""

import numpy as np
from scipy import stats

from orthoweave.models.cross_species_gnn.evaluation import bootstrap_estimate
from orthoweave.models.evaluation import accuracy, macro_f1


def test_interval_is_that_of_scipy() -> None:
    """The interval of an accuracy is near scipy's percentile bootstrap of the same cells."""
    random = np.random.default_rng(0)
    truth = random.choice(["a", "b"], 400).astype(object)
    predicted = np.where(random.random(400) < 0.8, truth, "c").astype(object)
    found = bootstrap_estimate(accuracy, truth, predicted, 1)
    right = (truth == predicted).astype(float)
    scipys = stats.bootstrap((right,), np.mean, method="percentile", rng=0).confidence_interval
    np.testing.assert_allclose([found.low, found.high], scipys, atol=0.01)
    assert found.value == right.mean()


def test_a_perfect_prediction_has_no_spread() -> None:
    """Macro-F1 of one is one in every resampling that holds any cells."""
    truth = np.array(["a", "b"] * 20, object)
    found = bootstrap_estimate(macro_f1, truth, truth, 0)
    assert (found.low, found.value, found.high) == (1, 1, 1)
