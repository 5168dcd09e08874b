"""Operators of Cypher on values: comparison, arithmetic, texts and lists."""

import math
import re
from collections.abc import Callable
from typing import Any, Final

from tests.support.naive.values import (
    NaiveError,
    NotNaiveError,
    equal,
    is_number,
    less,
    some,
    whole,
)


def _inside(one: object, other: object) -> bool | None:
    if other is None:
        return None
    if not isinstance(other, list):
        raise NotNaiveError
    return some(equal(one, item) for item in other)


def negated(truth: object) -> bool | None:
    """Turn a truth value round; what is open stays so."""
    return None if truth is None else not truth


def _at_most(one: object, other: object) -> bool | None:
    return some((less(one, other), equal(one, other))) if less(one, other) is not None else None


def _text(test: Callable[[str, str], bool]) -> Callable[[object, object], bool | None]:
    def tested(one: object, other: object) -> bool | None:
        if not isinstance(one, str) or not isinstance(other, str):
            return None
        return test(one, other)

    return tested


def _plus(one: Any, other: Any) -> object:
    if isinstance(one, list) or isinstance(other, list):
        if one is None or other is None:
            return None
        return (one if isinstance(one, list) else [one]) + (
            other if isinstance(other, list) else [other]
        )
    if one is None or other is None:
        return None
    if isinstance(one, str) and isinstance(other, str):
        return one + other
    if is_number(one) and is_number(other):
        return _result(one + other)
    message = "+ of other kinds"
    raise NotNaiveError(message)


def _arithmetic(work: Callable[[Any, Any], Any]) -> Callable[[object, object], object]:
    def worked(one: object, other: object) -> object:
        if one is None or other is None:
            return None
        if not is_number(one) or not is_number(other):
            raise NotNaiveError
        return _result(work(one, other))

    return worked


def _result(number: float) -> object:
    if isinstance(number, int):
        return whole(number)
    if not math.isfinite(number):
        message = "a number that is not finite"
        raise NotNaiveError(message)
    return number


def _divided(one: float, other: float) -> float:
    if other == 0:
        if isinstance(one, int) and isinstance(other, int):
            message = "division by zero"
            raise NaiveError(message)
        raise NotNaiveError
    if isinstance(one, int) and isinstance(other, int):
        return int(abs(one) // abs(other)) * (1 if (one < 0) == (other < 0) else -1)
    return one / other


def _remainder(one: float, other: float) -> float:
    if other == 0:
        if isinstance(one, int) and isinstance(other, int):
            message = "division by zero"
            raise NaiveError(message)
        raise NotNaiveError
    if isinstance(one, int) and isinstance(other, int):
        return int(math.copysign(1, one)) * (abs(one) % abs(other))
    return math.fmod(one, other)


def _power(one: float, other: float) -> float:
    try:
        return math.pow(one, other)
    except (ValueError, OverflowError) as error:
        raise NotNaiveError(str(error)) from error


def _fits(text: str, form: str) -> bool:
    try:
        return re.fullmatch(form, text) is not None
    except re.error as error:
        raise NotNaiveError(str(error)) from error


OPERATORS: Final[dict[str, Callable[[Any, Any], object]]] = {
    "=": equal,
    "<>": lambda one, other: negated(equal(one, other)),
    "<": less,
    ">": lambda one, other: less(other, one),
    "<=": _at_most,
    ">=": lambda one, other: _at_most(other, one),
    "IN": _inside,
    "STARTS WITH": _text(str.startswith),
    "ENDS WITH": _text(str.endswith),
    "CONTAINS": _text(lambda one, other: other in one),
    "=~": _text(_fits),
    "+": _plus,
    "-": _arithmetic(lambda one, other: one - other),
    "*": _arithmetic(lambda one, other: one * other),
    "/": _arithmetic(_divided),
    "%": _arithmetic(_remainder),
    "^": _arithmetic(_power),
}
"""Operators by their sign: nulls give null, anything beyond the naive path is an error."""
