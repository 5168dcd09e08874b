r"""Measures of survival that allow for censoring: Uno's concordance and the integrated Brier score.

Patients count by the inverse of the probability G of being still observed (IPCW), which is the
Kaplan-Meier estimate of censoring in training patients.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from orthoweave.numerics.survival import kaplan_meier

_LEAST_OBSERVED: Final = 0.05
"""Probability of being observed below which a patient's weight does not grow further."""


@dataclass(frozen=True, slots=True)
class Observed:
    """Probability of being still observed, as a falling step function of time."""

    months: np.ndarray
    """Times, from 0, increasing."""
    probability: np.ndarray
    """Probability after each of them."""

    def before(self, months: np.ndarray) -> np.ndarray:
        """Return the probability just before some times, at least 0.05."""
        at = np.maximum(np.searchsorted(self.months, months, side="left") - 1, 0)
        return np.asarray(np.maximum(self.probability[at], _LEAST_OBSERVED))

    def after(self, months: np.ndarray) -> np.ndarray:
        """Return the probability after some times, at least 0.05."""
        at = np.maximum(np.searchsorted(self.months, months, side="right") - 1, 0)
        return np.asarray(np.maximum(self.probability[at], _LEAST_OBSERVED))


def observed(months: np.ndarray, event: np.ndarray) -> Observed:
    """Return the probability of being observed, from training patients."""
    curve = kaplan_meier(months, ~event.astype(bool))
    return Observed(curve.months, curve.survival)


def uno_weights(months: np.ndarray, seen: Observed) -> np.ndarray:
    """Return the weights with which `statistics.of_survival` is Uno's concordance.

    Uno et al., On the C-statistics for evaluating overall adequacy of risk prediction procedures
    with censored survival data, 2011, doi:10.1002/sim.4154.
    """
    return np.asarray(1 / seen.before(months) ** 2)


def squared_errors(
    months: np.ndarray, event: np.ndarray, survival: np.ndarray, times: np.ndarray, seen: Observed
) -> np.ndarray:
    """Return the Brier score of each patient, integrated over times, shape ``(n_patients,)``.

    Graf et al., Assessment and comparison of prognostic classification schemes for survival data,
    1999, doi:10.1002/(SICI)1097-0258(19990915/30)18:17/18<2529::AID-SIM274>3.0.CO;2-5. Lower is
    better; the mean over patients is the integrated Brier score.

    Parameters
    ----------
    survival
        Predicted probability of no event up to each time, shape ``(n_patients, n_times)``.
    times
        Increasing, shape ``(n_times,)``, two at least.
    """
    had = (months[:, None] <= times) & event.astype(bool)[:, None]
    still = months[:, None] > times
    errors = np.where(had, survival**2 / seen.before(months)[:, None], 0.0)
    errors += np.where(still, (1 - survival) ** 2 / seen.after(times), 0.0)
    return np.asarray(np.trapezoid(errors, times, axis=1) / (times[-1] - times[0]))
