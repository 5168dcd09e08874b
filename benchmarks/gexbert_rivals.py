"""Other learners and panels for `benchmarks.gexbert`: forests, boosting, layers, chained equations.

Learners of groups read the z-scores of a panel's genes, as the model's own regression on these
does. Panels are random, or the genes whose expression varies most over each fold's training
patients.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final, Literal

import numpy as np
from scipy.stats import spearmanr
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer
from sklearn.linear_model import BayesianRidge
from sklearn.neural_network import MLPClassifier

from orthoweave.models.gexbert.classification import EMBEDDING, PANEL, classify_parts
from orthoweave.models.gexbert.config import GexbertConfig
from orthoweave.models.gexbert.fitting import fit_restorer
from orthoweave.models.gexbert.imputation import impute_parts, missing_mask
from orthoweave.models.gexbert.influence import attention, slopes
from orthoweave.models.gexbert.network import make_residual
from orthoweave.models.gexbert.parts import Part
from orthoweave.models.gexbert.prepared import Prepared
from orthoweave.models.gexbert.restoration import restore_parts
from orthoweave.models.probes.classifiers import logistic
from orthoweave.models.statistics import of_classes

Kind = Literal["random", "variance"]
PROFILE: Final = "restored profile"
CHAINED: Final = "chained equations"
LEARNERS: Final[dict[str, Callable[[int], Any]]] = {
    "random forest": lambda seed: RandomForestClassifier(500, random_state=seed),
    "gradient boosting": lambda seed: HistGradientBoostingClassifier(random_state=seed),
    "two layers": lambda seed: MLPClassifier((128,), alpha=1e-3, max_iter=1000, random_state=seed),
}


def panel_of(prepared: Prepared, part: Part, kind: Kind, size: int, seed: int) -> np.ndarray:
    """Return a panel, increasing: random genes, or those that vary most over training samples."""
    if kind == "random":
        found = np.random.default_rng(seed).permutation(len(prepared.columns))
    else:
        spread = prepared.values[part.train].var(axis=0, dtype=np.float64)
        found = np.argsort(-spread, kind="stable")
    return np.sort(found[:size])


def restored(
    prepared: Prepared, parts: Sequence[Part], config: GexbertConfig, size: int, kind: Kind
) -> dict[str, float]:
    """Return R2 of the genes outside the panel by method; each part has a panel of its own."""
    errors: dict[str, float] = {}
    total = 0.0
    for part in parts:
        own = replace(prepared, panel=panel_of(prepared, part, kind, size, 0))
        found = restore_parts(own, [part], config)
        total += float(found.total[part.test].sum())
        for name, each in found.errors.items():
            errors[name] = errors.get(name, 0.0) + float(each[part.test].sum())
    return {name: 1 - each / total for name, each in errors.items()}


def classified(
    prepared: Prepared,
    parts: Sequence[Part],
    config: GexbertConfig,
    size: int,
    kind: Kind,
    seed: int,
) -> dict[str, list[float]]:
    """Return accuracy and macro-F1 by method, each patient named by the fold without them."""
    labels = prepared.labels.astype(str)
    predicted: dict[str, np.ndarray] = {}
    for part in parts:
        panel = panel_of(prepared, part, kind, size, seed)
        for name, found in _named(replace(prepared, panel=panel), part, config, seed).items():
            predicted.setdefault(name, np.full(len(labels), "", object))[part.test] = found
    ones = np.ones(len(labels))
    return {
        name: [
            float(of_classes("accuracy", labels, found[None])(ones)[0]),
            float(of_classes("macro-F1", labels, found[None])(ones)[0]),
        ]
        for name, found in predicted.items()
    }


def _named(
    prepared: Prepared, part: Part, config: GexbertConfig, seed: int
) -> dict[str, np.ndarray]:
    """Return the labels of a part's test samples by method."""
    known, scores = prepared.labels.astype(str)[part.train], part.scores(prepared)
    model = classify_parts(prepared, [part], config)
    if model is None:
        message = "expected two labels at least"
        raise ValueError(message)
    found = {name: model.predicted[name][part.test] for name in (EMBEDDING, PANEL)}
    whole = part.restorer.scores(prepared.values, prepared.panel, np.arange(scores.shape[1]))
    found[PROFILE] = logistic(whole[part.train], known, whole[part.test], strength=0.01)
    genes = scores[:, prepared.panel]
    for name, make in LEARNERS.items():
        learner = make(seed).fit(genes[part.train], known)
        found[name] = learner.predict(genes[part.test]).astype(object)
    return found


def chained(
    prepared: Prepared, part: Part, kind: str, share: float, *, seed: int
) -> dict[str, float]:
    """Return R2 of missing values of a part's test samples by method, chained equations too.

    Chained equations (MICE) regress each gene on all others in turn, ten rounds of Bayesian ridge
    regression. They see the training samples whole.
    """
    found = impute_parts(prepared, [part], kind, share, seed)
    scores = part.scores(prepared).astype(np.float64)
    own = scores[part.test]
    # the same values are missing as in `impute_parts`
    missing = missing_mask(own.astype(np.float32), kind, share, seed + part.number)
    both = np.vstack([scores[part.train], np.where(missing, np.nan, own)])
    imputer = IterativeImputer(BayesianRidge(), max_iter=10, tol=1e-2, random_state=seed)
    filled = imputer.fit_transform(both)[len(part.train) :]
    rows = {name: each[part.test].sum() for name, each in found.errors.items()}
    rows[CHAINED] = ((filled - own) ** 2 * missing).sum()
    total = found.total[part.test].sum()
    return {name: float(1 - each / total) for name, each in rows.items()}


def attended(prepared: Prepared, config: GexbertConfig) -> dict[str, object]:
    """Return how influences by slopes and attention by rollout go with co-expression.

    The transformer learns from all parts but one; co-expression is the absolute correlation over
    the patients of that one. Beside it, attention of the same network with other random weights.
    """
    own = replace(config, network="transformer", epochs=4)
    train, test = (np.flatnonzero((prepared.folds == 0) == new) for new in (False, True))
    values, panel, hidden = prepared.values, prepared.panel, prepared.hidden
    patients = prepared.view.patients[train]
    restorer = fit_restorer(values[train], patients, own, label="attention")
    untrained = replace(restorer, network=make_residual(replace(own, seed=1), values.shape[1]))
    size, _ = slopes(restorer, values[train[:64]], panel, hidden)
    together = _correlation(values[test], panel, hidden)
    found = {"slopes": size, "correlation in training": _correlation(values[train], panel, hidden)}
    for name, one in (("attention", restorer), ("attention, random weights", untrained)):
        weights = attention(one, values[train[:64]], panel, hidden)
        if weights is None:
            message = "expected a network with attention"
            raise ValueError(message)
        found[name] = weights
    first = _strongest(together)
    return {
        "pairs": int(together.size),
        "rank correlation": {
            name: float(spearmanr(each.ravel(), together.ravel()).statistic)
            for name, each in found.items()
        },
        "strongest 1 % in common": {
            name: float((_strongest(each) & first).sum() / first.sum())
            for name, each in found.items()
        },
        "slopes with attention": float(
            spearmanr(found["slopes"].ravel(), found["attention"].ravel()).statistic
        ),
    }


def _correlation(values: np.ndarray, panel: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    return np.asarray(np.abs(np.corrcoef(values.T.astype(np.float64)))[np.ix_(panel, hidden)])


def _strongest(values: np.ndarray) -> np.ndarray:
    """Return the mask of the strongest hundredth of all pairs."""
    return np.asarray(values >= np.quantile(values, 0.99))
