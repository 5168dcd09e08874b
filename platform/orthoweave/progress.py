"""Progress of long work: a bar on a terminal, a line now and then in a log, nothing when quiet."""

import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final, Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars

from orthoweave.printable import printable

LINE_EVERY: Final = 30.0
"""Seconds between two lines of a long piece of work in a log."""


class Task(Protocol):
    """One piece of long work under way."""

    def advance(self, steps: int = 1) -> None:
        """Report that `steps` more are done."""


class Progress(Protocol):
    """Shows pieces of long work one after another."""

    def task(self, label: str, total: int | None = None) -> AbstractContextManager[Task]:
        """Start a piece of work of `total` steps; use as a context manager."""

    def note(self, text: str) -> None:
        """Report one line."""


class Quiet:
    """Shows nothing."""

    @contextmanager
    def task(self, label: str, total: int | None = None) -> Iterator[Task]:  # noqa: ARG002
        """Return a task that shows nothing."""
        yield self

    def note(self, text: str) -> None:
        """Say nothing."""

    def advance(self, steps: int = 1) -> None:
        """Show nothing."""


class TerminalProgress:
    """Bars on a terminal, with the time that is left where a total is known; lines elsewhere.

    Parameters
    ----------
    console
        Where to show it; standard error if it is not given.
    """

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False)

    @contextmanager
    def task(self, label: str, total: int | None = None) -> Iterator[Task]:
        """Show one piece of work until the block ends."""
        started = time.monotonic()
        if self._console.is_terminal:
            with Bars(*_columns(total), console=self._console, transient=True) as bars:
                yield _BarTask(bars, label, total)
        else:
            yield Quiet() if total is None else _LineTask(self, label, total)
        if sys.exc_info()[0] is None:
            self.note(f"{label}: {time.monotonic() - started:.1f} s")

    def note(self, text: str) -> None:
        """Print one line."""
        self._console.print(printable(text, keep="\n\t"), markup=False, soft_wrap=True)


def _columns(total: int | None) -> list[ProgressColumn]:
    # a label may come from a file: its brackets are not markup
    label = TextColumn("{task.description}", markup=False)
    columns = [label, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]
    if total is not None:
        columns += [TextColumn("left:"), TimeRemainingColumn()]
    return columns


class _BarTask:
    def __init__(self, bars: Bars, label: str, total: int | None) -> None:
        self._bars = bars
        self._task = bars.add_task(printable(label), total=total)

    def advance(self, steps: int = 1) -> None:
        self._bars.advance(self._task, steps)


class _LineTask:
    """A line now and then in a log: the steps done, and the time left at the present pace."""

    def __init__(self, shown: TerminalProgress, label: str, total: int) -> None:
        self._shown, self._label, self._total = shown, label, total
        self._done, self._said_done, self._said = 0, 0, 0.0

    def advance(self, steps: int = 1) -> None:
        self._done += steps
        now = time.monotonic()
        # the first steps may be those of before an interruption: the pace is that of later ones
        if self._done == steps:
            self._said, self._said_done = now, steps
        passed, done = now - self._said, self._done - self._said_done
        if passed < LINE_EVERY or not done or self._done >= self._total:
            return
        left = passed / done * (self._total - self._done)
        self._shown.note(
            f"{self._label}: {self._done:,} of {self._total:,}, about {_span(left)} left"
        )
        self._said, self._said_done = now, self._done


def _span(seconds: float) -> str:
    """Return a time in words."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
