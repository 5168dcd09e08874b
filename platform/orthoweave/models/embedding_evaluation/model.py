"""The evaluation of embeddings as a model, so that it is a run like any other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import cast

from orthoweave.models.base import Model, ModelCard, ModelResult, RunContext, Score
from orthoweave.models.embedding_evaluation.cells import Cells, gather
from orthoweave.models.embedding_evaluation.config import EvaluationConfig, check_config
from orthoweave.models.embedding_evaluation.measured import Measured, with_classes, with_numbers
from orthoweave.models.embedding_evaluation.rivals import (
    DEPTH,
    PCA,
    all_features,
    control_of,
    projection_of,
)
from orthoweave.models.resampling import resample, score_of
from orthoweave.views.expression import Scale
from orthoweave.views.requests import (
    ExpressionRequest,
    OntologyRequest,
    VectorRequest,
    ViewRequest,
    Views,
)


@dataclass(frozen=True, slots=True)
class Evaluated:
    """An evaluation: its scores, and notes on the cells."""

    scores: tuple[Score, ...]
    cells: Cells


class EmbeddingEvaluation(Model[EvaluationConfig, Evaluated]):
    """Evaluate embeddings of cells, each beside components, a random projection and depth."""

    name = "evaluate"
    card = ModelCard(
        title="Evaluation of embeddings",
        paper="ours; metrics after Luecken et al., Benchmarking atlas-level data integration in "
        "single-cell genomics, 2022",
        doi="10.1038/s41592-021-01336-8",
        question="What can be read from these vectors of cells, and more than from plain ones?",
        reads=("expression of a dataset", "vectors of its cells"),
        writes=(),
        limits=(
            "an embedding that was trained on these cells or their labels looks better than it is",
            "with few donors the intervals are too short",
        ),
    )
    config_class = EvaluationConfig

    def views(self, config: EvaluationConfig) -> Mapping[str, ViewRequest]:
        """Request the expression of the dataset and the vectors of the spaces.

        Raises
        ------
        UsageError
            If no dataset is named, or an option is out of its range.
        """
        check_config(config)
        requests: dict[str, ViewRequest] = {
            "expression": ExpressionRequest(config.dataset, scale=cast("Scale", config.scale))
        }
        if config.level:
            requests["ontology"] = OntologyRequest()
        return requests | {f"space {name}": VectorRequest(name) for name in config.spaces}

    def fit(self, views: Views, config: EvaluationConfig, context: RunContext) -> Evaluated:
        """Measure all metrics of all embeddings and of what stands beside them.

        Raises
        ------
        InputError
            If an embedding has none of the dataset's cells.
        UsageError, UnknownNameError
            If no embedding is given, or a column is not there.
        """
        cells = gather(views, config)
        features = all_features(cells, config.seed)
        metrics: Iterator[Measured] = chain(
            with_classes(cells, features, config), with_numbers(cells, features, config)
        )
        scores: list[Score] = []
        with context.progress.task("metrics") as task:
            for measured in metrics:
                scores += _scores(measured, cells, config)
                task.advance()
        return Evaluated(tuple(scores), cells)

    def apply(
        self, fitted: Evaluated, views: Views, config: EvaluationConfig, context: RunContext
    ) -> ModelResult:
        """Return the scores; an evaluation writes no facts."""
        del views, config, context
        cells = fitted.cells
        measures: dict[str, float | int | str] = {
            "cells": len(cells.depth),
            "parts_held_out": int(cells.folds.max()) + 1,
        }
        for name, vectors in cells.embeddings.items():
            measures[f"dimensions_of_{name}"] = vectors.shape[1]
        return ModelResult({}, fitted.scores, measures, (*cells.notes, *_beaten(fitted.scores)))


def _scores(measured: Measured, cells: Cells, config: EvaluationConfig) -> list[Score]:
    """Return one score for each embedding, over the same resamplings."""
    found = resample(
        measured.statistics,
        measured.groups,
        seed=config.seed,
        n=config.resamplings,
        unit=cells.unit,
    )
    return [
        score_of(
            measured.metric,
            f"{cells.dataset}, {measured.about}",
            found,
            model=name,
            control=control_of(name),
            control_name=control_of(name),
            baselines=[
                other
                for other in (PCA, projection_of(vectors), DEPTH)
                if other in measured.statistics
            ],
            of=name,
        )
        for name, vectors in cells.embeddings.items()
    ]


def _beaten(scores: tuple[Score, ...]) -> list[str]:
    """Return for each embedding in how many metrics it is above each row beside it."""
    notes = []
    for name in dict.fromkeys(score.of for score in scores):
        own = [score for score in scores if score.of == name]
        beside = [*own[0].baselines, own[0].control_name]
        counts = [f"{sum(score.beats(other) for score in own)} above {other}" for other in beside]
        notes.append(f"{name}: of {len(own)} metrics {', '.join(counts)}.")
    return notes
