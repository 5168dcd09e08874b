"""The fit of each task: pretraining, the task, the same with labels at random, and scores."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from orthoweave.models.base import RunContext, Score
from orthoweave.models.scmamba.annotation import annotate, labelled_cells
from orthoweave.models.scmamba.config import ScMambaConfig
from orthoweave.models.scmamba.doublets import CLASSES, expected_chance, find_doublets
from orthoweave.models.scmamba.evaluation import (
    CONTROL,
    MODEL,
    annotation_score,
    correlations,
    doublet_scores,
    imputation_score,
    kinds_of_doublets,
)
from orthoweave.models.scmamba.imputation import Imputer, imputed, thinned, trained_imputer
from orthoweave.models.scmamba.inputs import Prepared, prepare
from orthoweave.models.scmamba.network import Arrays, Examples, arrays_of, pretrained
from orthoweave.models.scmamba.smoothing import on_scale, plain_imputations
from orthoweave.views.expression import ExpressionView


@dataclass(frozen=True, slots=True)
class Fitted:
    """A trained task: its networks, what they say of the cells, and the scores."""

    genes: np.ndarray
    """Keys of the genes of the vocabulary, in its order."""
    networks: tuple[Arrays, ...]
    """Parameters by name of each network, all of one form."""
    classes: np.ndarray
    """Classes of a classifier; empty for imputation."""
    found: np.ndarray
    """Class probabilities or imputed values of all cells, ``(n_cells, n)``."""
    scores: tuple[Score, ...]
    measures: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    vectors: np.ndarray | None = None
    """Vector of each cell, where the task has one network."""
    fresh: np.ndarray | None = None
    """Mask of the cells whose label was not learnt from."""


def fit_task(view: ExpressionView, config: ScMambaConfig, context: RunContext) -> Fitted:
    """Return the fit of the task that the options name.

    Raises
    ------
    InputError
        If the view has no counts, or not the types or donors that the task needs.
    """
    match config.task:
        case "annotate":
            return _fit_types(view, config, context)
        case "impute":
            return _fit_imputation(view, config, context)
        case _:
            return _fit_doublets(view, config, context)


def _seeds(config: ScMambaConfig) -> list[ScMambaConfig]:
    return [replace(config, seed=config.seed + number) for number in range(config.score_seeds)]


def _fit_types(view: ExpressionView, config: ScMambaConfig, context: RunContext) -> Fitted:
    known = labelled_cells(view, config)
    prepared = prepare(view, known.training, config)
    examples = Examples.of(prepared.profiles.rows(known.training))
    encoder = pretrained(examples, prepared.genes, config, context)
    runs, controls = (
        [
            annotate(
                prepared, known, encoder, one, context, name=f"{name} {one.seed}", shuffled=shuffled
            )
            for one in _seeds(config)
        ]
        for name, shuffled in (("types", False), ("permuted types", True))
    )
    fresh = np.ones(view.n_cells, bool)
    fresh[known.learnt] = False
    return Fitted(
        view.genes[prepared.columns],
        (runs[0].network,),
        known.classes,
        runs[0].chances,
        annotation_score(prepared, known, runs, controls, config),
        {"labelled_cells": len(known.learnt), "types": len(known.classes)},
        known.notes,
        runs[0].vectors,
        fresh,
    )


def _fit_doublets(view: ExpressionView, config: ScMambaConfig, context: RunContext) -> Fitted:
    prepared = prepare(view, np.ones(view.n_cells, bool), config)
    encoder = pretrained(Examples.of(prepared.profiles), prepared.genes, config, context)
    runs, controls = (
        [
            find_doublets(
                prepared, encoder, one, context, name=f"{name} {one.seed}", shuffled=shuffled
            )
            for one in _seeds(config)
        ]
        for name, shuffled in (("doublets", False), ("permuted doublets", True))
    )
    chance = expected_chance(runs[0].cells, config.simulated, config.doublet_rate)
    return Fitted(
        view.genes[prepared.columns],
        runs[0].networks,
        np.array(CLASSES, object),
        np.stack([1 - chance, chance], axis=1),
        doublet_scores(prepared, runs, controls, config),
        kinds_of_doublets(prepared, runs[0]),
    )


def _fit_imputation(view: ExpressionView, config: ScMambaConfig, context: RunContext) -> Fitted:
    """Train on half of the cells, and judge the other half, whose counts were thinned as well."""
    training = np.random.default_rng(config.seed % 2**32).permutation(view.n_cells) % 2 == 0
    prepared = prepare(view, training, config)
    parts = thinned(prepared.whole, prepared.columns, config.kept_share, config.seed)
    learnt = replace(parts, read=parts.read.rows(training), rest=parts.rest[training])
    encoder = pretrained(Examples.of(learnt.read), prepared.genes, config, context)
    asked, truth = parts.read.rows(~training), parts.rest[~training]

    def networks(name: str, *, shuffled: bool) -> list[Imputer]:
        return [
            trained_imputer(
                learnt,
                prepared.genes,
                encoder,
                config=one,
                context=context,
                name=f"{name} {one.seed}",
                shuffled=shuffled,
            )
            for one in _seeds(config)
        ]

    own = networks("imputation", shuffled=False)
    rows = {
        MODEL: np.array([imputed(one, asked, config) for one in own]),
        CONTROL: np.array(
            [imputed(one, asked, config) for one in networks("permuted cells", shuffled=True)]
        ),
    }
    plain = plain_imputations(parts.read.values)
    rows |= {name: on_scale(found, learnt.rest, training)[None] for name, found in plain.items()}
    context_text = (
        f"{len(truth)} held-out cells and {truth.shape[1]} genes of {view.dataset}, "
        f"{config.kept_share:.0%} of the counts read"
    )
    return Fitted(
        view.genes[prepared.columns],
        (arrays_of(own[0]),),
        np.array([], object),
        imputed(own[0], prepared.profiles, config),
        (imputation_score(truth, rows, view.donors[~training], context_text, config),),
        _measures(truth, rows, prepared),
    )


def _measures(
    truth: np.ndarray, rows: Mapping[str, np.ndarray], prepared: Prepared
) -> dict[str, float]:
    """Return error and correlations of each method, by names with its first letters."""
    short = {
        MODEL: "own",
        "the input itself": "input",
        "mean of the gene": "mean",
        "mean of 15 nearest cells": "nearest",
        "diffusion over nearest cells": "diffusion",
        "50 principal components": "components",
    }
    found: dict[str, float] = {"genes": len(prepared.columns)}
    for name, prefix in short.items():
        for metric, value in correlations(truth, rows[name][0]).items():
            found[f"{prefix}_{metric}"] = round(value, 6)
    return found
