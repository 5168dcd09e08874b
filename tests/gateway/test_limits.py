"""Every limit that is reached is named with its value and the setting that changes it."""

from dataclasses import fields

import pytest

from orthoweave.errors import OrthoweaveError, QueryBusyError, QueryTimeoutError, UsageError
from orthoweave.gateway import limits
from orthoweave.gateway.limits import Limits
from orthoweave.settings import Settings

MESSAGES = [
    (limits.out_of_time(2.5), "2.5 s", ["QUERY_TIMEOUT_S"]),
    (limits.out_of_memory(2048), "2,048 MiB", ["MEMORY_MB"]),
    (limits.too_large(300 << 20, 256 << 20), "256 MiB", ["QUERY_ANSWER_MB"]),
    (limits.ended("SIGKILL", 2048, 30), "2,048 MiB", ["MEMORY_MB", "QUERY_TIMEOUT_S"]),
    (limits.queue_full(32, 4), "32 questions", ["QUERY_QUEUE", "QUERY_PROCESSES"]),
    (limits.waited(120, 4), "120 s", ["QUERY_WAIT_S", "QUERY_PROCESSES"]),
]


@pytest.mark.parametrize(("error", "limit", "settings"), MESSAGES)
def test_messages_name_the_limit_and_the_setting(
    error: OrthoweaveError, limit: str, settings: list[str]
) -> None:
    """The message names the limit in force, and the settings that it names exist."""
    assert limit in str(error)
    assert all(f"ORTHOWEAVE_{name}" in str(error) for name in settings)
    assert {name.lower() for name in settings} <= {field.name for field in fields(Settings)}


def test_kinds_of_errors_tell_waiting_from_running() -> None:
    """A question that waited too long did not run, so this is not a timeout."""
    assert isinstance(limits.out_of_time(1), QueryTimeoutError)
    assert isinstance(limits.waited(1, 2), QueryBusyError)
    assert not isinstance(limits.waited(1, 2), QueryTimeoutError)


@pytest.mark.parametrize(
    "wrong",
    [
        {"processes": 0},
        {"processes": -1},
        {"queue": 0},
        {"wait_s": 0.0},
        {"timeout_s": -1.0},
        {"byte_limit": 0},
        {"memory_mb": 0},
    ],
)
def test_limits_that_let_nothing_through_are_refused(wrong: dict[str, int]) -> None:
    """A limit that is not above zero is refused by name."""
    with pytest.raises(UsageError, match=f"{next(iter(wrong))} is .* above 0"):
        Limits(**wrong)


def test_processes_are_two_to_four() -> None:
    """The default number of processes is two to four on any machine."""
    assert 2 <= limits.default_processes() <= 4
