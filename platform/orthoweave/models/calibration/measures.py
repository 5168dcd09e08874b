"""Measures of a calibration: shift, verdicts, who names the cells, and reliability."""

import numpy as np

from orthoweave.models.calibration.calibrate import Calibrated
from orthoweave.models.calibration.verdicts import VERDICTS
from orthoweave.numerics.reliability import reliability


def calibration_measures(
    found: Calibrated, right: np.ndarray, labelled: np.ndarray
) -> dict[str, float | int | str]:
    """Return the measures of a calibration by name.

    Parameters
    ----------
    right, labelled
        Masks of the cells whose predicted class their authors name, and of those that they name at
        all; reliability is measured on the latter.
    """
    shift = found.shift
    measures: dict[str, float | int | str] = {
        "verdict": found.dataset_verdict,
        **{f"cells_{name}": int((found.verdict == name).sum()) for name in VERDICTS},
        "named_by": found.choice,
        "held_out_donor_accuracy": round(found.held_out, 6),
        "trial_accuracy": round(found.right["both"], 6),
        "trial_accuracy_of_plain": round(found.right["plain"], 6),
        "trial_accuracy_of_named": round(found.named_right, 6),
        "shift_genes": round(shift.genes, 6),
        "shift_depth": round(shift.depth, 6),
        "shift_gene_spread": round(shift.spread, 6),
        "shift_between_donors": round(shift.between_donors, 6),
        "shift_composition": round(shift.composition, 6),
    }
    known = labelled & ~np.isnan(found.certainty)
    if known.any():
        curve = reliability(found.certainty[known], right[known])
        measures |= {"calibration_error": round(curve.error, 6), "reliability": str(curve)}
    return measures
