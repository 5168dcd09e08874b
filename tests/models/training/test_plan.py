"""Learning rates by step, and plans that are refused."""

import pytest

from orthoweave.errors import UsageError
from orthoweave.models.training.plan import Plan


def test_the_rate_rises_and_falls() -> None:
    """A warm-up in equal parts, then half a cosine to the floor; or a constant."""
    plan = Plan(1, rate=2.0, schedule="cosine", warmup=0.2, floor=0.1)
    rates = [plan.rate_at(step, 20) for step in range(20)]
    assert rates[:5] == pytest.approx([0.5, 1.0, 1.5, 2.0, 2.0])
    assert rates[12] == pytest.approx(2 * (0.1 + 0.9 / 2))
    assert rates[4:] == sorted(rates[4:], reverse=True)
    assert 0.2 < rates[-1] < 0.25
    constant = Plan(1, rate=2.0, warmup=0.5)
    assert [constant.rate_at(step, 4) for step in range(4)] == [1.0, 2.0, 2.0, 2.0]
    assert Plan(1, rate=2.0, warmup=1.0).rate_at(3, 4) == 2.0


@pytest.mark.parametrize(
    "wrong",
    [
        {"epochs": 0},
        {"accumulate": 0},
        {"patience": 0},
        {"warmup": 1.1},
        {"ema": -0.1},
        {"rate": 0.0},
        {"rate": float("nan")},
        {"clip": float("inf")},
    ],
)
def test_numbers_out_of_range_are_refused(wrong: dict[str, float]) -> None:
    """The message names the field, and what was expected."""
    [name] = wrong
    with pytest.raises(UsageError, match=f"training: {name}=.*: expected a"):
        Plan(**({"epochs": 1} | wrong))  # type: ignore[arg-type]
