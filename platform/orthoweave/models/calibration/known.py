"""Labelled cells of several donors, by which cells of other datasets are named or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp

from orthoweave.models.calibration.calibrate import Calibrated, calibrate
from orthoweave.models.calibration.kept import reference_arrays, restore_reference
from orthoweave.models.calibration.reference import (
    CELLS_OF_A_CLASS,
    Reference,
    some_of_each,
    totals_of,
)
from orthoweave.models.calibration.trials import Classify, Unlabelled, run_trials
from orthoweave.models.embedding_evaluation.splits import group_folds
from orthoweave.models.probes.components import variable_columns
from orthoweave.models.state import State

MOST_FOLDS: Final = 5
COMPARED: Final = 500
"""Genes that logistic regression and distances read, the most variable ones."""
_COMPARED: Final = "held_out_compared"


@dataclass(frozen=True, slots=True)
class KnownCells:
    """All that calibration for another dataset takes, besides the model's own classifiers."""

    reference: Reference
    compared: np.ndarray
    """Mask of the genes that logistic regression and distances read, shape ``(n_genes,)``."""
    precision: float
    """Share of named cells that must be right."""

    def calibrated(
        self,
        own: np.ndarray,
        values: sp.csr_matrix,
        measured: np.ndarray,
        folds: Sequence[Classify],
        *,
        seed: int,
    ) -> Calibrated:
        """Return the cells of one dataset, named where held-out donors say so.

        Parameters
        ----------
        own
            Class probabilities of the cells by the model, shape ``(n_cells, n_classes)``.
        values
            log1p of counts per 10 000 over the reference's genes, shape ``(n_cells, n_genes)``.
        measured
            Mask of the genes that the dataset measures, shape ``(n_genes,)``.
        folds
            For each fold of the reference, the model's classifier as trained without it.
        """
        asked = Unlabelled(values, measured, measured & self.compared)
        trials = run_trials(self.reference, asked, own, folds, seed=seed)
        return calibrate(self.reference, asked, trials, precision=self.precision, seed=seed)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays to keep by name; classes and precision are not among them."""
        return reference_arrays(self.reference) | {_COMPARED: self.compared}


def donor_folds(donors: np.ndarray) -> np.ndarray | None:
    """Return the fold of each cell, five at most, all cells of a donor in one.

    Parameters
    ----------
    donors
        Of labelled cells, shape ``(n_cells,)``; with one donor only, or cells without a donor,
        None is returned.
    """
    names = set(donors.tolist())
    return None if None in names or len(names) < 2 else group_folds(donors, MOST_FOLDS)


def known_cells(
    values: sp.csr_matrix,
    totals: np.ndarray,
    labels: np.ndarray,
    folds: np.ndarray,
    classes: np.ndarray,
    *,
    precision: float,
    seed: int,
    most: int = CELLS_OF_A_CLASS,
) -> KnownCells:
    """Return the labelled cells that calibration keeps; arrays by cell.

    Parameters
    ----------
    values
        log1p of counts per 10 000, shape ``(n_cells, n_genes)``.
    totals
        Counts of each cell over all measured genes, NaN if unknown.
    labels
        Number of each cell's class.
    folds
        See `donor_folds`.
    classes
        Keys of the classes.
    most
        Cells of a class at most.
    """
    rows = some_of_each(labels, most, seed)
    some = sp.csr_matrix(values[rows])
    compared = np.zeros(some.shape[1], bool)
    compared[variable_columns(some, COMPARED)] = True
    reference = Reference(some, totals_of(some, totals[rows]), labels[rows], folds[rows], classes)
    return KnownCells(reference, compared, precision)


def restore_known(state: State, classes: np.ndarray, n_genes: int) -> KnownCells:
    """Return the labelled cells of kept weights, whose value ``precision`` is theirs.

    Raises
    ------
    InputError
        If an array or a value does not fit the others.
    """
    return KnownCells(
        restore_reference(state, classes, n_genes),
        state.array(_COMPARED, n_genes, kind="b"),
        state.share("precision"),
    )
