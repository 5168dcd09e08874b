"""Aggregates of Cypher over the values of a group; they ignore null."""

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Final

from orthoweave.cypher.values.model import group_key, is_number, name_of, order_key
from orthoweave.errors import QueryError, QueryRefusedError

AGGREGATES: Final = frozenset(
    {
        "count",
        "sum",
        "avg",
        "min",
        "max",
        "collect",
        "stdev",
        "stdevp",
        "percentilecont",
        "percentiledisc",
    }
)
"""Names of the aggregates in lower case."""
_WHOLE: Final = 2**63


def aggregate(
    name: str, values: Sequence[object], *, distinct: bool, extra: object = None
) -> object:
    """Return an aggregate over the values of a group, which may include null.

    Parameters
    ----------
    extra
        Second argument of a percentile: a fraction from 0.0 to 1.0.
    """
    present = [value for value in values if value is not None]
    if distinct:
        first: dict[Hashable, object] = {}
        for value in present:
            first.setdefault(group_key(value), value)
        present = list(first.values())
    if name.startswith("percentile"):
        return _percentile(name, present, extra)
    return _RESULTS[name](present)


def _sum(values: Sequence[object]) -> object:
    total: float = 0
    for value in _numbers("sum", values):
        total = _plus(total, value)
    return total


def _plus(total: float, value: float) -> float:
    result = total + value
    # a sum beyond 64 bits continues as a float
    return float(result) if isinstance(result, int) and not -_WHOLE <= result < _WHOLE else result


def _numbers(name: str, values: Sequence[object]) -> Sequence[float]:
    numbers = [value for value in values if is_number(value)]
    if len(numbers) < len(values):
        other = next(value for value in values if not is_number(value))
        raise QueryError(f"{name} expects numbers, found {name_of(other)}")
    return numbers


def _mean(values: Sequence[object]) -> float | None:
    numbers = _numbers("avg", values)
    if not numbers:
        return None
    if not all(map(math.isfinite, numbers)):
        return sum(map(float, numbers))
    _check_size("avg", numbers, 1e300)
    return math.fsum(numbers) / len(numbers)


def _deviation(values: Sequence[object], lost: int) -> float | None:
    numbers = _numbers("stDev", values)
    if len(numbers) < 2:
        # of no numbers: null in Neo4j 5.26.30, but 0.0 in 5.26.0
        return 0.0 if numbers else None
    if not all(map(math.isfinite, numbers)):
        return math.nan
    _check_size("stDev", numbers, 1e150)
    mean = math.fsum(numbers) / len(numbers)
    return math.sqrt(math.fsum((x - mean) ** 2 for x in numbers) / (len(numbers) - lost))


def _check_size(name: str, numbers: Sequence[float], most: float) -> None:
    if max(map(abs, numbers)) > most:
        message = f"{name} of numbers beyond {most:g} depends on their order: divide them first"
        raise QueryRefusedError(message)


def _percentile(name: str, values: Sequence[object], extra: object) -> object:
    # sorted as floats: -0.0 before 0.0, and NaN last
    numbers = sorted(
        _numbers(name, values), key=lambda x: (math.isnan(x), float(x), math.copysign(1, x))
    )
    if not is_number(extra) or not 0 <= extra <= 1:
        raise QueryError(f"{name} expects a fraction from 0.0 to 1.0, found {extra!r}")
    if not numbers:
        return None
    if name == "percentiledisc":
        place = extra * len(numbers)
        at = int(place)
        return numbers[max(0, at - 1) if at == place else at]
    place = extra * (len(numbers) - 1)
    at = int(place)
    if at == place or len(numbers) == 1:
        return numbers[at]
    rest = place - at
    return numbers[at] * (1 - rest) + numbers[at + 1] * rest


_RESULTS: Final[Mapping[str, Callable[[Sequence[object]], object]]] = {
    "count": len,
    "sum": _sum,
    "avg": _mean,
    "collect": list,
    "min": lambda values: min(values, key=order_key, default=None),
    "max": lambda values: max(values, key=order_key, default=None),
    "stdev": lambda values: _deviation(values, 1),
    "stdevp": lambda values: _deviation(values, 0),
}
