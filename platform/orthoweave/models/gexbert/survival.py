"""Survival by the panel and restored anchor genes, beside ridge, the panel alone and components.

Anchors are named, or chosen in each training part by the score test of Cox regression, and hidden
from the input. The regression (elastic net) is fitted to panel and measured anchors of training
patients; test patients have the panel, and anchors that were restored from it. Restored genes hold
nothing that the panel does not: only the difference from ridge says what a network adds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from orthoweave.models.base import Score
from orthoweave.models.gexbert.config import GexbertConfig
from orthoweave.models.gexbert.parts import Part, drawn_units
from orthoweave.models.gexbert.prepared import Prepared
from orthoweave.models.probes.cox_net import CoxNet, fit_cox_net, score_tests
from orthoweave.models.probes.survival import cox_risk
from orthoweave.models.resampling import Resampled, Statistic, resample, score_of
from orthoweave.models.statistics import of_survival
from orthoweave.models.survival_statistics import observed, squared_errors, uno_weights

LEAST_EVENTS: Final = 20
"""Events below which survival is not evaluated."""
RESTORED: Final = "restored anchors"
RIDGE: Final = "anchors restored by ridge"
PANEL: Final = "panel alone"
COMPONENTS: Final = "20 components of the completed profile"
MEASURED: Final = "measured anchors"
CONTROL: Final = "follow-up of other patients"
_COMPONENTS: Final = 20
_TIMES: Final = 20


@dataclass(frozen=True, slots=True)
class Survived:
    """Risks of all samples, each by the fold that did not train on its patient."""

    rows: np.ndarray
    """Numbers of the samples that were followed."""
    risk: Mapping[str, np.ndarray]
    """Log relative risk of every sample by method, shape ``(n_samples,)``."""
    weight: np.ndarray
    """Weight of each followed patient for Uno's concordance."""
    brier: Mapping[str, float]
    """Integrated Brier score by method, from 0, lower is better."""
    anchors: np.ndarray
    """Numbers of the anchors of a fit to all samples."""


def not_evaluable(prepared: Prepared) -> str:
    """Return the reason why survival is not evaluated, in a sentence; empty if it can be."""
    view = prepared.view
    rows = np.isfinite(view.months)
    if not rows.any():
        return ""
    n_events = int(view.event.sum())
    if n_events < LEAST_EVENTS:
        return (
            f"{n_events} events among {int(rows.sum())} followed samples: survival is not "
            f"evaluated below {LEAST_EVENTS}"
        )
    n_repeated = int(rows.sum()) - len(set(view.patients[rows]))
    if n_repeated:
        return (
            f"{n_repeated} followed samples are of patients with another one, and survival counts "
            "a patient once: it is not evaluated. Choose groups with one sample of each"
        )
    return ""


def can_evaluate(prepared: Prepared) -> bool:
    """Return whether enough patients were followed, and each once."""
    return bool(np.isfinite(prepared.view.months).any()) and not not_evaluable(prepared)


def chosen_anchors(
    prepared: Prepared, scores: np.ndarray, rows: np.ndarray, config: GexbertConfig
) -> np.ndarray:
    """Return the named anchors, or the hidden genes with the strongest score tests, increasing.

    Parameters
    ----------
    scores
        z-scores of all samples.
    rows
        Numbers of the training samples that were followed.
    """
    if len(prepared.anchors):
        return prepared.anchors
    view, hidden = prepared.view, prepared.hidden
    tests = score_tests(scores[np.ix_(rows, hidden)], view.months[rows], view.event[rows])
    return np.sort(hidden[np.argsort(-tests, kind="stable")[: config.n_anchors]])


def fit_cox(
    prepared: Prepared, scores: np.ndarray, rows: np.ndarray, columns: np.ndarray, seed: int
) -> CoxNet:
    """Return the regression of followed training samples on some genes."""
    view = prepared.view
    return fit_cox_net(
        scores[np.ix_(rows, columns)].astype(np.float64),
        view.months[rows],
        view.event[rows],
        seed=seed,
    )


def survive_parts(
    prepared: Prepared, parts: Sequence[Part], config: GexbertConfig
) -> Survived | None:
    """Return the risks of all samples; None if survival cannot be evaluated."""
    if not can_evaluate(prepared):
        return None
    view = prepared.view
    followed = np.isfinite(view.months)
    names = (RESTORED, RIDGE, PANEL, COMPONENTS, MEASURED, CONTROL)
    risk = {name: np.zeros(view.n_cells) for name in names}
    weight = np.zeros(view.n_cells)
    errors: dict[str, list[np.ndarray]] = {name: [] for name in (RESTORED, RIDGE, PANEL, MEASURED)}
    for part in parts:
        found = _Fold(prepared, part, config)
        for name, values in found.risks().items():
            risk[name][part.test] = values
        test = part.test[followed[part.test]]
        weight[test] = uno_weights(view.months[test], found.seen)
        for name, values in found.brier(test).items():
            errors[name].append(values)
    rows = np.flatnonzero(followed)
    scores = parts[0].restorer.scaler.scaled(prepared.values)
    return Survived(
        rows,
        risk,
        weight[rows],
        {name: float(np.concatenate(each).mean()) for name, each in errors.items()},
        chosen_anchors(prepared, scores, rows, config),
    )


