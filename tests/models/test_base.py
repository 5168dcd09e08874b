"""A score cannot be made without what it is to be compared with."""

import math

import pytest

from orthoweave.errors import UsageError
from orthoweave.models.base import Estimate, NoCheckpoint, Score

HALF = Estimate(0.5, 0.4, 0.6)


def test_a_score_needs_a_baseline() -> None:
    """A score without any baseline is refused."""
    with pytest.raises(UsageError, match="expected at least one baseline"):
        Score("ARI", "toy", HALF, {}, HALF, "genes permuted")


@pytest.mark.parametrize(("control", "name"), [(None, "genes permuted"), (HALF, "")])
def test_a_score_needs_a_control(control: Estimate, name: str) -> None:
    """A score without a control, or without the control's name, is refused."""
    with pytest.raises(UsageError, match="expected a control with destroyed signal"):
        Score("ARI", "toy", HALF, {"PCA": HALF}, control, name)


def test_each_comparison_that_a_model_loses_gets_a_note() -> None:
    """A control or baseline whose interval meets the model's has a sentence."""
    low, high = Estimate(0.1, 0.0, 0.2), Estimate(0.9, 0.8, 1.0)
    good = Score("ARI", "toy", HALF, {"PCA": low}, low, "genes permuted")
    weak = Score("ARI", "toy", HALF, {"PCA": high, "chance": low}, HALF, "genes permuted")
    assert good.shortfalls == ()
    assert weak.shortfalls == (
        "ARI 0.5 (0.4 to 0.6) is not clearly above its control, genes permuted: "
        "0.5 (0.4 to 0.6). The model is not shown to work here.",
        "ARI 0.5 (0.4 to 0.6) is not clearly above that of PCA: 0.9 (0.8 to 1).",
    )


def test_to_beat_is_a_paired_difference_above_zero() -> None:
    """Intervals may meet where the difference is sure, and a higher value may still not beat."""
    near, low = Estimate(0.45, 0.35, 0.55), Estimate(0.1, 0.0, 0.2)
    sure, unsure = Estimate(0.05, 0.01, 0.09), Estimate(0.05, -0.01, 0.11)
    for difference, beaten in ((sure, True), (unsure, False)):
        score = Score("ARI", "toy", HALF, {"PCA": near}, low, "permuted", {"PCA": difference})
        assert score.beats("PCA") is beaten
        assert score.beats("permuted")
        assert bool(score.shortfalls) is not beaten
    assert score.shortfalls == (
        "ARI 0.5 (0.4 to 0.6) is not clearly above that of PCA: 0.45 (0.35 to 0.55), "
        "a difference of 0.05 (-0.01 to 0.11).",
    )


def test_a_score_that_is_clearly_lower_is_called_below() -> None:
    """The sentence names a paired difference whose interval is under 0."""
    near, worse = Estimate(0.55, 0.45, 0.65), Estimate(-0.05, -0.09, -0.01)
    low = Estimate(0.1, 0.0, 0.2)
    score = Score("ARI", "toy", HALF, {"PCA": near}, low, "permuted", {"PCA": worse})
    assert score.shortfalls == (
        "ARI 0.5 (0.4 to 0.6) is below that of PCA: 0.55 (0.45 to 0.65), "
        "a difference of -0.05 (-0.09 to -0.01).",
    )


def test_a_difference_is_from_a_baseline_or_the_control() -> None:
    """A difference from anything else is refused."""
    with pytest.raises(UsageError, match="a difference from 'PCB'"):
        Score("ARI", "toy", HALF, {"PCA": HALF}, HALF, "permuted", {"PCB": HALF})


@pytest.mark.parametrize(
    "numbers", [(0.5, 0.6, 0.7), (0.5, 0.3, 0.4), (math.nan, 0.0, 1.0), (0.5, -math.inf, 1.0)]
)
def test_intervals_hold_their_value(numbers: tuple[float, float, float]) -> None:
    """A value outside its interval, and one that is not finite, is refused."""
    with pytest.raises(UsageError, match="low <= value <= high"):
        Estimate(*numbers)


def test_no_checkpoint_keeps_nothing() -> None:
    """Without a place for its state a training starts anew."""
    checkpoint = NoCheckpoint()
    checkpoint.save({})
    assert checkpoint.load() is None
