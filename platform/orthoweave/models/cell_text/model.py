"""Text-derived cells as a model: what it reads, how it is measured and what it gives back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from orthoweave.data.cell_vectors import WEIGHTINGS, Weighting
from orthoweave.data.expression_view import ExpressionView
from orthoweave.data.view_requests import ExpressionRequest, VectorRequest, ViewRequest, Views
from orthoweave.errors import UsageError
from orthoweave.models.base import Estimate, Model, ModelCard, ModelResult, RunContext, Score
from orthoweave.models.cell_text.attribution import Contributions, class_contributions
from orthoweave.models.cell_text.embedding import (
    TextCells,
    permuted,
    random_projection,
    text_cells,
)
from orthoweave.models.cell_text.evaluation import (
    Task,
    few_label_scores,
    few_label_task,
    principal_components,
)
from orthoweave.models.evaluation import seed_estimate, split_by_donor
from orthoweave.models.settings import device_setting, seed_setting, setting

SHARE_TO_TEST: Final = 0.5
"""Of the cells, where a dataset has one donor only and cells are split at random."""


@dataclass(frozen=True, slots=True)
class CellTextConfig:
    """Settings of text-derived cells."""

    dataset: str = setting("", "dataset whose cells are described by their genes' texts")
    test_donors: tuple[str, ...] = setting((), "donors to test on; empty for the last")
    top_genes: int = setting(100, "genes that stand for a cell")
    directions: int = setting(2, "principal directions of gene vectors to take out")
    weighting: str = setting("log", "weights of a cell's genes", choices=WEIGHTINGS)
    housekeeping: bool = setting(
        default=False, help="keep mitochondrial, ribosomal and haemoglobin genes"
    )
    per_class: int = setting(10, "labelled cells of each type")
    draws: int = setting(20, "draws of labelled cells, at least 2")
    permutations: int = setting(20, "gene-text permutations, at least 2")
    genes_per_type: int = setting(25, "genes to write for each cell type")
    seed: int = seed_setting()
    device: str = device_setting()


@dataclass(frozen=True, slots=True)
class Described:
    """Cells by their texts, with what was measured on them."""

    cells: TextCells
    task: Task
    contributions: Contributions
    scores: Mapping[str, np.ndarray]
    """Macro-F1 by method, shape ``(n_draws,)``."""
    permuted_scores: np.ndarray
    """Macro-F1 with permuted texts, shape ``(n_permutations, n_draws)``."""


class CellText(Model[CellTextConfig, Described]):
    """Cells told apart by what is written of the genes that they express."""

    name = "cell_text"
    card = ModelCard(
        title="Text-derived, expression-weighted cell embeddings",
        paper="Jiang et al., LLM and scRNA-seq for motor neuron vulnerability, 2025",
        doi="arXiv:2505.07896",
        question="Which genes, by what is written of them, make a cell of this type?",
        reads=("counts of a dataset", "text vectors of its genes"),
        writes=("CONTRIBUTES_TO",),
        limits=(
            "a fixed linear map of expression: whatever it adds is in the texts, so look at the "
            "score with permuted texts first",
            "texts may name the cell type itself, which makes classification circular",
            "with many labels the principal components of expression are better",
        ),
    )
    config_class = CellTextConfig

    def views(self, config: CellTextConfig) -> Mapping[str, ViewRequest]:
        """Counts of the dataset and the text vectors of genes.

        Raises
        ------
        UsageError
            If no dataset is named.
        """
        if not config.dataset:
            message = "expected a dataset, such as --set dataset=baron_human"
            raise UsageError(message)
        return {
            "expression": ExpressionRequest(config.dataset),
            "genes": VectorRequest("gene_text"),
        }

    def fit(self, views: Views, config: CellTextConfig, context: RunContext) -> Described:
        """Describe the cells, classify them from few labels, and beside permuted texts.

        Raises
        ------
        InputError
            If under 70 % of all counts are of genes with a text, or too few cells are labelled.
        """
        view = views.expression("expression")
        weighting: Weighting = config.weighting  # type: ignore[assignment]  # one of WEIGHTINGS
        cells = text_cells(
            view, views.vectors("genes"), top=config.top_genes, directions=config.directions,
            weighting=weighting, housekeeping=config.housekeeping,
        )  # fmt: skip
        training, test = _split(view, config)
        task = few_label_task(
            view.cell_types, training & cells.usable, test & cells.usable, config.per_class,
            [config.seed + draw for draw in range(config.draws)],
        )  # fmt: skip
        scores = {
            "text": few_label_scores(cells.vectors, task),
            "PCA-50": few_label_scores(principal_components(view, training), task),
            "random projection": few_label_scores(
                random_projection(cells, config.seed).vectors, task
            ),
        }
        shuffled = []
        with context.progress.task("permuted texts", config.permutations) as progress:
            for number in range(config.permutations):
                other = permuted(cells, config.seed + number)
                shuffled.append(few_label_scores(other.vectors, task))
                progress.advance()
        classes = np.unique(task.labels[task.test].astype(str)).astype(object)
        contributions = class_contributions(
            cells, view.cell_types, classes, config.permutations, config.seed
        )
        return Described(cells, task, contributions, scores, np.array(shuffled))

    def apply(
        self, fitted: Described, views: Views, config: CellTextConfig, context: RunContext
    ) -> ModelResult:
        """The genes that contribute most to each cell type, and the scores."""
        del context
        view = views.expression("expression")
        means = {name: seed_estimate(values.tolist()) for name, values in fitted.scores.items()}
        score = Score(
            "macro-F1",
            f"{config.per_class} labelled cells of each of {len(fitted.contributions.classes)} "
            f"types of {config.dataset}, {config.draws} draws, unseen donors where there are any",
            means.pop("text"), baselines=means, control=_over_permutations(fitted),
            control_name="texts permuted among genes",
        )  # fmt: skip
        flagged = int((~fitted.cells.usable).sum())
        notes = (
            (f"{flagged} cells have fewer than ten usable genes and were left out",)
            if flagged
            else ()
        )
        typical = np.median(fitted.permuted_scores.mean(axis=1))
        mean = fitted.scores["text"].mean()
        measures = {
            "gain_over_permuted": round(float(mean - typical), 6),
            "percentile_of_permutations": float(
                (fitted.permuted_scores.mean(axis=1) < mean).mean()
            ),
            "genes_with_text": int(fitted.cells.has_text.sum()),
            "cells_left_out": flagged,
        }
        return ModelResult(
            {"CONTRIBUTES_TO": _rows(fitted.contributions, view, config)}, (score,), measures, notes
        )


def _split(view: ExpressionView, config: CellTextConfig) -> tuple[np.ndarray, np.ndarray]:
    donors = sorted({str(donor) for donor in view.donors if donor is not None})
    if len(donors) > 1:
        split = split_by_donor(view.donors, test=config.test_donors or donors[-1:])
        return split.train, split.test
    test = np.random.default_rng(config.seed).random(view.n_cells) < SHARE_TO_TEST
    return ~test, test


def _over_permutations(fitted: Described) -> Estimate:
    means = fitted.permuted_scores.mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    middle = float(np.median(means))
    return Estimate(middle, min(float(low), middle), max(float(high), middle))


def _rows(found: Contributions, view: ExpressionView, config: CellTextConfig) -> pa.Table:
    columns: dict[str, list[Any]] = {
        name: [] for name in ("from", "to", "dataset", "contribution", "rank", "percentile")
    }
    for number, kind in enumerate(found.classes):
        order = np.argsort(-found.values[number], kind="stable")[: config.genes_per_type]
        order = order[found.values[number, order] > 0]
        columns["from"] += view.genes[order].tolist()
        columns["to"] += [str(kind)] * len(order)
        columns["dataset"] += [config.dataset] * len(order)
        columns["contribution"] += found.values[number, order].tolist()
        columns["rank"] += list(range(1, len(order) + 1))
        columns["percentile"] += found.percentile[number, order].tolist()
    return pa.table(columns)
