"""Results of BMFM-RNA: vectors, the named cells, and the measures of a fit."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from orthoweave.models.base import ModelResult, RunContext, Score
from orthoweave.models.calibration.named import CalibratedCells, measures_of, notes_of, verdict_of
from orthoweave.models.named_cells import predictions_of, type_rows
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
    return ModelResult(
        {"HAS_TYPE": type_rows(named, target.cells, context.run)},
        scores,
        measures_of(named, target.cell_types) | numbers,
        (*notes, *notes_of(named, target.dataset, source, "encoder")),
        vectors=found,
        predictions=(
            predictions_of(named, target.dataset, target.cells, verdict=verdict_of(named)),
        ),
    )
