"""The graph network across species as a model: its views, its fit and its results."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from orthoweave.models.base import Model, ModelCard, ModelResult, RunContext, Score
from orthoweave.models.calibration.named import notes_of, verdict_of
from orthoweave.models.cost import Cost
from orthoweave.models.cross_species_gnn.config import CrossSpeciesConfig, check_config
from orthoweave.models.cross_species_gnn.cost import run_cost
from orthoweave.models.cross_species_gnn.results import Named, calibrated_named, measures
from orthoweave.models.cross_species_gnn.task import make_task, prepare
from orthoweave.models.device import import_torch, resolve_device
from orthoweave.models.named_cells import predictions_of, type_rows
from orthoweave.models.orthology_transfer.inputs import confounding
from orthoweave.models.outputs import vectors_of_cells
from orthoweave.models.state import State
from orthoweave.views.expression import ExpressionView
from orthoweave.views.keys import is_among
from orthoweave.views.requests import (
    ExpressionRequest,
    OntologyRequest,
    OrthologyRequest,
    ViewRequest,
    Views,
)

if TYPE_CHECKING:
    from orthoweave.models.cross_species_gnn.kept import KeptNetwork


class CrossSpeciesNetwork(Model[CrossSpeciesConfig, Named]):
    """Name the cell types of one species from another's by a graph network over orthology."""

    name = "cross_species_gnn"
    card = ModelCard(
        title="Graph network across species",
        paper="ours; its published peer is CAME: X. Liu, Q. Shen and S. Zhang, Cross-species "
        "cell-type assignment from single-cell RNA-seq data by a heterogeneous graph neural "
        "network, 2023, preprint doi:10.1101/2021.09.25.461790",
        doi="",
        question="Which cell type is each cell of this species, by the labels of another?",
        reads=(
            "expression of two datasets",
            "consensus orthology of their species",
            "the Cell Ontology",
        ),
        writes=("HAS_TYPE",),
        limits=(
            "a type that the source does not have often gets the name of a similar one",
            "probabilities are calibrated on held-out donors as the target's laboratory would "
            "have measured them; other differences between laboratories are not in them",
            "cells that are far or outside are seldom named, and not because they are wrong",
        ),
    )
    config_class = CrossSpeciesConfig
    kept_options = ("target", "threshold", "min_sources", "device")

    def views(self, config: CrossSpeciesConfig) -> Mapping[str, ViewRequest]:
        """Request log expression of both datasets and the orthology of their species.

        Raises
        ------
        UsageError
            If a dataset is not named, or a number is out of its range.
        """
        check_config(config)
        return {
            "source": ExpressionRequest(config.source, scale="log1p_cp10k"),
            "target": ExpressionRequest(config.target, scale="log1p_cp10k"),
            "orthology": OrthologyRequest(
                (config.source, config.target), min_sources=config.min_sources
            ),
            "ontology": OntologyRequest(),
        }

    def fit(self, views: Views, config: CrossSpeciesConfig, context: RunContext) -> Named:
        """Train on all source donors, then without each: that says whom and when to trust.

        Nothing here depends on the target's labels.

        Raises
        ------
        InputError
            If genes, cell types or donors of the two datasets do not fit together.
        """
        import_torch()
        # these need PyTorch, which the list of models does not need
        from orthoweave.models.cross_species_gnn.abstention import hold_out
        from orthoweave.models.cross_species_gnn.fitting import train

        source, target, pairs = prepare(views, config)
        task = make_task(source, target, pairs, config)
        source = source.subset(cells=is_among(source.cells, task.source.cells))
        found = train(task, config, context)
        confounded = confounding(source, np.ones(source.n_cells, bool))
        notes = task.notes + ((confounded,) if confounded else ())
        n_genes = (task.source.n_genes, task.target.n_genes)
        if config.threshold is not None:
            return Named(
                task.classes,
                found.target,
                config.threshold,
                n_genes,
                notes,
                task.source.genes,
                found.learnt,
                vectors=found.vectors,
            )
        held_out = hold_out(source, target, pairs, task=task, config=config, context=context)
        calibrated = held_out.calibrated(
            found.target, target, pairs, seed=config.seed, device=resolve_device(config.device)
        )
        return calibrated_named(
            calibrated,
            held_out,
            genes=task.source.genes,
            n_genes=n_genes,
            notes=notes,
            learnt=found.learnt,
            vectors=found.vectors,
        )

    def apply(
        self, fitted: Named, views: Views, config: CrossSpeciesConfig, context: RunContext
    ) -> ModelResult:
        """Return the types of the named cells; scores where the target's authors name cells too."""
        from orthoweave.models.cross_species_gnn.evaluation import score

        source, target, pairs = prepare(views, config)
        scores, level_notes = score(
            fitted,
            source,
            target,
            pairs,
            ontology=views.ontology("ontology"),
            config=config,
            context=context,
        )
        return _result(
            fitted, target, context, source=source.dataset, scores=scores, level_notes=level_notes
        )

    def cost(self, n_cells: int, n_genes: int, config: CrossSpeciesConfig) -> Cost:
        """Return an estimate of the time and memory of a run; see `run_cost`."""
        return run_cost(n_cells, n_genes, config)

    def state(self, fitted: Named, views: Views, config: CrossSpeciesConfig) -> State:
        """Return the network, and what its genes hear of the source: that is not read again."""
        del config
        from orthoweave.models.cross_species_gnn.kept import state_of

        return state_of(fitted, views.expression("source").species)

    def restore(self, state: State) -> "KeptNetwork":
        """Return the network of kept weights.

        Raises
        ------
        InputError
            If an array or a value does not fit the others.
        """
        import_torch()
        from orthoweave.models.cross_species_gnn.kept import restore_network

        return restore_network(state)

    def kept_views(
        self, kept: "KeptNetwork", config: CrossSpeciesConfig
    ) -> Mapping[str, ViewRequest]:
        """Request log expression of the target and its orthology with the network's species.

        Raises
        ------
        UsageError
            If a number is out of its range.
        """
        check_config(config)
        species = kept.vocabulary.species
        return {
            "target": ExpressionRequest(config.target, scale="log1p_cp10k"),
            "orthology": OrthologyRequest((species, config.target), min_sources=config.min_sources),
        }

    def vocabulary_found(
        self, kept: "KeptNetwork", views: Views, config: CrossSpeciesConfig
    ) -> np.ndarray:
        """Return the mask of the network's genes with an ortholog that the target measured."""
        from orthoweave.models.cross_species_gnn.kept import pairs_of

        return np.isin(kept.vocabulary.genes, pairs_of(kept, views, config).source_genes)

    def apply_kept(
        self, kept: "KeptNetwork", views: Views, config: CrossSpeciesConfig, context: RunContext
    ) -> ModelResult:
        """Return the types of the target's cells by a trained network; it claims no score.

        Raises
        ------
        InputError
            If no ortholog of the network's genes is expressed.
        """
        from orthoweave.models.cross_species_gnn.kept import name_cells

        target = views.expression("target")
        return _result(name_cells(kept, views, config), target, context, source="the training data")


def _result(
    named: Named,
    target: ExpressionView,
    context: RunContext,
    *,
    source: str,
    scores: tuple[Score, ...] = (),
    level_notes: tuple[str, ...] = (),
) -> ModelResult:
    return ModelResult(
        {"HAS_TYPE": type_rows(named, target.cells, context.run)},
        scores,
        measures(named, target),
        (*named.notes, *notes_of(named, target.dataset, source, "graph network"), *level_notes),
        vectors=vectors_of_cells(target.dataset, target.cells, named.vectors),
        predictions=(
            predictions_of(named, target.dataset, target.cells, verdict=verdict_of(named)),
        ),
    )
