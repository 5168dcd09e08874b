"""Numbers and survival predicted from features, each cell by a model that saw none of its fold."""

import numpy as np

from orthoweave.models.embedding_evaluation.rivals import Features
from orthoweave.models.probes.library import scikit_learn
from orthoweave.models.probes.survival import cox_risk

_PENALTIES = np.logspace(-1, 5, 7)


def regressed(features: Features, target: np.ndarray, folds: np.ndarray, draws: int) -> np.ndarray:
    """Return predictions by ridge regression, its penalty by leave-one-out error.

    Shape ``(n_seeds, n_cells)``.
    """
    rows = []
    for seed in features.seeds(draws):
        vectors, row = features.at(seed), np.empty(len(target))
        for fold in np.unique(folds):
            asked = folds == fold
            model = scikit_learn("linear_model").RidgeCV(_PENALTIES)
            model.fit(vectors[~asked], target[~asked])
            row[asked] = model.predict(vectors[asked])
        rows.append(row)
    return np.array(rows)


def risks(
    features: Features, time: np.ndarray, event: np.ndarray, folds: np.ndarray, draws: int
) -> np.ndarray:
    """Return log relative risks by penalised Cox regression, shape ``(n_seeds, n_patients)``.

    The risks of each fold are standardised, since those of two models have no common zero.
    """
    rows = []
    for seed in features.seeds(draws):
        vectors, row = features.at(seed), np.empty(len(time))
        for fold in np.unique(folds):
            asked = folds == fold
            found = cox_risk(vectors[~asked], time[~asked], event[~asked], vectors[asked])
            spread = found.std()
            row[asked] = (found - found.mean()) / (spread if spread > 0 else 1)
        rows.append(row)
    return np.array(rows)
