"""Cox regression with an elastic net meets its optimality conditions, and finds what matters."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from orthoweave.models.probes.cox_net import _breslow, _Likelihood, fit_cox_net, score_tests
from orthoweave.models.statistics import of_survival
from orthoweave.numerics.survival import hazard_ratio


def drawn(n: int = 240, p: int = 40) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return features, times and events that follow the first three features."""
    random = np.random.default_rng(0)
    features = random.normal(size=(n, p)) * np.linspace(0.5, 2, p) + 3
    risk = 0.8 * (features[:, :3] - 3) @ np.array([2.0, -2.0, 2.0])
    time, end = random.exponential(20 * np.exp(-risk)), random.uniform(5, 60, n)
    return features, np.minimum(time, end), time <= end


def test_the_optimality_conditions_hold() -> None:
    """At the slopes, the gradient balances the penalty; where it cannot, the slope is zero."""
    features, months, event = drawn()
    found = fit_cox_net(features, months, event, mix=0.5, seed=0)
    rows = (features - found.mean) / found.sd
    _, gradient = _Likelihood(rows, months, event).both(found.slopes)
    there = found.slopes != 0
    balance = gradient + found.penalty * (np.sign(found.slopes) + found.slopes) / 2
    assert 3 <= there.sum() < 40
    assert np.abs(balance[there]).max() < 2e-3
    assert np.abs(gradient[~there]).max() <= found.penalty / 2 + 2e-3


def test_the_gradient_is_that_of_the_value() -> None:
    """By differences, with tied times."""
    features, months, event = drawn(60, 5)
    part = _Likelihood(features - 3, np.ceil(months / 5), event)
    slopes = np.array([0.3, -0.2, 0.1, 0.0, 0.4])
    value, gradient = part.both(slopes)
    assert value == pytest.approx(part.value(slopes))
    np.testing.assert_allclose(gradient, approx_fprime(slopes, part.value, 1e-7), atol=1e-5)


def test_new_patients_are_ranked() -> None:
    """Risks of patients left out agree with their times, and those of permuted times do not."""
    features, months, event = drawn()
    known, other = slice(0, 160), slice(160, 240)
    found = fit_cox_net(features[known], months[known], event[known])
    order = np.random.default_rng(1).permutation(160)
    noise = fit_cox_net(features[known], months[known][order], event[known][order])
    right, wrong = (
        of_survival(months[other], event[other], one.risk(features[other])[None])(np.ones(80))[0]
        for one in (found, noise)
    )
    assert right > 0.75
    assert wrong < 0.65


def test_score_tests_rank_as_own_regressions_do() -> None:
    """The features that matter come first, and chi-squared is near Wald's for weak ones."""
    features, months, event = drawn()
    tests = score_tests(features, months, event)
    assert set(np.argsort(-tests)[:2]) <= {0, 1, 2}
    weak = hazard_ratio(features[:, 20], months, event)
    wald = (np.log(weak.ratio) / ((np.log(weak.high) - np.log(weak.low)) / 3.92)) ** 2
    assert tests[20] == pytest.approx(wald, rel=0.2, abs=0.05)


def test_the_baseline_hazard_of_equal_risks_counts_events() -> None:
    """Breslow's is Nelson and Aalen's where nobody is at more risk."""
    months = np.array([1.0, 2, 2, 3, 4])
    died = np.array([True, True, False, True, False])
    times, hazard = _breslow(np.zeros(5), months, died)
    assert times.tolist() == [1, 2, 3]
    np.testing.assert_allclose(hazard, [1 / 5, 1 / 5 + 1 / 4, 1 / 5 + 1 / 4 + 1 / 2])


def test_survival_falls_from_one() -> None:
    """Curves start at one, fall, and are lower for more risk."""
    features, months, event = drawn()
    found = fit_cox_net(features, months, event)
    curves = found.survival(features, np.array([0.0, 5, 20, 50]))
    assert (curves[:, 0] == 1).all()
    assert (np.diff(curves, axis=1) <= 0).all()
    order = np.argsort(found.risk(features))
    assert curves[order[0], 2] > curves[order[-1], 2]
