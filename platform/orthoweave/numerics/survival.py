"""Survival of two groups and by one number: Kaplan-Meier, log-rank, and Cox regression."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import stats

_STEPS: Final = 50
_CLOSE: Final = 1e-9
# of a 95 % interval
_Z: Final = float(stats.norm.ppf(0.975))
# a hazard that is e**15 times another per standard deviation has no maximum: the groups separate
_SEPARATE: Final = 15.0


@dataclass(frozen=True, slots=True)
class Curve:
    """A Kaplan-Meier estimate, a value for each distinct time and one for the start."""

    months: np.ndarray
    """Times, from 0."""
    survival: np.ndarray
    """Share without an event after each time."""
    low: np.ndarray
    """Lower end of its 95 % interval, NaN where there is none."""
    high: np.ndarray
    """Upper end."""
    at_risk: np.ndarray
    """Number observed just before each time."""
    events: np.ndarray
    """Number of events at each time."""

    @property
    def median(self) -> float:
        """Return the first time at which at most half are without an event; NaN if none is."""
        below = np.flatnonzero(self.survival <= 0.5)
        return float(self.months[below[0]]) if len(below) else float("nan")


@dataclass(frozen=True, slots=True)
class Hazard:
    """A hazard ratio, with its 95 % interval and Wald test."""

    ratio: float
    low: float
    high: float
    p: float


def kaplan_meier(months: np.ndarray, event: np.ndarray) -> Curve:
    """Return the Kaplan-Meier estimate, with Greenwood's intervals by log(-log).

    Kaplan and Meier, Nonparametric estimation from incomplete observations, 1958,
    doi:10.1080/01621459.1958.10501452; by `scipy.stats.ecdf`.

    Parameters
    ----------
    months
        Time to the event or the end of observation, above zero, shape ``(n,)``.
    event
        Mask of patients with an event, shape ``(n,)``.
    """
    came = event.astype(bool)
    found = stats.ecdf(stats.CensoredData.right_censored(months, ~came)).sf
    times, survival = found.quantiles, found.probabilities
    at_risk = len(months) - np.searchsorted(np.sort(months), times, side="left")
    events = np.searchsorted(np.sort(months[came]), times, side="right")
    events = np.diff(events, prepend=0)
    # the interval is not defined before the first event, nor where nobody is left
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(events / (at_risk * (at_risk - events)))
        width = _Z * np.sqrt(variance) / -np.log(survival)
        low, high = survival ** np.exp(width), survival ** np.exp(-width)
    inside = (survival > 0) & (survival < 1)
    return Curve(
        np.concatenate([[0.0], times]),
        np.concatenate([[1.0], survival]),
        np.concatenate([[np.nan], np.where(inside, low, np.nan)]),
        np.concatenate([[np.nan], np.where(inside, high, np.nan)]),
        np.concatenate([[len(months)], at_risk]),
        np.concatenate([[0], events]),
    )


def log_rank(months: np.ndarray, event: np.ndarray, first: np.ndarray) -> float:
    """Return the two-sided p of the log-rank test of a group against all others.

    Mantel, Evaluation of survival data, 1966, by `scipy.stats.logrank`. NaN without an event.

    Parameters
    ----------
    first
        Which are in the group, shape ``(n,)``, bool.
    """
    if not event.any() or first.all() or not first.any():
        return float("nan")
    one, other = (
        stats.CensoredData.right_censored(months[rows], ~event[rows].astype(bool))
        for rows in (first, ~first)
    )
    return float(stats.logrank(one, other).pvalue)


def hazard_ratio(values: np.ndarray, months: np.ndarray, event: np.ndarray) -> Hazard:
    """Return the hazard ratio for one more standard deviation of a number.

    Cox, Regression models and life-tables, 1972, doi:10.1111/j.2517-6161.1972.tb00899.x, with one
    covariate; ties by Efron 1977, doi:10.1080/01621459.1977.10480613; fitted by Newton's method.
    All are NaN if the number does not vary, or separates those with an event from the others.
    """
    nothing = Hazard(*(float("nan"),) * 4)
    spread = float(values.std())
    if not spread or not event.any():
        return nothing
    order = np.argsort(months, kind="stable")
    risk = _RiskSets((values[order] - values.mean()) / spread, months[order], event[order])
    slope = 0.0
    for _ in range(_STEPS):
        score, information = risk.derivatives(slope)
        if information <= _CLOSE:
            return nothing
        step = float(np.clip(score / information, -1, 1))
        slope += step
        if abs(slope) > _SEPARATE:
            return nothing
        if abs(step) < _CLOSE:
            break
    error = 1 / np.sqrt(risk.derivatives(slope)[1])
    ends = np.exp([slope, slope - _Z * error, slope + _Z * error])
    p = 2 * stats.norm.sf(abs(slope) / error)
    return Hazard(float(ends[0]), float(ends[1]), float(ends[2]), float(p))


class _RiskSets:
    """The partial likelihood of one covariate, over events in the order of time."""

    def __init__(self, values: np.ndarray, months: np.ndarray, event: np.ndarray) -> None:
        self._values, self._died = values, event.astype(bool)
        died = months[self._died]
        self._first = np.searchsorted(months, died, side="left")
        _, self._tie, sizes = np.unique(died, return_inverse=True, return_counts=True)
        # of events at one time, the k-th counts those before it out of the risk in part
        number = np.arange(len(died)) - (np.cumsum(sizes) - sizes)[self._tie]
        self._part = number / sizes[self._tie]

    def derivatives(self, slope: float) -> tuple[float, float]:
        """Return the slope of the log partial likelihood, and its negative curvature."""
        weights = np.exp(slope * self._values)
        sums = [self._at_risk(weights * self._values**power) for power in range(3)]
        mean, square = sums[1] / sums[0], sums[2] / sums[0]
        score = float((self._values[self._died] - mean).sum())
        return score, float((square - mean**2).sum())

    def _at_risk(self, amounts: np.ndarray) -> np.ndarray:
        """Return the sum of an amount over those at risk at each event."""
        whole = np.cumsum(amounts[::-1])[::-1][self._first]
        tied = np.bincount(self._tie, amounts[self._died])[self._tie]
        return np.asarray(whole - self._part * tied)
