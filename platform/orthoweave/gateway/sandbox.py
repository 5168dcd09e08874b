"""Sandboxes the current process for statements that users wrote: Landlock and resource limits.

A read-only connection of the embedded engine can still read and write files and load native code.
The kernel prevents this: with Landlock (Linux 5.13 or newer, no privileges needed) the process may
read only the published graph, and later no file at all; it may neither write nor execute files nor
open TCP connections. Limits of memory, processor time and open files are added.

Landlock applies to the calling thread and to threads that it starts later, so `forbid_files` must
be called before the engine starts its threads.
"""

import ctypes
import errno
import os
import resource
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from orthoweave.errors import QueryRefusedError

# system calls; the numbers are the same on every architecture that has them
_CREATE_RULESET: Final = 444
_ADD_RULE: Final = 445
_RESTRICT_SELF: Final = 446
_VERSION: Final = 1
_RULE_PATH_BENEATH: Final = 1
_PR_SET_DUMPABLE: Final = 4
_PR_SET_NO_NEW_PRIVS: Final = 38

_READ_FILE: Final = 1 << 2
# highest bit of the file access rights by version of the interface
_FILE_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 5: 16}
_TCP_RIGHTS: Final = 0b11  # bind and connect, since version 4
_SCOPES: Final = 0b11  # abstract Unix sockets and signals, since version 6


@dataclass(frozen=True, slots=True)
class SandboxLimits:
    """Resources of a sandboxed process."""

    memory_mb: int = 2048
    """Address space in MiB beyond what is mapped after opening the graph. One half is for the
    engine. The other is four times the default limit of an answer, 256 MiB, since an answer is held
    as a table and as the bytes to send."""
    threads: int = 2
    """Threads of the engine."""
    open_files: int = 64
    """Number of open files, including those that are open already."""


def landlock_version() -> int:
    """Return the version of the kernel's Landlock interface; 0 without Landlock."""
    if sys.platform != "linux":
        return 0
    try:
        return max(0, _syscall(_CREATE_RULESET, None, 0, _VERSION))
    except OSError:
        return 0


def forbid_files(readable: Sequence[Path] = ()) -> None:
    """Forbid this thread and its children all file access but reading `readable`, for good.

    Raises
    ------
    QueryRefusedError
        If the kernel does not have Landlock.
    """
    version = landlock_version()
    if not version:
        message = "this system cannot sandbox a process: expected Linux 5.13 or newer with Landlock"
        raise QueryRefusedError(message)
    rights = (1 << max(bits for since, bits in _FILE_RIGHTS.items() if since <= version)) - 1
    fields = [
        rights,
        *([_TCP_RIGHTS] if version >= 4 else []),
        *([_SCOPES] if version >= 6 else []),
    ]
    attributes = struct.pack(f"={len(fields)}Q", *fields)
    rules = _syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    try:
        for path in readable:
            _allow_reading(rules, path)
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
        _syscall(_RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)


def forbid_growth(sandbox: SandboxLimits, mapped_bytes: int) -> None:
    """Limit this process's memory beyond `mapped_bytes` and its open files; forbid writing."""
    _prctl(_PR_SET_DUMPABLE, 0)
    space = mapped_bytes + sandbox.memory_mb * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (sandbox.open_files, sandbox.open_files))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def allow_processor_time(seconds: float) -> None:
    """Limit this process's processor time from now on; the kernel kills it afterwards."""
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + seconds) + 1, most))


def _allow_reading(rules: int, path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        rule = struct.pack("=Qi", _READ_FILE, descriptor)
        _syscall(_ADD_RULE, rules, _RULE_PATH_BENEATH, rule, 0)
    finally:
        os.close(descriptor)


def _syscall(number: int, *arguments: int | bytes | None) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    values = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = int(libc.syscall(ctypes.c_long(number), *values))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{errno.errorcode.get(code, code)} from system call {number}")
    return result


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{os.strerror(code)} from prctl {option}")
