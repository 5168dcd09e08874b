"""Start a run in a process of its own, watch it and end it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final, Self

from orthoweave import errors
from orthoweave.background.recorded import cancelled, recorded_runs
from orthoweave.background.state import RunState, lock_path, read_state, write_state
from orthoweave.errors import LedgerError, LockedError, UsageError
from orthoweave.options import value_text
from orthoweave.storage.layout import Layout, writing
from orthoweave.storage.locks import Hold, claim

GRACE_S: Final = 20.0
"""Seconds that an interrupted run has to clear up before it is killed."""
_ATTEMPTS, _PAUSE_S = 20, 0.01


class StartedRun:
    """A run in a process of its own, which ends with this process.

    Close it, or use it as a context manager: a run that is under way is then cancelled.
    """

    def __init__(
        self, layout: Layout, process: "subprocess.Popen[bytes]", before: frozenset[str]
    ) -> None:
        self._layout = layout
        self._process = process
        self._before = before

    @property
    def state(self) -> RunState:
        """The state of the run when it last said something."""
        self._process.poll()
        state = read_state(self._layout)
        if state is None:
            message = f"the state of the run below {str(self._layout.cache)!r} has gone"
            raise LedgerError(message)
        return state

    def wait(self) -> RunState:
        """Wait until the run has ended, and return its state."""
        self._process.wait()
        return self.state

    def cancel(self) -> RunState:
        """End the run as Ctrl-C does, and wait until it has cleared up; one that ended stays so.

        Raises
        ------
        UsageError
            If the run is recorded already, and its build is being made.
        """
        if self.state.phase == "building":
            message = (
                f"the run is recorded as {self.state.run}, and its build is being made: wait for "
                "it, then take the run out with `orthoweave remove` if it is not wanted"
            )
            raise UsageError(message)
        return self._end()

    def _end(self) -> RunState:
        if self._process.poll() is not None:
            return self.state
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.returncode >= 0:
            return self.state
        # it was ended before it could say so: a writer clears what it was writing, now or later
        with suppress(LockedError), writing(self._layout):
            pass
        state = self.state
        said = cancelled(self._layout, state.model, self._before)
        state = replace(state, phase="cancelled", said=said, ended=time.time())
        write_state(self._layout, state)
        return state

    def close(self) -> None:
        """Cancel the run if it is under way; its knowledge base may have gone meanwhile."""
        with suppress(LedgerError):
            self._end()
        if self._process.stdin is not None:
            self._process.stdin.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def check_start(layout: Layout) -> None:
    """Raise unless a run can be started.

    Raises
    ------
    LedgerError
        If the knowledge base can only be read.
    LockedError
        If a run was started before and is under way.
    """
    if not os.access(layout.cache if layout.cache.is_dir() else layout.root, os.W_OK):
        message = (
            f"{str(layout.root)!r} can only be read here, and a run is written to it: copy the "
            "folder to where you may write, and name the copy with --kb"
        )
        raise LedgerError(message)
    state = read_state(layout)
    if state is not None and state.under_way:
        raise _under_way(state.model)


def _under_way(model: str) -> LockedError:
    return LockedError(
        f"a run of {model} is under way in this knowledge base: wait until it has ended, or "
        "cancel it (there is one at a time)"
    )


def start_run(
    layout: Layout,
    model: str,
    settings: Mapping[str, object],
    *,
    name: str | None = None,
    weights: str = "",
    yes: bool = False,
) -> StartedRun:
    """Start a run in a process of its own, which makes a build when it is done.

    Parameters
    ----------
    settings
        Options of the model, by name.
    name
        Name of the run's source.
    weights
        Name of kept weights to apply; empty for a fit.
    yes
        Start it however long it takes and however much it needs.

    Raises
    ------
    LockedError
        If a run was started before and is under way.
    LedgerError
        If the knowledge base can only be read.
    """
    check_start(layout)
    held = _hold(layout)
    if held is None:
        raise _under_way("a model")
    with held:
        before = recorded_runs(layout, model)
        texts = {key: value_text(value) for key, value in settings.items()}
        write_state(layout, RunState("running", model, texts, weights, time.time(), "start"))
        return StartedRun(layout, _process(layout, {"name": name, "yes": yes}, held), before)


def _hold(layout: Layout) -> Hold | None:
    """Hold the lock of a run; whoever asks for the state holds it for a moment too."""
    path = lock_path(layout)
    path.parent.mkdir(parents=True, exist_ok=True)
    for _ in range(_ATTEMPTS):
        if (held := claim(path, create=True)) is not None:
            return held
        time.sleep(_PAUSE_S)
    return None


def _process(layout: Layout, about: Mapping[str, object], held: Hold) -> "subprocess.Popen[bytes]":
    package = str(Path(errors.__file__).parents[1])
    paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
    command = [sys.executable, "-P", "-m", "orthoweave.background.worker"]
    # the lock is of the open file: the process holds it until it ends, however it ends
    return subprocess.Popen(  # noqa: S603
        [*command, str(layout.root.resolve()), json.dumps(about)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[held.descriptor],
    )
