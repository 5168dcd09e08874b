"""Several clients at once: long questions do not delay short ones, and nothing is left behind."""

import gc
import os
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

import pytest

from orthoweave.errors import (
    IntegrityError,
    QueryBusyError,
    QueryError,
    QueryTimeoutError,
    UsageError,
)
from orthoweave.gateway.limits import Limits, Question
from orthoweave.gateway.pool import SHORT_PROCESSES, ProcessPool
from orthoweave.gateway.reader import LOW_PRIORITY, SandboxedReader
from orthoweave.sandbox.files import can_sandbox
from orthoweave.sandbox.limits import SandboxLimits
from orthoweave.storage.layout import Layout
from orthoweave.storage.manifest import GRAPH_FILE, current_build
from orthoweave.stores.base import Rows

pytestmark = pytest.mark.skipif(not can_sandbox(), reason="this system cannot sandbox a process")

GENES = "MATCH (g:Gene) RETURN g.id AS id, g.symbol AS symbol ORDER BY id"
BOMB = "MATCH (a), (b), (c), (d), (e), (f) RETURN count(*) + {} AS n"
UNSTOPPABLE = (
    "UNWIND range(1, 100000) AS i WITH i, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' AS t "
    "WHERE t =~ '(a+)+(a+)+(a+)+b' RETURN count(i) + {} AS n"
)
MEMORY = "MATCH (a), (b), (c), (d) RETURN count(DISTINCT a.id + b.id + c.id + d.id) AS n"


class Told(SandboxedReader):
    """A reader that signals when it gets a question."""

    def __init__(self, graph: Path, asked: "Queue[str]", *, low: bool) -> None:
        super().__init__(graph, SandboxLimits(memory_mb=512), low=low)
        self._asked = asked

    def ask(self, question: Question, watch: Callable[[], None] | None = None) -> Rows:
        """Signal, and answer the question."""
        self._asked.put(question.text)
        return super().ask(question, watch)


class Party:
    """A pool and threads that send it questions."""

    def __init__(self, graph: Path, limits: Limits) -> None:
        self.asked: Queue[str] = Queue()
        self.pool = ProcessPool(lambda long: Told(graph, self.asked, low=long), limits)
        self.outcomes: Queue[tuple[Hashable, object]] = Queue()
        self._threads: list[threading.Thread] = []

    def ask(self, text: str, client: Hashable = None, timeout_s: float = 100.0) -> Rows:
        """Send a question from this thread."""
        return self.pool.ask(Question(text, {}, timeout_s, 1000, 1 << 20), client)

    def ask_beside(self, text: str, client: Hashable, timeout_s: float = 100.0) -> None:
        """Send a question from another thread."""

        def run() -> None:
            try:
                outcome: object = self.ask(text, client, timeout_s).table.to_pylist()
            except Exception as error:  # handed to the test
                outcome = error
            self.outcomes.put((client, outcome))

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        self._threads.append(thread)

    def end(self) -> list[tuple[Hashable, object]]:
        """Close the pool, and return the outcomes that are left."""
        self.pool.close()
        for thread in self._threads:
            thread.join(timeout=60)
            assert not thread.is_alive()
        return [self.outcomes.get_nowait() for _ in range(self.outcomes.qsize())]


@pytest.fixture(scope="module")
def graph(toy_kb: Path) -> Path:
    """Return the graph file of the toy world."""
    layout = Layout(toy_kb)
    return layout.builds / current_build(layout) / GRAPH_FILE


@pytest.fixture
def party(graph: Path) -> Iterator[Party]:
    """Return a pool for one long question at a time."""
    opened = Party(graph, Limits(processes=1, wait_s=200))
    yield opened
    opened.end()


@pytest.fixture(scope="module")
def shared(graph: Path) -> Iterator[Party]:
    """Return a pool for tests that do not change it."""
    opened = Party(graph, Limits(processes=1))
    yield opened
    opened.end()


def test_the_first_question_starts_one_process(party: Party) -> None:
    """The first question starts a process, which answers the next one as well."""
    assert party.pool.process_ids == []
    assert party.ask("RETURN 1 AS x").table.to_pylist() == [{"x": 1}]
    before = party.pool.process_ids
    assert party.ask("RETURN 2 AS x").table.to_pylist() == [{"x": 2}]
    assert (len(before), party.pool.process_ids) == (1, before)


