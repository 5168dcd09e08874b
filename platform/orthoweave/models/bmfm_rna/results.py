"""Results of BMFM-RNA: vectors, the named cells, and the measures of a fit."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from orthoweave.models.base import ModelResult, RunContext, Score
from orthoweave.models.calibration.measures import calibration_measures
from orthoweave.models.calibration.named import CalibratedCells
from orthoweave.models.calibration.notes import notes as calibration_notes
from orthoweave.models.named_cells import named_measures, predictions_of, type_rows
from orthoweave.models.outputs import vectors_of_cells
from orthoweave.views.expression import ExpressionView

if TYPE_CHECKING:
    # these need PyTorch, which the list of models does not need
    from orthoweave.models.bmfm_rna.fitting import Learnt


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fit: vectors of the target's cells, their types, and what was learnt."""

    vectors: np.ndarray
    """Vector of each cell of the target, shape ``(n_cells, width)``, float32."""
    named: CalibratedCells | None
    """The named cells; None without a source."""
    learnt: "Learnt"
    notes: tuple[str, ...] = field(default=())


def result_of(
    vectors: np.ndarray,
    named: CalibratedCells | None,
    target: ExpressionView,
    context: RunContext,
    *,
    source: str,
    scores: tuple[Score, ...] = (),
    measures: dict[str, float | int | str] | None = None,
    notes: tuple[str, ...] = (),
) -> ModelResult:
    """Return vectors, and types and predictions where cells were named.

    Parameters
    ----------
    source
        Name of the labelled data, for notes.
    """
    found = vectors_of_cells(target.dataset, target.cells, vectors)
    numbers: dict[str, float | int | str] = {"width": vectors.shape[1]} | (measures or {})
    if named is None:
        return ModelResult({}, scores, {"cells": len(vectors)} | numbers, notes, vectors=found)
    calibrated = named.calibrated
    how = (
        (
            f"{int(named.is_named.sum())} of {target.n_cells} cells named with a probability of at "
            f"least {named.threshold:.3f}, which was given: no donor was held out, and how far the "
            "cells lie from the training data was not measured",
        )
        if calibrated is None
        else calibration_notes(calibrated, target.dataset, source, "encoder")
    )
    return ModelResult(
        {"HAS_TYPE": type_rows(named, target.cells, context.run)},
        scores,
        _measures(named, target) | numbers,
        (*notes, *how),
        vectors=found,
        predictions=(
            predictions_of(
                named,
                target.dataset,
                target.cells,
                verdict=None if calibrated is None else calibrated.verdict,
            ),
        ),
    )


def _measures(named: CalibratedCells, target: ExpressionView) -> dict[str, float | int | str]:
    found = named_measures(named, target.cell_types)
    if named.calibrated is None:
        return found
    right = np.asarray(target.cell_types == named.predicted)
    labelled = np.array([key is not None for key in target.cell_types], bool)
    return found | calibration_measures(named.calibrated, right, labelled)
