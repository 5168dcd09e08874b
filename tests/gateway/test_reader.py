"""One sandboxed process from its parent's side: asked, stopped, ended, and never trusted."""

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from orthoweave.errors import OrthoweaveError, QueryError, QueryTimeoutError
from orthoweave.gateway.limits import Question
from orthoweave.gateway.reader import LOW_PRIORITY, SandboxedReader, TakenBackError
from orthoweave.sandbox.files import can_sandbox
from orthoweave.sandbox.limits import SandboxLimits
from orthoweave.storage.layout import Layout
from orthoweave.storage.manifest import GRAPH_FILE, current_build
from orthoweave.storage.place import Place
from orthoweave.stores.base import Rows

pytestmark = pytest.mark.skipif(not can_sandbox(), reason="this system cannot sandbox a process")

GENES = "MATCH (g:Gene) RETURN g.id AS id, g.symbol AS symbol ORDER BY id"
IN_ENGINE = "MATCH (a), (b), (c), (d), (e), (f) RETURN count(*) AS n"
REGULAR = (
    "UNWIND range(1, 100000) AS i WITH i, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' AS t "
    "WHERE t =~ '(a+)+(a+)+(a+)+b' RETURN count(i) AS n"
)
# each is a process that says it is ready, and then what no process of ours would
HEAD = "import struct, sys\ndef say(b): sys.stdout.buffer.write(struct.pack('>I', len(b)) + b)\n"
READY = "say(b'{}'); sys.stdout.buffer.flush()\n"
HOSTILE = {
    "gigabytes": 'say(b\'{"bytes": 99999999999999, "truncated": false}\')',
    "less than it says": 'say(b\'{"bytes": 100, "truncated": false}\')',
    "more than a head": "sys.stdout.buffer.write(b'\\xff' * 8)",
    "no JSON": "say(b'hello')",
    "JSON of another kind": "say(b'[1]')",
    "no rows": "say(b'{}')",
    "a negative size": 'say(b\'{"bytes": -1, "truncated": false}\')',
    "a text for a size": 'say(b\'{"bytes": "x", "truncated": false}\')',
    "rows of nothing": 'say(b\'{"bytes": 4, "truncated": false}\'); '
    "sys.stdout.buffer.write(b'abcd')",
    "an error that is none": 'say(b\'{"error": "system", "message": "x"}\')',
    "an error of another kind": 'say(b\'{"error": "__builtins__", "message": "x"}\')',
    "an error without a text": "say(b'{\"error\": 1}')",
    "nothing at all": "sys.exit(3)",
}


class Impostor(SandboxedReader):
    """A reader whose process runs other code."""

    def __init__(self, code: str) -> None:
        super().__init__(Path("graph"))
        self._command = [sys.executable, "-c", HEAD + code]


@pytest.fixture(scope="module")
def graph(toy_kb: Path) -> Path:
    """Return the graph file of the toy world."""
    layout = Layout(toy_kb)
    return layout.builds / current_build(layout) / GRAPH_FILE


@pytest.fixture(scope="module")
def reader(graph: Path) -> Iterator[SandboxedReader]:
    """Return a sandboxed process for the graph."""
    opened = SandboxedReader(graph, SandboxLimits(memory_mb=512))
    yield opened
    opened.close()


def _ask(reader: SandboxedReader, text: str, timeout_s: float = 20.0) -> Rows:
    return reader.ask(Question(text, {}, timeout_s, 1000, 1 << 20))


def test_a_question_that_is_taken_back_costs_no_process(reader: SandboxedReader) -> None:
    """The engine gives the question up, and the same process answers the next one."""
    expected = _ask(reader, GENES).table
    before = reader.process_id
    with pytest.raises(TakenBackError):
        reader.ask(Question(IN_ENGINE, {}, 60, 10, 1 << 20), reader.take_back)
    assert reader.process_id == before
    assert _ask(reader, GENES).table.equals(expected)


def test_questions_that_cannot_be_stopped_are_ended(reader: SandboxedReader) -> None:
    """A process that does not react is killed; the next question gets a new one."""
    expected = _ask(reader, GENES).table
    before = reader.process_id or 0

    def take_back() -> None:
        os.kill(before, signal.SIGSTOP)
        reader.take_back()

    with pytest.raises(TakenBackError):
        reader.ask(Question(IN_ENGINE, {}, 60, 10, 1 << 20), take_back)
    assert reader.process_id != before
    assert _ask(reader, GENES).table.equals(expected)


def test_taking_back_too_late_is_nothing(reader: SandboxedReader) -> None:
    """Taking back without a running question does not affect the next one."""
    _ask(reader, GENES)
    reader.take_back()
    assert _ask(reader, "RETURN 1 AS x").table.to_pylist() == [{"x": 1}]


