"""Intervals over seeds, donors and cells, and paired differences."""

import numpy as np
import pytest
from scipy import stats

from orthoweave.errors import UsageError
from orthoweave.models.resampling import resample, score_of
from orthoweave.models.statistics import of_classes, of_means

NOBODY = np.full(400, None, object)


def test_cells_of_one_donor_as_by_scipy() -> None:
    """With one seed and no donors it is scipy's percentile bootstrap of cells."""
    random = np.random.default_rng(0)
    truth = random.choice(["a", "b"], 400).astype(object)
    predicted = np.where(random.random(400) < 0.8, truth, "c").astype(object)
    found = resample({"m": of_classes("accuracy", truth, predicted[None])}, NOBODY, seed=1)
    right = (truth == predicted).astype(float)
    scipys = stats.bootstrap((right,), np.mean, method="percentile", rng=0).confidence_interval
    estimate = found.estimate("m")
    np.testing.assert_allclose([estimate.low, estimate.high], scipys, atol=0.01)
    assert estimate.value == right.mean()
    assert found.about == "one seed and cells"


def test_seeds_widen_the_interval_and_equal_seeds_do_not() -> None:
    """Ten equal fits are as certain as one; ten different fits are less certain."""
    random = np.random.default_rng(0)
    row = random.random((1, 400))
    levels = row + np.linspace(-1, 1, 10)[:, None]
    single, equal, different = (
        resample({"m": of_means(values)}, NOBODY, seed=0).estimate("m")
        for values in (row, np.tile(row, (10, 1)), levels)
    )
    assert equal.high - equal.low == pytest.approx(single.high - single.low, rel=0.2)
    assert different.high - different.low > 3 * (single.high - single.low)


def test_donors_widen_the_interval() -> None:
    """Cells of a donor are alike: their number must not stand for that of the donors."""
    random = np.random.default_rng(0)
    donors = np.repeat(np.array([f"d{i}" for i in range(4)], object), 100)
    values = (np.repeat([0.0, 1.0, 2.0, 3.0], 100) + random.normal(0, 0.1, 400))[None]
    by_donor = resample({"m": of_means(values)}, donors, seed=0)
    by_cell = resample({"m": of_means(values)}, NOBODY, seed=0).estimate("m")
    estimate = by_donor.estimate("m")
    assert estimate.high - estimate.low > 4 * (by_cell.high - by_cell.low)
    # four donors of mean 0 to 3: the standard error over donors is 0.56
    assert estimate.high - estimate.low == pytest.approx(2 * 1.96 * 0.56, rel=0.25)
    assert by_donor.about == "one seed, 4 donors and their cells"


def test_differences_are_paired() -> None:
    """A small lead on every cell is certain, though both intervals meet."""
    random = np.random.default_rng(0)
    low = random.random((3, 400))
    found = resample({"ours": of_means(low + 0.01), "theirs": of_means(low)}, NOBODY, seed=0)
    assert found.estimate("ours").low < found.estimate("theirs").high
    difference = found.difference("ours", "theirs")
    assert difference.low == pytest.approx(0.01)
    assert difference.high == pytest.approx(0.01)


def test_a_score_holds_all_differences() -> None:
    """Each baseline and the control has its own, and the context says what was resampled."""
    random = np.random.default_rng(0)
    rows = {name: of_means(random.random((2, 400)) + i) for i, name in enumerate("cbm")}
    score = score_of(
        "mean",
        "toy",
        resample(rows, NOBODY, seed=0),
        model="m",
        control="c",
        control_name="permuted",
    )
    assert set(score.baselines) == {"b"}
    assert set(score.differences) == {"b", "permuted"}
    assert score.differences["permuted"].value == pytest.approx(2, abs=0.1)
    assert score.context == "toy; intervals over 2 seeds and cells"
    assert score.beats("b")


def test_unequal_numbers_of_seeds_are_refused() -> None:
    """Methods are paired by seed, so both have the same ones, or one has none."""
    rows = {"a": of_means(np.ones((2, 4))), "b": of_means(np.ones((3, 4)))}
    with pytest.raises(UsageError, match=r"one number of them, found \[2, 3\]"):
        resample(rows, np.full(4, None, object), seed=0)


def test_the_same_seed_gives_the_same() -> None:
    """Two resamplings with one seed are equal."""
    values = np.random.default_rng(0).random((3, 400))
    first, second = (resample({"m": of_means(values)}, NOBODY, seed=5) for _ in range(2))
    np.testing.assert_array_equal(first.drawn["m"], second.drawn["m"])
