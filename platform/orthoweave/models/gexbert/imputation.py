r"""Missing values filled in, beside the mean, the nearest samples, a low rank and ridge.

Values are missing completely at random (``mcar``); more often where expression is low (``mnar``),
with the probability :math:`\min(1, 2 s \Phi(-z))` for a share s up to one half; or all samples lack
the same genes, as those of another array (``block``). Rubin, Inference and missing data, 1976,
doi:10.1093/biomet/63.3.581.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import ndtr

from orthoweave.models.base import Score
from orthoweave.models.gexbert.config import MISSING, GexbertConfig
from orthoweave.models.gexbert.parts import Part, drawn_units, others_of, variance_statistics
from orthoweave.models.gexbert.prepared import Prepared
from orthoweave.models.gexbert.restoration import MEAN, MODEL, NEAR, RIDGE
from orthoweave.models.probes.imputation import RANK, by_low_rank, by_mean, by_nearest
from orthoweave.models.resampling import resample, score_of

LOW_RANK: Final = f"iterative components, rank {RANK}"
CONTROL: Final = "known values of other patients"
_LEAST_KNOWN: Final = 8
_PLAIN: Final[Mapping[str, Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]]] = {
    LOW_RANK: by_low_rank,
    NEAR: by_nearest,
    MEAN: by_mean,
}


@dataclass(frozen=True, slots=True)
class Imputed:
    """Errors of filled values for one kind of missing ones."""

    kind: str
    share: float
    """Share of the values that were missing."""
    errors: Mapping[str, np.ndarray]
    """Sum of squared errors of each sample's missing values in z-scores, by method."""
    total: np.ndarray
    """Sum of the squares of these z-scores, shape ``(n_samples,)``."""
    missing: np.ndarray
    """Number of missing values of each sample, shape ``(n_samples,)``."""

    def rmse(self, method: str) -> float:
        """Return the root of the mean squared error, in standard deviations."""
        return float(np.sqrt(self.errors[method].sum() / max(int(self.missing.sum()), 1)))


def missing_mask(scores: np.ndarray, kind: str, share: float, seed: int) -> np.ndarray:
    """Return the mask of missing values, shape ``(n_samples, n_genes)``.

    Eight values of each sample stay known at least.

    Parameters
    ----------
    scores
        z-scores, shape ``(n_samples, n_genes)``.
    kind
        ``mcar``, ``mnar`` or ``block``.
    share
        Expected share of missing values.
    """
    random = np.random.default_rng((seed % 2**64, 11, MISSING.index(kind)))
    n_genes = scores.shape[1]
    if kind == "block":
        order = random.permutation(n_genes)
        gone = np.zeros(n_genes, bool)
        gone[order[: min(round(share * n_genes), n_genes - _LEAST_KNOWN)]] = True
        return np.broadcast_to(gone, scores.shape).copy()
    chance = np.full(scores.shape, share)
    if kind == "mnar":
        low = ndtr(-scores.astype(np.float64))
        chance = 2 * share * low if share <= 0.5 else 1 - 2 * (1 - share) * (1 - low)
    missing = random.random(scores.shape) < chance
    keys = random.random(scores.shape)
    known = np.argsort(keys, axis=1)[:, :_LEAST_KNOWN]
    few = (~missing).sum(axis=1) < _LEAST_KNOWN
    missing[np.flatnonzero(few)[:, None], known[few]] = False
    return missing


def impute_parts(
    prepared: Prepared, parts: Sequence[Part], kind: str, share: float, seed: int
) -> Imputed:
    """Return the errors of all samples, each filled by the fold that did not train on it."""
    values, n_samples = prepared.values, prepared.view.n_cells
    names = (MODEL, RIDGE, LOW_RANK, NEAR, MEAN, CONTROL)
    errors = {name: np.zeros(n_samples) for name in names}
    total, count = np.zeros(n_samples), np.zeros(n_samples, np.int64)
    for part in parts:
        scores, test = part.scores(prepared), part.test
        known, own = scores[part.train], scores[test]
        missing = missing_mask(own, kind, share, seed + part.number)
        visible, restorer = ~missing, part.restorer
        others = values[others_of(test, seed)]
        for name in names:
            if name in (MODEL, CONTROL):
                found = restorer.filled(values[test] if name == MODEL else others, visible)
            elif name == RIDGE:
                found = restorer.linear.restore_each(own, visible)
            else:
                found = _PLAIN[name](known, own, visible)
            errors[name][test] = ((found - own) ** 2 * missing).sum(axis=1)
        total[test] = (own.astype(np.float64) ** 2 * missing).sum(axis=1)
        count[test] = missing.sum(axis=1)
    return Imputed(kind, share, errors, total, count)


def imputation_score(prepared: Prepared, imputed: Imputed, config: GexbertConfig) -> Score:
    """Return the share of variance of missing values that is explained."""
    found = resample(
        variance_statistics(imputed.errors, imputed.total),
        drawn_units(prepared),
        seed=config.seed,
        unit="patients",
    )
    return score_of(
        "R2",
        f"{imputed.share:.0%} of the values of {prepared.view.dataset} missing, {imputed.kind}",
        found,
        model=MODEL,
        control=CONTROL,
        control_name=CONTROL,
    )
