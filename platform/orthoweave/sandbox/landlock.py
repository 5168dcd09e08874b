"""Landlock: the kernel lets a process reach only the files that were named before.

It needs Linux 5.13 or newer and no privileges. It applies to the calling thread and to threads that
it starts later, so it must be set before an engine starts its threads.
"""

import os
import struct
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from orthoweave.errors import QueryRefusedError
from orthoweave.sandbox.kernel import prctl, system_call

# system calls; the numbers are the same on every architecture that has them
_CREATE_RULESET: Final = 444
_ADD_RULE: Final = 445
_RESTRICT_SELF: Final = 446
_VERSION: Final = 1
_RULE_PATH_BENEATH: Final = 1
_NO_NEW_PRIVILEGES: Final = 38
_WRITE_FILE, _READ_FILE, _READ_FOLDER = 1 << 1, 1 << 2, 1 << 3
# remove and make folders and plain files; rename between folders (2), change lengths (3)
_WRITE_FOLDER: Final = 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 13 | 1 << 14
# highest bit of the file access rights by version of the interface
_FILE_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 5: 16}
_TCP_RIGHTS: Final = 0b11  # bind and connect, since version 4
_SCOPES: Final = 0b11  # abstract Unix sockets and signals, since version 6
# rights that a rule for a plain file may have
_OF_FILES: Final = 1 << 0 | _WRITE_FILE | _READ_FILE | 1 << 14


def landlock_version() -> int:
    """Return the version of the kernel's Landlock interface; 0 without Landlock."""
    if sys.platform != "linux":
        return 0
    try:
        return max(0, system_call(_CREATE_RULESET, None, 0, _VERSION))
    except OSError:
        return 0


def restrict_files(readable: Iterable[Path] = (), writable: Sequence[Path] = ()) -> None:
    """Forbid this thread and its children all files but some, for good.

    Parameters
    ----------
    readable
        Files that may be read, and folders that may be listed and read with all that is in them.
    writable
        Folders in which files may be made, changed and removed too.

    Raises
    ------
    QueryRefusedError
        If the kernel does not have Landlock.
    """
    version = landlock_version()
    if not version:
        message = "this system cannot restrict files: expected Linux 5.13 or newer with Landlock"
        raise QueryRefusedError(message)
    rights = (1 << max(bits for since, bits in _FILE_RIGHTS.items() if since <= version)) - 1
    fields = [
        rights,
        *([_TCP_RIGHTS] if version >= 4 else []),
        *([_SCOPES] if version >= 6 else []),
    ]
    attributes = struct.pack(f"={len(fields)}Q", *fields)
    rules = system_call(_CREATE_RULESET, attributes, len(attributes), 0)
    read = _READ_FILE | _READ_FOLDER
    try:
        for path in readable:
            _allow(rules, path, rights & read)
        for path in writable:
            _allow(rules, path, rights & (read | _WRITE_FILE | _WRITE_FOLDER))
        prctl(_NO_NEW_PRIVILEGES, 1)
        system_call(_RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)


def _allow(rules: int, path: Path, rights: int) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        held = rights if path.is_dir() else rights & _OF_FILES
        rule = struct.pack("=Qi", held, descriptor)
        system_call(_ADD_RULE, rules, _RULE_PATH_BENEATH, rule, 0)
    finally:
        os.close(descriptor)
