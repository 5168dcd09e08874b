"""Run a job on files that may be hostile, in a sandboxed process.

The process reads the files, the tables of the knowledge base and the installation, writes only to a
staging folder, and has a limit of memory. It has no network and starts no programs. This side
trusts nothing that comes back: see `accept`.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from orthoweave import errors
from orthoweave.errors import HostileFileError, InputError, OrthoweaveError, UsageError
from orthoweave.jobs.job import Job, Uses
from orthoweave.progress import Progress, Task
from orthoweave.sandbox.landlock import landlock_version
from orthoweave.sandbox.seccomp import seccomp_available
from orthoweave.settings import Settings
from orthoweave.storage.layout import Layout
from orthoweave.storage.provenance import SourceInfo

# threads of native libraries: each reserves address space, which is limited
_THREADS: Final = "2"
_LONGEST_MESSAGE: Final = 1 << 20
# what a process may pass on to its child: nothing else, such as keys
_PASSED_ON: Final = ("PATH", "LANG", "LC_ALL", "TZ", "HOME", "NUMBA_CACHE_DIR")


@dataclass(frozen=True, slots=True)
class Described:
    """The source and the further uses of a job, as its process found them in the files."""

    uses: frozenset[Uses]
    source: SourceInfo


class SandboxedJob:
    """A job in a sandboxed process; see `start`. It describes its source first, and runs then."""

    def __init__(
        self, process: subprocess.Popen[bytes], inputs: Sequence[Path], memory_mb: int
    ) -> None:
        self._process = process
        self._inputs = inputs
        self._memory_mb = memory_mb

    def described(self, progress: Progress) -> Described:
        """Wait for the description of the source."""
        found = self._next_answer(progress)
        try:
            uses: frozenset[Uses] = frozenset(found["uses"])
            return Described(uses, SourceInfo(**found["source"]))
        except (KeyError, TypeError) as error:
            raise self._taken_over(error) from error

    def run(self, about: Mapping[str, object], progress: Progress) -> dict[str, int]:
        """Let the job run, and return the number of rows by table and vector space."""
        self._send(about)
        found = self._next_answer(progress)
        # from now on nobody may change what it wrote
        self._process.kill()
        self._process.wait()
        try:
            return {str(name): int(count) for name, count in found["counts"].items()}
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise self._taken_over(error) from error

    def _send(self, message: Mapping[str, object]) -> None:
        try:
            stream = _of(self._process.stdin)
            stream.write(json.dumps(message).encode() + b"\n")
            stream.flush()
        except BrokenPipeError:
            raise self._ended() from None

    def _next_answer(self, progress: Progress) -> dict[str, Any]:
        with ExitStack() as tasks:
            shown: list[tuple[ExitStack, Task]] = []
            while True:
                message = self._receive()
                if "error" in message:
                    raise _error_of(message)
                if "answer" in message:
                    answer = message["answer"]
                    return answer if isinstance(answer, dict) else {}
                self._show(message, progress, tasks, shown)

    def _show(
        self,
        message: dict[str, Any],
        progress: Progress,
        tasks: ExitStack,
        shown: list[tuple[ExitStack, Task]],
    ) -> None:
        """Show the progress of the process as if it were ours."""
        if "note" in message:
            progress.note(str(message["note"]))
        elif "task" in message:
            total = message.get("total")
            own = tasks.enter_context(ExitStack())
            task = progress.task(str(message["task"]), total if isinstance(total, int) else None)
            shown.append((own, own.enter_context(task)))
        elif shown and "advance" in message:
            shown[-1][1].advance(int(message["advance"]))
        elif shown:
            shown.pop()[0].close()

    def _receive(self) -> dict[str, Any]:
        line = _of(self._process.stdout).readline(_LONGEST_MESSAGE)
        if not line.endswith(b"\n"):
            raise self._ended()
        try:
            message = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise self._taken_over(error) from error
        if not isinstance(message, dict):
            raise self._taken_over(TypeError("no object"))
        return message

    def _ended(self) -> InputError:
        self._process.kill()
        code = self._process.wait()
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        files = ", ".join(map(str, self._inputs))
        return HostileFileError(
            f"{files}: the sandboxed process that read it ended ({how}), expected a result: the "
            f"file is damaged or made to crash its readers, or it needs more than the "
            f"{self._memory_mb:,} MiB of memory that ORTHOWEAVE_UNTRUSTED_MEMORY_MB allows"
        )

    def _taken_over(self, error: Exception) -> InputError:
        self._process.kill()
        files = ", ".join(map(str, self._inputs))
        return HostileFileError(
            f"{files}: the sandboxed process that read it answered what no job does ({error}): "
            "refused, since the file may have taken it over"
        )


@contextmanager
def start(
    job: Job,
    layout: Layout,
    staging: Path,
    files: tuple[Sequence[Path], Mapping[str, str]],
    settings: Settings,
) -> Iterator[SandboxedJob]:
    """Start a job in a sandboxed process, which ends with the block.

    Parameters
    ----------
    staging
        The only folder that it may write to.
    files
        The inputs, and the options as text.

    Raises
    ------
    UsageError
        If the job cannot be run so, or this system cannot sandbox it.
    """
    if not job.needs_input or job.path is None:
        message = f"job {job.name} reads no files: leave --untrusted out"
        raise UsageError(message)
    if not landlock_version() or not seccomp_available():
        message = (
            "--untrusted is refused here: this system cannot sandbox a reader, which needs "
            "Landlock (Linux 5.13 or newer) and seccomp on x86_64 or aarch64. Read the file in a "
            "container or virtual machine of its own"
        )
        raise UsageError(message)
    inputs, given = files
    about = {
        "job": job.name,
        "path": str(job.path.resolve()),
        "inputs": [str(path) for path in inputs],
        "given": dict(given),
        "layout": str(layout.root.resolve()),
        "staging": str(staging.resolve()),
        "memory_mb": settings.untrusted_memory_mb,
        "schema_path": settings.schema_path,
    }
    process = _process(staging)
    try:
        running = SandboxedJob(process, inputs, settings.untrusted_memory_mb)
        running._send(about)
        yield running
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            _close(stream)


def _process(staging: Path) -> subprocess.Popen[bytes]:
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment |= {f"{name}_NUM_THREADS": _THREADS for name in ("OMP", "OPENBLAS", "NUMBA")}
    environment |= {
        "POLARS_MAX_THREADS": _THREADS,
        "MALLOC_ARENA_MAX": _THREADS,
        "PYTHONPATH": str(Path(errors.__file__).parents[1]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(staging.resolve()),
    }
    return subprocess.Popen(
        [sys.executable, "-P", "-W", "ignore", "-m", "orthoweave.jobs.untrusted_worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )


def _close(stream: IO[bytes] | None) -> None:
    try:
        _of(stream).close()
    except BrokenPipeError:  # unsent data do not matter any more
        return


def _of(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        message = "a sandboxed process has no stream"
        raise RuntimeError(message)
    return stream


def _error_of(message: Mapping[str, Any]) -> OrthoweaveError:
    kind, text = getattr(errors, str(message["error"]), None), str(message.get("message"))
    if isinstance(kind, type) and issubclass(kind, OrthoweaveError):
        return kind(text)
    return InputError(text)
