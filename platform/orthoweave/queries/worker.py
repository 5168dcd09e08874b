"""Runs questions that users wrote in a process of their own, locked up before the first one.

The process opens the graph once to have all code loaded, locks itself up so that only the graph
can be read, opens it again, and then gives up reading as well; the engine's own threads began
before that and can still read the graph. From there on it can only compute on what it has and
answer through its pipe: some JSON after its length, then the rows as an Arrow stream.
"""

import json
import os
import selectors
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any, BinaryIO, Final

import pyarrow as pa

from orthoweave import errors
from orthoweave.errors import OrthoweaveError, QueryError, QueryTimeoutError
from orthoweave.queries.cypher.answer import answer
from orthoweave.queries.sandbox import (
    Cage,
    allow_processor_time,
    forbid_files,
    forbid_growth,
)
from orthoweave.stores.base import GraphStore, Rows

_POOL_MB: Final = 256
# with one, a large answer took 1.4 times as long as by a direct connection, which has all; now 1.2
_THREADS: Final = 2
_START_S: Final = 60.0
# beyond the engine's own time limit, before the process is ended
_GRACE_S: Final = 1.0
_LONGEST_HEAD: Final = 1 << 20
_LENGTH: Final = struct.Struct(">I")
# the most that Linux gives everybody: fewer turns between the two processes
_PIPE_BYTES: Final = 1 << 20
# of all kinds, since code that it does not reach can no longer be loaded afterwards
_WARM_UP: Final = (
    "UNWIND $some AS x RETURN x, sum(x) AS n, [x] AS list, {a: x, b: null, c: [null]} AS map"
)


@dataclass(frozen=True, slots=True)
class Question:
    """One statement with its limits."""

    text: str
    parameters: Mapping[str, object]
    timeout_s: float
    row_limit: int
    byte_limit: int


class LockedReader:
    """A locked-up process that answers questions on one graph file, started at the first one."""

    def __init__(self, graph: Path, cage: Cage | None = None) -> None:
        self._cage = cage or Cage()
        self._start_with(__name__, [str(graph.resolve())])

    def _start_with(self, module: str, arguments: list[str], first_line: bytes = b"") -> None:
        """Say which module the process runs; what is secret goes in its first line of input."""
        cage = json.dumps(asdict(self._cage))
        self._command = [sys.executable, "-P", "-W", "ignore", "-m", module, cage, *arguments]
        self._first_line = first_line
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def ask(self, question: Question) -> Rows:
        """Answer a question; one at a time, others wait.

        Raises
        ------
        QueryTimeoutError
            If it runs out of time; the process is then ended, and the next question has a new one.
        QueryError
            If the engine refuses it, or the process ends since it needs too much memory.
        """
        with self._lock:
            try:
                return self._answer(question)
            except BaseException as error:
                # a refusal is an answer like any other; after all else the process is not trusted
                if not isinstance(error, OrthoweaveError) or isinstance(error, QueryTimeoutError):
                    self._end()
                raise

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    @property
    def process_id(self) -> int | None:
        """Id of the process, or None if there is none at the moment."""
        return None if self._process is None else self._process.pid

    def _answer(self, question: Question) -> Rows:
        process = self._process if self._process and self._process.poll() is None else None
        process = process or self._start()
        if process.stdin is None:
            raise QueryError("the process for questions has no input")
        deadline = time.monotonic() + question.timeout_s + _GRACE_S
        try:
            process.stdin.write(json.dumps(asdict(question)).encode() + b"\n")
            process.stdin.flush()
            head = self._head(process, deadline, question.timeout_s)
            if "error" in head:
                raise _error(head["error"], head["message"])
            if head["bytes"] > question.byte_limit:
                raise _too_large(head["bytes"], question.byte_limit)
            body = _read(process, head["bytes"], deadline, question.timeout_s)
        except (BrokenPipeError, EOFError) as error:
            code = self._end()
            raise QueryError(_ended(code, self._cage)) from error
        table = pa.ipc.open_stream(pa.py_buffer(body)).read_all()
        table.validate(full=True)
        return Rows(table, truncated=bool(head["truncated"]))

    def _start(self) -> subprocess.Popen[bytes]:
        self._end()
        package = Path(errors.__file__).parents[1]
        environment = {"PYTHONPATH": str(package), "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1",
                       "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}  # fmt: skip
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            cwd="/", env=environment, pipesize=_PIPE_BYTES,
        )  # fmt: skip
        try:
            if self._process.stdin is not None and self._first_line:
                self._process.stdin.write(self._first_line)
                self._process.stdin.flush()
            head = self._head(self._process, time.monotonic() + _START_S, _START_S)
        except (BrokenPipeError, EOFError, QueryTimeoutError) as error:
            code = self._end()
            message = f"the process for questions did not start (exit code {code})"
            raise QueryError(message) from error
        if "error" in head:
            self._end()
            raise _error(head["error"], head["message"])
        return self._process

    def _head(
        self, process: subprocess.Popen[bytes], deadline: float, timeout_s: float
    ) -> dict[str, Any]:
        (size,) = _LENGTH.unpack(_read(process, _LENGTH.size, deadline, timeout_s))
        if size > _LONGEST_HEAD:
            raise EOFError
        head: dict[str, Any] = json.loads(_read(process, size, deadline, timeout_s))
        return head

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


