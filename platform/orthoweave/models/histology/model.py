"""The prediction of expression from stained tissue as a model: views, fit, results and weights."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from orthoweave.errors import UsageError
from orthoweave.models.base import Model, ModelCard, ModelResult, RunContext
from orthoweave.models.cost import Cost
from orthoweave.models.device import import_torch
from orthoweave.models.histology.config import HistologyConfig, check_config
from orthoweave.models.state import State
from orthoweave.views.requests import SectionRequest, ViewRequest, Views

if TYPE_CHECKING:
    from orthoweave.models.histology.kept import Kept
    from orthoweave.models.histology.results import Fitted


class Histology(Model[HistologyConfig, "Fitted"]):
    """Predict the expression of spots from the stained image around them."""

    name = "histology"
    card = ModelCard(
        title="Expression from stained tissue (CMRCNet)",
        paper="CMRCNet: contrastive learning of image and expression with cross-modal mask "
        "reconstruction; losses and retrieval as BLEEP, Xie et al., 2023; sizes for a CPU are ours",
        doi="",
        question="Which genes does a spot express, by the stained image around it?",
        reads=("tissue sections: counts, places and patches of the image",),
        writes=("PREDICTS",),
        limits=(
            "a prediction is a mean of known spots: it varies less than the truth, and holds "
            "nothing that no known spot has",
            "scores of a section beside others of its patient say little on a new patient",
            "stain and scanner shift the colours: they are standardised by section",
        ),
    )
    config_class = HistologyConfig
    kept_options = ("target", "device")

    def views(self, config: HistologyConfig) -> Mapping[str, ViewRequest]:
        """Request the sections.

        Raises
        ------
        UsageError
            If fewer than two sections are named, or a number is out of its range.
        """
        check_config(config)
        return {
            name: SectionRequest(name, config.patch, config.width_um) for name in config.sections
        }

    def fit(self, views: Views, config: HistologyConfig, context: RunContext) -> "Fitted":
        """Fit to all sections but one, or but those of a patient, in turn, then to all.

        Raises
        ------
        InputError
            If spots, genes or patients do not suffice.
        """
        check_config(config)
        import_torch()
        # these need PyTorch, which the list of models does not need
        from orthoweave.models.histology.results import fit_sections

        return fit_sections([views.section(name) for name in config.sections], config, context)

    def apply(
        self, fitted: "Fitted", views: Views, config: HistologyConfig, context: RunContext
    ) -> ModelResult:
        """Return edges, held-out expression, embeddings of patches, and scores."""
        del views, context
        from orthoweave.models.histology.results import result_of

        return result_of(fitted, config)

    def cost(self, n_cells: int, n_genes: int, config: HistologyConfig) -> Cost:
        """Return an estimate, from one fit to 830 spots and 4,014 genes (64 s, ten epochs, cnn).

        How it grows with patches, width and vit is by the number of products, and not measured.
        """
        fits = len(config.sections) * (2 + config.shuffles) + 1
        slower = (config.patch / 64) ** 2 * (config.width / 32)
        if config.encoder == "vit":
            slower *= 5 * config.blocks / 8
        seconds = fits * config.epochs * n_cells * 8e-3 * slower
        gigabytes = 0.8 + n_cells * config.patch**2 * 3 * 4 * 2e-9 + n_cells * n_genes * 16e-9
        return Cost(seconds / 60 + n_cells * 1e-5, gigabytes)

    def state(self, fitted: "Fitted", views: Views, config: HistologyConfig) -> State:
        """Return the network of all sections, and the reference that predictions are means of."""
        del views
        from orthoweave.models.histology.kept import state_of

        return state_of(fitted, config)

    def restore(self, state: State) -> "Kept":
        """Return the predictor of kept weights.

        Raises
        ------
        InputError
            If an array or a value does not fit the others.
        """
        import_torch()
        from orthoweave.models.histology.kept import restore_kept

        return restore_kept(state)

    def kept_views(self, kept: "Kept", config: HistologyConfig) -> Mapping[str, ViewRequest]:
        """Request the section to predict, with the patches that the weights know.

        Raises
        ------
        UsageError
            If no section is named.
        """
        if not config.target:
            message = "expected a tissue section to predict, such as --set target=breast_2"
            raise UsageError(message)
        return {config.target: SectionRequest(config.target, kept.patch, kept.width_um)}

    def vocabulary_found(self, kept: "Kept", views: Views, config: HistologyConfig) -> np.ndarray:
        """Return the mask of the learnt genes that the section measured; their counts are not read.

        Raises
        ------
        InputError
            If the section is of another species.
        """
        return kept.vocabulary.measured_by(views.section(config.target))

    def apply_kept(
        self, kept: "Kept", views: Views, config: HistologyConfig, context: RunContext
    ) -> ModelResult:
        """Return the expression of a section by its image; it claims no score."""
        from orthoweave.models.histology.kept import on_device
        from orthoweave.models.histology.prepared import usable
        from orthoweave.models.histology.results import apply_weights

        view = views.section(config.target)
        spots, pixels, notes = usable(view)
        found = spots.cells, pixels, notes
        genes = kept.vocabulary.genes
        return apply_weights(on_device(kept, config), genes, view, found, context)