class _Fold:
    """The regressions of one fold."""

    def __init__(self, prepared: Prepared, part: Part, config: GexbertConfig) -> None:
        self._prepared, self._part, self._seed = prepared, part, config.seed
        view, self._scores = prepared.view, part.scores(prepared)
        self.rows = part.train[np.isfinite(view.months[part.train])]
        self._anchors = chosen_anchors(prepared, self._scores, self.rows, config)
        self._columns = np.concatenate([prepared.panel, self._anchors])
        self.seen = observed(view.months[self.rows], view.event[self.rows])
        self._alone = fit_cox(prepared, self._scores, self.rows, prepared.panel, config.seed)
        self._both = fit_cox(prepared, self._scores, self.rows, self._columns, config.seed)

    def features(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        """Return panel and anchors of some samples, by the method that gives the anchors."""
        values, panel = self._prepared.values[rows], self._prepared.panel
        restorer, own = self._part.restorer, self._scores[rows]
        anchors = {
            RESTORED: restorer.scores(values, panel, self._anchors),
            RIDGE: restorer.line(values, panel)[:, self._anchors],
            MEASURED: own[:, self._anchors],
        }
        return {name: np.hstack([own[:, panel], found]) for name, found in anchors.items()}

    def risks(self) -> dict[str, np.ndarray]:
        """Return the risk of all test samples by method."""
        prepared, test, view = self._prepared, self._part.test, self._prepared.view
        features = self.features(test)
        found = {name: self._both.risk(values) for name, values in features.items()}
        found[PANEL] = self._alone.risk(self._scores[np.ix_(test, prepared.panel)])
        axes = self._part.restorer.axes[:_COMPONENTS].T
        line = self._part.restorer.line(prepared.values, prepared.panel) @ axes
        found[COMPONENTS] = cox_risk(
            line[self.rows].astype(np.float64),
            view.months[self.rows],
            view.event[self.rows],
            line[test].astype(np.float64),
        )
        order = np.random.default_rng((self._seed % 2**64, 9)).permutation(self.rows)
        other = fit_cox_net(
            self._scores[np.ix_(self.rows, self._columns)].astype(np.float64),
            view.months[order],
            view.event[order],
            seed=self._seed,
        )
        # one that finds nothing is random: equal risks would make every draw the same
        nothing = np.random.default_rng((self._seed % 2**64, 10)).normal(size=len(test))
        found[CONTROL] = other.risk(features[RESTORED]) if other.slopes.any() else nothing
        return found

    def brier(self, test: np.ndarray) -> dict[str, np.ndarray]:
        """Return the integrated Brier scores of followed test samples by method."""
        view = self._prepared.view
        came = view.months[self.rows][view.event[self.rows]]
        times = np.unique(np.quantile(came, np.linspace(0.1, 0.9, _TIMES)))
        if len(times) < 2 or not len(test):
            return {}
        curves = {name: self._both.survival(x, times) for name, x in self.features(test).items()}
        panel = self._scores[np.ix_(test, self._prepared.panel)]
        curves[PANEL] = self._alone.survival(panel, times)
        return {
            name: squared_errors(view.months[test], view.event[test], curve, times, self.seen)
            for name, curve in curves.items()
        }


def survival_resampled(
    prepared: Prepared, survived: Survived, config: GexbertConfig, *, uno: bool = False
) -> Resampled:
    """Return the concordance of each method over the same draws of patients.

    Only patients of one fold and one group are compared.
    """
    view, rows = prepared.view, survived.rows
    kinds = [f"{prepared.folds[row]}/{prepared.labels[row]}" for row in rows]
    _, strata = np.unique(np.array(kinds), return_inverse=True)
    statistics: dict[str, Statistic] = {
        name: of_survival(
            view.months[rows],
            view.event[rows],
            risk[rows][None],
            strata=strata,
            weight=survived.weight if uno else None,
        )
        for name, risk in survived.risk.items()
    }
    return resample(statistics, drawn_units(prepared, rows), seed=config.seed, unit="patients")


def survival_score(
    prepared: Prepared, found: Resampled, config: GexbertConfig, n_rows: int, metric: str
) -> Score:
    """Return the concordance with restored anchors, beside the others."""
    n_anchors = len(prepared.anchors) or min(config.n_anchors, len(prepared.hidden))
    return score_of(
        metric,
        f"{n_rows:,} patients of {prepared.view.dataset}, {len(prepared.panel):,} genes and "
        f"{n_anchors:,} restored anchors, within fold and label",
        found,
        model=RESTORED,
        control=CONTROL,
        control_name=CONTROL,
        baselines=(RIDGE, PANEL, COMPONENTS),
    )
