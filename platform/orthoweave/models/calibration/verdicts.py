"""Verdicts: how far a cell, and a dataset, lies from the cells that a classifier learnt from."""

from typing import Final

import numpy as np

from orthoweave.models.calibration.shift import Shift
from orthoweave.models.state import ENOUGH_FOUND

VERDICTS: Final = ("near", "far", "outside")
"""All verdicts, from the nearest to the farthest."""
NEAR: Final = 0.95
"""Share of unchanged cells of held-out donors that are near."""
INSIDE: Final = 0.99
"""Share of cells of simulated laboratories that are not outside."""
# cells of a predicted class from which its own distances are taken, not those of all classes
_LEAST_CELLS: Final = 20
_FAR_SPREAD: Final = float(np.log(2))
_FAR_DEPTH: Final = 0.5


def bounds(distance: np.ndarray, predicted: np.ndarray, n_classes: int, share: float) -> np.ndarray:
    """Return the distance within which a share of the cells of each class lie, ``(n_classes,)``.

    A class of few cells has the bound of all.

    Parameters
    ----------
    distance, predicted
        Of known cells, shape ``(n_cells,)``.
    share
        From 0 to 1.
    """
    found = np.full(n_classes, np.quantile(distance, share))
    for number in range(n_classes):
        ours = distance[predicted == number]
        if len(ours) >= _LEAST_CELLS:
            found[number] = np.quantile(ours, share)
    return found


def cell_verdicts(distance: np.ndarray, near: np.ndarray, outer: np.ndarray) -> np.ndarray:
    """Return ``near``, ``far`` or ``outside`` for each cell, shape ``(n_cells,)``, texts.

    Near is what cells of a held-out donor are, far what only cells of simulated laboratories are,
    outside what these are not either.

    Parameters
    ----------
    distance
        Of each cell from the training cells of its predicted class.
    near, outer
        Distance up to which each cell is near, and beyond which it is outside.
    """
    found = np.where(distance <= near, "near", "far").astype(object)
    found[distance > outer] = "outside"
    return found


def dataset_verdict(cells: np.ndarray, shift: Shift) -> str:
    """Return the verdict of the middle cell, from the nearest to the farthest.

    A dataset is far, whatever its cells, if genes are measured apart by factors of two beyond those
    between donors, if cells have less than half as many genes above zero, or if it measures fewer
    than 80 % of the genes.

    Parameters
    ----------
    cells
        Verdict of each cell, shape ``(n_cells,)``, texts.
    """
    if np.mean(cells == "outside") > 0.5:
        return "outside"
    apart = shift.excess >= _FAR_SPREAD or shift.depth < _FAR_DEPTH or shift.genes < ENOUGH_FOUND
    return "far" if apart or np.mean(cells == "near") < 0.5 else "near"
