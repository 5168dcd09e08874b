"""The values of Cypher, their equality and their order.

Null is None; booleans, numbers, strings, lists and maps are Python's own, except that True does not
equal 1. Nodes, relationships and paths have classes. Equality and comparison have three outcomes:
True, False, and None for unknown.
"""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeGuard

from orthoweave.errors import QueryError, QueryRefusedError

Key = tuple[str, int]
"""Identity of a node or relationship: its table and its number."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node, with those of its properties that are not null."""

    label: str
    key: Key
    properties: Mapping[str, object] = field(compare=False)

    def __hash__(self) -> int:
        return hash(self.key)


@dataclass(frozen=True, slots=True)
class Relationship:
    """A relationship, with those of its properties that are not null."""

    type: str
    key: Key
    start: Key
    end: Key
    properties: Mapping[str, object] = field(compare=False)

    def __hash__(self) -> int:
        return hash(self.key)


@dataclass(frozen=True, slots=True)
class PathValue:
    """Nodes and the relationships between them."""

    nodes: tuple[Node, ...]
    relationships: tuple[Relationship, ...]


Row = dict[str, object]
"""Values of the bound names; names that begin with a blank are internal."""

_Entity = Node | Relationship | PathValue
_NO_ORDER: Final = (
    "the order of {} differs between engines, in <, ORDER BY, min and max: use a property, such "
    "as n.id"
)
_NUMBER_RANK: Final = 7
_LATE: Final = "\ue000"
_RANKS: Final = {
    dict: 0,
    Node: 1,
    Relationship: 2,
    list: 3,
    PathValue: 4,
    str: 5,
    bool: 6,
    int: _NUMBER_RANK,
    float: _NUMBER_RANK,
}
_NAMES: Final = {
    dict: "a map",
    Node: "a node",
    Relationship: "a relationship",
    list: "a list",
    PathValue: "a path",
    str: "a string",
    bool: "a boolean",
    int: "an integer",
    float: "a float",
    type(None): "null",
}


def name_of(value: object) -> str:
    """Return the kind of a value in words, such as ``a string``."""
    return _NAMES.get(type(value), type(value).__name__)


def is_number(value: object) -> TypeGuard[float]:
    """Return whether a value is a number; a boolean is not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_exact(left: float, right: float) -> None:
    """Refuse an integer and a float that differ but become equal when rounded to floats."""
    if type(left) is not type(right) and left != right and float(left) == float(right):
        message = (
            f"{left} and {right} become equal when rounded to a float, and Neo4j's result varies: "
            "convert both with toFloat(…) or toInteger(…)"
        )
        raise QueryRefusedError(message)


def equal(left: object, right: object) -> bool | None:  # noqa: PLR0911 - a rule for each kind
    """Return whether two values are equal; None if null leaves that open.

    Examples
    --------
    >>> equal([1, None], [1, 2]), equal([1, None], [2, None]), equal(1, "1"), equal(1, 1.0)
    (None, False, False, True)
    """
    if left is None or right is None:
        return None
    if is_number(left) and is_number(right):
        _check_exact(left, right)
        return left == right
    if type(left) is not type(right):
        return False
    if isinstance(left, list) and isinstance(right, list):
        return _all_equal(left, right)
    if isinstance(left, dict) and isinstance(right, dict):
        if left.keys() != right.keys():
            return False
        return _all_equal([left[name] for name in left], [right[name] for name in left])
    return left == right


def _all_equal(left: Sequence[object], right: Sequence[object]) -> bool | None:
    if len(left) != len(right):
        return False
    known: bool | None = True
    for a, b in zip(left, right, strict=True):
        same = equal(a, b)
        if same is False:
            return False
        if same is None:
            known = None
    return known


def less(left: object, right: object) -> bool | None:
    """Return whether the first value is less than the second; None if they do not compare.

    Raises
    ------
    QueryRefusedError
        If engines compare these values differently.
    """
    if is_number(left) and is_number(right):
        _check_exact(left, right)
        return left < right
    if isinstance(left, _Entity) and isinstance(right, _Entity):
        raise QueryRefusedError(_NO_ORDER.format(name_of(left)))
    if isinstance(left, dict) and isinstance(right, dict):
        message = "the order of maps with <, <=, > and >= is not documented: compare their entries"
        raise QueryRefusedError(message)
    if type(left) is not type(right) or not isinstance(left, str | bool | list):
        return None
    if not isinstance(left, list):
        return _sortable(left) < right  # type: ignore[operator]
    others = list(right) if isinstance(right, list) else []
    for a, b in zip(left, others, strict=False):
        same = equal(a, b)
        if same is None:
            return None
        if not same:
            return None if _is_nan(a) or _is_nan(b) else less(a, b)
    return len(left) < len(others)


class _Text(str):
    """A string compared by code points; refuses pairs that Neo4j may order differently."""

    __slots__ = ()

    def __lt__(self, other: str) -> bool:
        before = str.__lt__(self, other)
        if max(self, default="") < _LATE or max(other, default="") < _LATE:
            return before
        # Neo4j compares some strings by their UTF-16 units
        if before != (_halves(self) < _halves(other)):
            message = (
                f"Neo4j's order of {self[:20]!r} and {other[:20]!r} varies: order by another value"
            )
            raise QueryRefusedError(message)
        return before


def _halves(text: str) -> list[tuple[int, int]]:
    # by hand, since a sandboxed process cannot load the UTF-16 codec
    return [
        (min(ord(sign), 0xD800), ord(sign)) if ord(sign) > 0xFFFF else (ord(sign), 0)
        for sign in text
    ]


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _sortable(value: object) -> object:
    plain = not isinstance(value, str) or value.isascii() or max(value) < _LATE
    return value if plain else _Text(value)


def group_key(value: object) -> Hashable:
    """Return a key that two values share if DISTINCT and grouping treat them as equal.

    Raises
    ------
    QueryRefusedError
        For NaN, which Neo4j compares inconsistently.

    Examples
    --------
    >>> group_key(1) == group_key(1.0), group_key(1) == group_key(True)
    (True, False)
    """
    if isinstance(value, bool):
        return ("b", value)
    if isinstance(value, float) and math.isnan(value):
        message = (
            "a key of DISTINCT or of a group is NaN, which Neo4j compares inconsistently: exclude "
            "it with WHERE NOT isNaN(x)"
        )
        raise QueryRefusedError(message)
    if isinstance(value, list):
        return ("l", *(group_key(item) for item in value))
    if isinstance(value, dict):
        return ("m", frozenset((name, group_key(item)) for name, item in value.items()))
    return value  # a string, number, null, node, relationship or path


def order_key(value: object) -> tuple[object, ...]:
    """Return a key that sorts values of all kinds as ORDER BY does, null last.

    Raises
    ------
    QueryRefusedError
        For nodes, relationships and paths, whose order differs between stores.
    """
    if value is None:
        return (9,)
    if isinstance(value, _Entity):
        raise QueryRefusedError(_NO_ORDER.format(name_of(value)))
    rank = _RANKS.get(type(value))
    if rank is None:
        raise QueryError(f"ORDER BY cannot sort a {type(value).__name__}: sort by another value")
    if isinstance(value, float) and math.isnan(value):
        return (_NUMBER_RANK + 1,)
    if isinstance(value, list):
        return (rank, tuple(order_key(item) for item in value))
    if isinstance(value, dict):
        names = sorted(value)
        return (rank, len(names), tuple(names), tuple(order_key(value[name]) for name in names))
    if value == 0 and rank == _NUMBER_RANK:
        return (rank, value, math.copysign(1, value))  # -0.0 comes before 0
    return (rank, _sortable(value))
