"""The graph network across species as a model: its views, its fit and its results."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from orthoweave.models.base import Model, ModelCard, ModelResult, RunContext, Score
from orthoweave.models.cross_species_gnn.config import CrossSpeciesConfig, check_config
from orthoweave.models.cross_species_gnn.results import Named, measures
from orthoweave.models.cross_species_gnn.task import make_task, prepare
from orthoweave.models.device import import_torch
from orthoweave.models.named_cells import predictions_of, type_rows
from orthoweave.models.orthology_transfer.inputs import confounding
from orthoweave.models.outputs import vectors_of_cells
from orthoweave.models.state import State
from orthoweave.views.expression import ExpressionView
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
            "probabilities are not calibrated: use them for the threshold only",
            "on mammals a linear classifier of the same marker genes does about as well",
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
        """Learn when to abstain from held-out source donors, then train on all of them.

        Nothing here depends on the target's labels.

        Raises
        ------
        InputError
            If genes, cell types or donors of the two datasets do not fit together.
        """
        import_torch()
        # these need PyTorch, which the list of models does not need
        from orthoweave.models.cross_species_gnn.abstention import (
            choose_threshold,
            predict_held_out,
        )
        from orthoweave.models.cross_species_gnn.fitting import train

        source, target, pairs = prepare(views, config)
        task = make_task(source, target, pairs, config)
        source = source.subset(cells=np.isin(source.cells, task.source.cells))
        threshold, right = config.threshold, None
        if threshold is None:
            held_out = predict_held_out(source, target, pairs, config, context.progress)
            threshold = choose_threshold(held_out, config.precision)
            right = float(held_out.right.mean())
        found = train(task, config, context.progress)
        confounded = confounding(source, np.ones(source.n_cells, bool))
        notes = task.notes + ((confounded,) if confounded else ())
        return Named(
            task.classes,
            found.target,
            threshold,
            right,
            (task.source.n_genes, task.target.n_genes),
            notes,
            task.source.genes,
            found.learnt,
            found.vectors,
        )

    def apply(
        self, fitted: Named, views: Views, config: CrossSpeciesConfig, context: RunContext
    ) -> ModelResult:
        """Return the types of the named cells; scores where the target's authors name cells too."""
        from orthoweave.models.cross_species_gnn.evaluation import score

        source, target, pairs = prepare(views, config)
        scores, level_notes = score(
            fitted.predicted,
            fitted.classes,
            source,
            target,
            pairs,
            ontology=views.ontology("ontology"),
            config=config,
            progress=context.progress,
        )
        return _result(fitted, target, scores, context, level_notes)

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

        return _result(name_cells(kept, views, config), views.expression("target"), (), context)


def _result(
    named: Named,
    target: ExpressionView,
    scores: tuple[Score, ...],
    context: RunContext,
    level_notes: tuple[str, ...] = (),
) -> ModelResult:
    note = (
        f"{int(named.is_named.sum())} of {target.n_cells} cells named with a probability of "
        f"at least {named.threshold:.3f}"
    )
    table = type_rows(named, target.cells, context.run)
    notes = (*named.notes, note, *level_notes)
    return ModelResult(
        {"HAS_TYPE": table},
        scores,
        measures(named, target),
        notes,
        vectors_of_cells(target.dataset, target.cells, named.vectors),
        (predictions_of(named, target.dataset, target.cells),),
    )
