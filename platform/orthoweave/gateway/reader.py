"""The parent's side of a sandboxed process: starts it, sends questions, reads answers, ends it."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from orthoweave import errors
from orthoweave.errors import OrthoweaveError, QueryError, QueryTimeoutError
from orthoweave.failures.report import write_report
from orthoweave.gateway.limits import Question, ended, too_large
from orthoweave.gateway.pipes import TAKEN_BACK, Exchange, encoded, send_at_once
from orthoweave.sandbox.limits import SandboxLimits
from orthoweave.storage.place import descriptor_in
from orthoweave.stores.base import Rows

_START_S: Final = 60.0
# seconds beyond the engine's own time limit before the process is killed
_GRACE_S: Final = 1.0
# seconds of processor or real time in which a process must give up a question that was taken back;
# starting a new process takes as long
_GIVE_UP_S: Final = 0.5
_GIVE_UP_BY_THE_CLOCK_S: Final = 3.0
# the largest size that Linux allows without privileges, for fewer switches between the processes
_PIPE_BYTES: Final = 1 << 20
# about a third of a normal share on a busy processor; a much lower priority could starve it
LOW_PRIORITY: Final = 5


class TakenBackError(Exception):
    """A question was taken back from its process before it was answered."""


class SandboxedReader:
    """A sandboxed process that answers questions on one graph, one at a time.

    It starts at the first question or with `start`, and starts again after it was ended.
    """

    _folder: int | None = None
    """Descriptor of the open folder that the graph's path leads through."""

    def __init__(
        self, graph: Path, sandbox: SandboxLimits | None = None, *, low: bool = False
    ) -> None:
        # a folder that is open may be moved: the process gets it open, and not by name
        self._folder = descriptor_in(graph)
        path = graph if self._folder is not None else graph.resolve()
        self._set_up("orthoweave.gateway.worker_start", [str(path)], sandbox, low=low)

    def _set_up(
        self,
        module: str,
        arguments: list[str],
        sandbox: SandboxLimits | None,
        first_line: bytes = b"",
        *,
        low: bool,
    ) -> None:
        """Set the module that the process runs; secrets go into its first line of input."""
        self._sandbox = sandbox or SandboxLimits()
        limits_text = json.dumps(asdict(self._sandbox))
        self._command = [
            sys.executable,
            "-P",
            "-W",
            "ignore",
            "-m",
            module,
            limits_text,
            *arguments,
        ]
        self._first_line = first_line
        self._low = low
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._input = threading.Lock()
        self._number = 0
        self._taken_back_at: float | None = None
        self._taken_back_after_s = 0.0
        # whether the process should be replaced before the next question
        self._worn = False

    @property
    def process_id(self) -> int | None:
        """Id of the process; None if there is none at the moment."""
        process = self._process
        return None if process is None else process.pid

    @property
    def alive(self) -> bool:
        """Whether the process is running."""
        process = self._process
        return process is not None and process.poll() is None

    @property
    def processor_s(self) -> float:
        """Processor time of the process in seconds; 0 if the system does not report it."""
        try:
            stat = Path("/proc", str(self.process_id), "stat").read_text(encoding="ascii")
        except OSError:
            return 0.0
        # after the name in brackets, which may contain anything
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def start(self) -> None:
        """Start the process unless it runs, and wait until it is ready.

        Raises
        ------
        OrthoweaveError
            If it cannot start; the message says why.
        """
        with self._lock:
            if not self.alive:
                self._start()

    def ask(self, question: Question, watch: Callable[[], None] | None = None) -> Rows:
        """Return the answer to a question; other questions wait until it is done.

        Parameters
        ----------
        watch
            Called repeatedly while the question runs.

        Raises
        ------
        QueryTimeoutError
            If time is up; the process is then ended.
        QueryError
            If the engine refuses the question, or the process ends, for instance from lack of
            memory.
        TakenBackError
            If `take_back` was called meanwhile.
        """
        with self._lock:
            try:
                return self._answer(question, watch)
            except BaseException as error:
                # a refusal is a normal answer; after any other error the process is replaced
                known = isinstance(error, OrthoweaveError | TakenBackError)
                self._worn |= not known or isinstance(error, QueryTimeoutError)
                raise
            finally:
                if self._worn:
                    self._end()

    def take_back(self) -> None:
        """Stop the running question, from another thread or from its `watch`.

        The process gives the question up and stays usable; it is killed if it does not do so soon.
        """
        self._taken_back_after_s = self.processor_s
        self._taken_back_at = time.monotonic()
        process = self._process
        # if the message cannot be sent at once, do not wait
        if process is not None and not self._send_at_once(process, {"stop": self._number}):
            process.kill()

    def lower_priority(self) -> None:
        """Lower the priority of the process for good."""
        process = self._process
        if process is not None and process.poll() is None:
            _lower_priority(process.pid)

    def kill(self) -> None:
        """Kill the process, from any thread, even while it answers."""
        process = self._process
        if process is not None:
            process.kill()

    def close(self) -> None:
        """End the process after the running question."""
        with self._lock:
            self._end()

    def _answer(self, question: Question, watch: Callable[[], None] | None) -> Rows:
        process = self._process if self.alive else None
        process = process or self._start()
        self._number += 1
        self._taken_back_at = None

        def look() -> None:
            since = self._taken_back_at
            if since is None and watch is not None:
                watch()
            elif since is not None and self._stubborn(since):
                process.kill()

        exchange = Exchange(process, question.timeout_s, grace_s=_GRACE_S, watch=look)
        try:
            with self._input:
                exchange.send(encoded({"number": self._number} | asdict(question)))
            return self._rows(exchange, question)
        except (BrokenPipeError, EOFError) as error:
            code = self._end()
            if self._taken_back_at is not None:
                raise TakenBackError from error
            raise ended(_how(code), self._sandbox.memory_mb, question.timeout_s) from error
        except (OrthoweaveError, TakenBackError):
            raise
        except (pa.ArrowException, AttributeError, LookupError, TypeError, ValueError) as error:
            self._end()
            message = f"the answer of the query's process cannot be read ({error}): ask again"
            raise QueryError(message) from error

    def _stubborn(self, since: float) -> bool:
        """Return whether the process should have given up its question by now."""
        computed = self.processor_s - self._taken_back_after_s > _GIVE_UP_S
        return computed or time.monotonic() - since > _GIVE_UP_BY_THE_CLOCK_S

    def _rows(self, exchange: Exchange, question: Question) -> Rows:
        head = exchange.head()
        self._worn = bool(head.get("worn"))
        if head.get("error") == TAKEN_BACK:
            raise TakenBackError
        if "error" in head:
            raise _error(head)
        if head["bytes"] > question.byte_limit:
            self._end()  # otherwise the unread rows would be read as the next answer
            raise too_large(head["bytes"], question.byte_limit)
        table = pa.ipc.open_stream(pa.py_buffer(exchange.read(head["bytes"]))).read_all()
        table.validate(full=True)
        return Rows(table, truncated=bool(head["truncated"]))

    def _send_at_once(self, process: subprocess.Popen[bytes], message: dict[str, object]) -> bool:
        if not self._input.acquire(blocking=False):
            return False
        try:
            return send_at_once(process, encoded(message))
        finally:
            self._input.release()

    def _start(self) -> subprocess.Popen[bytes]:
        self._end()
        package = Path(errors.__file__).parents[1]
        environment = {
            "PYTHONPATH": str(package),
            "LANG": "C.UTF-8",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        process = self._process = subprocess.Popen(  # noqa: S603 - our own module
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=environment,
            bufsize=0,
            pipesize=_PIPE_BYTES,
            pass_fds=[self._folder] if self._folder is not None else [],
            process_group=0,  # the priority of a group applies to all threads of its processes
        )
        if self._low:
            _lower_priority(process.pid)
        exchange = Exchange(process, _START_S)
        try:
            exchange.send(self._first_line)
            head = exchange.head()
        except (BrokenPipeError, EOFError, QueryTimeoutError) as error:
            message = f"a sandboxed process did not start ({_how(self._end())}): ask again"
            raise QueryError(message) from error
        except BaseException:
            self._end()
            raise
        if "error" in head:
            self._end()
            raise _error(head)
        self._worn = False
        return process

    def _end(self) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        code = process.poll()
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                _close(stream)
        return process.returncode if code is None else code


def _lower_priority(process_id: int) -> None:
    try:
        os.setpriority(os.PRIO_PGRP, process_id, LOW_PRIORITY)
    except OSError:
        return  # it has ended


def _close(stream: Any) -> None:
    try:
        stream.close()
    except BrokenPipeError:  # unsent data do not matter any more
        return


def _error(head: Mapping[str, Any]) -> OrthoweaveError:
    """Return the error that a process reports; one that it did not foresee names its report."""
    error_type, message = getattr(errors, head["error"], QueryError), head["message"]
    if "trace" in head:
        report = write_report(head["trace"])
        message += f" (not foreseen; the full report is in {report or 'no file'})"
    return error_type(message) if issubclass(error_type, OrthoweaveError) else QueryError(message)


def _how(code: int | None) -> str:
    return signal.Signals(-code).name if code is not None and code < 0 else f"exit code {code}"
