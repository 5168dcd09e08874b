"""Text-derived cells as a model: its views, its fit and its results."""

from collections.abc import Mapping

import numpy as np

from orthoweave.errors import UsageError
from orthoweave.models.base import Model, ModelCard, ModelResult, RunContext
from orthoweave.models.calibration.named import measures_of, notes_of, verdict_of
from orthoweave.models.cell_text.config import CellTextConfig
from orthoweave.models.cell_text.cost import run_cost
from orthoweave.models.cell_text.fitting import fit_cells
from orthoweave.models.cell_text.probe import (
    Probe,
    describe_cells,
    name_cells,
    restore_probe,
    state_of,
)
from orthoweave.models.cell_text.results import (
    Described,
    contribution_rows,
    measures,
    score,
    text_vectors,
)
from orthoweave.models.cost import Cost
from orthoweave.models.named_cells import predictions_of, type_rows
from orthoweave.models.options import check_shares
from orthoweave.models.state import State
from orthoweave.views.requests import ExpressionRequest, VectorRequest, ViewRequest, Views


class CellText(Model[CellTextConfig, Described]):
    """Cells as means of the texts about the genes that they express."""

    name = "cell_text"
    card = ModelCard(
        title="Text-derived, expression-weighted cell embeddings",
        paper="Jiang et al., LLM and scRNA-seq for motor neuron vulnerability, 2025",
        doi="arXiv:2505.07896",
        question="Which genes, by the texts about them, characterise cells of this type?",
        reads=("counts of a dataset", "text vectors of its genes"),
        writes=("CONTRIBUTES_TO", "HAS_TYPE"),
        limits=(
            "a fixed linear map of expression: whatever it adds is in the texts, so look at the "
            "score with permuted texts first",
            "texts may name the cell type itself, which makes classification circular",
            "with many labels the principal components of expression are better",
        ),
    )
    config_class = CellTextConfig
    kept_options = ("dataset", "device", "threshold")

    def views(self, config: CellTextConfig) -> Mapping[str, ViewRequest]:
        """Request the counts of the dataset and the text vectors of genes.

        Raises
        ------
        UsageError
            If no dataset is named, or a share is not from 0 to 1.
        """
        if not config.dataset:
            message = "expected a dataset, such as --set dataset=baron_human"
            raise UsageError(message)
        check_shares(config, "precision", "threshold")
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
        return fit_cells(
            views.expression("expression"), views.vectors("genes"), config, context.progress
        )

    def apply(
        self, fitted: Described, views: Views, config: CellTextConfig, context: RunContext
    ) -> ModelResult:
        """Return the genes that contribute most to each type, the cells' vectors and the scores."""
        del context
        view = views.expression("expression")
        left_out = int((~fitted.cells.usable).sum())
        note = f"{left_out} cells have fewer than ten usable genes and were left out"
        return ModelResult(
            {"CONTRIBUTES_TO": contribution_rows(fitted.contributions, view, config)},
            (score(fitted, config),),
            measures(fitted),
            (note,) if left_out else (),
            text_vectors(fitted.cells, view),
        )

    def cost(self, n_cells: int, n_genes: int, config: CellTextConfig) -> Cost:
        """Return an estimate of the time and memory of a run; see `run_cost`."""
        return run_cost(n_cells, n_genes, config)

    def state(self, fitted: Described, views: Views, config: CellTextConfig) -> State:
        """Return gene vectors, the classifiers whose scores a run reports, and held-out donors."""
        return state_of(fitted, views.expression("expression"), config)

    def restore(self, state: State) -> Probe:
        """Return the classifiers of kept weights.

        Raises
        ------
        InputError
            If an array or a value does not fit the others.
        """
        return restore_probe(state)

    def kept_views(self, kept: Probe, config: CellTextConfig) -> Mapping[str, ViewRequest]:
        """Request the counts of the dataset; the text vectors are in the weights."""
        del kept
        return {"expression": ExpressionRequest(config.dataset)}

    def vocabulary_found(self, kept: Probe, views: Views, config: CellTextConfig) -> np.ndarray:
        """Return the mask of the genes with a vector that the dataset measured.

        Raises
        ------
        InputError
            If the dataset is of another species.
        """
        del config
        return kept.vocabulary.measured_by(views.expression("expression"))

    def apply_kept(
        self, kept: Probe, views: Views, config: CellTextConfig, context: RunContext
    ) -> ModelResult:
        """Return vectors and types of cells by kept classifiers; it claims no score."""
        view = views.expression("expression")
        cells = describe_cells(kept, view, config)
        named, keys = name_cells(kept, cells, view, config), view.cells[cells.usable]
        left_out = int((~cells.usable).sum())
        note = f"{left_out} cells have fewer than ten usable genes and got no type"
        return ModelResult(
            {"HAS_TYPE": type_rows(named, keys, context.run)},
            measures=measures_of(named, view.cell_types[cells.usable])
            | {"cells_left_out": left_out},
            notes=(
                *notes_of(named, view.dataset, "the training data", "text classifier"),
                *((note,) if left_out else ()),
            ),
            vectors=text_vectors(cells, view),
            predictions=(
                predictions_of(
                    named,
                    view.dataset,
                    view.cells,
                    cells.usable,
                    verdict=verdict_of(named, cells.usable),
                ),
            ),
        )
