"""The score on cells whose types their authors name, beside the same head on other features."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from orthoweave.models.base import Score
from orthoweave.models.bmfm_rna.annotation import frozen_head, vectors_of
from orthoweave.models.bmfm_rna.fitting import Learnt, Trainer
from orthoweave.models.bmfm_rna.inputs import Cells, Labelled
from orthoweave.models.levels import common_level
from orthoweave.models.probes.classifiers import logistic
from orthoweave.models.probes.components import components
from orthoweave.models.probes.expression import GENE_STRENGTH
from orthoweave.models.resampling import resample, score_of
from orthoweave.models.statistics import ClassMetric, of_classes
from orthoweave.views.expression import ExpressionView

MODEL: Final = "the model"
RANDOM: Final = "random weights of the same network"
PCA: Final = "PCA-50, the same head"
DEPTH: Final = "depth alone, the same head"
GENES: Final = "logistic on the same genes"
_SAMPLE: Final = 20_000
"""Cells without labels that components are fitted to at most."""
_METRICS: Final[tuple[ClassMetric, ...]] = ("accuracy", "macro-F1")
Features = Callable[[Cells], np.ndarray]


def annotation_scores(
    learnt: Learnt, labelled: Labelled, trainer: Trainer, target: ExpressionView, asked: Cells
) -> tuple[tuple[Score, ...], tuple[str, ...]]:
    """Return accuracy and macro-F1 of the target's cells, if any is of the classes, and notes.

    No cell abstains. No other code reads the target's labels. Types are compared at the finest
    level that sources and target have. Encoder and control are trained anew with `score_seeds`
    seeds; with few labels each seed draws its own, which all methods learn from.
    """
    classes = learnt.classes
    level = common_level(
        {"the sources": classes, target.dataset: target.cell_types},
        trainer.views.ontology("ontology"),
    )
    truth = level.of(target.cell_types)
    known = np.flatnonzero(truth != None)  # noqa: E711 - element by element
    if not len(known):
        return (), ()
    found = _over_seeds(learnt, labelled, trainer, asked.select(known))
    rows = {
        name: np.array([level.of(classes[numbers]) for numbers in one])
        for name, one in found.items()
    }
    truth = truth[known]
    few = f", {trainer.config.labels} labels a type" if trainer.config.labels else ""
    context = f"{len(truth)} cells of {len(set(truth))} types of {target.dataset}{few}"
    drawn = {
        metric: resample(
            {name: of_classes(metric, truth, one) for name, one in rows.items()},
            target.donors[known],
            seed=trainer.config.seed,
        )
        for metric in _METRICS
    }
    scores = tuple(
        score_of(
            metric,
            f"{context}, none abstained",
            one,
            model=MODEL,
            control=RANDOM,
            control_name=RANDOM,
        )
        for metric, one in drawn.items()
    )
    return scores, tuple(note for note in level.notes if "pooled into" in note)


def _over_seeds(
    learnt: Learnt, labelled: Labelled, trainer: Trainer, asked: Cells
) -> dict[str, list[np.ndarray]]:
    """Return the number of each cell's class by method, for each seed."""
    first, device = trainer.config.seed, trainer.device
    rows: dict[str, list[np.ndarray]] = {name: [] for name in (MODEL, RANDOM)}
    plain = plain_features(trainer)
    for seed in range(first, first + trainer.config.score_seeds):
        own = labelled if seed == first else trainer.labelled(seed)
        annotator = learnt.annotator
        if seed != first or annotator is None:
            network = trainer.encoder(f"encoder of seed {seed}", own, seed)
            annotator = trainer.annotator(network, own, f"annotator of seed {seed}", seed)
        untrained = replace(trainer, config=replace(trainer.config, annotate="frozen"))
        tuned = trainer.config.annotate == "tuned"
        control = (trainer if tuned else untrained).annotator(
            trainer.encoder("", own, seed, trained=False), own, f"random weights of {seed}", seed
        )
        for name, one in ((MODEL, annotator), (RANDOM, control)):
            rows[name].append(one.head.probability(one.vectors(asked, device)).argmax(axis=1))
        for name, features in plain.items():
            head = frozen_head(features(own.cells), own.labels, len(own.classes))
            predicted = head.probability(features(asked)).argmax(axis=1)
            rows.setdefault(name, []).append(predicted)
        rows.setdefault(GENES, []).append(_by_genes(own, asked))
    return rows


def plain_features(trainer: Trainer) -> dict[str, Features]:
    """Return features that need no network, by name; components are of the cells without labels."""
    some = trainer.cells.some(_SAMPLE, trainer.config.seed).values
    found: dict[str, Features] = {PCA: lambda cells: components(some, cells.values)[1]}
    views = [trainer.views.expression("target")]
    views += [trainer.views.expression(f"source {name}") for name in trainer.config.source]
    if all(np.isfinite(view.totals).all() for view in views):
        found[DEPTH] = lambda cells: np.log10(cells.totals)[:, None]
    return found


def random_vectors(trainer: Trainer, labelled: Labelled | None, cells: Cells) -> np.ndarray:
    """Return vectors of cells by a network that was not trained."""
    network = trainer.encoder("", labelled, trainer.config.seed, trained=False)
    return vectors_of(network, cells, trainer.device)


def _by_genes(own: Labelled, asked: Cells) -> np.ndarray:
    found = logistic(
        own.cells.values.toarray(),
        np.char.zfill(own.labels.astype(str), 6),
        asked.values.toarray(),
        strength=GENE_STRENGTH,
        balanced=True,
    )
    return np.asarray(found.astype(np.int64))
