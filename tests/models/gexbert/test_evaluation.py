"""Scores of patients in folds that no fit has seen: errors, labels, risks and missing values."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from orthoweave.models.base import RunContext
from orthoweave.models.gexbert.classification import CONTROL as PERMUTED
from orthoweave.models.gexbert.classification import EMBEDDING, classes_of
from orthoweave.models.gexbert.config import GexbertConfig
from orthoweave.models.gexbert.fitted import Fitted, fit_samples
from orthoweave.models.gexbert.imputation import missing_mask
from orthoweave.models.gexbert.parts import fit_parts, others_of
from orthoweave.models.gexbert.prepared import prepare
from orthoweave.models.gexbert.restoration import MEAN, MODEL
from orthoweave.models.gexbert.survival import MEASURED, PANEL, RESTORED, not_evaluable
from orthoweave.views.samples import SamplesView

MakeSamples = Callable[..., SamplesView]
SCORES = np.random.default_rng(0).normal(size=(300, 200)).astype(np.float32)


def test_restored_genes_are_near_the_measured_ones(fitted: Fitted, samples: MakeSamples) -> None:
    """Three programmes are seen in ten genes; the errors are those of the restored values."""
    hidden = fitted.prepared.genes[fitted.prepared.hidden]
    truth = samples().values[:, np.isin(samples().genes, hidden)]
    restored = fitted.restored
    each = [np.corrcoef(truth[:, n], restored.values[:, n])[0, 1] for n in range(len(hidden))]
    np.testing.assert_allclose(restored.correlation, each, atol=1e-4)
    assert np.median(each) > 0.9
    assert 1 - restored.errors[MODEL].sum() / restored.total.sum() > 0.8
    np.testing.assert_allclose(restored.errors[MEAN], restored.total)


def test_a_patient_is_answered_by_others_alone(samples: MakeSamples, config: GexbertConfig) -> None:
    """Hidden genes of a fold's patients change nothing of what restores them."""
    values = samples().values.copy()
    own = replace(config, panel=tuple(f"G{number}" for number in range(10)), missing=())
    folds = prepare(samples(), own).folds
    values[folds == 1, 10:] += np.random.default_rng(0).random(38).astype(np.float32) * 9
    first = fit_parts(prepare(samples(), own), own)[1].restorer
    other = fit_parts(prepare(samples(values=values), own), own)[1].restorer
    rows, panel = samples().values[folds == 1], np.arange(10)
    asked = np.arange(10, 48)
    assert np.array_equal(first.restored(rows, panel, asked), other.restored(rows, panel, asked))


def test_labels_are_found_and_permuted_ones_are_not(fitted: Fitted) -> None:
    """Groups that the programmes set apart are named; the control is near chance."""
    found = fitted.classified
    assert found is not None
    truth = fitted.prepared.labels[found.rows]
    assert (found.predicted[EMBEDDING] == truth).mean() > 0.75
    assert (found.predicted[PERMUTED] == truth).mean() < 0.55


def test_labels_of_few_patients_are_not_learnt(samples: MakeSamples, config: GexbertConfig) -> None:
    """A label needs two patients for each fold; one label alone is none."""
    labels = samples().labels.copy()
    labels[labels == "gamma"] = None
    labels[:5] = "rare"
    view = samples(labels=labels)
    assert classes_of(prepare(view, config), config) == ("alpha", "beta")
    view = samples(labels=np.full(120, "alpha", object))
    assert classes_of(prepare(view, config), config) == ()


def test_risks_of_new_patients_agree_with_their_times(fitted: Fitted) -> None:
    """The scores of survival are above chance, and the Brier scores below that of a coin."""
    found = fitted.survived
    assert found is not None
    score = next(one for one in fitted.scores if one.metric == "Harrell's C")
    assert score.estimate.low > 0.6
    assert set(found.brier) >= {RESTORED, PANEL, MEASURED}
    assert 0 < found.brier[RESTORED] < 0.25
    assert any("no claim that the network adds" in note for note in fitted.notes)


def test_survival_of_few_events_or_repeated_patients_is_not_evaluated(
    samples: MakeSamples, config: GexbertConfig
) -> None:
    """A sentence says why; all else is measured."""
    event = samples().event.copy()
    event[np.flatnonzero(event)[19:]] = False
    small = replace(config, epochs=0, shuffles=0, missing=())
    found = fit_samples(samples(event=event), small, RunContext())
    assert found.survived is None
    assert found.cox is None
    assert any("19 events among 120 followed" in note for note in found.notes)
    assert {one.metric for one in found.scores} == {"R2", "accuracy"}
    twice = np.array([f"d:p{number // 2}" for number in range(120)], object)
    assert "60 followed samples are of patients with another" in not_evaluable(
        prepare(samples(patients=twice), config)
    )
    none = samples(months=np.full(120, np.nan), event=np.zeros(120, bool))
    assert not not_evaluable(prepare(none, config))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_missing_values_have_their_share(share: float) -> None:
    """Of each kind; low values are missing more often in one, whole genes in another."""
    for kind in ("mcar", "mnar", "block"):
        gone = missing_mask(SCORES, kind, share, seed=0)
        assert gone.mean() == pytest.approx(share, abs=0.03)
        assert ((~gone).sum(axis=1) >= 8).all()
    low = missing_mask(SCORES, "mnar", share, seed=0)
    assert low[SCORES < -1].mean() > low[SCORES > 1].mean() + 0.05
    block = missing_mask(SCORES, "block", share, seed=0)
    assert (block.all(axis=0) | ~block.any(axis=0)).all()


def test_some_values_always_stay_known() -> None:
    """Eight of each sample, however many are missing."""
    gone = missing_mask(SCORES[:, :20], "mcar", 0.98, seed=0)
    assert ((~gone).sum(axis=1) >= 8).all()


def test_others_are_never_oneself() -> None:
    """The control gives each sample the values of another one."""
    rows = np.array([4, 9, 2, 7, 30])
    moved = others_of(rows, seed=3)
    assert sorted(moved) == sorted(rows)
    assert (moved != rows).all()
