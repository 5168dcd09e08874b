"""The state of the run that was started last, as a file that every process may read."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

from orthoweave.storage.durable import write_text
from orthoweave.storage.layout import Layout
from orthoweave.storage.locks import claim

Phase = Literal["running", "building", "done", "failed", "cancelled"]
UNDER_WAY: Final = frozenset({"running", "building"})
ENDED_ALONE: Final = (
    "the process of the run ended without a word, such as by a kill or for want of memory: nothing "
    "of it was recorded unless `orthoweave status` lists it"
)


@dataclass(frozen=True, slots=True)
class RunState:
    """A run in a process of its own, as it was when it last said something."""

    phase: Phase
    model: str
    settings: dict[str, str]
    """Options by name, as text."""
    weights: str
    """Name of the weights that are applied; empty for a fit."""
    started: float
    """Seconds since 1970."""
    label: str = ""
    """The piece of work under way."""
    done: int = 0
    total: int = 0
    """Steps of that work; 0 if their number is not known."""
    since: float = 0.0
    """Begin of that work, in seconds since 1970."""
    said: str = ""
    """The last note of the run, or the reason why it failed."""
    run: str = ""
    """Key of its Run node, once it is recorded."""
    ended: float = 0.0
    """Seconds since 1970; 0 while it is under way, or if nobody knows."""

    @property
    def under_way(self) -> bool:
        """Return whether the run is still under way."""
        return self.phase in UNDER_WAY

    def left(self, now: float) -> float | None:
        """Return the estimated seconds until the work under way is done; None if unknown.

        Examples
        --------
        >>> RunState("running", "m", {}, "", 0.0, "fit", 3, 12, since=100.0).left(130.0)
        90.0
        """
        if not 0 < self.done <= self.total:
            return None
        return (now - self.since) / self.done * (self.total - self.done)


def lock_path(layout: Layout) -> Path:
    """Return the file that the process of a run holds until it ends."""
    return layout.cache / "started" / "lock"


def _state_path(layout: Layout) -> Path:
    return layout.cache / "started" / "run.json"


def write_state(layout: Layout, state: RunState) -> None:
    """Put a state in place of the last one."""
    write_text(_state_path(layout), json.dumps(asdict(state)))


def read_state(layout: Layout) -> RunState | None:
    """Return the state of the run that was started last; None if none was, or it is unreadable.

    A run whose process has ended without saying so has failed.
    """
    path = _state_path(layout)
    # first whether its process lives: it may end while the file is read
    alive = not is_free(layout)
    state = _parsed(path)
    if state is None or not state.under_way or alive:
        return state
    return replace(state, phase="failed", said=ENDED_ALONE)


def is_free(layout: Layout) -> bool:
    """Return whether no process of a run lives."""
    path = lock_path(layout)
    if not path.is_file():
        return True
    held = claim(path)
    if held is None:
        return False
    held.close()
    return True


def _parsed(path: Path) -> RunState | None:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return RunState(**content)
    except (OSError, ValueError, TypeError):
        return None
