"""Kaplan-Meier, log-rank and Cox regression against plain second ways and published figures."""

import warnings
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import minimize_scalar

from orthoweave.models.probes.survival import cox_risk
from orthoweave.numerics.survival import hazard_ratio, kaplan_meier, log_rank

# remission of leukaemia in weeks, Freireich et al. 1963, as in Cox 1972; + was censored
TREATED = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"


def parsed(text: str) -> tuple[np.ndarray, np.ndarray]:
    """Return times and events."""
    parts = text.split()
    times = np.array([float(part.rstrip("+")) for part in parts])
    return times, np.array([not part.endswith("+") for part in parts])


def drawn(seed: int, *, ties: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a number, and times and events that follow it."""
    draw = np.random.default_rng(seed)
    values = draw.normal(size=120)
    times = draw.exponential(20 * np.exp(-0.7 * values))
    end = draw.uniform(5, 60, 120)
    months = np.minimum(times, end)
    return values, np.ceil(months / 4) if ties else months, times <= end


def test_the_published_curve() -> None:
    """Survival of the treated at 6, 7, 10, 13, 16, 22 and 23 weeks, as textbooks have it."""
    months, event = parsed(TREATED)
    curve = kaplan_meier(months, event)
    wanted = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    at = {int(month): number for number, month in enumerate(curve.months)}
    assert {m: round(float(curve.survival[at[m]]), 3) for m in wanted} == wanted
    assert [int(curve.at_risk[at[m]]) for m in (6, 7, 10, 13)] == [21, 17, 15, 12]
    assert int(curve.events.sum()) == 9
    assert curve.median == 23
    assert kaplan_meier(*parsed(PLACEBO)).median == 8


@pytest.mark.parametrize("ties", [False, True])
def test_curves_are_products_of_shares(ties: bool) -> None:
    """Each event takes its share of those at risk, counted one by one."""
    _, months, event = drawn(1, ties=ties)
    curve, left = kaplan_meier(months, event), 1.0
    for number, month in enumerate(curve.months):
        died = int((event & (months == month)).sum())
        left *= 1 - died / max(int((months >= month).sum()), 1)
        assert curve.survival[number] == pytest.approx(left)
        assert curve.events[number] == died
        assert curve.at_risk[number] == (months >= month).sum()
    estimate = stats.ecdf(stats.CensoredData.right_censored(months, ~event)).sf
    with warnings.catch_warnings(action="ignore"):
        interval: Any = estimate.confidence_interval(method="log-log")
    inner = (curve.survival > 0) & (curve.survival < 1)
    assert np.allclose(curve.low[inner], interval.low.evaluate(curve.months)[inner])
    assert np.allclose(curve.high[inner], interval.high.evaluate(curve.months)[inner])


def test_the_published_hazard() -> None:
    """Placebo against treatment: Efron's slope of 1.57, and a chi² of 16.79."""
    treated, placebo = parsed(TREATED), parsed(PLACEBO)
    months, event = (np.concatenate(pair) for pair in zip(treated, placebo, strict=True))
    group = np.repeat([0.0, 1.0], [21, 21])
    found = hazard_ratio(group, months, event)
    # a standard deviation of the group is a half
    assert 2 * np.log(found.ratio) == pytest.approx(1.5721, abs=1e-4)
    assert 2 * (np.log(found.high) - np.log(found.ratio)) / 1.959964 == pytest.approx(
        0.4124, abs=1e-4
    )
    assert stats.chi2.isf(log_rank(months, event, group == 1), 1) == pytest.approx(16.79, abs=0.01)


@pytest.mark.parametrize("seed", range(4))
def test_without_ties_it_is_the_model_of_the_probes(seed: int) -> None:
    """The ridge regression of the evaluation has the same slope where it does not shrink."""
    values, months, event = drawn(seed, ties=False)
    z = (values - values.mean()) / values.std()
    slope = cox_risk(z[:, None], months, event, np.array([[1.0]]), strength=1e9)[0]
    assert np.log(hazard_ratio(values, months, event).ratio) == pytest.approx(slope, abs=1e-4)


def test_ties_are_efrons() -> None:
    """The slope maximises Efron's likelihood, written out event by event."""
    values, months, event = drawn(7, ties=True)
    z = (values - values.mean()) / values.std()

    def cost(slope: float) -> float:
        total = 0.0
        for month in np.unique(months[event]):
            tied = event & (months == month)
            risk, own = np.exp(slope * z[months >= month]).sum(), np.exp(slope * z[tied]).sum()
            total += slope * z[tied].sum()
            total -= sum(np.log(risk - k / tied.sum() * own) for k in range(int(tied.sum())))
        return -total

    best = minimize_scalar(cost, bounds=(-5, 5), method="bounded", options={"xatol": 1e-8}).x
    assert np.log(hazard_ratio(values, months, event).ratio) == pytest.approx(best, abs=1e-5)


def test_what_has_no_answer_is_nan() -> None:
    """No events, no variation, groups that separate, and a group of all."""
    _, months, event = drawn(2, ties=False)
    none = np.zeros(120, bool)
    assert np.isnan(hazard_ratio(np.ones(120), months, event).ratio)
    assert np.isnan(hazard_ratio(months, months, none).ratio)
    assert np.isnan(hazard_ratio((event & (months < 9)) * 1.0, months, event & (months < 9)).p)
    assert np.isnan(log_rank(months, none, months > 9))
    assert np.isnan(log_rank(months, event, np.ones(120, bool)))
    assert np.isnan(kaplan_meier(months, none).median)
