"""Metrics on weighted cells, for each seed: what a resampling draws twice counts twice.

Each function returns a `Statistic`: from weights of the cells to the metric of each seed.
Predictions have the shape ``(n_seeds, n_cells)``, or ``(n_seeds, n_variants, n_cells)``, over whose
variants the metric is averaged. With weights of one they are scikit-learn's and scipy's.
"""

from typing import Final, Literal

import numpy as np

from orthoweave.models.resampling import Statistic

ClassMetric = Literal["accuracy", "macro-F1"]
ClusterMetric = Literal["ARI", "NMI"]
NumberMetric = Literal["R2", "PCC"]
_LEAST: Final = 1e-12


def of_classes(metric: ClassMetric, truth: np.ndarray, predicted: np.ndarray) -> Statistic:
    """Return accuracy, or the mean F1 over the classes that the weighted cells have.

    Parameters
    ----------
    truth
        Class of each cell, shape ``(n_cells,)``.
    predicted
        Predicted classes.
    """
    tables = _Tables(truth, predicted, together=True)

    def statistic(weights: np.ndarray) -> np.ndarray:
        table = tables(weights)
        right = np.diagonal(table, axis1=1, axis2=2)
        if metric == "accuracy":
            return tables.by_seed(right.sum(axis=1) / table.sum(axis=(1, 2)))
        truths = table.sum(axis=2)
        named = truths + table.sum(axis=1)
        scores = 2 * right / np.maximum(named, _LEAST)
        there = truths > 0
        return tables.by_seed((scores * there).sum(axis=1) / there.sum(axis=1))

    return statistic


def of_clusters(metric: ClusterMetric, truth: np.ndarray, clusters: np.ndarray) -> Statistic:
    """Return the adjusted Rand index, or the mutual information over the mean entropy.

    A cell that is drawn twice makes no pair with itself: it would seem to agree.

    Parameters
    ----------
    clusters
        Cluster of each cell, for each seed.
    """
    tables = _Tables(truth, clusters, together=False)

    def statistic(weights: np.ndarray) -> np.ndarray:
        table = tables(weights)
        if metric == "NMI":
            return tables.by_seed(_mutual_information(table))
        return tables.by_seed(_rand_index(table, tables(weights**2)))

    return statistic


def of_ranking(truth: np.ndarray, scores: np.ndarray) -> Statistic:
    """Return the area under the ROC curve of scores, shape ``(n_seeds, n_cells)``.

    It is the chance that a true cell has a higher score than another; equal scores count half. A
    draw without a cell of either kind gives 0.5.

    Parameters
    ----------
    truth
        Mask of the true cells, shape ``(n_cells,)``.
    """
    ranks = [np.unique(row, return_inverse=True)[1] for row in np.atleast_2d(scores)]

    def statistic(weights: np.ndarray) -> np.ndarray:
        found = []
        for row in ranks:
            above = np.bincount(row, weights * truth, len(row))
            below = np.bincount(row, weights * ~truth, len(row))
            pairs = above.sum() * below.sum()
            right = above @ (np.cumsum(below) - below / 2)
            found.append(right / pairs if pairs else 0.5)
        return np.array(found)

    return statistic


def of_means(values: np.ndarray) -> Statistic:
    """Return the weighted mean of values, shape ``(n_seeds, n_cells)``."""

    def statistic(weights: np.ndarray) -> np.ndarray:
        return np.asarray(values @ weights / weights.sum())

    return statistic


def of_regression(metric: NumberMetric, truth: np.ndarray, predicted: np.ndarray) -> Statistic:
    """Return the share of variance explained, or Pearson's correlation, of ``(n_seeds, n)``."""

    def statistic(weights: np.ndarray) -> np.ndarray:
        share = weights / weights.sum()
        around = truth - truth @ share
        variance = max(float(around**2 @ share), _LEAST)
        if metric == "R2":
            return np.asarray(1 - (truth - predicted) ** 2 @ share / variance)
        others = predicted - (predicted @ share)[:, None]
        spread = np.sqrt(variance * np.maximum(others**2 @ share, _LEAST))
        return np.asarray((others * around) @ share / spread)

    return statistic


