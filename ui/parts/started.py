"""The run that this server has started, for as long as the server lives."""

import atexit
from threading import Lock
from typing import TYPE_CHECKING, Final

from orthoweave.errors import UsageError
from orthoweave.knowledge_base import KnowledgeBase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orthoweave.background.start import StartedRun

_ONE_AT_A_TIME: Final = Lock()
_STARTED: Final[list["StartedRun"]] = []


def start(
    kb: KnowledgeBase, model: str, settings: "Mapping[str, object]", weights: str, *, yes: bool
) -> None:
    """Start a run; it is cancelled when the server ends.

    Raises
    ------
    OrthoweaveError
        If it cannot be started; the message says why.
    """
    with _ONE_AT_A_TIME:
        run = kb.start_run(model, settings, weights=weights or None, yes=yes)
        _end()
        _STARTED.append(run)


def cancel() -> None:
    """Cancel the run that this server has started, and wait until it has cleared up.

    Raises
    ------
    UsageError
        If this server has started none, or its build is being made.
    """
    with _ONE_AT_A_TIME:
        if not _STARTED:
            message = "another server or program has started this run: cancel it there"
            raise UsageError(message)
        _STARTED[-1].cancel()


@atexit.register
def _end() -> None:
    while _STARTED:
        _STARTED.pop().close()
