"""Functions of Cypher, for the values that random questions have."""

import math
import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from tests.support.naive.values import Edge, NaiveError, Node, NotNaiveError, Trail

_MOST: Final = 2.0**63


def call(name: str, values: Sequence[Any]) -> object:
    """Value of a function.

    Raises
    ------
    NotNaiveError
        If it is none of those that are known, or has other arguments.
    """
    if name == "coalesce":
        return next((value for value in values if value is not None), None)
    function = _FUNCTIONS.get((name, len(values)))
    if function is None:
        message = f"function {name}"
        raise NotNaiveError(message)
    if values[0] is None or any(value is None for value in values):
        return None
    try:
        return function(*values)
    except (TypeError, AttributeError, ValueError, OverflowError) as error:
        raise NotNaiveError(str(error)) from error


def _size(value: object) -> int:
    if isinstance(value, str | list):
        return len(value)
    message = "size of neither text nor list"
    raise NotNaiveError(message)


def _to_integer(value: object) -> int | None:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value
    number = value if isinstance(value, float) else _number(value)
    if number is not None and not abs(number) < _MOST:
        message = "a whole number of more than 64 bits"
        raise NotNaiveError(message)
    return None if number is None else int(number)


def _number(value: object) -> float | int | None:
    if not isinstance(value, str):
        message = "number of something else"
        raise NotNaiveError(message)
    text = value
    if re.fullmatch(r"[+-]?[0-9]+", text):
        return int(text)
    if re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", text):
        return float(text)
    if re.match(r"[+-]?(\.?[0-9]|0[xX]|NaN|Infinity)", text):
        message = f"number in {text!r}"
        raise NotNaiveError(message)
    return None


def _to_float(value: object) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    number = _number(value)
    return None if number is None else float(number)


def _to_string(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | str):
        return str(value)
    if isinstance(value, float) and (value == 0 or 1e-3 <= abs(value) < 1e7):
        return repr(value)
    message = "text of a number that languages write differently"
    raise NotNaiveError(message)


def _substring(text: str, start: int, length: int | None = None) -> str:
    if start < 0 or (length is not None and length < 0):
        message = "substring from before the beginning"
        raise NaiveError(message)
    return text[start:] if length is None else text[start : start + length]


def _left(text: str, n: int) -> str:
    if n < 0:
        message = "left of fewer than none"
        raise NaiveError(message)
    return text[:n]


def _right(text: str, n: int) -> str:
    if n < 0:
        message = "right of fewer than none"
        raise NaiveError(message)
    return text[max(0, len(text) - n) :]


def _reverse(value: str | list[object]) -> object:
    return value[::-1]


def _replace(text: str, old: str, new: str) -> str:
    if not old:
        message = "replace of nothing"
        raise NotNaiveError(message)
    return text.replace(old, new)


def _split(text: str, by: str) -> list[str]:
    if not by:
        message = "split at nothing"
        raise NotNaiveError(message)
    return text.split(by)


def _decimal(function: Callable[[float], float]) -> Callable[[float], float]:
    return lambda value: float(function(value))


def _absolute(value: float) -> float:
    # the least number of 64 bits has no counterpart above zero: Java gives it back
    return value if value == -_MOST and isinstance(value, int) else abs(value)


def _labels(node: Node) -> list[str]:
    if not isinstance(node, Node):
        raise NotNaiveError
    return [node.label]


def _type(edge: Edge) -> str:
    if not isinstance(edge, Edge):
        raise NotNaiveError
    return edge.type


def _range(low: int, high: int, step: int = 1) -> list[int]:
    if step == 0:
        message = "range without step"
        raise NaiveError(message)
    # one number more than whole steps fit between the ends, cut off towards 0
    count = math.trunc((high - low) / step) + 1
    return [low + number * step for number in range(count)]


def _length(path: Trail) -> int:
    return len(path.edges)


def _ends(which: str) -> Callable[[Edge], object]:
    return lambda edge: getattr(edge, which)


_FUNCTIONS: Final[dict[tuple[str, int], Callable[..., object]]] = {
    ("abs", 1): _absolute,
    ("size", 1): _size,
    ("length", 1): _length,
    ("tointeger", 1): _to_integer,
    ("tofloat", 1): _to_float,
    ("tostring", 1): _to_string,
    ("round", 1): lambda value: float(math.floor(value + 0.5)),
    ("floor", 1): _decimal(math.floor),
    ("ceil", 1): _decimal(math.ceil),
    ("sign", 1): lambda value: (value > 0) - (value < 0),
    ("sqrt", 1): _decimal(math.sqrt),
    ("toupper", 1): lambda text: text.upper(),
    ("tolower", 1): lambda text: text.lower(),
    ("trim", 1): lambda text: text.strip(),
    ("reverse", 1): _reverse,
    ("substring", 2): _substring,
    ("substring", 3): _substring,
    ("left", 2): _left,
    ("right", 2): _right,
    ("replace", 3): _replace,
    ("split", 2): _split,
    ("head", 1): lambda items: items[0] if items else None,
    ("last", 1): lambda items: items[-1] if items else None,
    ("tail", 1): lambda items: items[1:],
    ("labels", 1): _labels,
    ("type", 1): _type,
    ("range", 2): _range,
    ("range", 3): _range,
    ("nodes", 1): lambda path: list(path.nodes),
    ("relationships", 1): lambda path: list(path.edges),
    ("startnode", 1): _ends("start"),
    ("endnode", 1): _ends("end"),
}
