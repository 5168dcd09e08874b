"""Questions that wait for a process, in an order that is fair to all clients."""

import threading
from collections import OrderedDict, deque
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Turn = TypeVar("Turn")


@dataclass(eq=False, slots=True)
class Ticket(Generic[Turn]):
    """A question that waits for its turn."""

    client: Hashable
    left_s: float
    """Seconds that it may still wait."""
    long: bool = False
    """Whether it waits among the long questions."""
    began: bool = False
    """Whether it ran already and was taken back; it is then never turned away."""
    called: threading.Event = field(default_factory=threading.Event)
    """Set when there is a turn or an error."""
    turn: Turn | None = None
    error: Exception | None = None


class Line(Generic[Turn]):
    """Waiting tickets: clients take turns, each with its oldest ticket first.

    So a client with a hundred questions delays others no more than one with a single question.
    """

    def __init__(self) -> None:
        self._clients: OrderedDict[Hashable, deque[Ticket[Turn]]] = OrderedDict()

    def add(self, ticket: Ticket[Turn]) -> None:
        """Add a ticket after the others of its client, or before them if it began already."""
        own = self._clients.setdefault(ticket.client, deque())
        if ticket.began:
            own.appendleft(ticket)
        else:
            own.append(ticket)

    def take(self) -> Ticket[Turn] | None:
        """Remove and return the next ticket; None if there is none."""
        if not self._clients:
            return None
        client, own = next(iter(self._clients.items()))
        ticket = own.popleft()
        del self._clients[client]
        if own:
            self._clients[client] = own  # after the other clients
        return ticket

    def remove(self, ticket: Ticket[Turn]) -> None:
        """Remove a ticket if it is in the line."""
        own = self._clients.get(ticket.client)
        if own is not None and ticket in own:
            own.remove(ticket)
            if not own:
                del self._clients[ticket.client]

    def __len__(self) -> int:
        return sum(len(own) for own in self._clients.values())

    def __iter__(self) -> Iterator[Ticket[Turn]]:
        for own in self._clients.values():
            yield from own


def to_turn_away(
    tickets: list[Ticket[Turn]], newest: Ticket[Turn], limit: int
) -> Ticket[Turn] | None:
    """Return the ticket to turn away if more than `limit` wait; None otherwise.

    That is the last ticket of the client with the most tickets; the newest if all have as many.
    """
    if len(tickets) <= limit:
        return None
    by_client: dict[Hashable, list[Ticket[Turn]]] = {}
    for ticket in tickets:
        by_client.setdefault(ticket.client, []).append(ticket)
    most = max(by_client.values(), key=len)
    may_go = [ticket for ticket in most if not ticket.began]
    if len(most) <= len(by_client[newest.client]) or not may_go:
        return newest
    return may_go[-1]
