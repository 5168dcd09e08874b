"""Held-out donors of the sources: their cells, and annotators that did not read their labels."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp

from orthoweave.models.bmfm_rna.annotation import Annotator
from orthoweave.models.bmfm_rna.inputs import Cells, Labelled
from orthoweave.models.calibration.calibrate import Calibrated, calibrate
from orthoweave.models.calibration.reference import (
    CELLS_OF_A_CLASS,
    Reference,
    some_of_each,
    totals_of,
)
from orthoweave.models.calibration.trials import Classify, Unlabelled, run_trials
from orthoweave.models.embedding_evaluation.splits import group_folds
from orthoweave.models.encoder.embedding import embed
from orthoweave.models.probes.components import variable_columns

MOST_FOLDS: Final = 5
COMPARED: Final = 500
"""Genes that logistic regression and distances read, the most variable ones."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """All that calibration for another dataset takes, without the sources."""

    reference: Reference
    compared: np.ndarray
    """Mask of the genes that logistic regression and distances read, shape ``(n_genes,)``."""
    annotators: tuple[Annotator, ...]
    """For each fold of the reference, the one that did not learn from its labels."""
    precision: float
    """Share of named cells that must be right."""

    def calibrated(self, own: np.ndarray, asked: Cells, *, seed: int, device: str) -> Calibrated:
        """Return the cells of one dataset, named where held-out donors say so.

        Parameters
        ----------
        own
            Class probabilities of the cells by the annotator, shape ``(n_cells, n_classes)``.
        """
        known = asked.known[0]
        cells = Unlabelled(asked.values, known, known & self.compared)
        folds = [_classifier(one, known, device) for one in self.annotators]
        trials = run_trials(self.reference, cells, own, folds, seed=seed)
        return calibrate(self.reference, cells, trials, precision=self.precision, seed=seed)


def _classifier(annotator: Annotator, known: np.ndarray, device: str) -> Classify:
    def classify(values: sp.csr_matrix) -> np.ndarray:
        found = embed(annotator.network, values, known, device=device)
        return annotator.head.probability(found).astype(np.float64)

    return classify


def hold_out(
    labelled: Labelled, make: Callable[[Labelled, str], Annotator], *, precision: float, seed: int
) -> HeldOut:
    """Make an annotator without the labels of each fold of donors.

    Parameters
    ----------
    make
        Returns the annotator of some labelled cells; it is also given a name for its training.
    """
    cells = labelled.cells
    folds = group_folds(cells.donors, MOST_FOLDS)
    annotators = tuple(
        make(labelled.select(folds != fold), f"without fold {fold + 1}")
        for fold in range(int(folds.max()) + 1)
    )
    rows = some_of_each(labelled.labels, CELLS_OF_A_CLASS, seed)
    values = sp.csr_matrix(cells.values[rows])
    compared = np.zeros(values.shape[1], bool)
    compared[variable_columns(values, COMPARED)] = True
    reference = Reference(
        values,
        totals_of(values, cells.totals[rows]),
        labelled.labels[rows],
        folds[rows],
        labelled.classes,
    )
    return HeldOut(reference, compared, annotators, precision)
