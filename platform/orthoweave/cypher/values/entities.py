"""Functions on nodes, relationships, paths and maps."""

from collections.abc import Callable, Mapping
from typing import Final

from orthoweave.cypher.values.model import Node, PathValue, Relationship, name_of
from orthoweave.errors import QueryError


def _labels(value: object) -> list[object]:
    if not isinstance(value, Node):
        raise QueryError(f"labels expects a node, found {name_of(value)}")
    return [value.label]


def _type(value: object) -> str:
    if not isinstance(value, Relationship):
        raise QueryError(f"type expects a relationship, found {name_of(value)}")
    return value.type


def properties(value: object) -> dict[str, object]:
    """Return the properties of a node or relationship, or the entries of a map.

    Raises
    ------
    QueryError
        If the value is not a node, relationship or map.
    """
    if isinstance(value, Node | Relationship):
        return dict(value.properties)
    if isinstance(value, dict):
        return dict(value)
    raise QueryError(f"expected a node, relationship or map, found {name_of(value)}")


def _keys(value: object) -> list[object]:
    return list(properties(value))


def _path(value: object) -> PathValue:
    if not isinstance(value, PathValue):
        raise QueryError(f"expected a path, found {name_of(value)}")
    return value


def _length(value: object) -> int:
    return len(_path(value).relationships)


def _nodes(value: object) -> list[object]:
    return list(_path(value).nodes)


def _relationships(value: object) -> list[object]:
    return list(_path(value).relationships)


FUNCTIONS: Final[Mapping[str, tuple[Callable[..., object], int, int]]] = {
    "labels": (_labels, 1, 1),
    "type": (_type, 1, 1),
    "properties": (properties, 1, 1),
    "keys": (_keys, 1, 1),
    "length": (_length, 1, 1),
    "nodes": (_nodes, 1, 1),
    "relationships": (_relationships, 1, 1),
}
"""Functions by name in lower case, with their minimum and maximum number of arguments."""
