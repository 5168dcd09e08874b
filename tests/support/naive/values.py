"""Values of the naive path: equality, order and grouping."""

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Final

Row = dict[str, object]


class NotNaiveError(Exception):
    """The naive path does not support a part of the question."""


class NaiveError(Exception):
    """The question fails in Neo4j as well, for instance with a division by zero."""


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A node, equal only to itself."""

    label: str
    properties: Mapping[str, object]


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """A relationship, equal only to itself."""

    type: str
    start: Node
    end: Node
    properties: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Trail:
    """A path of nodes and the relationships between them."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = field(default=())


_RANKS: Final = {dict: 0, Node: 1, Edge: 2, list: 3, Trail: 4, str: 5, bool: 6, int: 7, float: 7}
_WHOLE: Final = 2**63


def is_number(value: object) -> bool:
    """Return whether a value is a number; a boolean is not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def whole(value: int) -> int:
    """Return a whole number that has 64 bits.

    Raises
    ------
    NaiveError
        If it has more.
    """
    if not -_WHOLE <= value < _WHOLE:
        message = f"{value} does not fit into 64 bits"
        raise NaiveError(message)
    return value


def equal(one: object, other: object) -> bool | None:
    """Return whether two values are equal; None if null leaves that open."""
    if one is None or other is None:
        return None
    if is_number(one) and is_number(other):
        return one == other
    if type(one) is not type(other):
        return False
    if isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            return False
        return every(equal(left, right) for left, right in zip(one, other, strict=True))
    if isinstance(one, dict) and isinstance(other, dict):
        if one.keys() != other.keys():
            return False
        return every(equal(one[name], other[name]) for name in one)
    return one == other


def every(truths: object) -> bool | None:
    """Return whether all of some truth values hold; None if that is open."""
    known: bool | None = True
    for truth in truths:  # type: ignore[attr-defined]
        if truth is False:
            return False
        if truth is None:
            known = None
    return known


def some(truths: object) -> bool | None:
    """Return whether any of some truth values holds; None if that is open."""
    known: bool | None = False
    for truth in truths:  # type: ignore[attr-defined]
        if truth is True:
            return True
        if truth is None:
            known = None
    return known


def less(one: object, other: object) -> bool | None:
    """Return whether a value is less than another; None if they do not compare.

    Raises
    ------
    NotNaiveError
        For lists, nodes and the like.
    """
    if one is None or other is None:
        return None
    if is_number(one) and is_number(other):
        return one < other  # type: ignore[operator]
    if type(one) is not type(other):
        return None
    if isinstance(one, str | bool):
        return one < other  # type: ignore[operator]
    message = f"< between two of {type(one).__name__}"
    raise NotNaiveError(message)


def sort_key(value: object) -> tuple[object, ...]:
    """Return a sort key for values of all kinds, nulls last.

    Raises
    ------
    NotNaiveError
        For nodes, relationships, paths and maps.
    """
    if value is None:
        return (9, 0)
    if isinstance(value, list):
        return (3, tuple(sort_key(item) for item in value))
    if value == 0 and isinstance(value, int | float) and not isinstance(value, bool):
        return (7, 0, math.copysign(1, value))
    if isinstance(value, str | bool | int | float):
        return (_RANKS[type(value)], value, 0)
    message = f"order of {type(value).__name__}"
    raise NotNaiveError(message)


def group_key(value: object) -> Hashable:
    """Return a key that is equal for values of one group; all nulls form one group."""
    if isinstance(value, list):
        return ("list", *map(group_key, value))
    if isinstance(value, dict):
        return ("map", *sorted((name, group_key(item)) for name, item in value.items()))
    if isinstance(value, bool):
        return ("truth", value)
    return value
