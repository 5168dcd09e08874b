"""Refuse what only looks like a file: opening a pipe waits for ever, a device never ends."""

import stat
from pathlib import Path
from typing import Final

from orthoweave.errors import HostileFileError

_KINDS: Final = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def check_plain(path: Path) -> Path:
    """Return a path that is a plain file, a folder, or nothing yet.

    Raises
    ------
    HostileFileError
        If it is a pipe, a socket or a device, also behind a link.
    """
    try:
        kind = _KINDS.get(stat.S_IFMT(path.stat().st_mode))
    except OSError:
        return path  # opening it says why
    if kind is not None:
        message = f"{path} is {kind}, expected a plain file: write what it gives to a file first"
        raise HostileFileError(message)
    return path
