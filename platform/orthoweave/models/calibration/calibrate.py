"""Calibration for the data at hand: who names cells, from which confidence on, and how far away.

All of it is read from trials (see `trials`). Each of their cells counts as many times as the
estimated composition of the asked cells says, and once more with its own class taken away: so are
types treated that nobody trained on.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import scipy.sparse as sp

from orthoweave.models.calibration.composition import class_means, composition, label_weights
from orthoweave.models.calibration.opinions import Choice, Opinions
from orthoweave.models.calibration.reference import Reference
from orthoweave.models.calibration.reliability import chance_right
from orthoweave.models.calibration.shift import Shift
from orthoweave.models.calibration.support import Support, support_of
from orthoweave.models.calibration.thresholds import NEVER, threshold
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

    asked: Opinions
    """Opinions of the cells."""
    confidence: np.ndarray
    """The lower of both classifiers' probabilities of the predicted class, ``(n_cells,)``."""
    certainty: np.ndarray
    """Share of cells of this confidence that are right in trials, NaN outside; ``(n_cells,)``."""
    named: np.ndarray
    """Mask of the cells that are named, shape ``(n_cells,)``."""
    verdict: np.ndarray
    """``near``, ``far`` or ``outside``, shape ``(n_cells,)``, texts."""
    thresholds: np.ndarray
    """Confidence that each class needs at least, shape ``(n_classes,)``."""
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
    def probability(self) -> np.ndarray:
        """Probabilities by which cells are named, shape ``(n_cells, n_classes)``."""
        return self.asked.mixed(self.choice)

    @property
    def dataset_verdict(self) -> str:
        """Verdict on the dataset: that of its middle cell."""
        return dataset_verdict(self.verdict)


@dataclass(frozen=True, slots=True)
class _Cells:
    """Known cells with what was said of them; arrays of shape ``(n_cells,)``."""

    predicted: np.ndarray
    confidence: np.ndarray
    distance: np.ndarray
    """From training cells of the predicted class."""
    right: np.ndarray
    weights: np.ndarray
    folds: np.ndarray

    @classmethod
    def of(cls, parts: Sequence["_Cells"]) -> "_Cells":
        """Return several parts as one."""
        return cls(
            *(
                np.concatenate([getattr(part, one.name) for part in parts])
                for one in dataclasses.fields(cls)
            )
        )

    def select(self, rows: np.ndarray) -> "_Cells":
        """Return only the cells of a mask."""
        return _Cells(*(getattr(self, one.name)[rows] for one in dataclasses.fields(self)))


