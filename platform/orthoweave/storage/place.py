"""A folder that stays open: paths through it lead there even after it was moved or renamed.

On Linux such a path begins with ``/proc/self/fd/N``. It means something in this process alone, and
errors show the folder's name of the moment instead (`orthoweave.errors`). Elsewhere the path is the
plain one, and a folder that is moved has to be opened again.
"""

import os
import re
from pathlib import Path
from typing import Final

from orthoweave.storage.locks import Hold

_DESCRIPTORS: Final = Path("/proc/self/fd")
_THROUGH: Final = re.compile(r"/proc/self/fd/([0-9]+)(/|\Z)")


class Place(Hold):
    """An open folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
        through = _DESCRIPTORS / str(self.descriptor)
        self.path = through if self.is_at(through) else Path(os.path.realpath(folder))
        """Path of the folder for as long as it is open."""


def descriptor_in(path: Path) -> int | None:
    """Return the number of the open folder that a path leads through; None for a plain path."""
    found = _THROUGH.match(str(path))
    return int(found[1]) if found else None


def plain(path: Path) -> Path:
    """Return the path that other processes and people can use at this moment."""
    number = descriptor_in(path)
    if number is None:
        return path
    return (_DESCRIPTORS / str(number)).readlink().joinpath(*path.parts[5:])
