"""Statements that would use up time or memory end at their limits."""

import contextlib

import pytest
from tests.support.attacks import Target
from tests.support.bombs import bombs

from orthoweave.errors import OrthoweaveError

BOMBS = bombs()
# far beyond the time limit of a second and a half: reached only by what hangs
pytestmark = pytest.mark.timeout(60, func_only=True)


@pytest.mark.parametrize("name", BOMBS)
def test_it_ends(target: Target, name: str) -> None:
    """A bomb is answered or refused in time, and so is the next question."""
    with contextlib.suppress(OrthoweaveError):
        answer = target.gateway.ask_freely(BOMBS[name])
        assert answer.table.num_rows <= 100
        assert answer.table.nbytes <= 8 << 20
    assert target.gateway.ask_freely("RETURN 1 AS x").table.to_pylist() == [{"x": 1}]
