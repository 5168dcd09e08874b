"""Functions of Cypher in Python, each as Neo4j 5 defines it.

`FUNCTIONS` lists each with its numbers of arguments. Strict functions return null for any null
argument; `call` sees to that, so that the functions themselves need not.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Final

from orthoweave.cypher.values import conversions, entities, texts
from orthoweave.cypher.values.model import equal, is_number, name_of
from orthoweave.cypher.values.types import described
from orthoweave.errors import QueryError

_ROUNDING: Final = {
    "UP": "ROUND_UP",
    "DOWN": "ROUND_DOWN",
    "CEILING": "ROUND_CEILING",
    "FLOOR": "ROUND_FLOOR",
    "HALF_UP": "ROUND_HALF_UP",
    "HALF_DOWN": "ROUND_HALF_DOWN",
    "HALF_EVEN": "ROUND_HALF_EVEN",
}
_LONGEST_RANGE: Final = 5_000_000
_LEAST: Final = -(2**63)
_MOST_DIGITS: Final = 2**31
_LAST_DIGIT: Final = 350
"""No float has more decimal places."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function of Cypher."""

    apply: Callable[..., object]
    least: int
    most: int
    strict: bool = True
    """Whether null as any argument makes the result null."""


def _number(value: object) -> float:
    if not is_number(value):
        raise QueryError(f"expected a number, found {name_of(value)}: convert it with toFloat(…)")
    return value


def _real(function: Callable[[float], float]) -> Function:
    def apply(value: object) -> float:
        number = float(_number(value))
        try:
            return function(number)
        except ValueError:
            return math.nan
        except OverflowError:
            return math.inf

    return Function(apply, 1, 1)


def _log(function: Callable[[float], float]) -> Function:
    return _real(lambda number: -math.inf if number == 0 else function(number))


def _absolute(value: object) -> object:
    number = _number(value)
    # the smallest integer has no positive counterpart and stays negative
    return number if number == _LEAST and isinstance(number, int) else abs(number)


def _sign(value: object) -> int:
    number = _number(value)
    return (number > 0) - (number < 0)


def _round(value: object, digits: object = None, mode: object = None) -> float:
    number = float(_number(value))
    precision = 0 if digits is None else digits
    if type(precision) is not int or not 0 <= precision < _MOST_DIGITS:
        raise QueryError(f"round expects an integer number of digits from 0, found {precision!r}")
    if math.isnan(number) or math.isinf(number) or precision > _LAST_DIGIT:
        return number
    if precision == 0 and mode is None:
        whole_number = math.floor(Decimal(number) + Decimal("0.5"))
        # without digits the result is limited to 64-bit integers, as in Java
        bounded = max(-(2**63), min(2**63 - 1, whole_number))
        return float(whole_number if digits is not None else bounded)
    rounding = ROUND_HALF_UP if mode is None else _ROUNDING.get(str(mode).upper())
    if rounding is None:
        raise QueryError(f"round expects a mode of {', '.join(_ROUNDING)}, found {mode!r}")
    with localcontext() as context:
        context.prec = 400
        rounded = float(Decimal(repr(number)).quantize(Decimal(1).scaleb(-precision), rounding))
    return rounded + 0.0  # never -0.0


def _ceiling(number: float) -> float:
    return number if math.isinf(number) else math.copysign(math.ceil(number), number)


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise QueryError(f"expected a list, found {name_of(value)}")
    return value


def _head(value: object) -> object:
    items = _list(value)
    return items[0] if items else None


def _last(value: object) -> object:
    items = _list(value)
    return items[-1] if items else None


def _range(start: object, stop: object, step: object = 1) -> list[object]:
    first, last, by = (_whole(bound) for bound in (start, stop, step))
    if by == 0:
        raise QueryError("range expects a step other than 0")
    # Neo4j rounds towards 0: with a step beyond the end in either direction the first number stays
    steps = abs(last - first) // abs(by) * (1 if (last < first) == (by < 0) else -1)
    if steps >= _LONGEST_RANGE:
        message = f"range expects at most {_LONGEST_RANGE:,} numbers, found {steps + 1:,}"
        raise QueryError(f"{message}: use a larger step or a smaller range")
    return [first + number * by for number in range(steps + 1)]


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise QueryError(f"range expects integers, found {name_of(value)}")
    return value


def _size(value: object) -> int:
    if isinstance(value, str | list):
        return len(value)
    message = f"size expects a string or list, found {name_of(value)}: write length(p) for a path"
    raise QueryError(message)


def _reverse(value: object) -> object:
    if isinstance(value, str | list):
        return value[::-1]
    raise QueryError(f"reverse expects a string or list, found {name_of(value)}")


def _is_empty(value: object) -> bool:
    if isinstance(value, str | list | dict):
        return not value
    raise QueryError(f"isEmpty expects a string, list or map, found {name_of(value)}")


def _coalesce(*values: object) -> object:
    return next((value for value in values if value is not None), None)


def _null_if(value: object, excluded: object) -> object:
    return None if equal(value, excluded) else value


def _haversin(number: float) -> float:
    return (1 - math.cos(number)) / 2


def _atan2(y: object, x: object) -> float:
    return math.atan2(_number(y), _number(x))


FUNCTIONS: Final[Mapping[str, Function]] = {
    "abs": Function(_absolute, 1, 1),
    "sign": Function(_sign, 1, 1),
    "round": Function(_round, 1, 3),
    "ceil": _real(_ceiling),
    "ceiling": _real(_ceiling),
    "floor": _real(lambda x: -_ceiling(-x)),
    "sqrt": _real(math.sqrt),
    "exp": _real(math.exp),
    "log": _log(math.log),
    "ln": _log(math.log),
    "log10": _log(math.log10),
    "e": Function(lambda: math.e, 0, 0),
    "pi": Function(lambda: math.pi, 0, 0),
    "sin": _real(math.sin),
    "cos": _real(math.cos),
    "tan": _real(math.tan),
    "cot": _real(lambda x: math.copysign(math.inf, x) if x == 0 else 1 / math.tan(x)),
    "asin": _real(math.asin),
    "acos": _real(math.acos),
    "atan": _real(math.atan),
    "atan2": Function(_atan2, 2, 2),
    "haversin": _real(_haversin),
    "degrees": _real(math.degrees),
    "radians": _real(math.radians),
    "isnan": Function(lambda x: math.isnan(_number(x)), 1, 1),
    "head": Function(_head, 1, 1),
    "last": Function(_last, 1, 1),
    "tail": Function(lambda x: _list(x)[1:], 1, 1),
    "range": Function(_range, 2, 3, strict=False),
    "size": Function(_size, 1, 1),
    "reverse": Function(_reverse, 1, 1),
    "isempty": Function(_is_empty, 1, 1),
    "coalesce": Function(_coalesce, 1, 99, strict=False),
    "nullif": Function(_null_if, 2, 2, strict=False),
    "valuetype": Function(described, 1, 1, strict=False),
    **{name: Function(*row) for name, row in texts.FUNCTIONS.items()},
    **{name: Function(*row) for name, row in conversions.FUNCTIONS.items()},
    **{name: Function(*row) for name, row in entities.FUNCTIONS.items()},
}
"""Functions by name in lower case."""


def call(name: str, arguments: list[object]) -> object:
    """Return the result of a function; its name and number of arguments were checked before."""
    function = FUNCTIONS[name]
    if function.strict and any(argument is None for argument in arguments):
        return None
    return function.apply(*arguments)
