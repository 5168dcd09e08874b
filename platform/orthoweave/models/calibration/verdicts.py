"""Verdicts: how far a cell, and a dataset, lies from the cells that a classifier learnt from."""

from typing import Final

import numpy as np

NEAR: Final = 0.95
"""Share of unchanged cells of held-out donors that are near."""
INSIDE: Final = 0.99
"""Share of cells of simulated laboratories that are not outside."""
# cells of a predicted class from which its own distances are taken, not those of all classes
_LEAST_CELLS: Final = 20


def outer_bounds(distance: np.ndarray, predicted: np.ndarray, n_classes: int) -> np.ndarray:
    """Return the distance beyond which a cell of each class is outside, shape ``(n_classes,)``.

    Parameters
    ----------
    distance, predicted
        Of cells of simulated laboratories, shape ``(n_cells,)``.
    """
    found = np.full(n_classes, np.quantile(distance, INSIDE))
    for number in range(n_classes):
        ours = distance[predicted == number]
        if len(ours) >= _LEAST_CELLS:
            found[number] = np.quantile(ours, INSIDE)
    return found


def cell_verdicts(distance: np.ndarray, near: float, outer: np.ndarray) -> np.ndarray:
    """Return ``near``, ``far`` or ``outside`` for each cell, shape ``(n_cells,)``, texts.

    Near is what cells of a held-out donor are, far what only cells of simulated laboratories are,
    outside what these are not either.

    Parameters
    ----------
    distance
        Of each cell from the training cells of its predicted class.
    near
        Distance up to which a cell is near.
    outer
        Distance beyond which each cell is outside, shape ``(n_cells,)``.
    """
    found = np.where(distance <= near, "near", "far").astype(object)
    found[distance > outer] = "outside"
    return found


def dataset_verdict(cells: np.ndarray) -> str:
    """Return the verdict of the middle cell, from the nearest to the farthest."""
    if np.mean(cells == "outside") > 0.5:
        return "outside"
    return "near" if np.mean(cells == "near") >= 0.5 else "far"
