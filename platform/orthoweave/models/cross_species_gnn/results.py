"""Results of the graph network across species: the named cells and the measures of a fit."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from orthoweave.views.expression import ExpressionView


@dataclass(frozen=True, slots=True)
class Named:
    """A fit: class probabilities of the target's cells, and the threshold for a type."""

    classes: np.ndarray
    """Keys of the cell types told apart, shape ``(n_classes,)``."""
    probability: np.ndarray
    """Probability of each class for each target cell, shape ``(n_cells, n_classes)``."""
    threshold: float
    """Probability below which a cell gets no type."""
    held_out_accuracy: float | None
    """Share of cells of held-out source donors that were named rightly, if it was measured."""
    n_genes: tuple[int, int]
    """Genes of source and target that are nodes."""
    notes: tuple[str, ...]

    @property
    def predicted(self) -> np.ndarray:
        """Key of the most probable type of each cell, shape ``(n_cells,)``."""
        return np.asarray(self.classes[self.probability.argmax(axis=1)])

    @property
    def is_named(self) -> np.ndarray:
        """Mask of cells whose highest probability reaches the threshold, shape ``(n_cells,)``."""
        return np.asarray(self.probability.max(axis=1) >= self.threshold)


def type_rows(fitted: Named, target: ExpressionView, run: str) -> pa.Table:
    """Return the rows of HAS_TYPE: the most probable type of each cell that was named."""
    named = fitted.is_named
    return pa.table(
        {
            "from": target.cells[named],
            "to": fitted.predicted[named],
            "by": [run] * int(named.sum()),
            "probability": fitted.probability.max(axis=1)[named].astype(np.float64),
        }
    )


def measures(fitted: Named, target: ExpressionView) -> dict[str, float | int | str]:
    """Return the numbers of cells and genes, and how well named cells agree with their authors."""
    found: dict[str, float | int | str] = {
        "cells": target.n_cells,
        "coverage": round(float(fitted.is_named.mean()), 6),
        "threshold": round(fitted.threshold, 6),
        "source_genes": fitted.n_genes[0],
        "target_genes": fitted.n_genes[1],
    }
    if fitted.held_out_accuracy is not None:
        found["held_out_donor_accuracy"] = round(fitted.held_out_accuracy, 6)
    return found | _of_named(fitted, target.cell_types)


def _of_named(fitted: Named, truth: np.ndarray) -> dict[str, float | int | str]:
    """Return how often named cells are right, and how often cells of no such class were named."""
    named, predicted = fitted.is_named, fitted.predicted
    labelled = np.array([key is not None for key in truth], bool)
    known = np.isin(truth, fitted.classes)
    found: dict[str, float | int | str] = {}
    if (known & named).any():
        right = truth[known & named] == predicted[known & named]
        found["accuracy_of_named"] = round(float(np.mean(right)), 6)
        found["coverage_of_known_types"] = round(float(named[known].mean()), 6)
    foreign = labelled & ~known
    if foreign.any():
        found["cells_of_other_types"] = int(foreign.sum())
        found["share_of_other_types_named"] = round(float(named[foreign].mean()), 6)
    return found
