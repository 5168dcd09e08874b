"""Two classifiers' opinions of the same cells: who names them, and how sure both are.

A cell's confidence in a class is the lower of the two probabilities of it: two classifiers that
learnt in different ways seldom make the same mistake.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

Choice = Literal["both", "plain"]
"""The classifiers that name cells: the mean of both, or the plain one alone."""
_LEAST: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Opinions:
    """Probabilities of the same cells by two classifiers, shape ``(n_cells, n_classes)`` each."""

    own: np.ndarray
    """By the model's own classifier."""
    plain: np.ndarray
    """By logistic regression."""

    def mixed(self, choice: Choice) -> np.ndarray:
        """Return the probabilities by which cells are named, shape ``(n_cells, n_classes)``."""
        return self.plain if choice == "plain" else (self.own + self.plain) / 2

    def judged(self, choice: Choice) -> tuple[np.ndarray, np.ndarray]:
        """Return the number of each cell's class, and the confidence in it, both ``(n_cells,)``."""
        predicted = self.mixed(choice).argmax(axis=1)
        cells = np.arange(len(predicted))
        return predicted, np.minimum(self.own[cells, predicted], self.plain[cells, predicted])

    def without(self, labels: np.ndarray) -> "Opinions":
        """Return the opinions if the class of each cell were unknown.

        Parameters
        ----------
        labels
            Number of the class that is taken away, shape ``(n_cells,)``.
        """
        return Opinions(*(_taken_away(rows, labels) for rows in (self.own, self.plain)))


def _taken_away(rows: np.ndarray, labels: np.ndarray) -> np.ndarray:
    rest = rows.copy()
    rest[np.arange(len(labels)), labels] = 0
    return np.asarray(rest / np.maximum(rest.sum(axis=1, keepdims=True), _LEAST))
