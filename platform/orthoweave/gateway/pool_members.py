"""Parts of a pool: its processes, a memory of long statements, and background threads."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from orthoweave.gateway.reader import SandboxedReader
from orthoweave.gateway.waiting import Ticket

# this much wall-clock time counts like processor time: for busy machines and for servers
_BY_THE_CLOCK: Final = 5
_MOST_TEXTS: Final = 512


@dataclass(eq=False, slots=True)
class Member:
    """A process of the pool."""

    reader: SandboxedReader
    long: bool
    ticket: "Ticket[Member] | None" = None
    since: float = 0.0
    processor_s: float = 0.0
    """Processor time that the process had used when its question came."""
    leaving: bool = False

    @property
    def idle(self) -> bool:
        """Whether it is free for a question."""
        return self.ticket is None

    def take(self, ticket: "Ticket[Member]") -> None:
        """Assign a question to it."""
        self.ticket, self.since = ticket, time.monotonic()
        self.processor_s = self.reader.processor_s
        ticket.turn = self
        ticket.called.set()

    def computed(self, seconds: float) -> bool:
        """Return whether its question has used more than this much processor time."""
        return self.reader.processor_s - self.processor_s > seconds

    def worked(self, seconds: float) -> bool:
        """Return whether its question has used this much processor or much more real time."""
        if self.idle:
            return False
        by_the_clock = time.monotonic() - self.since
        return by_the_clock > seconds * _BY_THE_CLOCK or self.computed(seconds)


class LongTexts:
    """The last few hundred statements that took long."""

    def __init__(self) -> None:
        self._texts: OrderedDict[str, None] = OrderedDict()

    def remember(self, text: str, *, long: bool) -> None:
        """Record whether a statement took long this time."""
        self._texts.pop(text, None)
        if long:
            self._texts[text] = None
        if len(self._texts) > _MOST_TEXTS:
            self._texts.popitem(last=False)

    def __contains__(self, text: object) -> bool:
        return text in self._texts


class Beside:
    """Background threads that can be joined."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._threads: set[threading.Thread] = set()

    def run(self, work: Callable[[], None]) -> None:
        """Start a piece of work."""

        def run() -> None:
            try:
                work()
            finally:
                with self._lock:
                    self._threads.discard(threading.current_thread())

        thread = threading.Thread(target=run, daemon=True)
        with self._lock:
            thread.start()
            self._threads.add(thread)

    def join(self) -> None:
        """Wait until all work is done."""
        with self._lock:
            threads = list(self._threads)
        for thread in threads:
            thread.join()
