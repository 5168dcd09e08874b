"""Results of text-derived cells: the table, the score and the measures of a fit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from orthoweave.models.base import Estimate, Score
from orthoweave.models.cell_text.attribution import Contributions
from orthoweave.models.cell_text.config import CellTextConfig
from orthoweave.models.cell_text.embedding import TextCells
from orthoweave.models.cell_text.evaluation import Task
from orthoweave.models.evaluation import seed_estimate
from orthoweave.views.expression import ExpressionView


@dataclass(frozen=True, slots=True)
class Described:
    """A fit: cells described by texts, with their scores."""

    cells: TextCells
    task: Task
    contributions: Contributions
    scores: Mapping[str, np.ndarray]
    """Macro-F1 by method, shape ``(n_draws,)``."""
    permuted_scores: np.ndarray
    """Macro-F1 with permuted texts, shape ``(n_permutations, n_draws)``."""


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


def score(fitted: Described, config: CellTextConfig) -> Score:
    """Return the macro-F1 of the texts beside the baselines and permuted texts."""
    means = {name: seed_estimate(values.tolist()) for name, values in fitted.scores.items()}
    return Score(
        "macro-F1",
        f"{config.per_class} labelled cells of each of {len(fitted.contributions.classes)} "
        f"types of {config.dataset}, {config.draws} draws, unseen donors where there are any",
        means.pop("text"),
        baselines=means,
        control=_over_permutations(fitted),
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


def _over_permutations(fitted: Described) -> Estimate:
    means = fitted.permuted_scores.mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    middle = float(np.median(means))
    return Estimate(middle, min(float(low), middle), max(float(high), middle))
