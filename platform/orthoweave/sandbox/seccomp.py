"""Filters of system calls (seccomp): a process may make the listed calls, and no others.

A filter is a program that the kernel runs before each system call, in the language of the Berkeley
packet filter. It needs no privileges, holds for all threads of the process, and cannot be undone.
"""

import ctypes
import errno
import os
import struct
from collections.abc import Callable
from typing import Final

from orthoweave.errors import QueryRefusedError
from orthoweave.sandbox.allowed import Calls, Only
from orthoweave.sandbox.kernel import architecture, call_number, prctl, system_call

_AUDIT: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SET_MODE_FILTER, _GET_ACTION_AVAIL = 1, 2
_ALL_THREADS: Final = 1
_NO_NEW_PRIVILEGES: Final = 38
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
# of the program: load a word, keep some bits, jump if equal, jump if not below, end
_LOAD, _AND, _IF_EQUAL, _IF_FROM, _END = 0x20, 0x54, 0x15, 0x35, 0x06
# places of the number, the architecture and the lower words of the arguments
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
# a libc takes an older call instead of one that the kernel "does not have"
_NEWER: Final = 451
Instruction = tuple[int, int, int, int]


def seccomp_available() -> bool:
    """Return whether this kernel filters system calls, on an architecture with known numbers."""
    machine = architecture()
    if machine is None:
        return False
    try:
        _seccomp(machine, _GET_ACTION_AVAIL, 0, struct.pack("=I", _ERRNO))
    except OSError:
        return False
    return True


def allow_only(calls_of: Callable[[int], Calls]) -> None:
    """Forbid all threads of this process, for good, every system call but some.

    Parameters
    ----------
    calls_of
        Returns the allowed calls of a process with this id.

    Raises
    ------
    QueryRefusedError
        If the kernel has no such filter.
    """
    machine = architecture()
    if machine is None or not seccomp_available():
        message = "this system cannot filter system calls: expected Linux on x86_64 or aarch64"
        raise QueryRefusedError(message)
    code = b"".join(struct.pack("=HBBI", *one) for one in program(calls_of(os.getpid()), machine))
    held = ctypes.create_string_buffer(code, len(code))
    # the length in instructions, and the address after padding
    about = struct.pack("@HP", len(code) // 8, ctypes.addressof(held))
    prctl(_NO_NEW_PRIVILEGES, 1)
    thread = _seccomp(machine, _SET_MODE_FILTER, _ALL_THREADS, about)
    if thread:
        message = f"thread {thread} of this process cannot be sandboxed: start the process again"
        raise QueryRefusedError(message)


def program(calls: Calls, machine: str) -> list[Instruction]:
    """Return the filter as instructions: code, jumps if true and if false, and a constant."""
    lines: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        # a process can make calls of another architecture, which have other numbers
        (_IF_EQUAL, 1, 0, _AUDIT[machine]),
        (_END, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    for name, conditions in calls.items():
        number = call_number(name, machine)
        if number is not None:
            lines += _rule(number, conditions)
    missing = call_number("clone3", machine)
    return [
        *lines,
        # its arguments are in memory, where a filter cannot look: libc then takes clone
        (_IF_EQUAL, 0, 1, missing or 0),
        (_END, 0, 0, _ERRNO | errno.ENOSYS),
        (_IF_FROM, 0, 1, _NEWER),
        (_END, 0, 0, _ERRNO | errno.ENOSYS),
        (_END, 0, 0, _ERRNO | errno.EPERM),
    ]


def _seccomp(machine: str, *arguments: int | bytes) -> int:
    return system_call(call_number("seccomp", machine) or -1, *arguments)


def _rule(number: int, conditions: tuple[Only, ...]) -> list[Instruction]:
    checks: list[Instruction] = []
    for only in conditions:
        checks += [
            (_LOAD, 0, 0, _ARGUMENTS + 8 * only.argument),
            (_AND, 0, 0, only.mask),
            # over the values that remain, and over the refusal
            *((_IF_EQUAL, len(only.values) - at, 0, v) for at, v in enumerate(only.values)),
            (_END, 0, 0, _ERRNO | errno.EPERM),
        ]
    return [(_IF_EQUAL, 0, len(checks) + 1, number), *checks, (_END, 0, 0, _ALLOW)]
