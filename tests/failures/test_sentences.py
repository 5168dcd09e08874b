"""Sentences for the ways in which the system fails a program."""

import errno
import sqlite3

import pytest

from orthoweave.failures.sentences import explain


@pytest.mark.parametrize(
    "name", ["ENOSPC", "EDQUOT", "EACCES", "EROFS", "EMFILE", "EIO", "ENAMETOOLONG", "ELOOP"]
)
def test_each_names_its_place(name: str) -> None:
    """The sentence names the file and says what to do."""
    number = getattr(errno, name)
    said = explain(OSError(number, "any", "kb/x"))
    assert said is not None
    assert "'kb/x'" in said
    assert ": " in said
    assert explain(OSError(number, "any")) is not None


def test_causes_count() -> None:
    """A full disk is recognised behind the error of an engine."""
    error = RuntimeError("the engine failed")
    error.__cause__ = sqlite3.OperationalError("database or disk is full")
    assert "no space left" in str(explain(error))


def test_faults_of_the_program_have_none() -> None:
    """What the system did not cause is left to the report."""
    assert explain(KeyError("x")) is None
    assert explain(OSError("no number")) is None
    assert explain(UnicodeEncodeError("ascii", "é", 0, 1, "ordinal not in range")) is None
