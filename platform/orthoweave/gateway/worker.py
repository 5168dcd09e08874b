"""The child's side of a sandboxed process that answers questions on one graph file.

The process opens the graph once, so that all code is loaded. It starts the engine again, sandboxes
itself so that it can read only the graph, opens the graph, and then gives up opening files as well.
From then on the process can only compute with the graph, which stays open, and answer through its
pipe: a JSON head after its length, then the rows as an Arrow stream.
"""

import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final

import pyarrow as pa

from orthoweave.cypher.answer import answer
from orthoweave.errors import OrthoweaveError, QueryTimeoutError
from orthoweave.gateway.inbox import Inbox, Opened
from orthoweave.gateway.limits import Question, out_of_memory, out_of_time, too_large
from orthoweave.gateway.pipes import LENGTH, TAKEN_BACK
from orthoweave.sandbox.files import forbid_files, forbid_opening
from orthoweave.sandbox.limits import SandboxLimits, allow_processor_time, forbid_growth
from orthoweave.storage.place import descriptor_in
from orthoweave.stores.base import Rows, SqlStore

_START_S: Final = 60.0
# uses values of all kinds, since code that it does not reach cannot be loaded later
_WARM_UP: Final = (
    "UNWIND $some AS x RETURN x, sum(x) AS n, [x] AS list, {a: x, b: null, c: [null]} AS map"
)
Head = dict[str, object]


def main(arguments: list[str]) -> None:
    """Sandbox this process, and answer questions until its input ends."""
    sandbox, graph = SandboxLimits(**json.loads(arguments[0])), Path(arguments[1])
    serve(lambda: _open_sandboxed(graph, sandbox), sandbox)


def serve(open_graph: Callable[[], Opened], sandbox: SandboxLimits) -> None:
    """Answer the questions of this process's input on the graph that `open_graph` opens."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # keeps anything that a library prints out of the answers
    try:
        opened = open_graph()
    except Exception as error:  # noqa: BLE001 - handed to the parent, whatever it is
        _send(answers, _problem(error, sandbox))
        return
    inbox = Inbox(sys.stdin.buffer, opened.stop)
    _send(answers, {"ready": True})
    for question in inbox:
        # every thread may be busy all the time, and the work around the engine takes time too
        allow_processor_time((sandbox.threads + 1) * question.timeout_s)
        head, table = _reply(opened.read, question, sandbox)
        if inbox.done() and "error" in head:
            head, table = {"error": TAKEN_BACK}, None
        _send(answers, head | {"worn": opened.worn()}, table)


def _reply(
    read: Callable[[Question], Rows], question: Question, sandbox: SandboxLimits
) -> tuple[Head, pa.Table | None]:
    try:
        rows = read(question)
        return _head_of(rows, question), rows.table
    except QueryTimeoutError:
        # the error may name only the time that was left for a part of the statement
        return _problem(out_of_time(question.timeout_s), sandbox), None
    except Exception as error:  # noqa: BLE001 - handed to the parent, whatever it is
        return _problem(error, sandbox), None


def _open_sandboxed(graph: Path, sandbox: SandboxLimits) -> Opened:
    from orthoweave.stores.duckdb.store import DuckdbStore

    memory = open("/proc/self/statm", encoding="ascii")  # noqa: PTH123, SIM115 - stays open
    # the other half of the memory is for the answer, as a table and as the bytes to send
    open_store = partial(
        DuckdbStore.open_read_only, graph, memory_mb=sandbox.memory_mb // 2, threads=sandbox.threads
    )
    # load all code now: in the sandbox no file can be read
    with open_store() as store:
        warm_up(partial(_run, store))
        files = store.files
    store = open_store(before_reading=partial(forbid_files, files))
    warm_up(partial(_run, store))
    if (folder := descriptor_in(graph)) is not None:
        os.close(folder)
    mapped = _mapped(memory)
    forbid_growth(sandbox, mapped)
    forbid_opening()
    # memory that the engine keeps for later questions does not count against them
    room = mapped + sandbox.memory_mb * 2**20 * 5 // 8
    # an engine that shut itself down cannot start again, since it would have to read files
    return Opened(
        partial(_run, store), store.interrupt, lambda: store.closed or _mapped(memory) > room
    )


def _mapped(memory: Any) -> int:
    """Return the bytes of address space of this process, read from its open statm file."""
    memory.seek(0)
    return int(memory.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def warm_up(read: Callable[[Question], Rows]) -> None:
    """Answer one question and serialise the answer, so that all code is loaded."""
    question = Question(_WARM_UP, {"some": [1]}, _START_S, 10, 1 << 20)
    _head_of(read(question), question)


def _run(store: SqlStore, question: Question) -> Rows:
    return answer(
        store,
        question.text,
        question.parameters,
        timeout_s=question.timeout_s,
        row_limit=question.row_limit,
        mode=question.mode,
    )


def _head_of(rows: Rows, question: Question) -> Head:
    if rows.table.nbytes > question.byte_limit:
        raise too_large(rows.table.nbytes, question.byte_limit)
    # counts the bytes without a second copy in memory
    counter = pa.MockOutputStream()
    _write(counter, rows.table)
    if counter.size() > question.byte_limit:
        raise too_large(counter.size(), question.byte_limit)
    return {"truncated": rows.truncated, "bytes": counter.size()}


def _problem(error: Exception, sandbox: SandboxLimits) -> Head:
    if isinstance(error, OrthoweaveError):
        return {"error": type(error).__name__, "message": str(error)}
    if isinstance(error, MemoryError) or "bad_alloc" in str(error):
        return {
            "error": "QueryError",
            "message": str(out_of_memory(sandbox.memory_mb)),
            "worn": True,
        }
    # the parent writes it to a report: this process can write no file
    trace = "".join(traceback.format_exception(error))
    return {"error": "QueryError", "message": f"{type(error).__name__}: {error}", "trace": trace}


def _send(answers: BinaryIO, head: Mapping[str, object], table: pa.Table | None = None) -> None:
    text = json.dumps(head).encode()
    answers.write(LENGTH.pack(len(text)) + text)
    if table is not None:
        _write(pa.PythonFile(answers, mode="w"), table)
    answers.flush()


def _write(sink: Any, table: pa.Table) -> None:
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