def _close(stream: Any) -> None:
    try:
        stream.close()
    except BrokenPipeError:  # what was not sent is of no interest any more
        return


def _read(
    process: subprocess.Popen[bytes], size: int, deadline: float, timeout_s: float
) -> bytearray:
    """Exactly `size` bytes of the process's answer, or an error at the deadline."""
    stream = process.stdout
    if stream is None:
        raise EOFError
    found, at = bytearray(size), 0
    view = memoryview(found)
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while at < size:
            left = deadline - time.monotonic()
            if left <= 0 or not selector.select(left):
                message = f"the query took more than {timeout_s:g} s and was ended: narrow it down"
                raise QueryTimeoutError(message)
            count = os.readv(stream.fileno(), [view[at:]])
            if not count:
                raise EOFError
            at += count
    return found


def _error(kind: str, message: str) -> OrthoweaveError:
    found = getattr(errors, kind, QueryError)
    return found(message) if issubclass(found, OrthoweaveError) else QueryError(message)


def _too_large(size: int, limit: int) -> QueryError:
    return QueryError(
        f"the answer has {size / 2**20:,.0f} MiB, the limit is {limit / 2**20:,.0f} MiB: ask for "
        "fewer columns or fewer rows"
    )


def _ended(code: int | None, cage: Cage) -> str:
    name = signal.Signals(-code).name if code is not None and code < 0 else f"exit code {code}"
    return (
        f"the query's process ended ({name}), probably since it needed more than "
        f"{cage.memory_mb:,} MiB of memory or its processor time: narrow it down"
    )


def main(arguments: list[str]) -> None:
    """Lock this process up and answer questions until its input ends."""
    cage, graph = Cage(**json.loads(arguments[0])), Path(arguments[1])
    serve(lambda: _open_locked_up(graph, cage))


def serve(open_graph: Callable[[], Callable[[Question], Rows]]) -> None:
    """Answer the questions of this process's input by what `open_graph` gives."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that a library prints may get among the answers
    try:
        read = open_graph()
    except Exception as error:  # noqa: BLE001 - handed to the parent, whatever it is
        _send(answers, {"error": type(error).__name__, "message": str(error)})
        return
    _send(answers, {"ready": True})
    for line in sys.stdin.buffer:
        question = Question(**json.loads(line))
        allow_processor_time(2 * question.timeout_s)
        table = None
        try:
            rows = read(question)
            head, table = _head_of(rows, question), rows.table
        except Exception as error:  # noqa: BLE001 - handed to the parent, whatever it is
            head = _problem(error)
        _send(answers, head, table)


class _WithoutPandas(MetaPathFinder):
    """Says that there is no pandas: pyarrow would load it with the first column of ours."""

    def find_spec(self, name: str, *_: object) -> None:
        if name.partition(".")[0] == "pandas":
            raise ModuleNotFoundError(name)


def _open_locked_up(graph: Path, cage: Cage) -> Callable[[Question], Rows]:
    from orthoweave.stores.ladybug import LadybugStore

    sys.meta_path.insert(0, _WithoutPandas())
    with open("/proc/self/statm", encoding="ascii") as memory:  # noqa: PTH123 - stays open
        # load all code now: once locked up, no file can be read
        with LadybugStore.open_read_only(graph, buffer_pool_mb=_POOL_MB, threads=_THREADS) as store:
            warm_up(partial(_run, store))
        forbid_files([graph])
        store = LadybugStore.open_read_only(graph, buffer_pool_mb=_POOL_MB, threads=_THREADS)
        warm_up(partial(_run, store))
        forbid_files()
        pages = int(memory.read().split()[0])
    forbid_growth(cage, pages * os.sysconf("SC_PAGE_SIZE"))
    return partial(_run, store)


def warm_up(read: Callable[[Question], Rows]) -> None:
    """Ask and pack once, so that all code is loaded."""
    question = Question(_WARM_UP, {"some": [1]}, _START_S, 10, 1 << 20)
    _head_of(read(question), question)


def _run(store: GraphStore, question: Question) -> Rows:
    return answer(
        store, question.text, question.parameters, timeout_s=question.timeout_s,
        row_limit=question.row_limit,
    )  # fmt: skip


def _head_of(rows: Rows, question: Question) -> dict[str, object]:
    if rows.table.nbytes > question.byte_limit:
        raise _too_large(rows.table.nbytes, question.byte_limit)
    # counts the bytes without having them a second time
    counter = pa.MockOutputStream()
    _write(counter, rows.table)
    return {"truncated": rows.truncated, "bytes": counter.size()}


def _problem(error: Exception) -> dict[str, object]:
    if isinstance(error, MemoryError) or "bad_alloc" in str(error):
        message = "the query needs more memory than its process may have: narrow it down"
        return {"error": "QueryError", "message": message}
    if isinstance(error, OrthoweaveError):
        return {"error": type(error).__name__, "message": str(error)}
    return {"error": "QueryError", "message": f"{type(error).__name__}: {error}"}


def _send(answers: BinaryIO, head: Mapping[str, object], table: pa.Table | None = None) -> None:
    text = json.dumps(head).encode()
    answers.write(_LENGTH.pack(len(text)) + text)
    if table is not None:
        _write(pa.PythonFile(answers, mode="w"), table)
    answers.flush()


def _write(sink: Any, table: pa.Table) -> None:
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)


if __name__ == "__main__":
    main(sys.argv[1:])
