"""Forbidden actions, tried by a process that has just sandboxed itself as others do.

``python -m orthoweave.sandbox.attempts FOLDER`` prints for each guarantee whether all attempts to
break it failed, as JSON: what a kernel promises is one thing, and what it does is another.
"""

import errno
import json
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from orthoweave.errors import QueryRefusedError
from orthoweave.sandbox.files import forbid_files, forbid_opening
from orthoweave.sandbox.kernel import architecture, system_call
from orthoweave.sandbox.limits import SandboxLimits, allow_processor_time, forbid_growth

# the last is the answer of a kernel that does not have the call at all
_FORBIDDEN: Final = {errno.EPERM, errno.EACCES, errno.ENOSYS}
# system calls that have no function in Python
_IO_URING: Final = 425
_PTRACE: Final = {"x86_64": 101, "aarch64": 117}
_PEEK: Final = 2
_UNSHARE: Final = {"x86_64": 272, "aarch64": 97}
_NAMESPACE_OF_USERS: Final = 0x10000000
_MEMORY_MB: Final = 64
_SECONDS: Final = 60

Attempt = Callable[[], object]


def main(arguments: Sequence[str]) -> None:
    """Sandbox this process and print which attempts failed."""
    folder = Path(arguments[0])
    own, other = folder / "own", folder / "other"
    attempts = _attempts(own, other)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    try:
        forbid_files([own])
        forbid_growth(SandboxLimits(memory_mb=_MEMORY_MB), pages * os.sysconf("SC_PAGE_SIZE"))
        allow_processor_time(_SECONDS)
        forbid_opening()
    except QueryRefusedError as error:
        # on a system without a sandbox the attempts succeed, and are printed as they are
        sys.stderr.write(f"{error}\n")
    held = {name: all(map(_fails, ways)) for name, ways in attempts.items()}
    sys.stdout.write(json.dumps(held | {"processor": _has_processor_limit()}))


def _attempts(own: Path, other: Path) -> Mapping[str, Sequence[Attempt]]:
    """Return ways to break each guarantee; none needs code that is not loaded yet."""
    machine = architecture() or "x86_64"
    descriptor = os.open(own, os.O_RDONLY)
    return {
        "read": [other.read_bytes, lambda: list(other.parent.iterdir())],
        "write": [
            lambda: own.write_bytes(b"x"),
            lambda: other.with_name("new").touch(),
            lambda: other.rename(other.with_name("moved")),
            other.unlink,
        ],
        "attributes": [
            lambda: own.chmod(0o600),
            lambda: os.utime(own),
            lambda: os.utime(descriptor),
            lambda: os.chown(descriptor, os.getuid(), os.getgid()),
        ],
        "network": [
            lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
            lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
            lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
            socket.socketpair,
        ],
        "programs": [_fork, lambda: os.execv("/nowhere/at/all", ["x"])],  # noqa: S606
        "processes": [
            lambda: os.kill(os.getppid(), 0),
            lambda: system_call(_PTRACE[machine], _PEEK, os.getppid(), 0, 0),
        ],
        "kernel": [
            lambda: system_call(_IO_URING, 0, None),
            lambda: system_call(_UNSHARE[machine], _NAMESPACE_OF_USERS),
        ],
        "memory": [lambda: bytearray((_MEMORY_MB + 1) << 20)],
    }


def _fails(attempt: Attempt) -> bool:
    try:
        attempt()
    except MemoryError:
        return True
    except OSError as error:
        return error.errno in _FORBIDDEN
    return False


def _fork() -> None:
    if os.fork() == 0:
        os.kill(os.getpid(), signal.SIGKILL)


def _has_processor_limit() -> bool:
    return resource.getrlimit(resource.RLIMIT_CPU)[0] != resource.RLIM_INFINITY


if __name__ == "__main__":
    main(sys.argv[1:])
