"""Write a report of an unforeseen failure: its traceback, the versions, the command line."""

import locale
import os
import platform
import re
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Final

from orthoweave.printable import printable
from orthoweave.version import VERSION

KEPT: Final = 20
"""Reports that are kept in the user's folder; the oldest goes first."""

_SECRET: Final = re.compile(r"PASSWORD|SECRET|TOKEN|KEY", re.IGNORECASE)
# a login within an address
_LOGIN: Final = re.compile(r"(?<=://)[^/@\s'\"]+@")
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")


def write_report(trace: BaseException | str, command: Sequence[str] | None = None) -> Path | None:
    """Write a report that only this user can read; return its path, or None if nowhere can be.

    Parameters
    ----------
    trace
        The failure, or the text of a traceback from another process.
    command
        Arguments of the command; by default those of this process.
    """
    shown = trace if isinstance(trace, str) else "".join(traceback.format_exception(trace))
    lines = [*_facts(sys.argv if command is None else command), "", shown]
    text = _LOGIN.sub("…@", printable("\n".join(lines), keep="\n\t"))
    with suppress(OSError, RuntimeError):
        return _write_to(_state_folder(), text)
    with suppress(OSError):
        return _write_temporary(text)
    return None


def _state_folder() -> Path:
    """Return ``$XDG_STATE_HOME/orthoweave/failures``, by default below ``~/.local/state``."""
    base = os.environ.get("XDG_STATE_HOME")
    return (Path(base) if base else Path.home() / ".local" / "state") / "orthoweave" / "failures"


def _write_to(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%S}-{os.urandom(4).hex()}.txt"
    path = folder / name
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text + "\n")
    for old in sorted(folder.glob("*.txt"))[:-KEPT]:
        old.unlink(missing_ok=True)
    return path


def _write_temporary(text: str) -> Path | None:
    folder = Path(tempfile.gettempdir())
    if folder == Path.cwd():
        # the last resort of `tempfile`, which may be anybody's data
        return None
    # readable by this user only
    descriptor, name = tempfile.mkstemp(".txt", "orthoweave-failure-", folder)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text + "\n")
    return Path(name)


def _facts(command: Sequence[str]) -> Iterator[str]:
    yield f"time: {datetime.now(UTC).isoformat(timespec='seconds')}"
    yield f"command: {list(command)!r}"
    with suppress(OSError):
        yield f"folder: {Path.cwd()}"
    yield f"orthoweave: {VERSION}"
    yield f"python: {sys.version}"
    yield f"platform: {platform.platform()}"
    preferred = locale.getpreferredencoding(do_setlocale=False)
    yield f"encodings: {sys.getfilesystemencoding()}, {preferred}"
    for name, value in sorted(os.environ.items()):
        if name.startswith("ORTHOWEAVE_"):
            yield f"{name}: {'(not shown)' if _SECRET.search(name) else value}"
    yield f"packages: {', '.join(_packages())}"


def _packages() -> Iterator[str]:
    """Yield the packages that orthoweave requires and that are installed, with their versions."""
    with suppress(PackageNotFoundError):
        names = {found[0] for text in requires("orthoweave") or () if (found := _NAME.match(text))}
        for name in sorted(names):
            with suppress(PackageNotFoundError):
                yield f"{name} {version(name)}"
