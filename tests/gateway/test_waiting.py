"""Clients take turns, and the one with the most tickets is turned away first."""

from hypothesis import given
from hypothesis import strategies as st

from orthoweave.gateway.waiting import Line, Ticket, to_turn_away


def _ticket(client: str, *, began: bool = False) -> Ticket[object]:
    return Ticket(client, 1.0, began=began)


def _order(clients: str) -> str:
    line: Line[object] = Line()
    for client in clients:
        line.add(_ticket(client))
    found = ""
    while (ticket := line.take()) is not None:
        found += str(ticket.client)
    return found


def test_clients_take_turns() -> None:
    """The questions of other clients are answered in between a flood from one client."""
    assert _order("aaaabbc") == "abcabaa"
    assert _order("") == ""


def test_a_client_who_was_served_goes_behind_the_others() -> None:
    """A client that asks again at once does not overtake waiting clients."""
    line: Line[object] = Line()
    for client in "ab":
        line.add(_ticket(client))
    assert (line.take() or _ticket("")).client == "a"
    line.add(_ticket("a"))
    assert (line.take() or _ticket("")).client == "b"


def test_begun_questions_come_before_others_of_their_client() -> None:
    """A question that was taken back is not overtaken by the next of its client."""
    line: Line[object] = Line()
    first, second = _ticket("a"), _ticket("a", began=True)
    line.add(first)
    line.add(second)
    assert [line.take(), line.take(), line.take()] == [second, first, None]


def test_tickets_can_leave() -> None:
    """A removed ticket gets no turn; removing it twice is not an error."""
    line: Line[object] = Line()
    first, second = _ticket("a"), _ticket("a")
    line.add(first)
    line.add(second)
    line.remove(first)
    line.remove(first)
    assert (len(line), line.take(), line.take()) == (1, second, None)


@given(st.text("abc", max_size=30))
def test_nobody_waits_for_more_than_one_of_each_other(clients: str) -> None:
    """Between two turns of a waiting client, no other client has more than one turn."""
    found = _order(clients)
    assert sorted(found) == sorted(clients)
    for client in set(found):
        for part in found.split(client)[:-1]:
            assert len(part) == len(set(part))


def test_a_flood_turns_itself_away() -> None:
    """If too many wait, the last question of the busiest client is turned away."""
    flood = [_ticket("a") for _ in range(3)]
    newest = _ticket("b")
    assert to_turn_away([*flood, newest], newest, 3) is flood[-1]
    assert to_turn_away([*flood, newest], newest, 4) is None


def test_among_equals_the_newest_goes() -> None:
    """Among clients with equally many tickets, the newest is turned away."""
    first, newest = _ticket("a"), _ticket("b")
    assert to_turn_away([first, newest], newest, 1) is newest


def test_begun_questions_stay() -> None:
    """A question that was taken back is never turned away."""
    began = [_ticket("a", began=True), _ticket("a", began=True)]
    newest = _ticket("b")
    assert to_turn_away([*began, newest], newest, 2) is newest
