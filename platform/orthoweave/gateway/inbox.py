"""The incoming questions of a process, and requests to stop the question that it answers."""

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Final

from orthoweave.gateway.limits import Question
from orthoweave.stores.base import Rows

_AGAIN_S: Final = 0.01


@dataclass(frozen=True, slots=True)
class Opened:
    """An open graph."""

    read: Callable[[Question], Rows]
    stop: Callable[[], None] = lambda: None
    """Interrupts `read`, which then fails; called from another thread."""
    worn: Callable[[], bool] = lambda: False
    """Returns whether earlier questions have used up most of the memory."""


class Inbox:
    """The questions from lines of input, one after the other.

    A thread of its own reads the lines, so that a request to stop arrives while a question is being
    answered. It names the number of the question, so that it cannot stop another one.
    """

    def __init__(self, lines: Iterable[bytes], stop: Callable[[], None]) -> None:
        self._stop = stop
        self._waiting: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._at_work = 0
        self._stopped = False
        threading.Thread(target=self._listen, args=(lines,), daemon=True).start()

    def __iter__(self) -> Iterator[Question]:
        while (message := self._waiting.get()) is not None:
            with self._lock:
                self._at_work, self._stopped = message.pop("number"), False
            yield Question(**message)

    def done(self) -> bool:
        """Mark the current question as answered; return whether it had been stopped."""
        with self._lock:
            self._at_work = 0
            return self._stopped

    def _listen(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            message = json.loads(line)
            if "stop" in message:
                self._take_back(message["stop"])
            else:
                self._waiting.put(message)
        self._waiting.put(None)

    def _take_back(self, number: int) -> None:
        while True:
            # the lock keeps the interruption from reaching the next question
            with self._lock:
                if self._at_work != number:
                    return
                self._stopped = True
                self._stop()
            # an interruption between two statements of a question has no effect: repeat it
            time.sleep(_AGAIN_S)