@dataclass(frozen=True, slots=True)
class _Judge:
    """Who names the cells of trials, and what their distances are measured with."""

    reference: Reference
    compared: np.ndarray
    support: Support
    choice: Choice
    weights: np.ndarray
    """Weight of a cell of each class, shape ``(n_classes,)``."""

    def asked(self, values: sp.csr_matrix, predicted: np.ndarray) -> np.ndarray:
        """Return the distances of the asked cells, which no training cell is of."""
        everyone = np.ones(len(self.reference.labels), bool)
        return self.support.distances(values[:, self.compared], predicted, everyone)

    def seen(self, trial: Trial) -> _Cells:
        """Return the cells of a trial as they are."""
        labels, others = self._labels(trial)
        predicted, confidence = trial.opinions.judged(self.choice)
        distance = self.support.distances(trial.values[:, self.compared], predicted, others)
        return self._cells(trial, predicted, confidence, distance, right=predicted == labels)

    def unseen(self, trial: Trial) -> _Cells:
        """Return the cells of a trial as if nobody had trained on their class."""
        labels, others = self._labels(trial)
        predicted, confidence = trial.opinions.without(labels).judged(self.choice)
        distance = np.zeros(len(labels))
        for number in np.unique(labels):
            ours = labels == number
            distance[ours] = self.support.distances(
                trial.values[ours][:, self.compared],
                predicted[ours],
                others & (self.reference.labels != number),
            )
        nothing = np.zeros(len(labels), bool)
        return self._cells(trial, predicted, confidence, distance, right=nothing)

    def _labels(self, trial: Trial) -> tuple[np.ndarray, np.ndarray]:
        return self.reference.labels[trial.rows], self.reference.folds != trial.fold

    def _cells(
        self,
        trial: Trial,
        predicted: np.ndarray,
        confidence: np.ndarray,
        distance: np.ndarray,
        *,
        right: np.ndarray,
    ) -> _Cells:
        weights = self.weights[self.reference.labels[trial.rows]]
        return _Cells(
            predicted, confidence, distance, right, weights, np.full(len(right), trial.fold)
        )


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a cell must reach to be named."""

    near: np.ndarray
    """Distance up to which cells of each class are near, shape ``(n_classes,)``."""
    outer: np.ndarray
    """Distance beyond which they are outside, shape ``(n_classes,)``."""
    by_class: np.ndarray
    """Lowest confidence by class, shape ``(n_classes,)``."""
    by_verdict: Mapping[str, float]
    """Lowest confidence by verdict."""

    def needed(self, predicted: np.ndarray, verdict: np.ndarray) -> np.ndarray:
        """Return the confidence that each cell needs, shape ``(n_cells,)``."""
        limit = np.array([self.by_verdict[one] for one in verdict], np.float64)
        return np.maximum(self.by_class[predicted], limit)


def calibrate(
    reference: Reference, asked: Asked, trials: Trials, *, precision: float, seed: int
) -> Calibrated:
    """Return the asked cells, named where trials say that enough of such cells are right.

    A cell is named if its confidence reaches what its class needs, and what its verdict needs.

    Parameters
    ----------
    trials
        See `run_trials`.
    precision
        Share of named cells that must be right in trials, from 0 to 1.
    """
    weights, right = _weights_and_right(reference, trials)
    choice: Choice = "both" if right["both"] >= right["plain"] else "plain"
    columns = asked.compared
    support = support_of(
        reference.values[:, columns], reference.labels, asked.values[:, columns], seed
    )
    judge = _Judge(reference, columns, support, choice, weights[choice])
    unchanged = _Cells.of([judge.seen(trial) for trial in trials.unchanged])
    seen = _Cells.of([judge.seen(trial) for trial in trials.simulated])
    unseen = _Cells.of([judge.unseen(trial) for trial in trials.simulated])
    cells = _Cells.of(
        [
            replace(seen, weights=seen.weights * (1 - UNSEEN)),
            replace(unseen, weights=unseen.weights * UNSEEN),
        ]
    )
    rules, inside, named_right = _rules(unchanged, seen, cells, reference.n_classes, precision)
    predicted, confidence = trials.asked.judged(choice)
    distance = judge.asked(asked.values, predicted)
    verdict = cell_verdicts(distance, rules.near[predicted], rules.outer[predicted])
    certainty = chance_right(inside.confidence, inside.right, inside.weights, confidence)
    return Calibrated(
        trials.asked,
        confidence,
        np.where(verdict == "outside", np.nan, certainty),
        confidence >= rules.needed(predicted, verdict),
        verdict,
        rules.by_class,
        choice,
        right,
        float(unchanged.right.mean()),
        named_right,
        trials.shift,
    )


def _rules(
    unchanged: _Cells, seen: _Cells, cells: _Cells, n_classes: int, precision: float
) -> tuple[_Rules, _Cells, float]:
    """Return the rules, the cells that are not outside, and the share of named ones that are right.

    Parameters
    ----------
    unchanged, seen
        Cells that give the distances.
    cells
        Cells that give the thresholds.
    """
    near = bounds(unchanged.distance, unchanged.predicted, n_classes, NEAR)
    outer = bounds(seen.distance, seen.predicted, n_classes, INSIDE)
    verdict = cell_verdicts(cells.distance, near[cells.predicted], outer[cells.predicted])
    inside = cells.select(verdict != "outside")
    verdict = verdict[verdict != "outside"]
    by_class = np.array(
        [_threshold(inside.select(inside.predicted == n), precision) for n in range(n_classes)]
    )
    by_verdict = {
        name: _threshold(inside.select(verdict == name), precision) for name in ("near", "far")
    }
    rules = _Rules(near, outer, by_class, {**by_verdict, "outside": NEVER})
    named = inside.confidence >= rules.needed(inside.predicted, verdict)
    total = inside.weights[named].sum()
    right = float((inside.weights * inside.right)[named].sum() / total) if total > 0 else 1.0
    return rules, inside, right


def _threshold(cells: _Cells, precision: float) -> float:
    return threshold(cells.confidence, cells.right, cells.weights, cells.folds, precision)


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
