"""Aggregates over the rows of a group."""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from tests.support.naive.expressions import Asked, value_of
from tests.support.naive.values import (
    NaiveError,
    NotNaiveError,
    Row,
    group_key,
    is_number,
    sort_key,
    whole,
)

from orthoweave.cypher.syntax import tree
from orthoweave.cypher.syntax.walk import children


def aggregates(of: object) -> Iterator[tree.Call | tree.CountStar]:
    """Yield the aggregates in an expression, but not those within subqueries."""
    if isinstance(of, tree.CountStar) or (isinstance(of, tree.Call) and of.name in _WORK):
        yield of
    elif not isinstance(of, tree.Subquery):
        for child in children(of):
            yield from aggregates(child)


def aggregate(asked: Asked, rows: Sequence[Row], of: tree.Call | tree.CountStar) -> object:
    """Value of an aggregate over rows; nulls do not count."""
    if isinstance(of, tree.CountStar):
        return len(rows)
    found = [value_of(asked, row, of.arguments[0]) for row in rows]
    values = [value for value in found if value is not None]
    if of.distinct:
        values = list({group_key(value): value for value in reversed(values)}.values())[::-1]
    further = [value_of(asked, rows[0] if rows else {}, part) for part in of.arguments[1:]]
    try:
        return _WORK[of.name](values, *further)
    except OverflowError as error:
        raise NotNaiveError(str(error)) from error


def _numbers(values: list[Any]) -> list[Any]:
    if not all(map(is_number, values)):
        raise NotNaiveError
    return values


def _sum(values: list[Any]) -> object:
    total = (
        math.fsum(values) if any(isinstance(v, float) for v in _numbers(values)) else sum(values)
    )
    try:
        return whole(total) if isinstance(total, int) else total
    except NaiveError as error:
        raise NotNaiveError(str(error)) from error


def _avg(values: list[Any]) -> object:
    return math.fsum(_numbers(values)) / len(values) if values else None


def _most(choose: Callable[..., Any]) -> Callable[[list[Any]], object]:
    return lambda values: choose(values, key=sort_key) if values else None


def _deviation(less_one: int) -> Callable[[list[Any]], object]:
    def worked(values: list[Any]) -> object:
        if not values:
            return None
        if len(_numbers(values)) <= less_one:
            return 0.0
        mean = math.fsum(values) / len(values)
        squares = math.fsum((value - mean) ** 2 for value in values)
        return math.sqrt(squares / (len(values) - less_one))

    return worked


def _share(share: object) -> float:
    if not isinstance(share, int | float) or not 0 <= share <= 1:
        message = "a percentile outside 0 to 1"
        raise NaiveError(message)
    return float(share)


def _continuous(values: list[Any], share: object) -> object:
    place = _share(share) * (len(values) - 1)
    if not values:
        return None
    ordered = sorted(_numbers(values))
    low, part = int(place), place - int(place)
    if part == 0:
        return ordered[low]
    return ordered[low] * (1 - part) + ordered[low + 1] * part


def _discrete(values: list[Any], share: object) -> object:
    place = _share(share) * len(values)
    if not values:
        return None
    return sorted(_numbers(values))[max(0, math.ceil(place) - 1)]


_WORK: Final[dict[str, Callable[..., object]]] = {
    "count": len,
    "sum": _sum,
    "avg": _avg,
    "min": _most(min),
    "max": _most(max),
    "collect": list,
    "stdev": _deviation(1),
    "stdevp": _deviation(0),
    "percentilecont": _continuous,
    "percentiledisc": _discrete,
}
