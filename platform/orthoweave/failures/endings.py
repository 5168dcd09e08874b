"""Ends a failed command: with sentences on standard error, and an exit code."""

import contextlib
import os
import select
import sys
import traceback
from collections.abc import Callable
from typing import Any, Final, TextIO

from orthoweave.errors import MissingParameterError, OrthoweaveError, UsageError
from orthoweave.failures.report import write_report
from orthoweave.failures.sentences import explain
from orthoweave.printable import printable

FAILED, USAGE, INTERRUPTED = 1, 2, 130
UNFORESEEN: Final = 70
"""As ``EX_SOFTWARE`` of sysexits.h."""


def end(error: BaseException, *, verbose: bool = False) -> int:
    """Print how a command failed, and return its exit code.

    A command that nobody reads any more ends without a word. For a failure that no code foresaw a
    report is written, and named.

    Parameters
    ----------
    verbose
        Whether to show the traceback too.
    """
    gone = isinstance(error, BrokenPipeError) and _reader_is_gone()
    _discard_unwritable()
    if gone:
        return FAILED
    if isinstance(error, KeyboardInterrupt):
        _say("interrupted")
        return INTERRUPTED
    if verbose:
        _say("".join(traceback.format_exception(error)).rstrip())
    if isinstance(error, OrthoweaveError):
        _say(f"error: {error}")
        return USAGE if isinstance(error, UsageError | MissingParameterError) else FAILED
    sentence = explain(error)
    if sentence is not None:
        _say(f"error: {sentence}")
        return FAILED
    _say(f"error: {unforeseen(error)}")
    return UNFORESEEN


def unforeseen(error: BaseException) -> str:
    """Write the report of a failure; return the message that names it and says what to do."""
    path = write_report(error)
    what = " ".join(str(error).split())[:400]
    kind = type(error).__name__
    lines = [f"{kind}: {what}" if what else f"{kind}, without a message"]
    if isinstance(error, RecursionError):
        lines[0] = f"something in the input is nested too deeply ({kind})"
    if path is None:
        lines.append("No report could be written: run the command again with --verbose to see more")
    else:
        lines.append(f"The full report is in {path}")
    lines.append(
        "orthoweave did not foresee this: run the command again, and if it fails again, check its "
        "inputs and send the report to those who maintain orthoweave"
    )
    return "\n".join(lines)


def guarded(run: Callable[[], int | None]) -> int:
    """Run a program to its end; return its exit code whatever happens in it.

    Standard streams that are closed are opened first, so that no data file takes their number, and
    what fails in threads and in finalisers is reported too.
    """
    try:
        _open_standard_streams()
        sys.unraisablehook = _unraisable
        _hook_threads()
        return flushed(run() or 0)
    except SystemExit as left:
        code = left.code
        return flushed(code if isinstance(code, int) else 0 if code is None else FAILED)
    except BaseException as error:  # noqa: BLE001 - the last line of defence
        return end(error)


def flushed(code: int) -> int:
    """Write out standard output; return `code`, or that of a failure if it cannot be written."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except (OSError, ValueError) as error:
        return end(error)
    return code


def _say(text: str) -> None:
    # when standard error is gone too, the exit code has to do
    with contextlib.suppress(OSError, ValueError, AttributeError):
        print(printable(text, keep="\n\t"), file=sys.stderr, flush=True)  # noqa: T201


def _reader_is_gone() -> bool:
    """Return whether the other end of standard output or standard error is closed."""
    poll = select.poll()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            poll.register(stream.fileno(), 0)
    return any(what & (select.POLLERR | select.POLLHUP) for _, what in poll.poll(0))


def _discard_unwritable() -> None:
    """Discard what cannot be written to standard output: Python would try again at its end."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except (OSError, ValueError):
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _open_standard_streams() -> None:
    for number, mode in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            # writing to an output that was closed fails as it did before, except on stderr
            opened = os.open(os.devnull, mode)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
    if sys.stdout is None:
        sys.stdout = _writer(1)
    if sys.stderr is None:
        sys.stderr = _writer(2)
    # data are UTF-8 whatever the locale; on a terminal what it cannot show is escaped
    with contextlib.suppress(AttributeError, ValueError):
        encoding = None if sys.stdout.isatty() else "utf-8"
        sys.stdout.reconfigure(encoding=encoding, errors="backslashreplace")  # type: ignore[union-attr]


def _writer(number: int) -> TextIO:
    return open(number, "w", encoding="utf-8", errors="backslashreplace", closefd=False)


def _hook_threads() -> None:
    import threading

    threading.excepthook = lambda about: _aside(about.exc_value)


def _unraisable(about: Any) -> None:
    _aside(about.exc_value)


def _aside(error: BaseException | None) -> None:
    """Report a failure beside the command, which goes on."""
    if error is None or isinstance(error, KeyboardInterrupt | SystemExit | BrokenPipeError):
        return
    path = write_report(error)
    kind = type(error).__name__
    _say(f"note: {kind} beside the command; the full report is in {path or 'no file'}")
