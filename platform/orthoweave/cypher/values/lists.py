"""Indices and slices of lists, and expressions that iterate over a list."""

from collections.abc import Callable

from orthoweave.cypher.values.model import Node, Relationship, Row, name_of
from orthoweave.cypher.values.operators import truth
from orthoweave.errors import QueryError

Evaluate = Callable[[Row], object]
Spend = Callable[[], None]


def item(subject: object, index: object) -> object:
    """Return ``list[index]``, from the end if negative, or the entry of a map or entity.

    Raises
    ------
    QueryError
        If the subject does not have indices or keys of this kind.
    """
    if subject is None or index is None:
        return None
    if isinstance(subject, list) and isinstance(index, int) and not isinstance(index, bool):
        return subject[index] if -len(subject) <= index < len(subject) else None
    if isinstance(subject, Node | Relationship) and isinstance(index, str):
        return subject.properties.get(index)
    if isinstance(subject, dict) and isinstance(index, str):
        return subject.get(index)
    found = f"{name_of(subject)} and {name_of(index)}"
    raise QueryError(f"[…] expects a list and an integer, or a map and a key, found {found}")


_END = object()


def part(subject: object, start: object, stop: object = _END) -> list[object] | None:
    """Return ``list[start..stop]``, counted from 0, without the element at `stop`.

    Raises
    ------
    QueryError
        If the subject is not a list or a bound is not an integer.
    """
    if subject is None or start is None or stop is None:
        return None
    bounds = [bound for bound in (start, stop) if bound is not _END]
    whole = [bound for bound in bounds if isinstance(bound, int) and not isinstance(bound, bool)]
    if not isinstance(subject, list) or len(whole) < len(bounds):
        kinds = ", ".join(name_of(bound) for bound in bounds)
        raise QueryError(
            f"a slice expects a list and integers, found {name_of(subject)} and {kinds}"
        )
    return subject[slice(whole[0], None if stop is _END else whole[1])]


def source_items(value: object) -> list[object] | None:
    """Return the items that an expression iterates over; None for null.

    Raises
    ------
    QueryError
        If the value is not a list.
    """
    if value is None or isinstance(value, list):
        return value
    raise QueryError(f"expected a list, found {name_of(value)}")


def comprehension(
    variable: str, source: Evaluate, where: Evaluate | None, result: Evaluate | None, spend: Spend
) -> Evaluate:
    """Return ``[x IN source WHERE … | result]`` as a function of a row."""

    def evaluate(row: Row) -> list[object] | None:
        items = source_items(source(row))
        if items is None:
            return None
        inner, results = dict(row), []
        for value in items:
            spend()
            inner[variable] = value
            if where is None or truth(where(inner)):
                results.append(value if result is None else result(inner))
        return results

    return evaluate


def quantifier(
    kind: str, variable: str, source: Evaluate, where: Evaluate, spend: Spend
) -> Evaluate:
    """Return any, all, none or single over a list as a function of a row.

    The function returns null if a null condition leaves the result undecided.
    """

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


def reduction(  # noqa: PLR0917 - the expression has this many parts
    total: str, start: Evaluate, variable: str, source: Evaluate, step: Evaluate, spend: Spend
) -> Evaluate:
    """Return ``reduce(total = start, x IN source | step)`` as a function of a row."""

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