def of_survival(
    time: np.ndarray,
    event: np.ndarray,
    risk: np.ndarray,
    *,
    strata: np.ndarray | None = None,
    weight: np.ndarray | None = None,
) -> Statistic:
    """Return Harrell's C-index of risks, shape ``(n_seeds, n_patients)``.

    A pair counts if the one with the shorter time had the event; equal risks count half. Harrell
    et al., Evaluating the yield of medical tests, 1982, doi:10.1001/jama.1982.03320430047030.
    With the weights of `survival_statistics.uno_weights` it is Uno's.

    Parameters
    ----------
    strata
        Only pairs of one stratum count, such as those whose risk one fit has given.
    weight
        Weight of each patient as the one with the event, shape ``(n_patients,)``.
    """
    earlier = ((time[:, None] < time) & event.astype(bool)[:, None]).astype(np.float64)
    if strata is not None:
        earlier *= strata[:, None] == strata
    if weight is not None:
        earlier *= weight[:, None]
    right = [earlier * (np.sign(row[:, None] - row) / 2 + 0.5) for row in risk.astype(np.float64)]

    def statistic(weights: np.ndarray) -> np.ndarray:
        pairs = max(float(weights @ earlier @ weights), _LEAST)
        return np.array([weights @ one @ weights / pairs for one in right])

    return statistic


class _Tables:
    """Weighted tables of truth by prediction, shape ``(n_rows, n_truths, n_predicted)``."""

    def __init__(self, truth: np.ndarray, predicted: np.ndarray, *, together: bool) -> None:
        self._shape = predicted.shape[:-1]
        rows = np.asarray(predicted).reshape(-1, predicted.shape[-1]).astype(str)
        if together:
            names, codes = np.unique(
                np.vstack([[np.asarray(truth).astype(str)], rows]), return_inverse=True
            )
            codes = codes.reshape(len(rows) + 1, -1)
            first, others, sizes = codes[0], codes[1:], (len(names), len(names))
        else:
            truths, first = np.unique(np.asarray(truth).astype(str), return_inverse=True)
            names, others = np.unique(rows, return_inverse=True)
            others, sizes = others.reshape(rows.shape), (len(truths), len(names))
        self._sizes = (len(rows), *sizes)
        place = np.arange(len(rows))[:, None] * sizes[0] * sizes[1]
        self._place = (place + first * sizes[1] + others).ravel()

    def __call__(self, weights: np.ndarray) -> np.ndarray:
        found = np.bincount(
            self._place, np.tile(weights, self._sizes[0]), int(np.prod(self._sizes))
        )
        return found.reshape(self._sizes)

    def by_seed(self, values: np.ndarray) -> np.ndarray:
        """Return the mean over the variants of each seed, shape ``(n_seeds,)``."""
        return np.asarray(values.reshape(self._shape[0], -1).mean(axis=1))


def _rand_index(table: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """Return adjusted Rand indexes from sums of weights and of squared weights."""

    def pairs(sums: np.ndarray, of_squares: np.ndarray) -> np.ndarray:
        return np.asarray((sums**2 - of_squares).sum(axis=1) / 2)

    flat = pairs(table.reshape(len(table), -1), squares.reshape(len(table), -1))
    rows = pairs(table.sum(axis=2), squares.sum(axis=2))
    columns = pairs(table.sum(axis=1), squares.sum(axis=1))
    everything = pairs(table.sum(axis=(1, 2))[:, None], squares.sum(axis=(1, 2))[:, None])
    expected = rows * columns / np.maximum(everything, _LEAST)
    highest = (rows + columns) / 2
    same = np.isclose(highest, expected)
    return np.where(same, 1.0, (flat - expected) / np.where(same, 1, highest - expected))


def _mutual_information(table: np.ndarray) -> np.ndarray:
    """Return mutual information over the mean of both entropies; 1 where both are zero."""
    share = table / table.sum(axis=(1, 2), keepdims=True)
    rows, columns = share.sum(axis=2), share.sum(axis=1)
    entropies = _entropy(rows) + _entropy(columns)
    shared = entropies - _entropy(share.reshape(len(table), -1))
    none = entropies < _LEAST
    return np.where(none, 1.0, 2 * shared / np.where(none, 1, entropies))


def _entropy(shares: np.ndarray) -> np.ndarray:
    return np.asarray(-(shares * np.log(np.where(shares > 0, shares, 1))).sum(axis=1))
