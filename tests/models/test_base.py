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
    """A control within the interval and every better baseline have a sentence each."""
    low, high = Estimate(0.1, 0.0, 0.2), Estimate(0.9, 0.8, 1.0)
    good = Score("ARI", "toy", HALF, {"PCA": low}, low, "genes permuted")
    weak = Score("ARI", "toy", HALF, {"PCA": high, "chance": low}, HALF, "genes permuted")
    assert good.shortfalls == ()
    assert weak.shortfalls == (
        "ARI 0.5 (0.4 to 0.6) is not clearly above its control, genes permuted: "
        "0.5 (0.4 to 0.6). The model is not shown to work here.",
        "ARI 0.5 (0.4 to 0.6) is not above that of PCA: 0.9 (0.8 to 1).",
    )


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
