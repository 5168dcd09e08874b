"""Operators of Cypher in Python: three-valued logic, 64-bit arithmetic, strings and lists."""

import math
import operator
import re
import sys
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from orthoweave.cypher.values.model import equal, is_number, less, name_of
from orthoweave.errors import QueryError, QueryRefusedError

Value = object
_WHOLE: Final = 2**63
# escapes, groups, classes and quantifiers that Java and Python read differently
_ODD: Final = re.compile(
    r"""\\(?![dDwWsSbBnrtf.\\*+?()\[\]{}|^$/\-"' ]) | \(\?(?![:i=!<s]) | \(\?<(?![=!])
    | && | [*+?}]\+ | \[[^\]]*\[""",
    re.VERBOSE,
)


def truth(value: Value) -> bool | None:
    """Return a boolean or null unchanged.

    Raises
    ------
    QueryError
        If the value is of another kind.
    """
    if value is None or isinstance(value, bool):
        return value
    message = f"expected a boolean, found {name_of(value)}: compare it, as in x = 1"
    raise QueryError(message)


def negation(value: Value) -> bool | None:
    """Return ``NOT value``."""
    known = truth(value)
    return None if known is None else not known


def exclusive(left: Value, right: Value) -> bool | None:
    """Return ``left XOR right``."""
    a, b = truth(left), truth(right)
    return None if a is None or b is None else a != b


def whole(value: int) -> int:
    """Return an integer if it fits into 64 bits.

    Raises
    ------
    QueryError
        If it does not fit.
    """
    if -_WHOLE <= value < _WHOLE:
        return value
    raise QueryError(f"{value} exceeds 64-bit integers: use toFloat(…)")


def add(left: Value, right: Value) -> Value:
    """Return ``left + right`` for numbers, strings and lists."""
    if left is None or right is None:
        return None
    if isinstance(left, list):
        return left + right if isinstance(right, list) else [*left, right]
    if isinstance(right, list):
        return [left, *right]
    if is_number(left) and is_number(right):
        return _numeric(operator.add, left, right)
    if (isinstance(left, str) or isinstance(right, str)) and _can_join(left) and _can_join(right):
        return as_text(left) + as_text(right)
    raise _mismatch("+", left, right)


def concatenate(left: Value, right: Value) -> Value:
    """Return ``left || right`` for strings and lists."""
    if left is None or right is None:
        return None
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, list) and isinstance(right, list):
        return left + right
    raise _mismatch("||", left, right)


def subtract(left: Value, right: Value) -> Value:
    """Return ``left - right``."""
    return _arithmetic("-", operator.sub, left, right)


def multiply(left: Value, right: Value) -> Value:
    """Return ``left * right``."""
    return _arithmetic("*", operator.mul, left, right)


def divide(left: Value, right: Value) -> Value:
    """Return ``left / right``, rounded towards zero for integers.

    Raises
    ------
    QueryError
        If a number is divided by the integer 0.
    """
    if (left is None or is_number(left)) and type(right) is int and right == 0:
        raise QueryError("division by the integer 0: test for it with CASE")
    return _arithmetic("/", _quotient, left, right)


def divide_constants(left: Value, right: Value) -> Value:
    """Return ``left / right`` of two literals, which Neo4j divides before running a statement."""
    if isinstance(left, float) and isinstance(right, int):
        return divide(left, float(right))
    return divide(left, right)


def modulo(left: Value, right: Value) -> Value:
    """Return ``left % right``, with the sign of the left operand."""
    return _arithmetic("%", _remainder, left, right)


def power(left: Value, right: Value) -> Value:
    """Return ``left ^ right``, always a float."""
    if left is None or right is None:
        return None
    if not is_number(left) or not is_number(right):
        raise _mismatch("^", left, right)
    try:
        return math.pow(left, right)
    except OverflowError:
        negative = left < 0 and right % 2 == 1
        return -math.inf if negative else math.inf
    except ValueError:
        return math.inf if left == 0 else math.nan


def negative(value: Value) -> Value:
    """Return ``-value``."""
    return subtract(0, value)


def positive(value: Value) -> Value:
    """Return ``+value``."""
    return add(0, value) if value is None or is_number(value) else subtract(value, 0)


def different(left: Value, right: Value) -> bool | None:
    """Return ``left <> right``."""
    same = equal(left, right)
    return None if same is None else not same


def at_most(left: Value, right: Value) -> bool | None:
    """Return ``left <= right``."""
    before = less(left, right)
    return before if before is None or before else equal(left, right)


def contained(value: Value, source: Value) -> bool | None:
    """Return ``value IN source``; null if the value is not found but an element may be equal.

    As in Neo4j, a source that is not a list counts as a list of one.
    """
    if source is None:
        return None
    unknown = False
    for item in source if isinstance(source, list) else [source]:
        same = equal(value, item)
        if same:
            return True
        unknown = unknown or same is None
    return None if unknown else False


