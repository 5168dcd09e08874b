"""Held-out donors of the target: their cells, and conversions that did not read their labels."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp
from torch import nn

from orthoweave.models.calibration.calibrate import Calibrated
from orthoweave.models.calibration.known import KnownCells, donor_folds, known_cells
from orthoweave.models.calibration.trials import Classify
from orthoweave.models.orthology_transfer.config import TransferConfig
from orthoweave.models.orthology_transfer.conversion import Adapted, split_cells
from orthoweave.models.orthology_transfer.conversions import Conversions
from orthoweave.models.orthology_transfer.inputs import Wiring, moments, standard_scores
from orthoweave.models.orthology_transfer.network import Labelled, labelled
from orthoweave.models.orthology_transfer.problem import Prepared
from orthoweave.progress import Progress

SEEDS: Final = 3
"""Conversions for each held-out fold, at most."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """All that calibration for another dataset takes, without source and target."""

    known: KnownCells
    folds: tuple[Conversions, ...]
    """For each fold of the known cells, the conversions that did not learn from it."""

    def calibrated(
        self,
        own: np.ndarray,
        network: nn.Module,
        wiring: Wiring,
        values: sp.csr_matrix,
        measured: np.ndarray,
        *,
        seed: int,
        device: str,
    ) -> Calibrated:
        """Return the cells of a dataset, named where held-out donors say so.

        Parameters
        ----------
        own
            Class probabilities of the cells, shape ``(n_cells, n_classes)``.
        values, measured
            As for `Conversions.probability`.
        """

        def classifier(one: Conversions) -> Classify:
            return lambda cells: one.probability(network, wiring, cells, measured, device)

        folds = [classifier(one) for one in self.folds]
        return self.known.calibrated(own, values, measured, folds, seed=seed)


def hold_out(
    prepared: Prepared,
    config: TransferConfig,
    fit: Callable[[Labelled, int], Adapted],
    *,
    device: str,
    progress: Progress,
) -> HeldOut | None:
    """Fit conversions without each fold of the target's donors; return None without donors.

    Parameters
    ----------
    fit
        Returns the conversion of some labelled cells and a seed.
    """
    folds = donor_folds(prepared.target_donors)
    if folds is None:
        return None
    n_folds, n_seeds = int(folds.max()) + 1, min(config.n_seeds, SEEDS)
    without = []
    with progress.task("fits without a donor", n_folds * n_seeds) as task:
        for fold in range(n_folds):
            others = np.flatnonzero(folds != fold)
            values = prepared.target_wired[others].toarray()
            mean, sd = moments(values)
            scores, classes = standard_scores(values, mean, sd), prepared.target_classes[others]
            fits = []
            for seed in range(n_seeds):
                random = np.random.default_rng((config.seed, seed, fold, 2))
                n_labelled = min(config.n_target, len(others)) or len(others)
                chosen = random.choice(len(others), n_labelled, replace=False)
                validation, training = split_cells(chosen)
                fits.append(fit(labelled(scores, classes, training, validation, device), seed))
                task.advance()
            weights, shifts = (
                np.stack([getattr(one, name) for one in fits]) for name in ("weights", "shifts")
            )
            without.append(Conversions(weights, shifts, mean, sd))
    known = known_cells(
        prepared.target_wired,
        prepared.target_totals,
        prepared.target_classes,
        folds,
        prepared.classes,
        precision=config.precision,
        seed=config.seed,
    )
    return HeldOut(known, tuple(without))
