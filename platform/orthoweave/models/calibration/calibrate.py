"""Calibration for the data at hand: who names cells, from which confidence on, and how far away.

All of it is read from trials (see `trials`). Each of their cells counts as many times as the
estimated composition of the asked cells says, and once more with its own class taken away: so are
types treated that nobody trained on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from orthoweave.models.calibration.chances import chance_right
from orthoweave.models.calibration.composition import class_means, composition, label_weights
from orthoweave.models.calibration.judging import Cells, Judge, rules_of
from orthoweave.models.calibration.opinions import Choice, Opinions
from orthoweave.models.calibration.reference import Reference
from orthoweave.models.calibration.shift import Shift
from orthoweave.models.calibration.support import support_of
from orthoweave.models.calibration.trials import Trials, Unlabelled
from orthoweave.models.calibration.verdicts import (
    INSIDE,
    NEAR,
    bounds,
    cell_verdicts,
    dataset_verdict,
)

UNSEEN: Final = 0.1
"""Share of cells that are taken to be of types that nobody trained on, at least."""
MOST_UNSEEN: Final = 0.9
"""The same at most, where most cells are outside."""
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
    """The classifiers that name the cells."""
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
        """Verdict on the dataset."""
        return dataset_verdict(self.verdict, self.shift)


def calibrate(
    reference: Reference, asked: Unlabelled, trials: Trials, *, precision: float, seed: int
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
    judge = Judge(reference, columns, support, choice, weights[choice])
    unchanged = Cells.of([judge.seen(trial) for trial in trials.unchanged])
    seen = Cells.of([judge.seen(trial) for trial in trials.simulated])
    near = bounds(unchanged.distance, unchanged.predicted, reference.n_classes, NEAR)
    outer = bounds(seen.distance, seen.predicted, reference.n_classes, INSIDE)
    predicted, confidence = trials.asked.judged(choice)
    distance = judge.asked(asked.values, predicted)
    verdict = cell_verdicts(distance, near[predicted], outer[predicted])
    # cells outside are of types that nobody trained on, and so may as many others be
    share = float(np.clip(np.mean(verdict == "outside"), UNSEEN, MOST_UNSEEN))
    unseen = Cells.of([judge.unseen(trial) for trial in trials.simulated])
    cells = Cells.of(
        [
            replace(seen, weights=seen.weights * (1 - share)),
            replace(unseen, weights=unseen.weights * share),
        ]
    )
    theirs = cell_verdicts(cells.distance, near[cells.predicted], outer[cells.predicted])
    rules = rules_of(cells, theirs, reference.n_classes, precision)
    inside = cells.select(theirs != "outside")
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
        rules.right(cells, theirs),
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
