"""Cells that are named where a calibration says so, or by a threshold that was given."""

from dataclasses import dataclass, field

import numpy as np

from orthoweave.models.calibration.calibrate import Calibrated
from orthoweave.models.named_cells import NamedCells


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
