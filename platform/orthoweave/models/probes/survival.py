"""Penalised Cox regression: the plain model of survival."""

import numpy as np
from scipy.optimize import minimize


def cox_risk(
    known: np.ndarray,
    time: np.ndarray,
    event: np.ndarray,
    asked: np.ndarray,
    *,
    strength: float = 0.1,
) -> np.ndarray:
    """Return the log relative risk of each row of `asked`, shape ``(n_asked,)``.

    Cox, Regression models and life-tables, 1972, doi:10.1111/j.2517-6161.1972.tb00899.x; ties by
    Breslow, squared coefficients penalised, fitted by L-BFGS.

    Parameters
    ----------
    known
        Features of the patients, shape ``(n_patients, n_features)``.
    time
        Time to the event or the end of observation, in any unit.
    event
        True for an event.
    strength
        Inverse weight of half the squared coefficients against the log partial likelihood.
    """
    order = np.argsort(time, kind="stable")
    rows, when, died = known[order], time[order], event[order].astype(bool)
    # patients at risk are those from the first with the same time on
    first = np.searchsorted(when, when[died], side="left")

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = rows @ weights
        top = scores.max()
        exponents = np.exp(scores - top)
        at_risk = np.cumsum(exponents[::-1])[::-1][first]
        cost = (np.log(at_risk) + top - scores[died]).sum() + weights @ weights / (2 * strength)
        # each patient's share of all risk sets that hold them
        share = np.zeros(len(rows) + 1)
        np.add.at(share, first, 1 / at_risk)
        slope = exponents * np.cumsum(share[:-1]) - died
        return float(cost), rows.T @ slope + weights / strength

    start = np.zeros(known.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 1000}).x
    return np.asarray(asked @ found)
