"""The process of a started run: runs the model, builds, and says how far it is.

It ends as Ctrl-C ends a run when it gets an interrupt, or when the process that started it ends.
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Final

from orthoweave.background.recorded import cancelled, note_on_recorded, recorded_runs
from orthoweave.background.state import RunState, read_state, write_state
from orthoweave.builds.build import build
from orthoweave.errors import OrthoweaveError
from orthoweave.failures.report import write_report
from orthoweave.failures.sentences import explain
from orthoweave.models.cost import approval
from orthoweave.progress import Progress, Task
from orthoweave.runs.kept import run_kept
from orthoweave.runs.run import run_named
from orthoweave.settings import read_settings
from orthoweave.storage.layout import Layout

_EVERY_S: Final = 0.5
_NICE: Final = 10


class FileProgress:
    """Progress that goes to the state of the run, at most twice a second."""

    def __init__(self, layout: Layout, state: RunState) -> None:
        self.state = state
        self._layout = layout
        self._written = 0.0

    def say(self, **changes: object) -> None:
        """Change the state and write it at once."""
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self._written = time.monotonic()
        write_state(self._layout, self.state)

    @contextmanager
    def task(self, label: str, total: int | None = None) -> Iterator[Task]:
        """Show one piece of work until the block ends, then the one around it."""
        around = self.state
        self.say(label=label, done=0, total=total or 0, since=time.time())
        yield self
        self.say(label=around.label, done=around.done, total=around.total, since=around.since)

    def advance(self, steps: int = 1) -> None:
        """Report that `steps` more are done."""
        self.state = replace(self.state, done=self.state.done + steps)
        if time.monotonic() - self._written >= _EVERY_S:
            self.say()

    def note(self, text: str) -> None:
        """Report one line."""
        self.say(said=text)


def work(layout: Layout, name: str | None, progress: FileProgress, *, yes: bool) -> None:
    """Run the model and build; an error is raised."""
    state, limits = progress.state, read_settings()
    approve = approval(limits.run_minutes, limits.run_gb, progress.note, always=yes)
    shown: Progress = progress
    if state.weights:
        done = run_kept(layout, state.model, state.weights, state.settings, shown, name=name)
    else:
        done = run_named(layout, state.model, state.settings, shown, name=name, approve=approve)
    progress.say(phase="building", run=done.run, label="build", done=0, total=0, since=time.time())
    build(layout, shown)
    progress.say(phase="done", label="", said="", ended=time.time())


def sentence(error: BaseException) -> str:
    """Return what a failure says to the user."""
    if isinstance(error, OrthoweaveError):
        return str(error)
    known = explain(error)
    if known is not None:
        return known
    path = write_report(error)
    where = f": the report is {str(path)!r}" if path is not None else ""
    return f"it failed in a way that orthoweave did not foresee{where}"


def _interrupt(_: int, __: FrameType | None) -> None:
    # a second one would disturb the clearing up
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _end_with_parent() -> None:
    # the parent never writes: the read ends when it does, or when it closes its end
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGINT)


def main(root: str, about: str) -> int:
    """Do what was asked; return the exit code."""
    layout, asked = Layout(Path(root)), json.loads(about)
    signal.signal(signal.SIGINT, _interrupt)
    # whoever looks at screens meanwhile comes first
    os.nice(_NICE)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    state = read_state(layout)
    if state is None:
        return 1
    progress, before = FileProgress(layout, state), recorded_runs(layout, state.model)
    try:
        work(layout, asked["name"], progress, yes=asked["yes"])
    except KeyboardInterrupt:
        said = cancelled(layout, state.model, before)
        progress.say(phase="cancelled", said=said, ended=time.time())
    except BaseException as error:  # noqa: BLE001 - the last line of defence
        said = sentence(error) + note_on_recorded(layout, state.model, before)
        progress.say(phase="failed", said=said, ended=time.time())
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