def starts_with(left: Value, right: Value) -> bool | None:
    """Return ``left STARTS WITH right``; null unless both are strings."""
    if not isinstance(left, str) or not isinstance(right, str):
        return None
    return left.startswith(right)


def ends_with(left: Value, right: Value) -> bool | None:
    """Return ``left ENDS WITH right``; null unless both are strings."""
    if not isinstance(left, str) or not isinstance(right, str):
        return None
    return left.endswith(right)


def contains(left: Value, right: Value) -> bool | None:
    """Return ``left CONTAINS right``; null unless both are strings."""
    if not isinstance(left, str) or not isinstance(right, str):
        return None
    return right in left


def matches(left: Value, right: Value) -> bool | None:
    """Return ``left =~ right``: whether a regular expression matches the whole string.

    Raises
    ------
    QueryRefusedError
        If Java and Python read the expression or the string differently.
    """
    if left is None or right is None or not isinstance(left, str) or not isinstance(right, str):
        if right is not None and not isinstance(right, str):
            raise QueryError(f"=~ expects a regular expression, found {name_of(right)}")
        return None
    pattern = _pattern(right)
    if not left.isascii() and re.search(r"\\b|\\B", right):
        message = r"=~ with \b expects an ASCII string: use CONTAINS, or list the characters"
        raise QueryRefusedError(message)
    if any(sign in left for sign in "\r\x85\u2028\u2029"):
        raise QueryRefusedError("=~ expects \\n as the only line ending: use CONTAINS")
    return pattern.fullmatch(left) is not None


def as_text(value: Value) -> str:
    """Return a value as a string, with numbers as Java writes them.

    Examples
    --------
    >>> as_text(1e10), as_text(0.001), as_text(1e-05), as_text(100.0), as_text(True)
    ('1.0E10', '0.001', '1.0E-5', '100.0', 'true')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if not isinstance(value, float):
        raise QueryError(f"expected a string, number or boolean, found {name_of(value)}")
    if math.isnan(value) or math.isinf(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        text = f"{value:.17f}" if "e" in repr(value) else repr(value)
        return text.rstrip("0") + ("0" if text.rstrip("0").endswith(".") else "")
    _, figures, exponent = Decimal(repr(value)).normalize().as_tuple()
    digits = "".join(map(str, figures))
    _check_digits(value, digits)
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{int(exponent) + len(digits) - 1}"


def _check_digits(value: float, digits: str) -> None:
    """Refuse floats that Java 17 and Java 21 write with different digits."""
    rounded = 2**53 < abs(value) < _WHOLE and digits != str(abs(int(value))).rstrip("0")
    if rounded or abs(value) < sys.float_info.min:
        message = f"{value!r} as a string depends on the Java version: use toInteger or round"
        raise QueryRefusedError(message)


def _numeric(apply: Callable[[Any, Any], object], left: float, right: float) -> Value:
    if isinstance(left, int) and isinstance(right, int):
        result = apply(left, right)
        return whole(result) if isinstance(result, int) else result
    try:
        return apply(float(left), float(right))
    except OverflowError:
        return math.inf


def _arithmetic(sign: str, apply: Callable[..., object], left: Value, right: Value) -> Value:
    if left is None or right is None:
        return None
    if not is_number(left) or not is_number(right):
        raise _mismatch(sign, left, right)
    return _numeric(apply, left, right)


def _quotient(left: float, right: float) -> float:
    if isinstance(left, int) and isinstance(right, int):
        quotient = abs(left) // abs(right)
        return quotient if (left < 0) == (right < 0) else -quotient
    if right == 0:
        if left == 0 or math.isnan(left):
            return math.nan
        return math.copysign(math.inf, left) * math.copysign(1, right)
    return left / right


def _remainder(left: float, right: float) -> float:
    if isinstance(left, int) and isinstance(right, int):
        if right == 0:
            raise QueryError("% by the integer 0: test for it with CASE")
        remainder = abs(left) % abs(right)
        return remainder if left >= 0 else -remainder
    if right == 0 or math.isinf(left) or math.isnan(left) or math.isnan(right):
        return math.nan
    return math.fmod(left, right)


def _can_join(value: Value) -> bool:
    return isinstance(value, str) or is_number(value)


def _mismatch(sign: str, left: Value, right: Value) -> QueryError:
    return QueryError(
        f"{sign} cannot combine {name_of(left)} and {name_of(right)}: convert one of them, for "
        "instance with toString(…) or toInteger(…)"
    )


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    odd = _ODD.search(text)
    if odd is not None:
        message = (
            f"=~ {text!r}: {odd[0]!r} means different things to different engines. "
            "Use classes such as [a-z], groups, |, ., *, +, ?, {n}, \\d, \\w, \\s and (?i)"
        )
        raise QueryRefusedError(message)
    try:
        return re.compile(text, re.ASCII)
    except re.error as error:
        message = f"=~ expects a regular expression, found {text!r}: {error}"
        raise QueryError(message) from error
