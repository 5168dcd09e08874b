"""Resource limits of a sandboxed process: memory, processor time, open files."""

import resource
from dataclasses import dataclass
from typing import Final

from orthoweave.sandbox.kernel import prctl

_DUMPABLE: Final = 4


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


def forbid_growth(sandbox: SandboxLimits, mapped_bytes: int) -> None:
    """Limit this process's memory beyond `mapped_bytes` and its open files; forbid writing."""
    forbid_looking()
    limit_memory(mapped_bytes + sandbox.memory_mb * 2**20)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (sandbox.open_files, sandbox.open_files))


def limit_memory(space: int) -> None:
    """Limit this process's address space to a number of bytes."""
    resource.setrlimit(resource.RLIMIT_AS, (space, space))


def forbid_looking() -> None:
    """Keep other processes of the user out of this one's memory; leave no core dump."""
    prctl(_DUMPABLE, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def allow_processor_time(seconds: float) -> None:
    """Limit this process's processor time from now on; the kernel kills it afterwards."""
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + seconds) + 1, most))
