"""Stops questions of the embedded engine when their time is up."""

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Protocol

_AGAIN_S: Final = 0.02


class Interruptible(Protocol):
    """A connection that another thread can interrupt."""

    def interrupt(self) -> None:
        """Interrupt the current statement."""


@dataclass(slots=True, eq=False)
class Watched:
    """A connection that is answering a question."""

    connection: Interruptible
    until: float
    overdue: bool = False
    """Whether it was interrupted because its time was up."""


class Overseer:
    """Interrupts connections whose time is up, from a single thread.

    The thread starts with the first question and ends when it wakes up and finds none. So most
    questions neither start nor wake it.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._watched: set[Watched] = set()
        self._wakes = -math.inf
        """Time of the thread's next check; minus infinity if there is no thread."""

    @contextmanager
    def watch(self, connection: Interruptible, timeout_s: float) -> Iterator[Watched]:
        """Interrupt a connection when its time is up, until the block ends.

        An idle connection ignores an interruption, so it is repeated until the block ends.
        """
        watched = Watched(connection, time.monotonic() + timeout_s)
        with self._changed:
            self._watched.add(watched)
            if self._wakes == -math.inf:
                self._wakes = watched.until
                threading.Thread(target=self._look, daemon=True).start()
            elif watched.until < self._wakes:
                self._changed.notify()
        try:
            yield watched
        finally:
            with self._changed:
                self._watched.discard(watched)

    def _look(self) -> None:
        with self._changed:
            while self._watched:
                now = time.monotonic()
                late = [watched for watched in self._watched if watched.until <= now]
                for watched in late:
                    watched.overdue = True
                    # the lock keeps this from interrupting the connection's next statement
                    watched.connection.interrupt()
                soonest = min(watched.until for watched in self._watched)
                self._wakes = now + _AGAIN_S if late else soonest
                self._changed.wait(self._wakes - now)
            self._wakes = -math.inf
