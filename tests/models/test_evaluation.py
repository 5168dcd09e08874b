"""Metrics against scikit-learn, intervals against scipy, splits by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn import metrics

from orthoweave.errors import InputError, UsageError
from orthoweave.models.evaluation import (
    accuracy,
    adjusted_rand_index,
    macro_f1,
    seed_estimate,
    split_by_donor,
)

LABELS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abcd")), min_size=2)


@given(LABELS)
def test_metrics_are_those_of_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    """Accuracy, macro-F1 over the true classes and the adjusted Rand index agree."""
    truth, predicted = (np.array(column, object) for column in zip(*pairs, strict=True))
    names = sorted(set(truth))
    expected = metrics.f1_score(truth, predicted, labels=names, average="macro", zero_division=0)
    assert macro_f1(truth, predicted) == pytest.approx(expected)
    assert accuracy(truth, predicted) == pytest.approx(np.mean(truth == predicted))
    assert adjusted_rand_index(truth, predicted) == pytest.approx(
        metrics.adjusted_rand_score(truth, predicted)
    )


def test_seed_interval_is_students() -> None:
    """The interval over seeds is that of Student's t."""
    values = [0.61, 0.66, 0.58, 0.7]
    found = seed_estimate(values)
    low, high = stats.t.interval(0.95, 3, np.mean(values), stats.sem(values))
    assert (found.value, found.low, found.high) == pytest.approx((np.mean(values), low, high))
    with pytest.raises(UsageError, match="two seeds"):
        seed_estimate([0.5])


def test_donors_stay_together() -> None:
    """Each donor is in one part; the parts are the whole."""
    donors = np.array(["d1", "d2", "d3", "d1", "d2"], object)
    split = split_by_donor(donors, test=["d2"], validation=["d3"])
    assert split.test.tolist() == [False, True, False, False, True]
    assert split.validation.tolist() == [False, False, True, False, False]
    assert (split.train ^ split.test ^ split.validation).all()


@pytest.mark.parametrize(
    ("donors", "test", "validation", "error", "message"),
    [
        (["d1", "d2"], ["d1"], ["d1"], UsageError, "named for validation and test"),
        (["d1", None], ["d1"], [], InputError, "some cells have no donor"),
        (["d1", "d2"], ["d9"], [], InputError, "no donor 'd9'"),
        (["d1", "d2"], ["d1"], ["d2"], UsageError, "no donor is left for training"),
    ],
)
def test_leaking_splits_are_refused(
    donors: list[str | None],
    test: list[str],
    validation: list[str],
    error: type[Exception],
    message: str,
) -> None:
    """A donor in two parts, unknown or missing, and an empty training part are refused."""
    with pytest.raises(error, match=message):
        split_by_donor(np.array(donors, object), test=test, validation=validation)


def test_donors_are_named_by_key_or_by_name() -> None:
    """The dataset in a donor's key may be left out."""
    donors = np.array(["set:1", "set:2", "set:1"], object)
    for name in ("1", "set:1"):
        assert split_by_donor(donors, test=[name]).test.tolist() == [True, False, True]
    with pytest.raises(UsageError, match="named for validation and test"):
        split_by_donor(donors, test=["1"], validation=["set:1"])
