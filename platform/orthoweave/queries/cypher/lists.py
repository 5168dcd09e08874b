"""Positions and slices of lists, and what goes over a list within an expression."""

from collections.abc import Callable

from orthoweave.errors import QueryError
from orthoweave.queries.cypher.operators import truth
from orthoweave.queries.cypher.values import Node, Relationship, Row, name_of

Evaluate = Callable[[Row], object]
Spend = Callable[[], None]


def item(subject: object, index: object) -> object:
    """``list[index]``, counted from 0, from the end if negative; or the entry of a map."""
    if subject is None or index is None:
        return None
    if isinstance(subject, list) and isinstance(index, int) and not isinstance(index, bool):
        return subject[index] if -len(subject) <= index < len(subject) else None
    if isinstance(subject, Node | Relationship) and isinstance(index, str):
        return subject.properties.get(index)
    if isinstance(subject, dict) and isinstance(index, str):
        return subject.get(index)
    message = f"{name_of(subject)} has no place {index!r}: expected a list and a whole number"
    raise QueryError(message)


_END = object()


def part(subject: object, start: object, stop: object = _END) -> list[object] | None:
    """``list[start..stop]``, counted from 0, without the last."""
    if subject is None or start is None or stop is None:
        return None
    bounds = [bound for bound in (start, stop) if bound is not _END]
    whole = [bound for bound in bounds if isinstance(bound, int) and not isinstance(bound, bool)]
    if not isinstance(subject, list) or len(whole) < len(bounds):
        kinds = ", ".join(name_of(bound) for bound in bounds)
        raise QueryError(f"a slice expects a list and whole numbers, found {name_of(subject)} "
                         f"and {kinds}")  # fmt: skip
    return subject[slice(whole[0], None if stop is _END else whole[1])]


def source_items(value: object) -> list[object] | None:
    """Items that an expression goes over; None for null.

    Raises
    ------
    QueryError
        If it is no list.
    """
    if value is None or isinstance(value, list):
        return value
    raise QueryError(f"expected a list to go over, found {name_of(value)}")


def comprehension(
    variable: str, source: Evaluate, where: Evaluate | None, result: Evaluate | None, spend: Spend
) -> Evaluate:
    """``[x IN source WHERE … | result]``."""

    def evaluate(row: Row) -> list[object] | None:
        items = source_items(source(row))
        if items is None:
            return None
        inner, found = dict(row), []
        for value in items:
            spend()
            inner[variable] = value
            if where is None or truth(where(inner)):
                found.append(value if result is None else result(inner))
        return found

    return evaluate


def quantifier(
    kind: str, variable: str, source: Evaluate, where: Evaluate, spend: Spend
) -> Evaluate:
    """``any(x IN source WHERE …)`` and its kin; null where a null leaves it open."""

    def evaluate(row: Row) -> bool | None:
        items = source_items(source(row))
        if items is None:
            return None
        inner, held, unknown, failed = dict(row), 0, 0, 0
        for value in items:
            spend()
            inner[variable] = value
            outcome = truth(where(inner))
            held += outcome is True
            unknown += outcome is None
            failed += outcome is False
        return _verdict(kind, held, unknown, failed)

    return evaluate


def _verdict(kind: str, held: int, unknown: int, failed: int) -> bool | None:
    open_ = None if unknown else True
    if kind == "any":
        return True if held else (None if unknown else False)
    if kind == "all":
        return False if failed else open_
    if kind == "none":
        return False if held else open_
    if held > 1:
        return False
    return None if unknown else held == 1


def reduction(  # noqa: PLR0917 - as the expression has them
    total: str, start: Evaluate, variable: str, source: Evaluate, step: Evaluate, spend: Spend
) -> Evaluate:
    """``reduce(total = start, x IN source | step)``."""

    def evaluate(row: Row) -> object:
        items = source_items(source(row))
        if items is None:
            return None
        inner = dict(row)
        inner[total] = start(row)
        for value in items:
            spend()
            inner[variable] = value
            inner[total] = step(inner)
        return inner[total]

    return evaluate
