"""Text-derived cells as a model: its views, its fit and its results."""

from collections.abc import Mapping

from orthoweave.errors import UsageError
from orthoweave.models.base import Model, ModelCard, ModelResult, RunContext
from orthoweave.models.cell_text.config import CellTextConfig
from orthoweave.models.cell_text.fitting import fit_cells
from orthoweave.models.cell_text.results import Described, contribution_rows, measures, score
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
        return fit_cells(
            views.expression("expression"), views.vectors("genes"), config, context.progress
        )

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
