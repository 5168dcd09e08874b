"""Known cells of trials as they are judged, and the rules of naming that they give."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from orthoweave.models.calibration.opinions import Choice
from orthoweave.models.calibration.reference import Reference
from orthoweave.models.calibration.support import Support
from orthoweave.models.calibration.thresholds import NEVER, threshold
from orthoweave.models.calibration.trials import Trial


@dataclass(frozen=True, slots=True)
class Cells:
    """Known cells with what was said of them; arrays of shape ``(n_cells,)``."""

    predicted: np.ndarray
    confidence: np.ndarray
    distance: np.ndarray
    """From training cells of the predicted class."""
    right: np.ndarray
    weights: np.ndarray
    folds: np.ndarray

    @classmethod
    def of(cls, parts: Sequence["Cells"]) -> "Cells":
        """Return several parts as one."""
        return cls(
            *(
                np.concatenate([getattr(part, one.name) for part in parts])
                for one in dataclasses.fields(cls)
            )
        )

    def select(self, rows: np.ndarray) -> "Cells":
        """Return only the cells of a mask."""
        return Cells(*(getattr(self, one.name)[rows] for one in dataclasses.fields(self)))


@dataclass(frozen=True, slots=True)
class Judge:
    """Judge of the cells of trials: the classifiers that name them, and their support."""

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

    def seen(self, trial: Trial) -> Cells:
        """Return the cells of a trial as they are."""
        labels, others = self._labels(trial)
        predicted, confidence = trial.opinions.judged(self.choice)
        distance = self.support.distances(trial.values[:, self.compared], predicted, others)
        return self._cells(trial, predicted, confidence, distance, right=predicted == labels)

    def unseen(self, trial: Trial) -> Cells:
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
    ) -> Cells:
        weights = self.weights[self.reference.labels[trial.rows]]
        return Cells(
            predicted, confidence, distance, right, weights, np.full(len(right), trial.fold)
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """Confidence that a cell must reach to be named."""

    by_class: np.ndarray
    """Lowest confidence by class, shape ``(n_classes,)``."""
    by_verdict: Mapping[str, float]
    """Lowest confidence by verdict."""

    def needed(self, predicted: np.ndarray, verdict: np.ndarray) -> np.ndarray:
        """Return the confidence that each cell needs, shape ``(n_cells,)``."""
        limit = np.array([self.by_verdict[one] for one in verdict], np.float64)
        return np.maximum(self.by_class[predicted], limit)

    def right(self, cells: Cells, verdict: np.ndarray) -> float:
        """Return the weighted share of named cells that are right, 1 if none is named."""
        named = cells.confidence >= self.needed(cells.predicted, verdict)
        total = cells.weights[named].sum()
        return float((cells.weights * cells.right)[named].sum() / total) if total > 0 else 1.0


def rules_of(cells: Cells, verdict: np.ndarray, n_classes: int, precision: float) -> Rules:
    """Return the rules that calibration cells of these verdicts give."""
    inside = verdict != "outside"
    by_class = np.array(
        [
            _threshold(cells.select(inside & (cells.predicted == number)), precision)
            for number in range(n_classes)
        ]
    )
    by_verdict = {
        name: _threshold(cells.select(verdict == name), precision) for name in ("near", "far")
    }
    return Rules(by_class, {**by_verdict, "outside": NEVER})


def _threshold(cells: Cells, precision: float) -> float:
    return threshold(cells.confidence, cells.right, cells.weights, cells.folds, precision)
