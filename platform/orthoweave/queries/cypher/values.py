"""Values of Cypher: what they are, when two are equal, and how they are ordered.

Null is Python's None; truth values, numbers, strings, lists and maps are Python's own, with care
that True is not 1 here. Nodes, relationships and paths have classes. Equality and comparison have
three outcomes, of which None says that it is not known.
"""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from orthoweave.errors import QueryError, QueryRefusedError

Key = tuple[str, Hashable]
"""What tells a node or relationship from all others: its table and its key or row there."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node with the properties that are not null."""

    label: str
    key: Key
    properties: Mapping[str, object] = field(compare=False)

    def __hash__(self) -> int:
        return hash(self.key)


@dataclass(frozen=True, slots=True)
class Relationship:
    """A relationship with the properties that are not null."""

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
"""Values by the names that are bound; names that begin with a blank are our own."""

_Entity = Node | Relationship | PathValue
_NO_ORDER: Final = (
    "{} has no order that the engines share, neither for <, ORDER BY nor min and max: use a "
    "property, such as n.id"
)
_NUMBER_RANK: Final = 7
_LATE: Final = "\ue000"
_RANKS: Final = {
    dict: 0, Node: 1, Relationship: 2, list: 3, PathValue: 4, str: 5, bool: 6,
    int: _NUMBER_RANK, float: _NUMBER_RANK,
}  # fmt: skip
_NAMES: Final = {
    dict: "a map", Node: "a node", Relationship: "a relationship", list: "a list",
    PathValue: "a path", str: "a string", bool: "a truth value", int: "a whole number",
    float: "a number", type(None): "null",
}  # fmt: skip


def name_of(value: object) -> str:
    """Kind of a value in words."""
    return _NAMES.get(type(value), type(value).__name__)


def is_number(value: object) -> bool:
    """Tell whether a value is a number, which a truth value is not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_exact(one: object, other: object) -> None:
    """Refuse a whole and a decimal number of which one is the other only after rounding."""
    if type(one) is not type(other) and one != other and float(one) == float(other):  # type: ignore[arg-type]
        message = (
            f"{one} and {other} differ by less than a decimal number of their size can tell, and "
            "Neo4j compares them now so, now so: convert both with toFloat(…) or toInteger(…)"
        )
        raise QueryRefusedError(message)


def equal(one: object, other: object) -> bool | None:  # noqa: PLR0911 - a rule for each kind
    """Whether two values are equal; None where null leaves it open.

    Examples
    --------
    >>> equal([1, None], [1, 2]), equal([1, None], [2, None]), equal(1, "1"), equal(1, 1.0)
    (None, False, False, True)
    """
    if one is None or other is None:
        return None
    if is_number(one) and is_number(other):
        _check_exact(one, other)
        return one == other
    if type(one) is not type(other):
        return False
    if isinstance(one, list) and isinstance(other, list):
        return _all_equal(one, other)
    if isinstance(one, dict) and isinstance(other, dict):
        if one.keys() != other.keys():
            return False
        return _all_equal([one[name] for name in one], [other[name] for name in one])
    return one == other


def _all_equal(one: Sequence[object], other: Sequence[object]) -> bool | None:
    if len(one) != len(other):
        return False
    known: bool | None = True
    for left, right in zip(one, other, strict=True):
        same = equal(left, right)
        if same is False:
            return False
        if same is None:
            known = None
    return known


def less(one: object, other: object) -> bool | None:
    """Whether one value comes before another; None where they do not compare."""
    if is_number(one) and is_number(other):
        _check_exact(one, other)
        return one < other  # type: ignore[operator]
    if isinstance(one, _Entity) and isinstance(other, _Entity):
        raise QueryRefusedError(_NO_ORDER.format(name_of(one)))
    if isinstance(one, dict) and isinstance(other, dict):
        raise QueryRefusedError("maps are compared by <, <=, > and >= in no way that is documented")
    if type(one) is not type(other) or not isinstance(one, str | bool | list):
        return None
    if not isinstance(one, list):
        return _sortable(one) < other  # type: ignore[operator]
    others = list(other) if isinstance(other, list) else []
    for left, right in zip(one, others, strict=False):
        same = equal(left, right)
        if same is None:
            return None
        if not same:
            return None if _is_nan(left) or _is_nan(right) else less(left, right)
    return len(one) < len(others)


class _Text(str):
    """A text that is compared character by character, in which engines agree but for a few."""

    __slots__ = ()

    def __lt__(self, other: str) -> bool:
        before = str.__lt__(self, other)
        if max(self, default="") < _LATE or max(other, default="") < _LATE:
            return before
        # Neo4j compares some texts by the halves of characters that Java's strings are made of
        if before != (_halves(self) < _halves(other)):
            message = (
                f"Neo4j orders {self[:20]!r} and {other[:20]!r} in two ways: order by another value"
            )
            raise QueryRefusedError(message)
        return before


def _halves(text: str) -> list[tuple[int, int]]:
    # by hand, since in the locked-up process no codec can be loaded
    return [(min(ord(sign), 0xD800), ord(sign)) if ord(sign) > 0xFFFF else (ord(sign), 0)
            for sign in text]  # fmt: skip


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _sortable(value: object) -> object:
    plain = not isinstance(value, str) or value.isascii() or max(value) < _LATE
    return value if plain else _Text(value)


def group_key(value: object) -> Hashable:
    """What two values share if DISTINCT and grouping take them for one.

    Examples
    --------
    >>> group_key(1) == group_key(1.0), group_key(1) == group_key(True)
    (True, False)
    """
    if isinstance(value, bool):
        return ("b", value)
    if isinstance(value, float) and math.isnan(value):
        message = (
            "Neo4j takes two NaN for one in DISTINCT and groups only if one place made both: "
            "leave them out with WHERE NOT isNaN(x)"
        )
        raise QueryRefusedError(message)
    if isinstance(value, list):
        return ("l", *(group_key(item) for item in value))
    if isinstance(value, dict):
        return ("m", frozenset((name, group_key(item)) for name, item in value.items()))
    return value  # a text, number, null, node, relationship or path


def order_key(value: object) -> tuple[object, ...]:
    """Sorts values of all kinds as ORDER BY does, null last.

    Raises
    ------
    QueryRefusedError
        For nodes, relationships and paths: each store has its own order of them.
    """
    if value is None:
        return (9,)
    if isinstance(value, _Entity):
        raise QueryRefusedError(_NO_ORDER.format(name_of(value)))
    rank = _RANKS.get(type(value))
    if rank is None:
        raise QueryError(f"a {type(value).__name__} cannot be sorted")
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
