"""Reliability: how often cells of each probability are right."""

import json
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import isotonic_regression

BINS: Final = 10


@dataclass(frozen=True, slots=True)
class Reliability:
    """Bins of equal width from 0 to 1 that hold a cell; arrays of shape ``(n_bins,)``."""

    low: np.ndarray
    """Lower end of each bin."""
    cells: np.ndarray
    """Number of cells."""
    probability: np.ndarray
    """Mean probability of the predicted class."""
    right: np.ndarray
    """Share of cells that are right."""

    @property
    def error(self) -> float:
        """Mean difference of probability and share, weighted by cells.

        The expected calibration error of Naeini, Cooper and Hauskrecht, 2015,
        doi:10.1609/aaai.v29i1.9602.
        """
        return float(np.average(np.abs(self.probability - self.right), weights=self.cells))

    def __str__(self) -> str:
        """Return it as JSON: a list for each column, rounded to four digits."""
        columns = {
            "low": self.low,
            "cells": self.cells,
            "probability": self.probability,
            "right": self.right,
        }
        return json.dumps({name: np.round(column, 4).tolist() for name, column in columns.items()})


def reliability(probability: np.ndarray, right: np.ndarray) -> Reliability:
    """Return the bins of cells by the probability of their predicted class.

    Parameters
    ----------
    probability
        From 0 to 1, shape ``(n_cells,)``.
    right
        Mask of the cells that are right.
    """
    numbers = np.minimum((probability * BINS).astype(np.int64), BINS - 1)
    cells = np.bincount(numbers, minlength=BINS)
    there = np.flatnonzero(cells)
    sums = [np.bincount(numbers, values, BINS)[there] for values in (probability, right)]
    return Reliability(there / BINS, cells[there], *(one / cells[there] for one in sums))


def chance_right(
    confidence: np.ndarray, right: np.ndarray, weights: np.ndarray, asked: np.ndarray
) -> np.ndarray:
    """Return the share of calibration cells that are right at the confidence of each asked cell.

    A step function that never falls, by isotonic regression: Zadrozny and Elkan, Transforming
    classifier scores into accurate multiclass probability estimates, 2002,
    doi:10.1145/775047.775151.

    Parameters
    ----------
    confidence, right, weights
        Of calibration cells, shape ``(n_cells,)``.
    asked
        Confidence of other cells.
    """
    levels, numbers = np.unique(confidence, return_inverse=True)
    total = np.bincount(numbers, weights)
    there = total > 0
    if not there.any():
        return np.zeros(len(asked))
    levels, total = levels[there], total[there]
    share = np.bincount(numbers, weights * right)[there] / total
    fitted = isotonic_regression(share, weights=total).x
    place = np.clip(np.searchsorted(levels, asked, side="right") - 1, 0, len(levels) - 1)
    return np.clip(fitted[place], 0.0, 1.0)
