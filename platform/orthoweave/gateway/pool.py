"""A pool of sandboxed processes in which long questions do not delay short ones.

Two processes take questions as they arrive. Further processes, up to a limit, take questions that
turned out to be long, at a lower priority. A question counts as long after a second of processor
time. If there are other questions, it then becomes one of the long ones: it keeps its process if
there is room, and otherwise starts again when there is. While a question waits for one of the first
two processes, the one that started last has to leave after a moment already. A single client does
not notice any of this.
"""

import threading
import time
from collections.abc import Callable, Hashable
from functools import partial
from typing import Final

from orthoweave.errors import OrthoweaveError, QueryError, UsageError
from orthoweave.gateway.limits import Limits, Question, queue_full, waited
from orthoweave.gateway.pool_members import Beside, LongTexts, Member
from orthoweave.gateway.reader import SandboxedReader, TakenBackError
from orthoweave.gateway.waiting import Line, Ticket, to_turn_away
from orthoweave.stores.base import CLOSED, Rows

SHORT_PROCESSES: Final = 2
"""Number of processes for questions that are not known to be long."""
# seconds of processor time that a question gets even if others wait for its process
_SLICE_S: Final = 0.1
# seconds of processor time after which a question is long, if there are others
_LONG_S: Final = 1.0


class ProcessPool:
    """Answers questions from any number of threads, each in a sandboxed process.

    Parameters
    ----------
    make
        Returns a new reader, not yet started; its argument says whether it is for long questions.
    limits
        Number of long questions at a time, and number and time of waiting questions.
    """

    def __init__(self, make: Callable[[bool], SandboxedReader], limits: Limits) -> None:
        self._make = make
        self._limits = limits
        self._lock = threading.RLock()
        self._members: list[Member] = []
        self._starting: dict[SandboxedReader, bool] = {}
        self._beside = Beside()
        self._lines: dict[bool, Line[Member]] = {False: Line(), True: Line()}
        self._known = LongTexts()
        self._answered = 0
        self._closed = False

    @property
    def process_ids(self) -> list[int]:
        """Ids of the current processes."""
        with self._lock:
            ids = [member.reader.process_id for member in self._members]
        return [number for number in ids if number is not None]

    def ask(self, question: Question, client: Hashable = None) -> Rows:
        """Return the answer to a question, when it is its turn.

        Parameters
        ----------
        client
            Who asks; clients take turns. By default the thread.

        Raises
        ------
        QueryBusyError
            If too many questions wait, or this one waited too long.
        QueryError
            If the process reports one, including QueryTimeoutError.
        UsageError
            If the pool is closed, also while the question waits or runs.
        """
        ticket = Ticket[Member](
            threading.get_ident() if client is None else client, self._limits.wait_s
        )
        while True:
            self._enter(ticket, question)
            member = self._turn(ticket)
            try:
                return member.reader.ask(question, partial(self._watch, member))
            except TakenBackError:
                ticket.began = True
            except OrthoweaveError as error:
                if self._closed:
                    raise UsageError(CLOSED) from error
                raise
            finally:
                self._release(member, question)

    def prepare(self) -> None:
        """Start the processes for short questions without waiting for them."""
        with self._lock:
            if not self._closed:
                self._fill()

    def close(self) -> None:
        """End all processes; questions that wait or run fail with a UsageError."""
        with self._lock:
            self._closed = True
            members, self._members = self._members, []
            readers = [member.reader for member in members] + list(self._starting)
            for line in self._lines.values():
                self._fail(line, UsageError(CLOSED))
        for reader in readers:
            reader.kill()
        for reader in readers:
            reader.close()
        self._beside.join()

    def _enter(self, ticket: "Ticket[Member]", question: Question) -> None:
        with self._lock:
            if self._closed:
                raise UsageError(CLOSED)
            ticket.turn = None
            ticket.called.clear()
            if not ticket.began:  # without others, a long question is treated like any other
                ticket.long = question.text in self._known and self._others(None)
            self._lines[ticket.long].add(ticket)
            try:
                self._dispatch()
            except BaseException:
                self._lines[ticket.long].remove(ticket)
                raise
            if ticket.turn is not None or ticket.began:
                return
            waiting = [queued for line in self._lines.values() for queued in line]
            # questions that a starting process will take do not count
            lost = to_turn_away(waiting, ticket, self._limits.queue + len(self._starting))
            if lost is not None:
                self._lines[lost.long].remove(lost)
                lost.error = queue_full(self._limits.queue, self._limits.processes)
                lost.called.set()

    def _turn(self, ticket: "Ticket[Member]") -> Member:
        """Wait in line, and return the process that takes the question."""
        began = time.monotonic()
        try:
            ticket.called.wait(max(0.0, ticket.left_s))
        except BaseException:
            self._withdraw(ticket)
            raise
        with self._lock:
            ticket.left_s -= time.monotonic() - began
            if ticket.error is not None:
                raise ticket.error
            if ticket.turn is not None:
                return ticket.turn
            self._lines[ticket.long].remove(ticket)
        raise waited(self._limits.wait_s, self._limits.processes)

    def _withdraw(self, ticket: "Ticket[Member]") -> None:
        with self._lock:
            self._lines[ticket.long].remove(ticket)
            if ticket.turn is not None:
                ticket.turn.ticket = None
                self._dispatch()

    def _release(self, member: Member, question: Question) -> None:
        """Free the process that answered a question, and let it take the next."""
        with self._lock:
            self._known.remember(question.text, long=member.worked(_LONG_S))
            member.ticket, member.leaving = None, False
            if self._closed:
                return
            if not member.reader.alive:
                self._members.remove(member)
            self._dispatch()
            self._answered += 1
            if self._answered > 1:  # a single question needs only one process
                self._fill()

    def _fill(self) -> None:
        """Start the missing processes for short questions."""
        short = sum(not member.long for member in self._members)
        short += sum(not long for long in self._starting.values())
        for _ in range(SHORT_PROCESSES - short):
            self._start(long=False)

    def _watch(self, member: Member) -> None:
        """Check a running question; called by the thread that waits for its answer."""
        with self._lock:
            if member.long or member.leaving or self._closed:
                return
            if member.worked(_LONG_S) and self._others(member):
                self._move(member)
            elif member.worked(_SLICE_S):
                self._make_room()

    def _others(self, member: Member | None) -> bool:
        """Return whether any other question waits or runs."""
        at_work = any(not other.idle for other in self._members if other is not member)
        return at_work or any(len(line) for line in self._lines.values())

    def _dispatch(self) -> None:
        """Hand waiting questions to idle processes, and start processes that are missing."""
        for member in [member for member in self._members if member.idle]:
            if not member.reader.alive:  # killed from outside
                self._members.remove(member)
                member.reader.close()
                continue
            ticket = self._lines[member.long].take()
            if ticket is not None:
                member.take(ticket)
        for long, most in ((False, SHORT_PROCESSES), (True, self._limits.processes)):
            starting = sum(kind == long for kind in self._starting.values())
            if long and False in self._starting.values():
                continue  # start one at a time, those for short questions first
            room = most - starting - sum(member.long == long for member in self._members)
            for _ in range(min(room, len(self._lines[long]) - starting)):
                self._start(long=long)

    def _make_room(self) -> None:
        """Free a process for short questions if more questions wait than processes come free."""
        short = [member for member in self._members if not member.long]
        coming = sum(member.idle or member.leaving for member in short)
        late = [member for member in short if member.worked(_SLICE_S) and not member.leaving]
        if late and coming < len(self._lines[False]):
            self._take_back(max(late, key=lambda member: member.since))

    def _move(self, member: Member) -> None:
        """Turn a running question into a long one: in its process, or by starting it again."""
        long = [other for other in self._members if other.long]
        if sum(not other.idle for other in long) >= self._limits.processes:
            self._take_back(member)
            return
        if len(long) + sum(self._starting.values()) >= self._limits.processes:
            idle = next((other for other in long if other.idle), None)
            if idle is None:
                return
            self._members.remove(idle)
            self._beside.run(idle.reader.close)
        member.long = True
        member.reader.lower_priority()
        self._start(long=False)

    def _take_back(self, member: Member) -> None:
        if member.ticket is not None:
            # a question that was only slow, on a busy machine, gets another chance as a short one
            member.ticket.long = member.ticket.began or member.computed(_SLICE_S)
        member.leaving = True
        member.reader.take_back()

    def _start(self, *, long: bool) -> None:
        reader = self._make(long)
        self._beside.run(partial(self._started, reader, long=long))
        self._starting[reader] = long

    def _started(self, reader: SandboxedReader, *, long: bool) -> None:
        problem: OrthoweaveError | None = None
        try:
            reader.start()
        except OrthoweaveError as error:
            problem = error
        except Exception as error:  # noqa: BLE001 - raised for the questions that wait
            problem = QueryError(f"a sandboxed process cannot start: {error}")
        with self._lock:
            del self._starting[reader]
            of_use = problem is None and not self._closed
            if of_use:
                self._members.append(Member(reader, long))
                self._dispatch()
            elif problem is not None and not any(member.long == long for member in self._members):
                self._fail(self._lines[long], problem)
        if not of_use:
            reader.close()

    def _fail(self, line: Line[Member], problem: OrthoweaveError) -> None:
        while (ticket := line.take()) is not None:
            ticket.error = type(problem)(*problem.args)
            ticket.called.set()
