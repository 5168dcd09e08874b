"""Progress of long work: a bar on a terminal, a line now and then in a log, nothing when quiet."""

import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

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


class Task(Protocol):
    """One piece of long work under way."""

    def advance(self, steps: int = 1) -> None:
        """Say that `steps` more are done."""


class Progress(Protocol):
    """Shows pieces of long work one after another."""

    def task(self, label: str, total: int | None = None) -> AbstractContextManager[Task]:
        """Start a piece of work of `total` steps; use as a context manager."""

    def note(self, text: str) -> None:
        """Say one line."""


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
            yield Quiet()
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
