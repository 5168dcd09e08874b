"""A fit of text-derived cells: the cells, their classification, and beside permuted texts."""

from typing import Final, cast

import numpy as np

from orthoweave.models.cell_text.attribution import class_contributions
from orthoweave.models.cell_text.baselines import expression_predictions
from orthoweave.models.cell_text.config import CellTextConfig
from orthoweave.models.cell_text.embedding import permuted, random_projection, text_cells
from orthoweave.models.cell_text.evaluation import few_label_predictions, few_label_task
from orthoweave.models.cell_text.results import Described
from orthoweave.models.evaluation import split_by_donor
from orthoweave.numerics.cell_vectors import Weighting
from orthoweave.progress import Progress
from orthoweave.views.expression import ExpressionView
from orthoweave.views.vector import VectorView

SHARE_TO_TEST: Final = 0.5
"""Of the cells, where a dataset has one donor only and cells are split at random."""


def fit_cells(
    view: ExpressionView, texts: VectorView, config: CellTextConfig, progress: Progress
) -> Described:
    """Describe the cells, classify them from few labels, and beside permuted texts."""
    view.require_types("cell_text learns from")
    weighting = cast("Weighting", config.weighting)  # one of WEIGHTINGS
    cells = text_cells(
        view,
        texts,
        top=config.top_genes,
        directions=config.directions,
        weighting=weighting,
        housekeeping=config.housekeeping,
    )
    training, test = _split(view, config)
    few = few_label_task(
        view.cell_types,
        training & cells.usable,
        test & cells.usable,
        config.per_class,
        [config.seed + draw for draw in range(config.draws)],
    )
    random = random_projection(cells, config.seed)
    predicted = {
        "text": few_label_predictions(cells.vectors, few),
        "random projection": few_label_predictions(random.vectors, few),
        **expression_predictions(view, training, few),
    }
    shuffled = []
    with progress.task("permuted texts", config.permutations) as task:
        for number in range(config.permutations):
            other = permuted(cells, config.seed + number)
            shuffled.append(few_label_predictions(other.vectors, few))
            task.advance()
    classes = np.unique(few.labels[few.test].astype(str)).astype(object)
    contributions = class_contributions(
        cells, view.cell_types, classes, config.permutations, config.seed
    )
    return Described(
        cells, few, contributions, predicted, np.array(shuffled), view.donors[few.test]
    )


def _split(view: ExpressionView, config: CellTextConfig) -> tuple[np.ndarray, np.ndarray]:
    donors = sorted({str(donor) for donor in view.donors if donor is not None})
    if len(donors) > 1:
        split = split_by_donor(view.donors, test=config.test_donors or donors[-1:])
        return split.train, split.test
    test = np.random.default_rng(config.seed).random(view.n_cells) < SHARE_TO_TEST
    return ~test, test
