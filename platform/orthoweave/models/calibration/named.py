"""Cells that are named where a calibration says so, or by a threshold that was given."""

from dataclasses import dataclass, field

import numpy as np

from orthoweave.models.calibration.calibrate import Calibrated
from orthoweave.models.calibration.measures import calibration_measures
from orthoweave.models.calibration.notes import notes
from orthoweave.models.named_cells import NamedCells, named_measures


@dataclass(frozen=True, slots=True)
class CalibratedCells(NamedCells):
    """Class probabilities of cells, and how far to trust each."""

    calibrated: Calibrated | None = field(default=None, kw_only=True)
    """Calibration of the cells; None if the threshold was given."""

    @property
    def is_named(self) -> np.ndarray:
        """Mask of the cells that get a type, shape ``(n_cells,)``."""
        if self.calibrated is None:
            return np.asarray(self.probability.max(axis=1) >= self.threshold)
        return self.calibrated.named

    @property
    def certainty(self) -> np.ndarray:
        """Probability that the predicted type is right, NaN outside, shape ``(n_cells,)``."""
        if self.calibrated is None:
            return np.asarray(self.probability.max(axis=1), np.float64)
        return self.calibrated.certainty


def least_certain(found: Calibrated) -> float:
    """Return the certainty of the least certain cell that is named; 1 if none is."""
    certain = found.certainty[found.named]
    return float(certain.min()) if len(certain) else 1.0


def measures_of(named: CalibratedCells, truth: np.ndarray) -> dict[str, float | int | str]:
    """Return the numbers of cells, agreement with their authors, and those of the calibration.

    Parameters
    ----------
    truth
        Key of each cell's type or None, shape ``(n_cells,)``.
    """
    found = named_measures(named, truth)
    if named.calibrated is None:
        return found
    labelled = np.array([key is not None for key in truth], bool)
    return found | calibration_measures(
        named.calibrated, np.asarray(truth == named.predicted), labelled
    )


def notes_of(named: CalibratedCells, dataset: str, source: str, own: str) -> tuple[str, ...]:
    """Return the notes on how cells were named.

    Parameters
    ----------
    dataset, source, own
        As for `notes.notes`.
    """
    if named.calibrated is not None:
        return notes(named.calibrated, dataset, source, own)
    how = (
        f"with a probability of at least {named.threshold:.3f}, which was given"
        if named.threshold
        else "whatever their probability"
    )
    return (
        f"{int(named.is_named.sum())} of {len(named.probability)} cells named {how}: no donor was "
        "held out, and how far the cells lie from the training data was not measured",
    )


def verdict_of(named: CalibratedCells, there: np.ndarray | None = None) -> np.ndarray | None:
    """Return the verdict of each cell, shape ``(n_cells,)``; None if the threshold was given.

    Parameters
    ----------
    there
        Mask of the cells that `named` is of, shape ``(n_cells,)``; the others are outside. All if
        None.
    """
    if named.calibrated is None:
        return None
    if there is None:
        return named.calibrated.verdict
    found = np.full(len(there), "outside", object)
    found[there] = named.calibrated.verdict
    return found
