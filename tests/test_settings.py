"""Settings come from the environment, checked."""

from dataclasses import fields
from pathlib import Path

import pytest

from orthoweave.errors import UsageError
from orthoweave.settings import HELP, Settings, read_settings


def test_defaults_hold_without_environment() -> None:
    """An empty environment gives the defaults."""
    assert read_settings({}) == Settings()


def test_values_are_parsed() -> None:
    """Each kind of value is read as its type."""
    settings = read_settings(
        {"ORTHOWEAVE_KB": "here", "ORTHOWEAVE_OFFLINE": "yes", "ORTHOWEAVE_QUERY_TIMEOUT_S": "2.5"}
    )
    assert (settings.kb, settings.offline, settings.query_timeout_s) == (Path("here"), True, 2.5)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [("OFFLINE", "perhaps", "1 or 0"), ("KEEP_BUILDS", "two", "a whole number")],
)
def test_bad_values_say_what_was_expected(name: str, value: str, expected: str) -> None:
    """A value that cannot be read names the variable, the value and what was expected."""
    with pytest.raises(UsageError, match=f"ORTHOWEAVE_{name}='{value}': expected {expected}"):
        read_settings({f"ORTHOWEAVE_{name}": value})


def test_every_setting_has_help() -> None:
    """Each setting is explained once."""
    assert set(HELP) == {field.name for field in fields(Settings)}
