"""Calibration for the data at hand: who names cells, from which confidence on, and how far away.

All of it is read from trials (see `trials`). Each of their cells counts as many times as the
estimated composition of the asked cells says, and once more with its own class taken away: so are
types treated that nobody trained on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from orthoweave.models.calibration.composition import class_means, composition, label_weights
from orthoweave.models.calibration.opinions import Choice
from orthoweave.models.calibration.reference import Reference
from orthoweave.models.calibration.reliability import chance_right
from orthoweave.models.calibration.shift import Shift
from orthoweave.models.calibration.support import Support, support_of
from orthoweave.models.calibration.thresholds import NEVER, group_thresholds
from orthoweave.models.calibration.trials import Asked, Trial, Trials
from orthoweave.models.calibration.verdicts import (
    INSIDE,
    NEAR,
    bounds,
    cell_verdicts,
    dataset_verdict,
)

UNSEEN: Final = 0.1
"""Share of cells that are taken to be of types that nobody trained on."""
LEAST_SHARE: Final = 0.01
"""Share that each class is taken to have at least, whatever the estimate."""
_CHOICES: Final[tuple[Choice, ...]] = ("both", "plain")


@dataclass(frozen=True, slots=True)
class Calibrated:
    """The asked cells with what is known of how far to trust their classes."""

    probability: np.ndarray
    """Probabilities by which cells are named, shape ``(n_cells, n_classes)``."""
    confidence: np.ndarray
    """The lower of both classifiers' probabilities of the predicted class, ``(n_cells,)``."""
    certainty: np.ndarray
    """Share of cells of this confidence that are right in trials, NaN outside; ``(n_cells,)``."""
    named: np.ndarray
    """Mask of the cells that are named, shape ``(n_cells,)``."""
    verdict: np.ndarray
    """``near``, ``far`` or ``outside``, shape ``(n_cells,)``, texts."""
    thresholds: np.ndarray
    """Confidence from which on each class is named, shape ``(n_classes,)``."""
    choice: Choice
    """Who names the cells."""
    right: Mapping[str, float]
    """Share of cells that are right in trials, by who names them."""
    held_out: float
    """Share of unchanged cells of held-out donors that are right."""
    named_right: float
    """Share of the named cells of trials that are right, types taken away included."""
    shift: Shift

    @property
    def dataset_verdict(self) -> str:
        """Verdict on the dataset: that of its middle cell."""
        return dataset_verdict(self.verdict)


@dataclass(frozen=True, slots=True)
class _Cells:
    """Cells of trials, first as they are, then with their own class taken away."""

    predicted: np.ndarray
    confidence: np.ndarray
    distance: np.ndarray
    right: np.ndarray
    weights: np.ndarray
    folds: np.ndarray
    seen: np.ndarray
    """Mask of the cells as they are."""


def calibrate(
    reference: Reference, asked: Asked, trials: Trials, *, precision: float, seed: int
) -> Calibrated:
    """Return the asked cells, named where trials say that enough of such cells are right.

    Parameters
    ----------
    trials
        See `run_trials`.
    precision
        Share of named cells that must be right in trials, from 0 to 1.
    """
    weights, right = _weights_and_right(reference, trials)
    choice: Choice = "both" if right["both"] >= right["plain"] else "plain"
    support = _support(reference, asked, seed)
    cells = _together(reference, trials, choice, weights[choice], support, asked)
    predicted, confidence = trials.asked.judged(choice)
    everyone = np.ones(len(reference.labels), bool)
    distance = support.distances(asked.values[:, asked.compared], predicted, everyone)
    seen, n_classes = cells.seen, reference.n_classes
    near = bounds(*_unchanged(reference, asked, trials, choice, support), n_classes, NEAR)
    outer = bounds(cells.distance[seen], cells.predicted[seen], n_classes, INSIDE)
    verdict = cell_verdicts(distance, near[predicted], outer[predicted])
    theirs = cell_verdicts(cells.distance, near[cells.predicted], outer[cells.predicted])
    inside = theirs != "outside"
    known = (cells.confidence[inside], cells.right[inside], cells.weights[inside])
    thresholds = group_thresholds(
        cells.predicted[inside], *known, cells.folds[inside], n_groups=n_classes, precision=precision
    )
    by_verdict = group_thresholds(
        (theirs[inside] == "far").astype(np.int64),
        *known,
        cells.folds[inside],
        n_groups=2,
        precision=precision,
    )

    def needed(classes: np.ndarray, verdicts: np.ndarray) -> np.ndarray:
        limit = np.maximum(thresholds[classes], by_verdict[(verdicts == "far").astype(np.int64)])
        return np.where(verdicts == "outside", NEVER, limit)

    named = (cells.confidence >= needed(cells.predicted, theirs)) & (cells.weights > 0)
    certainty = chance_right(*known, confidence)
    return Calibrated(
        trials.asked.mixed(choice),
        confidence,
        np.where(verdict == "outside", np.nan, certainty),
        confidence >= needed(predicted, verdict),
        verdict,
        thresholds,
        choice,
        right,
        _held_out(reference, trials, choice),
        float(np.average(cells.right[named], weights=cells.weights[named])) if named.any() else 1.0,
        trials.shift,
    )


