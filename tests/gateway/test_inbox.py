"""A process receives a request to stop while it works, and stops only that question."""

import json
import threading
from collections.abc import Iterator
from queue import SimpleQueue

from orthoweave.gateway.inbox import Inbox
from orthoweave.gateway.limits import Question


class Lines:
    """Lines of input that arrive when a test sends them."""

    def __init__(self) -> None:
        self._lines: SimpleQueue[bytes | None] = SimpleQueue()

    def question(self, number: int) -> None:
        """Send a question."""
        about = {
            "text": str(number),
            "parameters": {},
            "timeout_s": 1,
            "row_limit": 1,
            "byte_limit": 1,
        }
        self._lines.put(json.dumps({"number": number} | about).encode())

    def stop(self, number: int) -> None:
        """Request to stop a question."""
        self._lines.put(json.dumps({"stop": number}).encode())

    def end(self) -> None:
        """End the input."""
        self._lines.put(None)

    def __iter__(self) -> Iterator[bytes]:
        while (line := self._lines.get()) is not None:
            yield line


def test_questions_come_in_order_until_the_end() -> None:
    """Each line is a question; the iteration ends with the input."""
    lines = Lines()
    for number in (1, 2, 3):
        lines.question(number)
    lines.end()
    inbox = Inbox(lines, lambda: None)
    found = []
    for question in inbox:
        assert isinstance(question, Question)
        found.append(question.text)
        assert not inbox.done()
    assert found == ["1", "2", "3"]


def test_the_question_at_work_is_stopped_again_and_again_until_it_is_done() -> None:
    """An interruption between two statements has no effect, so it is repeated."""
    lines, calls = Lines(), threading.Semaphore(0)
    inbox = Inbox(lines, calls.release)
    lines.question(1)
    next(iter(inbox))
    lines.stop(1)
    assert all(calls.acquire(timeout=30) for _ in range(3))
    assert inbox.done()


def test_a_stop_that_comes_too_late_stops_nothing() -> None:
    """A request to stop an answered question does not stop the next one."""
    lines, stopped = Lines(), threading.Event()
    inbox = Inbox(lines, stopped.set)
    questions = iter(inbox)
    lines.question(1)
    next(questions)
    assert not inbox.done()
    lines.stop(1)
    lines.question(2)
    assert next(questions).text == "2"  # so the line before was read
    assert not inbox.done()
    assert not stopped.is_set()
