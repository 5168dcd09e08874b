"""Return the share of right predictions by their probability, and the interval of a share."""

import json
from dataclasses import dataclass
from typing import Final

import numpy as np

BINS: Final = 10


@dataclass(frozen=True, slots=True)
class Reliability:
    """Bins of equal width from 0 to 1 that hold a cell; arrays of shape ``(n_bins,)``."""

    low: np.ndarray
    """Lower end of each bin."""
    high: np.ndarray
    """Upper end."""
    cells: np.ndarray
    """Number of cells."""
    probability: np.ndarray
    """Mean probability of the predicted class."""
    n_right: np.ndarray
    """Number of cells that are right."""

    @property
    def right(self) -> np.ndarray:
        """Share of cells that are right."""
        return np.asarray(self.n_right / self.cells)

    @property
    def error(self) -> float:
        """Mean difference of probability and share, weighted by cells.

        The expected calibration error of Naeini, Cooper and Hauskrecht, 2015,
        doi:10.1609/aaai.v29i1.9602.
        """
        return float(np.average(np.abs(self.probability - self.right), weights=self.cells))

    def __str__(self) -> str:
        """Return it as JSON: a list for each column, rounded to four digits."""
        names = ("low", "cells", "probability", "right")
        return json.dumps({name: np.round(getattr(self, name), 4).tolist() for name in names})


def reliability(probability: np.ndarray, right: np.ndarray, bins: int = BINS) -> Reliability:
    """Return the bins of cells by the probability of their predicted class.

    Parameters
    ----------
    probability
        From 0 to 1, shape ``(n_cells,)``.
    right
        Mask of the cells that are right.
    bins
        Number of bins of equal width; probability 1 is in the last one.
    """
    numbers = np.minimum((probability * bins).astype(np.int64), bins - 1)
    cells = np.bincount(numbers, minlength=bins)
    there = np.flatnonzero(cells)
    total = np.bincount(numbers, probability, bins)[there]
    n_right = np.bincount(numbers[np.asarray(right, bool)], minlength=bins)[there]
    ends = there / bins, (there + 1) / bins
    return Reliability(*ends, cells[there], total / cells[there], n_right)


def wilson(n_right: int, n_cells: int) -> tuple[float | None, float | None]:
    """Return the ends of the 95 % interval of a share, None for no cells.

    Wilson, 1927, doi:10.1080/01621459.1927.10502953.
    """
    # not at the top: it takes half a second to import
    from scipy.stats import binomtest

    if not n_cells:
        return None, None
    ends = binomtest(n_right, n_cells).proportion_ci(0.95, method="wilson")
    return float(ends.low), float(ends.high)