def _weights_and_right(
    reference: Reference, trials: Trials
) -> tuple[dict[Choice, np.ndarray], dict[str, float]]:
    """Return the weight of each class, and the weighted share of right cells, by who names."""
    weights: dict[Choice, np.ndarray] = {}
    right: dict[str, float] = {}
    labels = np.concatenate([reference.labels[trial.rows] for trial in trials.simulated])
    for choice in _CHOICES:
        known = np.concatenate([trial.opinions.mixed(choice) for trial in trials.simulated])
        means = class_means(known, labels, reference.n_classes)
        shares = composition(means, trials.asked.mixed(choice).mean(axis=0))
        weights[choice] = label_weights(shares, reference.shares, LEAST_SHARE)
        right[choice] = float(
            np.average(known.argmax(axis=1) == labels, weights=weights[choice][labels])
        )
    return weights, right


def _support(reference: Reference, asked: Asked, seed: int) -> Support:
    return support_of(
        reference.values[:, asked.compared],
        reference.labels,
        asked.values[:, asked.compared],
        seed,
    )


def _together(
    reference: Reference,
    trials: Trials,
    choice: Choice,
    weights: np.ndarray,
    support: Support,
    asked: Asked,
) -> _Cells:
    parts = [
        part
        for trial in trials.simulated
        for part in _both_ways(reference, trial, choice, weights, support, asked)
    ]
    return _Cells(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _both_ways(
    reference: Reference,
    trial: Trial,
    choice: Choice,
    weights: np.ndarray,
    support: Support,
    asked: Asked,
) -> tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
    """Return the columns of `_Cells` for a trial's cells, and with their class taken away."""
    labels, values = reference.labels[trial.rows], trial.values[:, asked.compared]
    others = reference.folds != trial.fold
    folds = np.full(len(labels), trial.fold)
    predicted, confidence = trial.opinions.judged(choice)
    seen = (
        predicted,
        confidence,
        support.distances(values, predicted, others),
        predicted == labels,
        weights[labels] * (1 - UNSEEN),
        folds,
        np.ones(len(labels), bool),
    )
    predicted, confidence = trial.opinions.without(labels).judged(choice)
    distance = np.zeros(len(labels))
    for number in np.unique(labels):
        ours = labels == number
        distance[ours] = support.distances(
            values[ours], predicted[ours], others & (reference.labels != number)
        )
    nothing = np.zeros(len(labels), bool)
    return seen, (predicted, confidence, distance, nothing, weights[labels] * UNSEEN, folds, nothing)


def _unchanged(
    reference: Reference, asked: Asked, trials: Trials, choice: Choice, support: Support
) -> tuple[np.ndarray, np.ndarray]:
    """Return distances and predicted classes of unchanged cells of held-out donors."""
    parts = []
    for trial in trials.unchanged:
        predicted, _ = trial.opinions.judged(choice)
        values, others = trial.values[:, asked.compared], reference.folds != trial.fold
        parts.append((support.distances(values, predicted, others), predicted))
    distances, classes = zip(*parts, strict=True)
    return np.concatenate(distances), np.concatenate(classes)


def _held_out(reference: Reference, trials: Trials, choice: Choice) -> float:
    right = [
        trial.opinions.judged(choice)[0] == reference.labels[trial.rows]
        for trial in trials.unchanged
    ]
    return float(np.concatenate(right).mean())
