"""Text-derived cells as a model: its views, its fit and its results."""

from collections.abc import Mapping
from typing import Final, cast

import numpy as np

from orthoweave.errors import UsageError
from orthoweave.models.base import Model, ModelCard, ModelResult, RunContext
from orthoweave.models.cell_text.attribution import class_contributions
from orthoweave.models.cell_text.config import CellTextConfig
from orthoweave.models.cell_text.embedding import permuted, random_projection, text_cells
from orthoweave.models.cell_text.evaluation import (
    few_label_scores,
    few_label_task,
    principal_components,
)
from orthoweave.models.cell_text.results import Described, contribution_rows, measures, score
from orthoweave.models.evaluation import split_by_donor
from orthoweave.numerics.cell_vectors import Weighting
from orthoweave.views.expression import ExpressionView
from orthoweave.views.requests import ExpressionRequest, VectorRequest, ViewRequest, Views

SHARE_TO_TEST: Final = 0.5
"""Of the cells, where a dataset has one donor only and cells are split at random."""


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
        """Request the counts of the dataset and the text vectors of genes.

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
        view.require_types("cell_text learns from")
        weighting = cast("Weighting", config.weighting)  # one of WEIGHTINGS
        cells = text_cells(
            view,
            views.vectors("genes"),
            top=config.top_genes,
            directions=config.directions,
            weighting=weighting,
            housekeeping=config.housekeeping,
        )
        training, test = _split(view, config)
        task = few_label_task(
            view.cell_types,
            training & cells.usable,
            test & cells.usable,
            config.per_class,
            [config.seed + draw for draw in range(config.draws)],
        )
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
        """Return the genes that contribute most to each cell type, and the scores."""
        del context
        view = views.expression("expression")
        left_out = int((~fitted.cells.usable).sum())
        note = f"{left_out} cells have fewer than ten usable genes and were left out"
        return ModelResult(
            {"CONTRIBUTES_TO": contribution_rows(fitted.contributions, view, config)},
            (score(fitted, config),),
            measures(fitted),
            (note,) if left_out else (),
        )


def _split(view: ExpressionView, config: CellTextConfig) -> tuple[np.ndarray, np.ndarray]:
    donors = sorted({str(donor) for donor in view.donors if donor is not None})
    if len(donors) > 1:
        split = split_by_donor(view.donors, test=config.test_donors or donors[-1:])
        return split.train, split.test
    test = np.random.default_rng(config.seed).random(view.n_cells) < SHARE_TO_TEST
    return ~test, test
