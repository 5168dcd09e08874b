"""What progress shows on a terminal, and in a log."""

import io
import re

import pytest
from rich.console import Console

from orthoweave.progress import Quiet, TerminalProgress, _span


def shown(*, terminal: bool, total: int | None, label: str = "cells", steps: int = 4) -> str:
    """All that a task prints, without the terminal's control codes."""
    console = Console(file=io.StringIO(), force_terminal=terminal, width=100, color_system=None)
    with TerminalProgress(console).task(label, total) as task:
        for _ in range(steps):
            task.advance()
    assert isinstance(console.file, io.StringIO)
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", console.file.getvalue())


def test_a_bar_says_how_far_and_how_long_yet() -> None:
    """With a known total the bar has the number done, the time gone and the time left."""
    text = shown(terminal=True, total=4)
    assert re.search(r"cells\W+0/4 \d:\d\d:\d\d left: -:--:--", text)
    assert re.search(r"cells\W+4/4 \d:\d\d:\d\d left: 0:00:00", text)


def test_nothing_is_left_of_an_unknown_total() -> None:
    """Without a total the bar says what is done and claims no end."""
    text = shown(terminal=True, total=None)
    assert re.search(r"cells\W+4/\? \d:\d\d:\d\d", text)
    assert "left" not in text


@pytest.mark.parametrize("total", [4, None])
def test_a_log_gets_one_line_and_no_bar(total: int | None) -> None:
    """Where standard error is not a terminal, the end of the work is one line."""
    assert re.fullmatch(r"cells: \d+\.\d s\n", shown(terminal=False, total=total))


def test_a_log_of_long_work_says_how_long_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every half minute, at the pace of that time: steps of before an interruption do not count."""
    now = [0.0]
    monkeypatch.setattr("orthoweave.progress.time.monotonic", lambda: now[0])
    console = Console(file=io.StringIO(), force_terminal=False)
    with TerminalProgress(console).task("[steps]", 20_000) as task:
        task.advance(8000)
        for seconds in (10, 20, 31, 60, 62, 9000):
            now[0] = seconds
            task.advance(2000)
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue().splitlines() == [
        "[steps]: 14,000 of 20,000, about 31 s left",
        "[steps]: 18,000 of 20,000, about 16 s left",
        "[steps]: 9000.0 s",
    ]
    assert [_span(seconds) for seconds in (89, 120, 9000)] == ["89 s", "2 min", "2.5 h"]


@pytest.mark.parametrize("terminal", [True, False])
def test_brackets_in_a_label_are_shown(terminal: bool) -> None:
    """A dataset's name is text, never markup."""
    assert "[red]atlas[/red]" in shown(terminal=terminal, total=2, label="[red]atlas[/red]")


def test_work_that_fails_is_not_reported_as_done() -> None:
    """After an error there is no line with seconds, and the error goes on."""
    console = Console(file=io.StringIO(), force_terminal=False)
    with pytest.raises(ValueError, match="no"), TerminalProgress(console).task("cells", 2):
        raise ValueError("no")
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == ""


def test_it_is_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Data go to standard output, so progress keeps off it."""
    progress = TerminalProgress()
    progress.note("12 [cells]")
    with progress.task("cells", 1):
        pass
    found = capsys.readouterr()
    assert found.out == ""
    assert found.err.startswith("12 [cells]\ncells: ")


def test_quiet_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither bars nor lines."""
    with Quiet().task("cells", 1) as task:
        task.advance()
    Quiet().note("done")
    assert capsys.readouterr() == ("", "")


def test_a_label_is_shown_escaped() -> None:
    """A label from a file moves no cursor, on a terminal and in a log."""
    for terminal in (True, False):
        assert "a\\x9b2Jb" in shown(terminal=terminal, total=4, label="a\x9b2Jb")