def test_processes_may_be_ready_before_the_first_question(party: Party) -> None:
    """`prepare` starts both processes for short questions, once."""
    party.pool.prepare()
    party.pool.prepare()
    party.pool._beside.join()
    before = party.pool.process_ids
    assert party.ask("RETURN 1 AS x").table.to_pylist() == [{"x": 1}]
    assert (len(before), party.pool.process_ids) == (SHORT_PROCESSES, before)


@pytest.mark.parametrize("bomb", [BOMB, UNSTOPPABLE])
def test_a_short_question_is_answered_beside_five_bombs(party: Party, bomb: str) -> None:
    """While five long questions run or wait, short questions get right answers."""
    expected = party.ask(GENES).table
    for number in range(5):
        party.ask_beside(bomb.format(number), f"bomber {number}")
    for _ in range(10):
        assert party.ask(GENES).table.equals(expected)
    assert party.outcomes.empty()
    outcomes = party.end()
    assert len(outcomes) == 5
    assert all(isinstance(outcome, UsageError) for _, outcome in outcomes)


def test_the_end_of_a_bomb_is_felt_by_nobody(party: Party) -> None:
    """Bombs time out one after the other, and other questions get right answers meanwhile."""
    expected = party.ask(GENES).table
    for number in range(3):
        party.ask_beside(BOMB.format(number), f"bomber {number}", timeout_s=1.5)
    ended: list[object] = []
    while len(ended) < 3:
        assert party.ask(GENES).table.equals(expected)
        while not party.outcomes.empty():
            ended.append(party.outcomes.get()[1])
    assert all(isinstance(outcome, QueryTimeoutError) for outcome in ended)
    assert all("more than 1.5 s" in str(outcome) for outcome in ended)


def test_waiting_does_not_count_as_running(party: Party) -> None:
    """Waiting does not count as running time."""
    for number in range(4):
        party.ask_beside(BOMB.format(number), f"bomber {number}", timeout_s=1.2)
    outcomes = [party.outcomes.get(timeout=100)[1] for _ in range(4)]
    assert [type(outcome) for outcome in outcomes] == [QueryTimeoutError] * 4


@pytest.mark.parametrize(
    ("text", "timeout_s", "error"),
    [
        (BOMB.format(0), 0.5, QueryTimeoutError),
        (UNSTOPPABLE.format(0), 0.5, QueryTimeoutError),
        (MEMORY, 60.0, QueryError),
        ("UNWIND range(1, 900) AS x RETURN x, range(1, 1000) AS l", 60.0, QueryError),
    ],
)
def test_a_question_that_fails_leaves_no_trace(
    shared: Party, text: str, timeout_s: float, error: type[Exception]
) -> None:
    """After any limit was reached, the next answer is as before."""
    expected = shared.ask(GENES).table
    with pytest.raises(error, match="ORTHOWEAVE_"):
        shared.ask(text, timeout_s=timeout_s)
    assert shared.ask(GENES).table.equals(expected)


def test_processes_that_are_killed_are_replaced(shared: Party) -> None:
    """After all processes were killed from outside, the next answer is as before."""
    expected = shared.ask(GENES).table
    before = shared.pool.process_ids
    for process in before:
        os.kill(process, 9)
    try:
        assert shared.ask(GENES).table.equals(expected)
    except QueryError as error:
        assert "SIGKILL" in str(error)  # noqa: PT017 - it may have been asked as it died
    assert shared.ask(GENES).table.equals(expected)
    assert before
    assert not set(before) & set(shared.pool.process_ids)


def test_a_long_question_goes_on_at_low_priority_if_others_ask(party: Party) -> None:
    """A long question has a process with low priority; processes for short ones do not."""
    party.ask_beside(BOMB.format(0), "bomber")
    party.asked.get(timeout=60)
    while LOW_PRIORITY not in {_niceness(process) for process in party.pool.process_ids}:
        assert party.ask("RETURN 1 AS x").table.to_pylist() == [{"x": 1}]
    assert party.outcomes.empty()
    assert os.nice(0) in {_niceness(process) for process in party.pool.process_ids}


def test_a_long_question_alone_stays_what_it_is(graph: Path) -> None:
    """A long question of a single client ends in its process, which keeps its priority."""
    with _party(graph, Limits()) as party:
        with pytest.raises(QueryTimeoutError):
            party.ask(BOMB.format(0), timeout_s=2.0)
        assert party.asked.qsize() == 1
        assert all(_niceness(process) == os.nice(0) for process in party.pool.process_ids)


