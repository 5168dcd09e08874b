"""The restoration of bulk samples as a model: its views, its fit, its results and its weights."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from orthoweave.models.base import Model, ModelCard, ModelResult, RunContext
from orthoweave.models.cost import Cost
from orthoweave.models.device import import_torch
from orthoweave.models.gexbert.config import GexbertConfig, check_config
from orthoweave.models.state import State
from orthoweave.views.requests import SamplesRequest, ViewRequest, Views

if TYPE_CHECKING:
    from orthoweave.models.gexbert.fitted import Fitted
    from orthoweave.models.gexbert.kept import Kept


class Gexbert(Model[GexbertConfig, "Fitted"]):
    """Restore genes of bulk samples from a small panel, and use them for class and survival."""

    name = "gexbert"
    card = ModelCard(
        title="Restoration of bulk samples from a small panel (GexBERT)",
        paper="Jiang and Hassanpour, GexBERT, 2025; the linear path, the sizes and the decoder are "
        "ours, since the paper's could not be read",
        doi="arXiv:2504.09704",
        question="What are the other genes of a sample of which only a few were measured?",
        reads=("bulk samples with groups and follow-up",),
        writes=("INFLUENCES",),
        limits=(
            "restored genes hold nothing that the visible ones do not: a gain in survival over "
            "ridge is one of regularisation",
            "of samples from one laboratory it learns that laboratory; others need their own scale",
            "influences are associations of expression, not regulation",
        ),
    )
    config_class = GexbertConfig
    kept_options = ("dataset", "device")

    def views(self, config: GexbertConfig) -> Mapping[str, ViewRequest]:
        """Request the bulk samples of the dataset.

        Raises
        ------
        UsageError
            If no dataset is named, the panel is too small, or a number is out of its range.
        """
        check_config(config)
        return {"samples": SamplesRequest(config.dataset)}

    def fit(self, views: Views, config: GexbertConfig, context: RunContext) -> "Fitted":
        """Fit to the patients of all folds but one, in turn, then to all.

        Raises
        ------
        InputError
            If the values do not look like logarithms, or samples or genes are too few.
        UnknownNameError
            If a gene of panel or anchors, a group or a column does not exist.
        """
        import_torch()
        # these need PyTorch, which the list of models does not need
        from orthoweave.models.gexbert.fitted import fit_samples

        return fit_samples(views.samples("samples"), config, context)

    def apply(
        self, fitted: "Fitted", views: Views, config: GexbertConfig, context: RunContext
    ) -> ModelResult:
        """Return influences, vectors, predictions, restored genes and scores."""
        del views, context
        from orthoweave.models.gexbert.results import result_of

        return result_of(fitted, config)

    def cost(self, n_cells: int, n_genes: int, config: GexbertConfig) -> Cost:
        """Return an estimate, measured on 1,016 samples of 1,577 genes on two busy cores."""
        genes = min(n_genes, config.genes)
        fits = config.folds + 1 + config.shuffles
        steps = fits * config.epochs * max(n_cells / config.batch, 1)
        slower = 6.0 if config.network == "transformer" else 1.0
        seconds = steps * (0.02 + 0.05 * genes / 1500) * slower
        # penalties of each fit, the retained axes, and the intervals of the scores
        seconds += fits * (1 + 6 * (genes / 1500) ** 3) + n_cells / 50
        seconds += len(config.missing) * n_cells * (genes / 1500) ** 3 * 0.2
        gigabytes = 0.8 + (fits + 2) * genes**2 * 8e-9 + n_cells * (n_genes + 8 * genes) * 8e-9
        return Cost(seconds / 60, gigabytes + n_cells**2 * 5e-8)

    def state(self, fitted: "Fitted", views: Views, config: GexbertConfig) -> State:
        """Return z-scores, linear path, network, classifier and regression of all samples."""
        del views
        from orthoweave.models.gexbert.kept import state_of

        return state_of(fitted, config)

    def restore(self, state: State) -> "Kept":
        """Return the restorer of kept weights.

        Raises
        ------
        InputError
            If an array or a value does not fit the others.
        """
        import_torch()
        from orthoweave.models.gexbert.kept import restore_kept

        return restore_kept(state)

    def kept_views(self, kept: "Kept", config: GexbertConfig) -> Mapping[str, ViewRequest]:
        """Request the bulk samples of the dataset."""
        del kept
        return {"samples": SamplesRequest(config.dataset)}

    def vocabulary_found(self, kept: "Kept", views: Views, config: GexbertConfig) -> np.ndarray:
        """Return the mask of the panel's genes that the dataset measured.

        Raises
        ------
        InputError
            If the dataset is of another species or scale.
        """
        del config
        from orthoweave.models.gexbert.results import check_scale

        view = views.samples("samples")
        check_scale(kept, view)
        return kept.vocabulary.measured_by(view)

    def apply_kept(
        self, kept: "Kept", views: Views, config: GexbertConfig, context: RunContext
    ) -> ModelResult:
        """Return restored genes, labels and risks by kept weights; it claims no score."""
        del context
        from orthoweave.models.gexbert.results import apply_weights

        return apply_weights(kept, views.samples("samples"), config)
