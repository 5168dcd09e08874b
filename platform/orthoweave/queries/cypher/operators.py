"""Operators of Cypher on values: logic with three outcomes, arithmetic in 64 bits, texts, lists."""

import math
import operator
import re
import sys
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Final

from orthoweave.errors import QueryError, QueryRefusedError
from orthoweave.queries.cypher.values import equal, is_number, less, name_of

Value = object
_WHOLE: Final = 2**63
# escapes, groups, classes and quantifiers that Java and Python do not share
_ODD: Final = re.compile(
    r"""\\(?![dDwWsSbBnrtf.\\*+?()\[\]{}|^$/\-"' ]) | \(\?(?![:i=!<s]) | \(\?<(?![=!])
    | && | [*+?}]\+ | \[[^\]]*\[""",
    re.VERBOSE,
)


def truth(value: Value) -> bool | None:
    """A truth value or null, or an error.

    Raises
    ------
    QueryError
        If it is of another kind.
    """
    if value is None or isinstance(value, bool):
        return value
    message = f"expected a truth value, found {name_of(value)}: compare it, as in x = 1"
    raise QueryError(message)


def negation(value: Value) -> bool | None:
    """``NOT``."""
    known = truth(value)
    return None if known is None else not known


def exclusive(left: Value, right: Value) -> bool | None:
    """``XOR``."""
    one, other = truth(left), truth(right)
    return None if one is None or other is None else one != other


def whole(value: int) -> int:
    """Give a whole number if 64 bits hold it.

    Raises
    ------
    QueryError
        If they do not.
    """
    if -_WHOLE <= value < _WHOLE:
        return value
    raise QueryError(f"{value} is beyond whole numbers of 64 bits: use toFloat(…)")


def add(left: Value, right: Value) -> Value:
    """``+`` on numbers, texts and lists."""
    if left is None or right is None:
        return None
    if isinstance(left, list):
        return left + right if isinstance(right, list) else [*left, right]
    if isinstance(right, list):
        return [left, *right]
    if is_number(left) and is_number(right):
        return _numeric(operator.add, left, right)
    if (isinstance(left, str) or isinstance(right, str)) and _joins(left) and _joins(right):
        return as_text(left) + as_text(right)
    raise _mismatch("+", left, right)


def concatenate(left: Value, right: Value) -> Value:
    """``||`` on texts and lists."""
    if left is None or right is None:
        return None
    if (isinstance(left, str) and isinstance(right, str)) or (
        isinstance(left, list) and isinstance(right, list)
    ):
        return left + right  # type: ignore[operator]
    raise _mismatch("||", left, right)


def subtract(left: Value, right: Value) -> Value:
    """``-``."""
    return _arithmetic("-", operator.sub, left, right)


def multiply(left: Value, right: Value) -> Value:
    """``*``."""
    return _arithmetic("*", operator.mul, left, right)


def divide(left: Value, right: Value) -> Value:
    """``/``: towards zero for whole numbers.

    Raises
    ------
    QueryError
        If a number is divided by the whole number 0.
    """
    if (left is None or is_number(left)) and type(right) is int and right == 0:
        raise QueryError("division by the whole number 0: test for it with CASE")
    return _arithmetic("/", _quotient, left, right)


def divide_constants(left: Value, right: Value) -> Value:
    """``/`` of what is written as a number, which Neo4j divides before it runs the statement."""
    written = isinstance(left, float) and isinstance(right, int)
    return divide(left, float(right) if written else right)  # type: ignore[arg-type]


def modulo(left: Value, right: Value) -> Value:
    """``%``: the rest has the sign of the left side."""
    return _arithmetic("%", _rest, left, right)


def power(left: Value, right: Value) -> Value:
    """``^``: always a number with a fraction."""
    if left is None or right is None:
        return None
    if not is_number(left) or not is_number(right):
        raise _mismatch("^", left, right)
    try:
        found = math.pow(left, right)  # type: ignore[arg-type]
    except OverflowError:
        negative = left < 0 and right % 2 == 1  # type: ignore[operator]
        return -math.inf if negative else math.inf
    except ValueError:
        return math.inf if left == 0 else math.nan
    return found


def negative(value: Value) -> Value:
    """``-x``."""
    return subtract(0, value)


def positive(value: Value) -> Value:
    """``+x``."""
    return add(0, value) if value is None or is_number(value) else subtract(value, 0)


