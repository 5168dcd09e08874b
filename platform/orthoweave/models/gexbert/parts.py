"""The folds of a fit: a restorer for each, trained on the patients of the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from orthoweave.models.base import Checkpoint
from orthoweave.models.gexbert.config import GexbertConfig
from orthoweave.models.gexbert.fitting import fit_restorer
from orthoweave.models.gexbert.prepared import Prepared
from orthoweave.models.gexbert.restoring import Restorer
from orthoweave.models.resampling import Statistic
from orthoweave.progress import Progress

_LEAST: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Part:
    """One fold."""

    number: int
    restorer: Restorer
    """Fitted to the training samples of this fold."""
    train: np.ndarray
    """Numbers of its training samples."""
    test: np.ndarray
    """Numbers of its test samples, whose patients are in no training sample."""

    def scores(self, prepared: Prepared) -> np.ndarray:
        """Return the z-scores of all samples by the training samples, ``(n_samples, n_genes)``."""
        return self.restorer.scaler.scaled(prepared.values)


def fit_parts(
    prepared: Prepared,
    config: GexbertConfig,
    progress: Progress | None = None,
    checkpoint: Checkpoint | None = None,
) -> tuple[Part, ...]:
    """Return a restorer for each fold."""
    values, found = prepared.values, []
    for number in range(config.folds):
        test = np.flatnonzero(prepared.folds == number)
        train = np.flatnonzero(prepared.folds != number)
        restorer = fit_restorer(
            values[train],
            prepared.view.patients[train],
            config,
            label=f"part {number + 1} of {config.folds}",
            progress=progress,
            checkpoint=checkpoint,
        )
        found.append(Part(number, restorer, train, test))
    return tuple(found)


def of_errors(errors: np.ndarray, total: np.ndarray) -> Statistic:
    """Return the share of variance explained, from sums of squares of each sample.

    Parameters
    ----------
    errors, total
        Squared errors, and squares of the z-scores, shape ``(n_samples,)``: with 0 the training
        mean is right.
    """

    def statistic(weights: np.ndarray) -> np.ndarray:
        return np.array([1 - weights @ errors / max(float(weights @ total), _LEAST)])

    return statistic


def variance_statistics(
    errors: Mapping[str, np.ndarray], total: np.ndarray
) -> dict[str, Statistic]:
    """Return the statistic of each method; see `of_errors`."""
    return {name: of_errors(each, total) for name, each in errors.items()}


def drawn_units(prepared: Prepared, rows: np.ndarray | None = None) -> np.ndarray:
    """Return what an interval draws again: patients, or samples where each has one."""
    patients = prepared.view.patients if rows is None else prepared.view.patients[rows]
    if len(set(patients)) == len(patients):
        return np.full(len(patients), None, object)
    return patients


def others_of(rows: np.ndarray, seed: int) -> np.ndarray:
    """Return the numbers of rows in a random order in which none stays where it was."""
    order = np.random.default_rng((seed % 2**64, 5)).permutation(len(rows))
    moved = np.empty(len(rows), np.int64)
    moved[order] = order[np.roll(np.arange(len(rows)), 1)]
    return rows[moved]
