"""Locks that show what is in use: the system gives them back when their process ends.

An open build holds a shared lock on its manifest, which collection respects. Work in progress
holds an exclusive lock beside its pending name, so that nobody else clears it away.
"""

import errno
import fcntl
import os
import weakref
from pathlib import Path
from typing import Final, Self

# a file system without locks, such as some network mounts
_WITHOUT_LOCKS: Final = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL}


class Hold:
    """An open file or folder, with or without a lock on it, until it is closed."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._end = weakref.finalize(self, os.close, descriptor)

    def is_at(self, path: Path) -> bool:
        """Return whether the open file still has this name."""
        try:
            return os.path.samestat(os.fstat(self.descriptor), path.stat())
        except OSError:
            return False

    def close(self) -> None:
        """Close the file and give its lock back; closing again does nothing."""
        self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def share(path: Path) -> Hold | None:
    """Hold a file with others; return None if it has gone meanwhile.

    On a file system without locks the file is held open only.
    """
    try:
        held = Hold(os.open(path, os.O_RDONLY | os.O_CLOEXEC))
    except FileNotFoundError:
        return None
    try:
        # whoever claims it does so for the moment of a renaming
        fcntl.flock(held.descriptor, fcntl.LOCK_SH)
    except OSError as error:
        if error.errno not in _WITHOUT_LOCKS:
            held.close()
            raise
    if held.is_at(path):
        return held
    held.close()
    return None


def claim(path: Path, *, create: bool = False) -> Hold | None:
    """Hold a file alone; return None if another holds it, or the file has gone.

    On a file system without locks a file that is made here is held open only. Whether another one
    is held nobody can tell there, and the answer is None.

    Parameters
    ----------
    create
        Make the file first: nobody else knows it.
    """
    try:
        held = Hold(_open_to_claim(path, create=create))
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(held.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _WITHOUT_LOCKS and create:
            return held
        held.close()
        if error.errno in {errno.EWOULDBLOCK, errno.EACCES, *_WITHOUT_LOCKS}:
            return None
        raise
    if held.is_at(path):
        return held
    held.close()
    return None


def _open_to_claim(path: Path, *, create: bool) -> int:
    flags = os.O_CLOEXEC | (os.O_CREAT if create else 0)
    try:
        # NFS gives an exclusive lock only on a file that is open for writing
        return os.open(path, os.O_RDWR | flags, 0o666)
    except PermissionError:
        return os.open(path, os.O_RDONLY | flags, 0o666)