@pytest.mark.parametrize(
    ("text", "timeout_s", "message"),
    [
        (IN_ENGINE, 0.5, "0.5 s .*ORTHOWEAVE_QUERY_TIMEOUT_S"),
        (REGULAR, 0.5, "0.5 s .*ORTHOWEAVE_QUERY_TIMEOUT_S"),
        (
            "MATCH (a), (b), (c), (d) RETURN count(DISTINCT a.id + b.id + c.id + d.id) AS n",
            30,
            "256 MiB .*ORTHOWEAVE_MEMORY_MB",
        ),
        (
            "UNWIND range(1, 900) AS x RETURN x, range(1, 1000) AS l",
            30,
            "1 MiB.*ORTHOWEAVE_QUERY_ANSWER_MB",
        ),
        ("MATCH (g:Gene) RETURN toLower(size(g.synonyms)) AS x", 30, "expected"),
    ],
)
def test_a_question_that_fails_leaves_no_trace(
    reader: SandboxedReader, text: str, timeout_s: float, message: str
) -> None:
    """The error names the limit and the setting, and the next answer is as before."""
    expected = _ask(reader, GENES).table
    with pytest.raises(OrthoweaveError, match=message):
        _ask(reader, text, timeout_s)
    assert _ask(reader, GENES).table.equals(expected)


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
def test_a_process_that_is_killed_is_replaced(reader: SandboxedReader, sign: int) -> None:
    """After a kill, before or during a question, the next answer is as before."""
    expected = _ask(reader, GENES).table
    os.kill(reader.process_id or 0, sign)
    while reader.alive:
        os.sched_yield()
    assert _ask(reader, GENES).table.equals(expected)
    with pytest.raises(QueryError, match=f"{signal.Signals(sign).name}.*ORTHOWEAVE_MEMORY_MB"):
        reader.ask(
            Question(IN_ENGINE, {}, 60, 10, 1 << 20), lambda: os.kill(reader.process_id or 0, sign)
        )
    assert _ask(reader, GENES).table.equals(expected)


def test_a_process_that_was_stopped_is_ended_in_time(reader: SandboxedReader) -> None:
    """A stopped process does not keep its parent waiting."""
    _ask(reader, GENES)
    os.kill(reader.process_id or 0, signal.SIGSTOP)
    with pytest.raises(QueryTimeoutError):
        _ask(reader, GENES, 0.1)
    assert _ask(reader, "RETURN 1 AS x").table.to_pylist() == [{"x": 1}]


def test_a_question_that_is_not_taken_in_is_ended_in_time() -> None:
    """Parameters of megabytes to a process that does not read them do not block."""
    reader = Impostor(READY + "import time; time.sleep(600)")
    with pytest.raises(QueryTimeoutError):
        reader.ask(Question("RETURN $x AS x", {"x": "x" * (8 << 20)}, 0.1, 10, 1 << 20))
    assert reader.process_id is None


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_process_that_was_taken_over_does_no_harm(kind: str) -> None:
    """A malformed answer is an error, never a wrong answer or unlimited memory."""
    reader = Impostor(READY + "sys.stdin.buffer.readline()\n" + HOSTILE[kind])
    with pytest.raises(OrthoweaveError):
        reader.ask(Question("RETURN 1 AS x", {}, 10, 10, 1 << 20))
    reader.close()


def test_a_process_that_does_not_start_says_so() -> None:
    """The message names what ended the process."""
    with pytest.raises(QueryError, match=r"did not start \(exit code 7\)"):
        Impostor("sys.exit(7)").start()


def test_priority_holds_for_all_threads(reader: SandboxedReader, graph: Path) -> None:
    """Each thread of a process gets the lower priority; other processes keep theirs."""
    low = SandboxedReader(graph, SandboxLimits(memory_mb=512), low=True)
    low.start()
    other = SandboxedReader(graph, SandboxLimits(memory_mb=512))
    other.start()
    assert _niceness(low) == {LOW_PRIORITY}
    assert _niceness(other) == {os.nice(0)}
    other.lower_priority()
    assert _niceness(other) == {LOW_PRIORITY}
    low.close()
    other.close()
    other.lower_priority()  # there is none any more


def test_a_process_starts_again_after_a_move(toy_kb: Path, tmp_path: Path) -> None:
    """It gets an open folder by its descriptor, not by its name, and closes it once it reads."""
    kb = Path(shutil.copytree(toy_kb, tmp_path / "kb"))
    with Place(kb) as place:
        layout = Layout(place.path)
        reader = SandboxedReader(
            layout.builds / current_build(layout) / GRAPH_FILE, SandboxLimits(memory_mb=512)
        )
        before = _ask(reader, GENES).table
        kb.rename(tmp_path / "elsewhere")
        kb.mkdir()
        reader.kill()
        with pytest.raises(QueryError):
            _ask(reader, GENES)
        assert _ask(reader, GENES).table.equals(before)
        opened = [path.resolve() for path in Path(f"/proc/{reader.process_id}/fd").iterdir()]
        assert not [path for path in opened if path.is_dir()]
        reader.close()


def test_closing_leaves_nothing_behind(graph: Path) -> None:
    """Closing leaves no process or open file behind; a new question starts a process."""
    before = _open_files()
    reader = SandboxedReader(graph, SandboxLimits(memory_mb=512))
    for _ in range(2):
        assert _ask(reader, "RETURN 1 AS x").table.to_pylist() == [{"x": 1}]
        process = reader.process_id
        reader.close()
        assert reader.process_id is None
        with pytest.raises(ProcessLookupError):  # one that nobody waited for would still be there
            os.kill(process or 0, 0)
    reader.close()
    assert _open_files() == before


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def _niceness(reader: SandboxedReader) -> set[int]:
    tasks = Path("/proc", str(reader.process_id), "task").iterdir()
    stats = [(task / "stat").read_text(encoding="ascii") for task in tasks]
    return {int(text.rpartition(")")[2].split()[16]) for text in stats}
