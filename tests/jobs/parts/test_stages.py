"""Steps of a pass: each in order, side by side, and the first failure comes out."""

import threading
from functools import partial

import pytest

from orthoweave.jobs.parts.stages import Stages


def test_each_step_sees_blocks_in_order() -> None:
    """Blocks reach a step in the order they were given."""
    seen: dict[str, list[int]] = {"a": [], "b": []}
    with Stages() as stages:
        for number in range(50):
            for step, found in seen.items():
                stages.run(step, partial(found.append, number))
            stages.next_block()
    assert seen == {"a": list(range(50)), "b": list(range(50))}


def test_steps_run_side_by_side() -> None:
    """Two steps of one block that wait for each other both end."""
    meeting = threading.Barrier(2, timeout=30)
    with Stages() as stages:
        stages.run("a", meeting.wait)
        stages.run("b", meeting.wait)
        stages.next_block()
    assert not meeting.broken


def test_failure_of_a_step_is_raised() -> None:
    """An error in a step reaches the caller, also in the last block."""

    def fail() -> None:
        message = "no"
        raise ValueError(message)

    with pytest.raises(ValueError, match="no"), Stages() as stages:
        stages.run("a", fail)
