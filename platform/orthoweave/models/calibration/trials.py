"""Trials: cells of held-out donors as the laboratory of the asked cells would have measured them.

They are changed until they are as far from the training data as the asked cells are, by the same
measures, and named by classifiers that did not see their donor. Nothing is trained for it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp

from orthoweave.errors import InputError
from orthoweave.models.calibration.composition import label_weights
from orthoweave.models.calibration.laboratories import Laboratory, retention_for
from orthoweave.models.calibration.opinions import Opinions
from orthoweave.models.calibration.reference import Reference
from orthoweave.models.calibration.shift import Shift, detected, gene_spread
from orthoweave.models.probes.classifiers import fit_logistic
from orthoweave.models.probes.expression import GENE_STRENGTH

DRAWS: Final = 3
"""Simulated laboratories of each held-out donor."""
_LEAST_GENES: Final = 2
# cells whose genes are dense at a time
_BLOCK: Final = 4096
Classify = Callable[[sp.csr_matrix], np.ndarray]
"""From log expression over the reference's genes to probabilities, ``(n_cells, n_classes)``."""


@dataclass(frozen=True, slots=True)
class Unlabelled:
    """Cells without labels.

    Raises
    ------
    InputError
        If fewer than two genes can be compared.
    """

    values: sp.csr_matrix
    """log1p of counts per 10 000 over the reference's genes, shape ``(n_cells, n_genes)``."""
    found: np.ndarray
    """Mask of the genes that the dataset measures, shape ``(n_genes,)``."""
    compared: np.ndarray
    """Mask of the measured genes that the plain classifier and distances read, ``(n_genes,)``."""

    def __post_init__(self) -> None:
        if self.compared.sum() < _LEAST_GENES:
            message = (
                f"calibration: {int(self.compared.sum())} genes of the reference are measured, "
                "expected two at least: check that both datasets name their genes alike"
            )
            raise InputError(message)


@dataclass(frozen=True, slots=True)
class Trial:
    """Cells of one held-out donor as a laboratory measures them, and what two classifiers say."""

    fold: int
    rows: np.ndarray
    """Numbers of the reference's cells, shape ``(n_cells,)``."""
    values: sp.csr_matrix
    """log1p of counts per 10 000, shape ``(n_cells, n_genes)``."""
    opinions: Opinions


@dataclass(frozen=True, slots=True)
class Trials:
    """Trials with the cells as they are, and as the laboratory of the asked cells measures them."""

    unchanged: tuple[Trial, ...]
    simulated: tuple[Trial, ...]
    shift: Shift
    asked: Opinions
    """Opinions of the asked cells."""


def run_trials(
    reference: Reference,
    asked: Unlabelled,
    own: np.ndarray,
    folds: Sequence[Classify],
    *,
    seed: int,
    draws: int = DRAWS,
) -> Trials:
    """Measure the shift of asked cells and return trials at that shift.

    Parameters
    ----------
    own
        Probabilities of the asked cells by the model's own classifier, ``(n_asked, n_classes)``.
    folds
        For each fold, that classifier as trained without it.
    draws
        Simulated laboratories of each fold.
    """
    random = np.random.default_rng(seed)
    plain = [plain_classifier(reference, asked.compared, fold) for fold in range(reference.n_folds)]

    def trial(fold: int, laboratory: Laboratory) -> Trial:
        rows = np.flatnonzero(reference.folds == fold)
        values = laboratory.measured(reference.values[rows], reference.totals[rows], random)
        return Trial(fold, rows, values, Opinions(folds[fold](values), plain[fold](values)))

    same = Laboratory(asked.found)
    unchanged = tuple(trial(fold, same) for fold in range(reference.n_folds))
    opinions = Opinions(own, plain_classifier(reference, asked.compared)(asked.values))
    shift, laboratory = _measured(reference, asked, opinions, unchanged)
    simulated = tuple(
        trial(fold, laboratory) for fold in range(reference.n_folds) for _ in range(draws)
    )
    return Trials(unchanged, simulated, shift, opinions)


def plain_classifier(
    reference: Reference, compared: np.ndarray, without: int | None = None
) -> Classify:
    """Return balanced logistic regression on the genes that are compared.

    Parameters
    ----------
    compared
        Mask of genes, shape ``(n_genes,)``.
    without
        Number of a fold that it does not learn from.
    """
    columns = np.flatnonzero(compared)
    rows = np.flatnonzero(reference.folds != (-1 if without is None else without))
    # class numbers of one width, so that their order as texts is their order
    names = np.char.zfill(reference.labels[rows].astype(str), len(str(reference.n_classes)))
    known = reference.values[rows][:, columns].toarray()
    linear = fit_logistic(known, names, strength=GENE_STRENGTH, balanced=True)
    numbers = linear.classes.astype(np.int64)

    def classify(values: sp.csr_matrix) -> np.ndarray:
        found = np.zeros((values.shape[0], reference.n_classes))
        chosen = values[:, columns]
        for first in range(0, len(found), _BLOCK):
            rows = slice(first, first + _BLOCK)
            found[rows, numbers] = linear.probability(chosen[rows].toarray())
        return found

    return classify


def _measured(
    reference: Reference, asked: Unlabelled, opinions: Opinions, unchanged: Sequence[Trial]
) -> tuple[Shift, Laboratory]:
    predicted, _ = opinions.judged("both")
    squares = []
    for trial in unchanged:
        others = reference.folds != trial.fold
        named, _ = trial.opinions.judged("both")
        squares.append(
            gene_spread(
                reference.values[others], reference.labels[others], trial.values, named, asked.found
            )
            ** 2
        )
    spread = gene_spread(reference.values, reference.labels, asked.values, predicted, asked.found)
    shares = np.bincount(predicted, minlength=reference.n_classes) / max(len(predicted), 1)
    weights = label_weights(shares, reference.shares, 0.0)[reference.labels]
    measured = Laboratory(asked.found).measured(
        reference.values, reference.totals, np.random.default_rng(0)
    )
    theirs = float(detected(asked.values, asked.found).mean())
    ours = float(np.average(detected(measured, asked.found), weights=weights))
    shift = Shift(
        float(asked.found.mean()),
        theirs / max(ours, 1.0),
        spread,
        float(np.sqrt(np.mean(squares))),
        float(np.abs(shares - reference.shares).sum() / 2),
    )
    retention = retention_for(measured, reference.totals, weights, theirs)
    return shift, Laboratory(asked.found, retention, shift.excess)
