"""Baselines: plain classifiers of the same few labelled cells from expression."""

from collections.abc import Callable

import numpy as np

from orthoweave.models.cell_text.evaluation import Task
from orthoweave.models.probes.classifiers import logistic, nearest_neighbours
from orthoweave.models.probes.components import expression_components
from orthoweave.models.probes.expression import by_centroids
from orthoweave.views.expression import ExpressionView


def expression_predictions(
    view: ExpressionView, training: np.ndarray, task: Task
) -> dict[str, np.ndarray]:
    """Return classes of the test cells by method, shape ``(n_draws, n_test)`` each.

    Parameters
    ----------
    view
        Counts of all cells.
    training
        Mask of the cells that give the components; no label is read.
    """
    values = view.log1p_cp10k().values
    found = expression_components(values, training)
    labels, test = task.labels, task.test

    def each(method: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        return np.array([method(cells) for cells in task.draws])

    return {
        "PCA-50": each(lambda cells: logistic(found[cells], labels[cells], found[test])),
        "nearest cells in PCA-50": each(
            lambda cells: nearest_neighbours(found[cells], labels[cells], found[test])
        ),
        "Spearman to centroids of markers": each(
            lambda cells: by_centroids(values[cells], labels[cells], values[test])
        ),
    }
