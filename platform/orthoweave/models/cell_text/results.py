"""Results of text-derived cells: the table, the score and the measures of a fit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from orthoweave.models.base import Score
from orthoweave.models.cell_text.attribution import Contributions
from orthoweave.models.cell_text.config import CellTextConfig
from orthoweave.models.cell_text.embedding import TextCells
from orthoweave.models.cell_text.evaluation import Task, few_label_scores
from orthoweave.models.outputs import Vectors, vectors_of_cells
from orthoweave.models.resampling import resample, score_of
from orthoweave.models.statistics import of_classes
from orthoweave.views.expression import ExpressionView


@dataclass(frozen=True, slots=True)
class Described:
    """A fit: cells described by texts, with their scores."""

    cells: TextCells
    task: Task
    contributions: Contributions
    predicted: Mapping[str, np.ndarray]
    """Classes of the test cells by method, shape ``(n_draws, n_test)``."""
    permuted: np.ndarray
    """The same with permuted texts, shape ``(n_permutations, n_draws, n_test)``."""
    test_donors: np.ndarray
    """Donor of each test cell or None, shape ``(n_test,)``."""

    @property
    def scores(self) -> dict[str, np.ndarray]:
        """Macro-F1 by method, shape ``(n_draws,)``."""
        return {name: few_label_scores(rows, self.task) for name, rows in self.predicted.items()}

    @property
    def permuted_scores(self) -> np.ndarray:
        """Macro-F1 with permuted texts, shape ``(n_permutations, n_draws)``."""
        return few_label_scores(self.permuted, self.task)


def contribution_rows(
    contributions: Contributions, view: ExpressionView, config: CellTextConfig
) -> pa.Table:
    """Return the rows of CONTRIBUTES_TO: the genes that contribute most to each cell type."""
    columns: dict[str, list[Any]] = {
        name: [] for name in ("from", "to", "dataset", "contribution", "rank", "percentile")
    }
    for number, cell_type in enumerate(contributions.classes):
        order = np.argsort(-contributions.values[number], kind="stable")[: config.genes_per_type]
        order = order[contributions.values[number, order] > 0]
        columns["from"] += view.genes[order].tolist()
        columns["to"] += [str(cell_type)] * len(order)
        columns["dataset"] += [config.dataset] * len(order)
        columns["contribution"] += contributions.values[number, order].tolist()
        columns["rank"] += list(range(1, len(order) + 1))
        columns["percentile"] += contributions.percentile[number, order].tolist()
    return pa.table(columns)


def text_vectors(cells: TextCells, view: ExpressionView) -> tuple[Vectors, ...]:
    """Return the vectors of the usable cells as the space ``cells``."""
    return vectors_of_cells(view.dataset, view.cells[cells.usable], cells.vectors[cells.usable])


def score(fitted: Described, config: CellTextConfig) -> Score:
    """Return the macro-F1 of the texts beside the baselines and permuted texts."""
    truth = fitted.task.labels[fitted.task.test]
    rows = {**fitted.predicted, "permuted": fitted.permuted.swapaxes(0, 1)}
    found = resample(
        {name: of_classes("macro-F1", truth, predicted) for name, predicted in rows.items()},
        fitted.test_donors,
        seed=config.seed,
    )
    return score_of(
        "macro-F1",
        f"{config.per_class} labelled cells of each of {len(fitted.contributions.classes)} "
        f"types of {config.dataset}, unseen donors where there are any",
        found,
        model="text",
        control="permuted",
        control_name="texts permuted among genes",
    )


def measures(fitted: Described) -> dict[str, float | int | str]:
    """Return the gain over permuted texts, and the numbers of genes and cells."""
    permuted = fitted.permuted_scores.mean(axis=1)
    mean = fitted.scores["text"].mean()
    return {
        "gain_over_permuted": round(float(mean - np.median(permuted)), 6),
        "percentile_of_permutations": float((permuted < mean).mean()),
        "genes_with_text": int(fitted.cells.has_text.sum()),
        "cells_left_out": int((~fitted.cells.usable).sum()),
    }
