"""Cells named by a model: types with probabilities, as rows of the graph and in numbers."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from orthoweave.models.outputs import Predictions


@dataclass(frozen=True, slots=True)
class NamedCells:
    """Class probabilities of the cells of a dataset, and the threshold for a type."""

    classes: np.ndarray
    """Keys of the cell types told apart, shape ``(n_classes,)``."""
    probability: np.ndarray
    """Probability of each class for each cell, shape ``(n_cells, n_classes)``."""
    threshold: float
    """Probability below which a cell gets no type."""

    @property
    def predicted(self) -> np.ndarray:
        """Key of the most probable type of each cell, shape ``(n_cells,)``."""
        return np.asarray(self.classes[self.probability.argmax(axis=1)])

    @property
    def is_named(self) -> np.ndarray:
        """Mask of cells whose highest probability reaches the threshold, shape ``(n_cells,)``."""
        return np.asarray(self.probability.max(axis=1) >= self.threshold)

    @property
    def certainty(self) -> np.ndarray:
        """Probability that the predicted type is right, shape ``(n_cells,)``, float64."""
        return np.asarray(self.probability.max(axis=1), np.float64)


def type_rows(found: NamedCells, cells: np.ndarray, run: str) -> pa.Table:
    """Return the rows of HAS_TYPE: the most probable type of each cell that was named.

    Parameters
    ----------
    cells
        Keys of the cells, shape ``(n_cells,)``.
    run
        Key of the run.
    """
    named = found.is_named
    return pa.table(
        {
            "from": pa.array(cells[named], pa.string()),
            "to": pa.array(found.predicted[named], pa.string()),
            "by": pa.array([run] * int(named.sum()), pa.string()),
            "probability": found.certainty[named],
        }
    )


def predictions_of(
    found: NamedCells,
    dataset: str,
    cells: np.ndarray,
    there: np.ndarray | None = None,
    *,
    verdict: np.ndarray | None = None,
) -> Predictions:
    """Return the predictions of all cells: the most probable type, also of cells without a name.

    Parameters
    ----------
    cells
        Keys of the dataset's cells, shape ``(n_cells,)``.
    there
        Mask of the cells that `found` is of; all if None. The model abstains on the others.
    verdict
        Distance of each cell from those that the model learnt from, as `Predictions` has it.
    """
    known = np.ones(len(cells), bool) if there is None else there
    label: np.ndarray = np.full(len(cells), None, object)
    probability = np.full(len(cells), np.nan)
    abstained = np.ones(len(cells), bool)
    label[known] = found.predicted
    probability[known] = found.certainty
    abstained[known] = ~found.is_named
    return Predictions(dataset, cells, label, probability, abstained, verdict)


def named_measures(found: NamedCells, truth: np.ndarray) -> dict[str, float | int | str]:
    """Return the numbers of cells, and how well named cells agree with their authors' types.

    Parameters
    ----------
    truth
        Key of each cell's type or None, shape ``(n_cells,)``.
    """
    measures: dict[str, float | int | str] = {
        "cells": len(truth),
        "coverage": round(float(found.is_named.mean()), 6),
        "threshold": round(found.threshold, 6),
    }
    return measures | _agreement(found, truth)


def _agreement(found: NamedCells, truth: np.ndarray) -> dict[str, float | int | str]:
    """Return how often named cells are right, and how often cells of no such class were named."""
    named, predicted = found.is_named, found.predicted
    labelled = np.array([key is not None for key in truth], bool)
    known = np.isin(truth, found.classes)
    measures: dict[str, float | int | str] = {}
    if (known & named).any():
        right = truth[known & named] == predicted[known & named]
        measures["accuracy_of_named"] = round(float(np.mean(right)), 6)
        measures["coverage_of_known_types"] = round(float(named[known].mean()), 6)
    foreign = labelled & ~known
    if foreign.any():
        measures["cells_of_other_types"] = int(foreign.sum())
        measures["share_of_other_types_named"] = round(float(named[foreign].mean()), 6)
    return measures
