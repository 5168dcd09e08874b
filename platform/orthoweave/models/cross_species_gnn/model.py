"""The graph network across species as a model: its views, its fit and its results."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from orthoweave.errors import InputError
from orthoweave.models.base import Model, ModelCard, ModelResult, RunContext
from orthoweave.models.cross_species_gnn.config import CrossSpeciesConfig, check_config
from orthoweave.models.cross_species_gnn.task import make_task
from orthoweave.models.device import import_torch
from orthoweave.models.orthology_transfer.inputs import confounding, pairs_between
from orthoweave.views.expression import ExpressionView
from orthoweave.views.orthology import Bipartite
from orthoweave.views.requests import ExpressionRequest, OrthologyRequest, ViewRequest, Views


@dataclass(frozen=True, slots=True)
class Named:
    """A fit: class probabilities of the target's cells, and the threshold for a type."""

    classes: np.ndarray
    """Keys of the cell types told apart, shape ``(n_classes,)``."""
    probability: np.ndarray
    """Probability of each class for each target cell, shape ``(n_cells, n_classes)``."""
    threshold: float
    """Probability below which a cell gets no type."""
    held_out_accuracy: float | None
    """Share of cells of held-out source donors that were named correctly, if measured."""
    n_genes: tuple[int, int]
    """Genes of source and target that are nodes."""
    notes: tuple[str, ...]

    @property
    def predicted(self) -> np.ndarray:
        """Key of the most probable type of each cell, shape ``(n_cells,)``."""
        return np.asarray(self.classes[self.probability.argmax(axis=1)])

    @property
    def is_named(self) -> np.ndarray:
        """Mask of cells whose highest probability reaches the threshold, shape ``(n_cells,)``."""
        return np.asarray(self.probability.max(axis=1) >= self.threshold)


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
        reads=("expression of two datasets", "consensus orthology of their species"),
        writes=("HAS_TYPE",),
        limits=(
            "a type that the source does not have often gets the name of a similar one",
            "probabilities are not calibrated: use them for the threshold only",
            "on mammals a linear classifier of the same marker genes does about as well",
        ),
    )
    config_class = CrossSpeciesConfig

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
        )

    def apply(
        self, fitted: Named, views: Views, config: CrossSpeciesConfig, context: RunContext
    ) -> ModelResult:
        """Return the types of the named cells; scores where the target's authors name cells too."""
        from orthoweave.models.cross_species_gnn.evaluation import score

        source, target, pairs = prepare(views, config)
        named, predicted = fitted.is_named, fitted.predicted
        table = pa.table(
            {
                "from": target.cells[named],
                "to": predicted[named],
                "by": [context.run] * int(named.sum()),
                "probability": fitted.probability.max(axis=1)[named].astype(np.float64),
            }
        )
        scores = score(
            predicted,
            fitted.classes,
            source,
            target,
            pairs,
            config=config,
            progress=context.progress,
        )
        measures: dict[str, float | int | str] = {
            "cells": target.n_cells,
            "coverage": round(float(named.mean()), 6),
            "threshold": round(fitted.threshold, 6),
            "source_genes": fitted.n_genes[0],
            "target_genes": fitted.n_genes[1],
        }
        if fitted.held_out_accuracy is not None:
            measures["held_out_donor_accuracy"] = round(fitted.held_out_accuracy, 6)
        measures |= _of_named(target.cell_types, predicted, named, fitted.classes)
        note = (
            f"{int(named.sum())} of {target.n_cells} cells named with a probability of at least "
            f"{fitted.threshold:.3f}"
        )
        return ModelResult({"HAS_TYPE": table}, scores, measures, (*fitted.notes, note))


def prepare(
    views: Views, config: CrossSpeciesConfig
) -> tuple[ExpressionView, ExpressionView, Bipartite]:
    """Return source and target as log expression, and the orthologs of their genes.

    Raises
    ------
    InputError
        If the datasets share a donor, or no ortholog joins their genes.
    UsageError
        If both are of one species.
    """
    source = views.expression("source").log1p_cp10k()
    target = views.expression("target").log1p_cp10k()
    pairs = pairs_between(views.orthology("orthology"), source, target, config.kinds)
    shared = (set(source.donors) & set(target.donors)) - {None}
    if shared:
        message = (
            f"donor {min(shared)!r} is in both {source.dataset!r} and {target.dataset!r}: expected "
            "donors of the target that the network was not trained on"
        )
        raise InputError(message)
    return source, target, pairs


def _of_named(
    truth: np.ndarray, predicted: np.ndarray, named: np.ndarray, classes: np.ndarray
) -> dict[str, float | int | str]:
    """Return how often named cells are right, and how often cells of no class were named."""
    labelled = np.array([key is not None for key in truth], bool)
    known = np.isin(truth, classes)
    found: dict[str, float | int | str] = {}
    if (known & named).any():
        right = truth[known & named] == predicted[known & named]
        found["accuracy_of_named"] = round(float(np.mean(right)), 6)
        found["coverage_of_known_types"] = round(float(named[known].mean()), 6)
    foreign = labelled & ~known
    if foreign.any():
        found["cells_of_other_types"] = int(foreign.sum())
        found["share_of_other_types_named"] = round(float(named[foreign].mean()), 6)
    return found
