"""All metrics of an evaluation: each with a statistic of every row, and the cells it is over."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from orthoweave.models.embedding_evaluation.cells import Cells
from orthoweave.models.embedding_evaluation.config import SIZES, EvaluationConfig
from orthoweave.models.embedding_evaluation.few_labels import PROBES, predicted, size_text
from orthoweave.models.embedding_evaluation.rivals import Features
from orthoweave.models.embedding_evaluation.targets import regressed, risks
from orthoweave.models.embedding_evaluation.unsupervised import (
    LARGEST,
    batch_mixing,
    clusters,
    mixed_cells,
    silhouettes,
)
from orthoweave.models.resampling import Statistic
from orthoweave.models.statistics import (
    ClusterMetric,
    NumberMetric,
    of_classes,
    of_clusters,
    of_means,
    of_regression,
    of_survival,
)

_CLUSTER_METRICS: tuple[ClusterMetric, ...] = ("ARI", "NMI")
_NUMBER_METRICS: dict[str, NumberMetric] = {"R2": "R2", "Pearson correlation": "PCC"}


@dataclass(frozen=True, slots=True)
class Measured:
    """One metric of all rows."""

    metric: str
    statistics: dict[str, Statistic]
    """By the name of the row."""
    groups: np.ndarray
    """Donor or block of each cell that it is over."""
    about: str
    """The cells that it is over, in words."""


def with_classes(
    cells: Cells, features: list[Features], config: EvaluationConfig
) -> Iterator[Measured]:
    """Yield the metrics that need classes: probes, clusters, silhouettes, mixing of batches."""
    known = np.flatnonzero(cells.classes != None)  # noqa: E711 - element by element
    classes, folds, groups = cells.classes[known], cells.folds[known], cells.groups[known]
    n_classes = len(set(classes))
    if n_classes < 2:
        return
    about = f"{len(known):,} cells of {n_classes} classes"
    some = [_among(one, known) for one in features]
    for probe, method in PROBES.items():
        for size in SIZES:
            of = {}
            for one in some:
                rows = predicted(
                    one, classes, folds, method, size=size, draws=config.draws, seed=config.seed
                )
                of[one.name] = of_classes("macro-F1", classes, rows)
            yield Measured(f"{probe} macro-F1, {size_text(size)}", of, groups, about)
    for method_name, number in (("k-means", n_classes), ("Leiden", None)):
        found = {one.name: clusters(one, number, config.draws, config.seed) for one in some}
        for metric_name in _CLUSTER_METRICS:
            of = {name: of_clusters(metric_name, classes, rows) for name, rows in found.items()}
            yield Measured(f"{method_name} {metric_name}", of, groups, about)
    yield from _by_distances(cells, features, known, config)


def _by_distances(
    cells: Cells, features: list[Features], known: np.ndarray, config: EvaluationConfig
) -> Iterator[Measured]:
    """Yield silhouettes of classes and of batches, over a sample of many cells."""
    if len(known) > LARGEST:
        chosen = np.random.default_rng(config.seed).choice(known, LARGEST, replace=False)
        known = np.sort(chosen)
    classes = cells.classes[known]
    some = [_among(one, known) for one in features]
    about = f"{len(known):,} cells of {len(set(classes))} classes"
    of = {one.name: of_means(silhouettes(one, classes, config.draws)) for one in some}
    yield Measured("(ASW + 1) / 2", of, cells.groups[known], about)
    mixed = known[mixed_cells(classes, cells.batches[known])]
    if len(mixed):
        classes, batches = cells.classes[mixed], cells.batches[mixed]
        some = [_among(one, mixed) for one in features]
        of = {one.name: of_means(batch_mixing(one, classes, batches, config.draws)) for one in some}
        about = f"{len(mixed):,} cells of {len(set(batches))} batches"
        yield Measured("batch mixing", of, cells.groups[mixed], about)


def with_numbers(
    cells: Cells, features: list[Features], config: EvaluationConfig
) -> Iterator[Measured]:
    """Yield what is left of depth, the prediction of targets, and of survival."""
    if np.isfinite(cells.depth).all() and np.ptp(cells.depth) > 0:
        of = {}
        for one in features:
            rows = regressed(one, cells.depth, cells.folds, config.draws)
            of[one.name] = _one_minus(of_regression("R2", cells.depth, rows))
        about = f"{len(cells.depth):,} cells"
        yield Measured("1 - R2 of log counts", of, cells.groups, about)
    for name in config.targets:
        yield from _target(cells, features, name, config)
    if config.survival:
        time, event = (cells.numbers(name) for name in config.survival)
        known = np.flatnonzero(np.isfinite(time) & np.isfinite(event))
        died = event[known] > 0
        of = {}
        for one in features:
            found = risks(_among(one, known), time[known], died, cells.folds[known], config.draws)
            of[one.name] = of_survival(time[known], died, found)
        about = f"{len(known):,} patients, {int(died.sum()):,} events"
        yield Measured("C-index", of, cells.groups[known], about)


def _target(
    cells: Cells, features: list[Features], name: str, config: EvaluationConfig
) -> Iterator[Measured]:
    target = cells.numbers(name)
    known = np.flatnonzero(np.isfinite(target))
    rows = {
        one.name: regressed(_among(one, known), target[known], cells.folds[known], config.draws)
        for one in features
    }
    about = f"{len(known):,} cells"
    for text, metric in _NUMBER_METRICS.items():
        of = {row: of_regression(metric, target[known], found) for row, found in rows.items()}
        yield Measured(f"{text} of {name}", of, cells.groups[known], about)


def _among(features: Features, rows: np.ndarray) -> Features:
    def at(seed: int) -> np.ndarray:
        return features.at(seed)[rows]

    return replace(features, at=at)


def _one_minus(statistic: Statistic) -> Statistic:
    def other(weights: np.ndarray) -> np.ndarray:
        return np.asarray(1 - statistic(weights))

    return other
