"""Held-out donors of the sources: their cells, and annotators that did not read their labels."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from orthoweave.models.bmfm_rna.annotation import Annotator
from orthoweave.models.bmfm_rna.inputs import Cells, Labelled
from orthoweave.models.calibration.calibrate import Calibrated
from orthoweave.models.calibration.known import MOST_FOLDS, KnownCells, known_cells
from orthoweave.models.calibration.trials import Classify
from orthoweave.models.embedding_evaluation.splits import group_folds
from orthoweave.models.encoder.embedding import embed


@dataclass(frozen=True, slots=True)
class HeldOut:
    """All that calibration for another dataset takes, without the sources."""

    known: KnownCells
    annotators: tuple[Annotator, ...]
    """For each fold of the known cells, the one that did not learn from its labels."""

    def calibrated(self, own: np.ndarray, asked: Cells, *, seed: int, device: str) -> Calibrated:
        """Return the cells of one dataset, named where held-out donors say so.

        Parameters
        ----------
        own
            Class probabilities of the cells by the annotator, shape ``(n_cells, n_classes)``.
        """
        measured = asked.known[0]
        folds = [_classifier(one, measured, device) for one in self.annotators]
        return self.known.calibrated(own, asked.values, measured, folds, seed=seed)


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
    known = known_cells(
        cells.values,
        cells.totals,
        labelled.labels,
        folds,
        labelled.classes,
        precision=precision,
        seed=seed,
    )
    return HeldOut(known, annotators)
