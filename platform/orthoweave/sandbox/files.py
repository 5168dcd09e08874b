"""Close a process's way to files, programs, other processes and the network, by what there is."""

from collections.abc import Sequence
from pathlib import Path

from orthoweave.errors import QueryRefusedError
from orthoweave.sandbox import landlock, seccomp
from orthoweave.sandbox.allowed import computing, reading, writing


def can_sandbox() -> bool:
    """Return whether this system can sandbox a process that answers questions."""
    return bool(landlock.landlock_version()) or seccomp.seccomp_available()


def forbid_files(readable: Sequence[Path]) -> None:
    """Forbid this process for good all but computing and reading `readable`.

    Call it while the process has one thread. Without Landlock, other files can still be read until
    `forbid_opening`.

    Raises
    ------
    QueryRefusedError
        If the kernel has neither Landlock nor filters of system calls.
    """
    if not can_sandbox():
        message = (
            "this system cannot sandbox a process: expected Linux 5.13 or newer with Landlock, or "
            "Linux with seccomp on x86_64 or aarch64"
        )
        raise QueryRefusedError(message)
    if landlock.landlock_version():
        landlock.restrict_files(readable)
    if seccomp.seccomp_available():
        seccomp.allow_only(reading)


def forbid_opening() -> None:
    """Forbid this process for good to open any file.

    A filter of system calls holds for all threads; Landlock alone for this one, and the others can
    still read what they could before.

    Raises
    ------
    QueryRefusedError
        If the kernel has neither Landlock nor filters of system calls.
    """
    forbid_files(())
    if seccomp.seccomp_available():
        seccomp.allow_only(computing)


def confine_to(readable: Sequence[Path], writable: Sequence[Path]) -> None:
    """Forbid this process for good all files but some, the network, programs and processes.

    Parameters
    ----------
    readable
        Files and folders that it may read.
    writable
        Folders in which it may make, change and remove files.

    Raises
    ------
    QueryRefusedError
        If the kernel lacks Landlock or filters of system calls.
    """
    landlock.restrict_files(readable, writable)
    seccomp.allow_only(writing)
