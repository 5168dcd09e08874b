"""Results of scMamba: types, doublets or imputed values of the cells of a dataset."""

import numpy as np

from orthoweave.models.base import ModelResult, RunContext
from orthoweave.models.named_cells import NamedCells, named_measures, predictions_of, type_rows
from orthoweave.models.outputs import Array, Predictions, vectors_of_cells
from orthoweave.models.scmamba.config import ScMambaConfig
from orthoweave.models.scmamba.fitting import Fitted
from orthoweave.views.expression import ExpressionView

_NOT_FACTS = (
    "imputed values are expected by a network: they are kept as a file, and no test of "
    "differential expression may read them"
)


def task_result(
    task: str,
    found: np.ndarray,
    classes: np.ndarray,
    genes: np.ndarray,
    *,
    view: ExpressionView,
    config: ScMambaConfig,
    context: RunContext,
    fresh: np.ndarray | None = None,
) -> ModelResult:
    """Return the result of class probabilities or imputed values.

    Parameters
    ----------
    found
        Shape ``(n_cells, n_classes or n_genes)``.
    fresh
        Mask of the cells whose type may become a fact; all if None.
    """
    if task == "impute":
        array = Array("imputed", "Cell", view.dataset, view.cells, genes, found.astype(np.float32))
        return ModelResult({}, notes=(_NOT_FACTS,), arrays=(array,))
    if task == "doublets":
        return _doublets(found[:, 1], classes, view)
    named = NamedCells(classes, found, config.threshold)
    asked = np.ones(view.n_cells, bool) if fresh is None else fresh
    some = NamedCells(classes, found[asked], config.threshold)
    return ModelResult(
        {"HAS_TYPE": type_rows(some, view.cells[asked], context.run)},
        measures=named_measures(named, view.cell_types),
        predictions=(predictions_of(named, view.dataset, view.cells),),
    )


def fitted_result(
    fitted: Fitted, view: ExpressionView, config: ScMambaConfig, context: RunContext
) -> ModelResult:
    """Return the result of a fit, with its scores."""
    own = task_result(
        config.task,
        fitted.found,
        fitted.classes,
        fitted.genes,
        view=view,
        config=config,
        context=context,
        fresh=fitted.fresh,
    )
    vectors = fitted.vectors
    return ModelResult(
        own.tables,
        fitted.scores,
        {**own.measures, **fitted.measures},
        (*own.notes, *fitted.notes),
        () if vectors is None else vectors_of_cells(view.dataset, view.cells, vectors),
        own.predictions,
        own.arrays,
    )


def _doublets(chance: np.ndarray, classes: np.ndarray, view: ExpressionView) -> ModelResult:
    doublet = chance >= 0.5
    predictions = Predictions(
        view.dataset,
        view.cells,
        classes[doublet.astype(int)],
        np.where(doublet, chance, 1 - chance),
        np.zeros(view.n_cells, bool),
        value=chance,
    )
    measures = {
        "cells": view.n_cells,
        "doublets": int(doublet.sum()),
        "expected_doublets": round(float(chance.sum()), 6),
    }
    return ModelResult({}, measures=measures, predictions=(predictions,))
