"""Hidden genes of patients that no fit has seen, beside ridge, the mean and the nearest samples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from orthoweave.models.base import Score
from orthoweave.models.gexbert.config import GexbertConfig
from orthoweave.models.gexbert.parts import Part, drawn_units, others_of, variance_statistics
from orthoweave.models.gexbert.prepared import Prepared
from orthoweave.models.probes.imputation import NEAREST, by_nearest
from orthoweave.models.resampling import resample, score_of

MODEL: Final = "model"
RIDGE: Final = "ridge"
NEAR: Final = f"{NEAREST} nearest samples"
MEAN: Final = "training mean"
CONTROL: Final = "panels of other patients"


@dataclass(frozen=True, slots=True)
class Restored:
    """Restored genes of all samples, each by the fold that did not train on its patient."""

    values: np.ndarray
    """The hidden genes on the dataset's scale, shape ``(n_samples, n_hidden)``, float32."""
    errors: Mapping[str, np.ndarray]
    """Sum of squared errors of each sample's hidden genes in z-scores, by method."""
    total: np.ndarray
    """Sum of the squares of its z-scores, shape ``(n_samples,)``."""
    correlation: np.ndarray
    """Pearson's correlation of each hidden gene, restored with measured, shape ``(n_hidden,)``."""


def restore_parts(prepared: Prepared, parts: Sequence[Part], config: GexbertConfig) -> Restored:
    """Return the hidden genes of all samples, restored from the panel, with their errors."""
    hidden, panel, values = prepared.hidden, prepared.panel, prepared.values
    n_samples = len(values)
    found = np.empty((n_samples, len(hidden)), np.float32)
    errors = {name: np.zeros(n_samples) for name in (MODEL, RIDGE, NEAR, MEAN, CONTROL)}
    total = np.zeros(n_samples)
    for part in parts:
        restorer, test, scores = part.restorer, part.test, part.scores(prepared)
        truth = scores[np.ix_(test, hidden)].astype(np.float64)
        total[test] = (truth**2).sum(axis=1)
        visible = np.zeros((len(test), scores.shape[1]), bool)
        visible[:, panel] = True
        answers = {
            MODEL: restorer.scores(values[test], panel, hidden),
            RIDGE: restorer.line(values[test], panel)[:, hidden],
            NEAR: by_nearest(scores[part.train], scores[test], visible)[:, hidden],
            MEAN: np.zeros_like(truth),
            CONTROL: restorer.scores(values[others_of(test, config.seed)], panel, hidden),
        }
        for name, answer in answers.items():
            errors[name][test] = ((truth - answer) ** 2).sum(axis=1)
        found[test] = restorer.restored(values[test], panel, hidden)
    return Restored(found, errors, total, _correlations(found, values[:, hidden]))


def restoration_score(prepared: Prepared, restored: Restored, config: GexbertConfig) -> Score:
    """Return the share of variance of the hidden genes that is explained."""
    found = resample(
        variance_statistics(restored.errors, restored.total),
        drawn_units(prepared),
        seed=config.seed,
        unit="patients",
    )
    return score_of(
        "R2",
        f"{len(prepared.hidden):,} genes of {prepared.view.dataset} restored from "
        f"{len(prepared.panel):,}, patients apart",
        found,
        model=MODEL,
        control=CONTROL,
        control_name=CONTROL,
    )


def _correlations(found: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return the correlation of each column; 0 where one does not vary."""
    first = found.astype(np.float64) - found.mean(axis=0, dtype=np.float64)
    other = truth.astype(np.float64) - truth.mean(axis=0, dtype=np.float64)
    length = np.sqrt((first**2).sum(axis=0) * (other**2).sum(axis=0))
    return np.asarray((first * other).sum(axis=0) / np.where(length > 0, length, 1))
