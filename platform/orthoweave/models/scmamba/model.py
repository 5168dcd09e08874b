"""scMamba as a model: its views, its fit, its weights and its results."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from orthoweave.models.base import Model, ModelCard, ModelResult, RunContext
from orthoweave.models.cost import Cost
from orthoweave.models.device import import_torch
from orthoweave.models.scmamba.config import ScMambaConfig, check_config
from orthoweave.models.scmamba.cost import cost_of
from orthoweave.models.state import State
from orthoweave.views.requests import ExpressionRequest, ViewRequest, Views

if TYPE_CHECKING:
    from orthoweave.models.scmamba.fitting import Fitted
    from orthoweave.models.scmamba.kept import KeptScMamba


class ScMamba(Model[ScMambaConfig, "Fitted"]):
    """Learn genes in context by a bidirectional Mamba, then name cells, find doublets or impute."""

    name = "scmamba"
    card = ModelCard(
        title="scMamba: a state-space model of single-nucleus expression",
        paper="G. Oh, B. Choi, S. Jin, I. Jung and J. C. Ye, scMamba, 2025",
        doi="arXiv:2502.19429",
        question="Of which type are cells, which droplets hold two, and which counts are missing?",
        reads=("counts of a dataset, with types and donors where types are learnt",),
        writes=("HAS_TYPE",),
        limits=(
            "on a CPU it reads some hundred genes; the paper reads 20 000 on GPUs",
            "the order of the genes is arbitrary, and the model depends on it",
            "doublets of two cells of one type look like cells of more counts",
            "imputed values are smoother than counts: tests on them find too much",
        ),
    )
    config_class = ScMambaConfig
    kept_options = ("dataset", "device", "threshold", "doublet_rate", "batch")

    def views(self, config: ScMambaConfig) -> Mapping[str, ViewRequest]:
        """Request the counts of the dataset.

        Raises
        ------
        UsageError
            If a dataset is not named, or a number is out of its range.
        """
        check_config(config)
        return {"cells": ExpressionRequest(config.dataset, "counts")}

    def fit(self, views: Views, config: ScMambaConfig, context: RunContext) -> "Fitted":
        """Train with hidden values, then for the task, then for the same with permuted labels.

        Raises
        ------
        InputError
            If a cell has no counts, or types or donors are missing that the task needs.
        """
        import_torch()
        # it needs PyTorch, which the list of models does not need
        from orthoweave.models.scmamba.fitting import fit_task

        return fit_task(views.expression("cells"), config, context)

    def apply(
        self, fitted: "Fitted", views: Views, config: ScMambaConfig, context: RunContext
    ) -> ModelResult:
        """Return types, doublets or imputed values of all cells, with the scores."""
        from orthoweave.models.scmamba.results import fitted_result

        return fitted_result(fitted, views.expression("cells"), config, context)

    def cost(self, n_cells: int, n_genes: int, config: ScMambaConfig) -> Cost:
        """Return an estimate of the time and memory of a run on one core."""
        return cost_of(n_cells, n_genes, config)

    def state(self, fitted: "Fitted", views: Views, config: ScMambaConfig) -> State:
        """Return the networks of the task, with the order of their genes."""
        from orthoweave.models.scmamba.kept import state_of

        return state_of(fitted, views.expression("cells").species, config)

    def restore(self, state: State) -> "KeptScMamba":
        """Return the networks of kept weights.

        Raises
        ------
        InputError
            If an array or a value does not fit, or the genes have another order.
        """
        import_torch()
        from orthoweave.models.scmamba.kept import restore_kept

        return restore_kept(state)

    def kept_views(self, kept: "KeptScMamba", config: ScMambaConfig) -> Mapping[str, ViewRequest]:
        """Request the counts of the dataset."""
        del kept
        return {"cells": ExpressionRequest(config.dataset, "counts")}

    def vocabulary_found(
        self, kept: "KeptScMamba", views: Views, config: ScMambaConfig
    ) -> np.ndarray:
        """Return the mask of the vocabulary's genes that the dataset measured.

        Raises
        ------
        InputError
            If the dataset is of another species.
        """
        del config
        return kept.vocabulary.measured_by(views.expression("cells"))

    def apply_kept(
        self, kept: "KeptScMamba", views: Views, config: ScMambaConfig, context: RunContext
    ) -> ModelResult:
        """Return types, doublets or imputed values of another dataset; it claims no score."""
        from orthoweave.models.scmamba.inputs import measured_profiles
        from orthoweave.models.scmamba.kept import applied
        from orthoweave.models.scmamba.results import task_result

        view, genes = views.expression("cells"), kept.vocabulary.genes
        found = applied(kept, measured_profiles(view, genes), config)
        return task_result(
            kept.task, found, kept.classes, genes, view=view, config=config, context=context
        )
