"""BMFM-RNA as a model: its views, its fit and its results."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from orthoweave.models.base import Model, ModelCard, ModelResult, RunContext
from orthoweave.models.bmfm_rna.config import BmfmConfig, check_config, check_numbers
from orthoweave.models.bmfm_rna.cost import run_cost
from orthoweave.models.bmfm_rna.inputs import PRETRAINING, cells_of
from orthoweave.models.bmfm_rna.results import Fitted, result_of
from orthoweave.models.cost import Cost
from orthoweave.models.device import import_torch, resolve_device
from orthoweave.models.state import State
from orthoweave.views.requests import (
    BatchesRequest,
    ExpressionRequest,
    OntologyRequest,
    ViewRequest,
    Views,
)

if TYPE_CHECKING:
    from orthoweave.models.bmfm_rna.fitting import Learnt


class BmfmRna(Model[BmfmConfig, Fitted]):
    """Learn vectors of cells by recovering hidden expression, and name cells from few labels."""

    name = "bmfm_rna"
    card = ModelCard(
        title="Transcriptomic foundation model (BMFM-RNA)",
        paper="B. Dandala et al., BMFM-RNA: an open framework for building and evaluating "
        "transcriptomic foundation models, 2025",
        doi="arXiv:2506.14861",
        question="Of which type is each cell, by vectors learnt without labels and a few labels?",
        reads=("expression of one species' datasets", "the Cell Ontology"),
        writes=("HAS_TYPE",),
        limits=(
            "with few cells to learn from, principal components of the same genes are as good",
            "with under ten labels a type, principal components are better",
            "a transformer needs far more cells and steps than a processor gives it",
            "cells of the target may be learnt from, without their labels",
        ),
    )
    config_class = BmfmConfig
    kept_options = ("target", "threshold", "device")

    def views(self, config: BmfmConfig) -> Mapping[str, ViewRequest]:
        """Request batches of all cells without labels, and log expression of the others.

        Raises
        ------
        UsageError
            If a dataset is not named, or options are out of range or contradict each other.
        """
        check_config(config)
        sources = {
            f"source {name}": ExpressionRequest(name, scale="log1p_cp10k") for name in config.source
        }
        return {
            PRETRAINING: BatchesRequest(config.datasets),
            "target": ExpressionRequest(config.target, scale="log1p_cp10k"),
            "ontology": OntologyRequest(),
            **sources,
        }

    def fit(self, views: Views, config: BmfmConfig, context: RunContext) -> Fitted:
        """Learn from all cells without labels, then from the labels of the sources.

        Nothing here depends on the target's labels.

        Raises
        ------
        InputError
            If datasets are of several species, have cells without counts, or share too few genes;
            or types, donors or genes do not suffice.
        ScaleError
            If a dataset has neither counts nor log1p of counts per 10 000.
        """
        import_torch()
        # it needs PyTorch, which the list of models does not need
        from orthoweave.models.bmfm_rna.fitting import Trainer

        device = resolve_device(config.device)
        trainer = Trainer.of(views, config, context, device)
        learnt, labelled = trainer.learnt()
        asked = cells_of([views.expression("target").log1p_cp10k()], learnt.vocabulary.genes)
        vectors, named = learnt.applied(
            asked, threshold=config.threshold, seed=config.seed, device=device
        )
        return Fitted(vectors, named, learnt, () if labelled is None else labelled.notes)

    def apply(
        self, fitted: Fitted, views: Views, config: BmfmConfig, context: RunContext
    ) -> ModelResult:
        """Return vectors and types; scores where the target's authors name cells too."""
        from orthoweave.models.bmfm_rna.evaluation import annotation_scores
        from orthoweave.models.bmfm_rna.fitting import Trainer
        from orthoweave.models.bmfm_rna.integration import integration

        target = views.expression("target").log1p_cp10k()
        trainer = Trainer.of(views, config, context, resolve_device(config.device))
        learnt = fitted.learnt
        labelled = trainer.labelled() if config.source else None
        scores, measures = integration(learnt, labelled, trainer)
        notes = fitted.notes
        if labelled is not None:
            asked = cells_of([target], learnt.vocabulary.genes)
            found, more = annotation_scores(learnt, labelled, trainer, target, asked)
            scores, notes = (*found, *scores), (*notes, *more)
        measures = {"genes": len(learnt.vocabulary.genes)} | measures
        return result_of(
            fitted.vectors,
            fitted.named,
            target,
            context,
            source=", ".join(config.source),
            scores=scores,
            measures=measures,
            notes=notes,
        )

    def cost(self, n_cells: int, n_genes: int, config: BmfmConfig) -> Cost:
        """Return an estimate of the time and memory of a run."""
        return run_cost(n_cells, n_genes, config)

    def state(self, fitted: Fitted, views: Views, config: BmfmConfig) -> State:
        """Return the encoder, its classifier and the held-out donors."""
        del views, config
        from orthoweave.models.bmfm_rna.kept import state_of

        return state_of(fitted.learnt)

    def restore(self, state: State) -> "Learnt":
        """Return the encoder of kept weights.

        Raises
        ------
        InputError
            If an array or a value does not fit the others.
        """
        import_torch()
        from orthoweave.models.bmfm_rna.kept import restore

        return restore(state)

    def kept_views(self, kept: "Learnt", config: BmfmConfig) -> Mapping[str, ViewRequest]:
        """Request log expression of the target.

        Raises
        ------
        UsageError
            If a number is out of its range.
        """
        del kept
        check_numbers(config)
        return {"target": ExpressionRequest(config.target, scale="log1p_cp10k")}

    def vocabulary_found(self, kept: "Learnt", views: Views, config: BmfmConfig) -> np.ndarray:
        """Return the mask of the encoder's genes that the dataset measured.

        Raises
        ------
        InputError
            If the dataset is of another species.
        """
        del config
        return kept.vocabulary.measured_by(views.expression("target"))

    def apply_kept(
        self, kept: "Learnt", views: Views, config: BmfmConfig, context: RunContext
    ) -> ModelResult:
        """Return vectors of the cells of another dataset, and their types; it claims no score.

        Raises
        ------
        InputError
            If cells have no counts.
        """
        from orthoweave.models.encoder.cells import refuse_empty

        target = views.expression("target").log1p_cp10k()
        refuse_empty(target.dataset, target.totals)
        vectors, named = kept.applied(
            cells_of([target], kept.vocabulary.genes),
            threshold=config.threshold,
            seed=config.seed,
            device=resolve_device(config.device),
        )
        return result_of(vectors, named, target, context, source="the training data")
