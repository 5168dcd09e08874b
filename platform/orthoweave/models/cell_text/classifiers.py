"""Linear classifiers of cell vectors, one for each draw of labelled cells, as one map."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import softmax

from orthoweave.errors import InputError
from orthoweave.models.cell_text.evaluation import standards
from orthoweave.models.probes.classifiers import fit_logistic
from orthoweave.models.state import State

# cells whose scores are computed at a time
_TOGETHER: Final = 4096
# score of a class that a draw has no cell of: its probability is nothing beside the others
_NEVER: Final = -50.0
_NAMES: Final = ("mean", "sd", "coefficients", "intercepts")


@dataclass(frozen=True, slots=True)
class Classifiers:
    """Logistic regressions of standardised vectors.

    Raises
    ------
    InputError
        If there is none, or a standard deviation is not above 0.
    """

    mean: np.ndarray
    """Mean of the labelled cells' vectors of each draw, shape ``(n_draws, dimension)``."""
    sd: np.ndarray
    """Their standard deviation."""
    coefficients: np.ndarray
    """Shape ``(n_draws, n_classes, dimension)``."""
    intercepts: np.ndarray
    """Shape ``(n_draws, n_classes)``."""

    def __post_init__(self) -> None:
        if not len(self.mean) or (self.sd <= 0).any():
            message = "weights: expected a draw at least, and standard deviations above 0"
            raise InputError(message)

    def probability(self, vectors: np.ndarray) -> np.ndarray:
        """Return the mean probability of each class over the draws, ``(n_cells, n_classes)``."""
        # to standardise and to classify is one linear map, and those of all draws are one matrix
        maps = self.coefficients / self.sd[:, None, :]
        shifts = self.intercepts - (maps * self.mean[:, None, :]).sum(axis=2)
        matrix = maps.reshape(-1, maps.shape[2]).T.astype(np.float32)
        found = np.empty((len(vectors), shifts.shape[1]))
        for start in range(0, len(vectors), _TOGETHER):
            part = slice(start, start + _TOGETHER)
            scores = (vectors[part] @ matrix).reshape(-1, *shifts.shape) + shifts
            found[part] = softmax(scores, axis=2).mean(axis=1)
        return found

    def arrays(self, start: str = "") -> dict[str, np.ndarray]:
        """Return the arrays by name, each behind `start`."""
        return {f"{start}{name}": getattr(self, name) for name in _NAMES}


def fit_classifiers(
    vectors: np.ndarray, labels: np.ndarray, draws: Sequence[np.ndarray], n_classes: int
) -> Classifiers:
    """Fit the classifier of each draw, as `few_label_predictions` does.

    Parameters
    ----------
    vectors
        Shape ``(n_cells, dimension)``.
    labels
        Number of each cell's class, shape ``(n_cells,)``; of cells in no draw any number.
    draws
        Numbers of the labelled cells.
    """
    found: dict[str, list[np.ndarray]] = {name: [] for name in _NAMES}
    for cells in draws:
        mean, sd = standards(vectors[cells])
        # class numbers of one width, so that their order as texts is their order
        names = np.char.zfill(labels[cells].astype(str), len(str(n_classes)))
        fitted = fit_logistic((vectors[cells] - mean) / sd, names)
        coefficients = np.zeros((n_classes, vectors.shape[1]))
        intercepts = np.full(n_classes, _NEVER)
        numbers = fitted.classes.astype(np.int64)
        coefficients[numbers], intercepts[numbers] = fitted.coefficients, fitted.intercepts
        for name, value in zip(_NAMES, (mean, sd, coefficients, intercepts), strict=True):
            found[name].append(np.asarray(value, np.float64))
    return Classifiers(*(np.stack(values) for values in found.values()))


def restore_classifiers(
    state: State, n_classes: int, dimension: int, start: str = ""
) -> Classifiers:
    """Return the classifiers of a state.

    Raises
    ------
    InputError
        If an array does not fit the others.
    """
    mean = state.array(f"{start}mean", None, dimension)
    return Classifiers(
        mean,
        state.array(f"{start}sd", *mean.shape),
        state.array(f"{start}coefficients", len(mean), n_classes, dimension),
        state.array(f"{start}intercepts", len(mean), n_classes),
    )