def different(left: Value, right: Value) -> bool | None:
    """``<>``."""
    same = equal(left, right)
    return None if same is None else not same


def at_most(left: Value, right: Value) -> bool | None:
    """``<=``."""
    before = less(left, right)
    return before if before is None or before else equal(left, right)


def contained(value: Value, source: Value) -> bool | None:
    """``IN``: null where the list has a null that might be it."""
    if source is None:
        return None
    if not isinstance(source, list):
        raise QueryError(f"IN expects a list, found {name_of(source)}")
    unknown = False
    for item in source:
        same = equal(value, item)
        if same:
            return True
        unknown = unknown or same is None
    return None if unknown else False


def starts_with(left: Value, right: Value) -> bool | None:
    """``STARTS WITH``; null for anything but texts."""
    if not isinstance(left, str) or not isinstance(right, str):
        return None
    return left.startswith(right)


def ends_with(left: Value, right: Value) -> bool | None:
    """``ENDS WITH``; null for anything but texts."""
    if not isinstance(left, str) or not isinstance(right, str):
        return None
    return left.endswith(right)


def contains(left: Value, right: Value) -> bool | None:
    """``CONTAINS``; null for anything but texts."""
    if not isinstance(left, str) or not isinstance(right, str):
        return None
    return right in left


def matches(left: Value, right: Value) -> bool | None:
    """``=~``: whether the whole text fits a regular expression.

    Raises
    ------
    QueryRefusedError
        If the expression or text is one that Java and Python read differently.
    """
    if left is None or right is None or not isinstance(left, str) or not isinstance(right, str):
        if right is not None and not isinstance(right, str):
            raise QueryError(f"=~ expects a regular expression, found {name_of(right)}")
        return None
    pattern = _pattern(right)
    if not left.isascii() and re.search(r"\\b|\\B", right):
        message = r"=~ with \b on a text beyond ASCII: use CONTAINS, or name the characters"
        raise QueryRefusedError(message)
    if any(sign in left for sign in "\r\x85\u2028\u2029"):
        raise QueryRefusedError("=~ on a text with line ends other than \\n: use CONTAINS")
    return pattern.fullmatch(left) is not None


def as_text(value: Value) -> str:
    """Text of a plain value, numbers as Java writes them.

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
        raise QueryError(f"expected a text, number or truth value, found {name_of(value)}")
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
    """Refuse numbers that Java 17 and Java 21 write with different digits."""
    rounded = 2**53 < abs(value) < _WHOLE and digits != str(abs(int(value))).rstrip("0")
    if rounded or abs(value) < sys.float_info.min:
        message = f"the text of {value!r} depends on the version of Java: use toInteger or round"
        raise QueryRefusedError(message)


def _numeric(apply: Callable[[object, object], object], left: Value, right: Value) -> Value:
    if isinstance(left, int) and isinstance(right, int):
        found = apply(left, right)
        return whole(found) if isinstance(found, int) else found
    try:
        return apply(float(left), float(right))  # type: ignore[arg-type]
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
        found = abs(left) // abs(right)
        return found if (left < 0) == (right < 0) else -found
    if right == 0:
        if left == 0 or math.isnan(left):
            return math.nan
        return math.copysign(math.inf, left) * math.copysign(1, right)
    return left / right


def _rest(left: float, right: float) -> float:
    if isinstance(left, int) and isinstance(right, int):
        if right == 0:
            raise QueryError("rest of a division of a whole number by zero: test for it with CASE")
        found = abs(left) % abs(right)
        return found if left >= 0 else -found
    if right == 0 or math.isinf(left) or math.isnan(left) or math.isnan(right):
        return math.nan
    return math.fmod(left, right)


def _joins(value: Value) -> bool:
    return isinstance(value, str) or is_number(value)


def _mismatch(sign: str, left: Value, right: Value) -> QueryError:
    return QueryError(
        f"{sign} cannot join {name_of(left)} and {name_of(right)}: convert one of them, as with "
        "toString(…) or toInteger(…)"
    )


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    odd = _ODD.search(text)
    try:
        found = None if odd else re.compile(text, re.ASCII)
    except re.error as error:
        raise QueryError(f"{text!r} is no regular expression: {error}") from error
    if found is None:
        message = (
            f"=~ {text!r}: {odd[0] if odd else ''!r} means different things to different readers. "
            "Use classes such as [a-z], groups, |, ., *, +, ?, {n}, \\d, \\w, \\s and (?i)"
        )
        raise QueryRefusedError(message)
    return found
