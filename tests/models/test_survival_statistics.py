"""Measures of survival with censoring, against plain second ways."""

import numpy as np
import pytest

from orthoweave.models.statistics import of_survival
from orthoweave.models.survival_statistics import observed, squared_errors, uno_weights


def drawn(seed: int = 0, n: int = 60) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return times, events and a risk that goes with them."""
    random = np.random.default_rng(seed)
    risk = random.normal(size=n)
    time, end = random.exponential(20 * np.exp(-risk)), random.uniform(5, 60, n)
    return np.minimum(time, end), time <= end, risk


def test_concordance_by_pairs() -> None:
    """Harrell's, Uno's, and within strata, counted pair by pair."""
    months, event, risk = drawn()
    strata = np.arange(60) % 2
    weight = uno_weights(months, observed(months, event))
    for own, group in ((None, None), (weight, None), (None, strata), (weight, strata)):
        right = whole = 0.0
        for first in range(60):
            for other in range(60):
                apart = group is not None and group[first] != group[other]
                if apart or not event[first] or months[first] >= months[other]:
                    continue
                each = 1.0 if own is None else own[first]
                whole += each
                right += each * ((risk[first] > risk[other]) + (risk[first] == risk[other]) / 2)
        found = of_survival(months, event, risk[None], strata=group, weight=own)(np.ones(60))
        assert found[0] == pytest.approx(right / whole)


def test_observation_is_the_mirror_of_survival() -> None:
    """Censoring is the event of the curve of observation."""
    months = np.array([1.0, 2, 3, 4])
    seen = observed(months, np.array([True, False, True, False]))
    assert seen.before(np.array([1.0, 2, 3, 4])).tolist() == pytest.approx([1, 1, 2 / 3, 2 / 3])
    assert seen.after(np.array([2.0])).tolist() == pytest.approx([2 / 3])
    # one whom nobody would still observe counts no more than twenty times
    assert seen.after(np.array([9.0])).tolist() == [0.05]


def test_without_censoring_the_score_is_the_plain_one() -> None:
    """The squared distance of the curve from what happened, over the times."""
    months, _, _ = drawn()
    event, times = np.ones(60, bool), np.linspace(2, 20, 30)
    curve = np.tile(np.linspace(0.9, 0.3, 30), (60, 1))
    found = squared_errors(months, event, curve, times, observed(months, event))
    alive = (months[:, None] > times).astype(float)
    wanted = np.trapezoid((alive - curve) ** 2, times, axis=1) / 18
    np.testing.assert_allclose(found, wanted)


def test_censoring_does_not_bend_the_score() -> None:
    """With many patients, the weighted score is near that of the complete follow-up."""
    random = np.random.default_rng(1)
    time, end = random.exponential(20, 20000), random.uniform(0, 80, 20000)
    months, event, times = np.minimum(time, end), time <= end, np.linspace(2, 30, 15)
    curve = np.tile(np.exp(-times / 20), (20000, 1))
    whole = np.ones(20000, bool)
    found = squared_errors(months, event, curve, times, observed(months, event)).mean()
    wanted = squared_errors(time, whole, curve, times, observed(time, whole)).mean()
    assert found == pytest.approx(wanted, abs=0.005)


def test_the_right_curves_score_best() -> None:
    """Curves of the true risks have less error than those of the cohort."""
    months, event, risk = drawn(2, 400)
    times = np.linspace(2, 30, 15)
    seen = observed(months, event)
    true = np.exp(-np.exp(risk)[:, None] * times / 20)
    flat = np.tile(true.mean(axis=0), (400, 1))
    assert (
        squared_errors(months, event, true, times, seen).mean()
        < squared_errors(months, event, flat, times, seen).mean() - 0.02
    )