def test_a_full_queue_is_a_clear_refusal(graph: Path) -> None:
    """A question for a full queue is refused at once with the limits and settings."""
    with _party(graph, Limits(processes=1, queue=2)) as party:
        for number in range(SHORT_PROCESSES + 1 + 2 + 3):
            party.ask_beside(BOMB.format(number), f"bomber {number}")
        _, outcome = party.outcomes.get(timeout=60)
    assert isinstance(outcome, QueryBusyError)
    assert "2 questions wait already" in str(outcome)
    assert "ORTHOWEAVE_QUERY_QUEUE or ORTHOWEAVE_QUERY_PROCESSES" in str(outcome)


def test_a_flood_turns_only_itself_away(graph: Path) -> None:
    """A client that fills the queue does not keep another from being answered."""
    with _party(graph, Limits(processes=1, queue=4)) as party:
        expected = party.ask(GENES, "patient").table
        for number in range(20):
            party.ask_beside(BOMB.format(number), "flood")
        for _ in range(10):
            assert party.ask(GENES, "patient").table.equals(expected)
        outcomes = [party.outcomes.get(timeout=60)[1] for _ in range(10)]
    assert all(isinstance(outcome, QueryBusyError) for outcome in outcomes)


def test_waiting_has_a_limit_of_its_own(graph: Path) -> None:
    """A question that waited too long names its waiting time and the settings."""
    with _party(graph, Limits(processes=1, wait_s=3.0)) as party:
        for number in range(SHORT_PROCESSES + 2):
            party.ask_beside(BOMB.format(number), f"bomber {number}")
        _, outcome = party.outcomes.get(timeout=60)
    assert isinstance(outcome, QueryBusyError)
    assert "waited 3 s" in str(outcome)
    assert "ORTHOWEAVE_QUERY_WAIT_S" in str(outcome)


def test_many_threads_get_their_own_answers(graph: Path) -> None:
    """A hundred questions of ten threads, some of them wrong, each get their own answer."""
    wrong: Queue[object] = Queue()

    def ask(party: Party, thread: int) -> None:
        for number in range(100 * thread, 100 * thread + 10):
            try:
                rows = party.ask(f"UNWIND range(0, {number}) AS x RETURN max(x) AS n, sum(1) AS m")
                if rows.table.to_pylist() != [{"n": number, "m": number + 1}]:
                    wrong.put(rows.table)
                wrong.put(party.ask(f"RETURN toLower({number}) AS x"))
            except QueryError as error:
                if "expected a string" not in str(error):
                    wrong.put(error)

    with _party(graph, Limits(processes=2, queue=100)) as party:
        threads = [threading.Thread(target=ask, args=(party, number)) for number in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(party.pool.process_ids) <= SHORT_PROCESSES + 2
    assert [wrong.get() for _ in range(wrong.qsize())] == []


def test_closing_leaves_nothing_behind(graph: Path) -> None:
    """Closing during bombs leaves no process, thread or open file behind."""
    gc.collect()  # what earlier tests left open is closed now, not while this one counts
    files, threads = _open_files(), set(threading.enumerate())
    party = Party(graph, Limits(processes=1))
    assert party.ask("RETURN 1 AS x").table.num_rows == 1
    for number in range(5):
        party.ask_beside(BOMB.format(number), f"bomber {number}")
    for _ in range(3):
        party.asked.get(timeout=60)
    processes = party.pool.process_ids
    outcomes = [outcome for _, outcome in party.end()]
    assert [type(outcome) for outcome in outcomes] == [UsageError] * 5
    for process in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
    assert not set(threading.enumerate()) - threads
    assert _open_files() <= files
    with pytest.raises(UsageError, match="closed"):
        party.ask("RETURN 1 AS x")
    party.pool.close()


def test_a_graph_that_is_not_there_is_an_error_each_time(tmp_path: Path) -> None:
    """If no process can start, the question fails with the reason and does not wait."""
    with _party(tmp_path / "none.duckdb", Limits()) as party:
        for _ in range(2):
            with pytest.raises(IntegrityError, match="no graph at"):
                party.ask("RETURN 1 AS x")
        assert party.pool.process_ids == []


@contextmanager
def _party(graph: Path, limits: Limits) -> Iterator[Party]:
    party = Party(graph, limits)
    try:
        yield party
    finally:
        party.end()


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def _niceness(process: int) -> int:
    stat = Path("/proc", str(process), "stat").read_text(encoding="ascii")
    return int(stat.rpartition(")")[2].split()[16])
