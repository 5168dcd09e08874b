"""Functions that convert values; a string that cannot be converted becomes null."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Final

from orthoweave.cypher.values.model import is_number, name_of
from orthoweave.cypher.values.operators import as_text
from orthoweave.errors import QueryError, QueryRefusedError

_LARGEST: Final = 2**63 - 1
_WHOLE: Final = re.compile(r"[+-]?[0-9]+")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_TRUTH: Final = {"true": True, "false": False}


def _to_text(value: object) -> str:
    return as_text(value)


def _to_whole(value: object) -> int | None:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        if math.isnan(value):
            return 0
        return int(max(-_LARGEST - 1, min(_LARGEST, value)))
    if not isinstance(value, str):
        raise QueryError(f"toInteger expects a number, string or boolean, found {name_of(value)}")
    _check_digits(value)
    if _WHOLE.fullmatch(value):
        whole = int(value)
        if not -_LARGEST - 1 <= whole <= _LARGEST:
            raise _out_of_range(value)
        return whole
    number = float(value) if _NUMBER.fullmatch(value) else None
    if number is not None and not -_LARGEST - 1 <= number <= _LARGEST:
        raise _out_of_range(value)
    return None if number is None else _to_whole(number)


def _out_of_range(value: str) -> QueryError:
    return QueryError(f"{value} exceeds 64-bit integers: use toFloat(…)")


def _to_number(value: object) -> float | None:
    if is_number(value):
        return float(value)
    if not isinstance(value, str):
        raise QueryError(f"toFloat expects a number or string, found {name_of(value)}")
    _check_digits(value)
    bare = value.strip(" \t\n\r\x0b\x0c")
    if bare in {"NaN", "Infinity", "-Infinity", "+Infinity"}:
        return float(bare.replace("Infinity", "inf"))
    if bare.lstrip("+-")[:2].lower() == "0x":
        message = f"toFloat({value!r}): engines read hexadecimal strings differently: use decimals"
        raise QueryRefusedError(message)
    bare = bare[:-1] if bare[-1:] in {"f", "F", "d", "D"} else bare
    return float(bare) if _NUMBER.fullmatch(bare) else None


def _check_digits(value: str) -> None:
    if any(sign.isdigit() and not sign.isascii() for sign in value):
        message = (
            f"{value!r} has digits other than 0 to 9, which engines read differently: write 0 to 9"
        )
        raise QueryRefusedError(message)


def _to_truth(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value != 0
    if isinstance(value, str):
        return _TRUTH.get(value.strip().lower())
    raise QueryError(f"toBoolean expects a string, integer or boolean, found {name_of(value)}")


def _or_null(convert: Callable[[object], object]) -> Callable[[object], object]:
    def apply(value: object) -> object:
        try:
            return convert(value)
        except QueryRefusedError:
            raise
        except QueryError:
            return None

    return apply


def _each(convert: Callable[[object], object]) -> Callable[[object], list[object]]:
    def apply(values: object) -> list[object]:
        if not isinstance(values, list):
            raise QueryError(f"expected a list, found {name_of(values)}")
        safe = _or_null(convert)
        return [None if value is None else safe(value) for value in values]

    return apply


_CONVERSIONS: Final[Mapping[str, Callable[[object], object]]] = {
    "tostring": _to_text,
    "tointeger": _to_whole,
    "tofloat": _to_number,
    "toboolean": _to_truth,
}
FUNCTIONS: Final[Mapping[str, tuple[Callable[..., object], int, int]]] = {
    **{name: (convert, 1, 1) for name, convert in _CONVERSIONS.items()},
    **{f"{name}ornull": (_or_null(convert), 1, 1) for name, convert in _CONVERSIONS.items()},
    **{f"{name}list": (_each(convert), 1, 1) for name, convert in _CONVERSIONS.items()},
}
"""Functions by name in lower case, with their minimum and maximum number of arguments."""
