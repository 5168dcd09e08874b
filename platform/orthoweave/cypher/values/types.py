"""Value types: tests such as ``x IS :: LIST<INTEGER>``, and valueType(…)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from orthoweave.cypher.values.model import Node, PathValue, Relationship
from orthoweave.errors import QueryRefusedError

LIST: Final = "LIST"
UNION: Final = "|"
_ORDER: Final = (
    "BOOLEAN",
    "STRING",
    "INTEGER",
    "FLOAT",
    "NODE",
    "RELATIONSHIP",
    "MAP",
    "LIST",
    "PATH",
)
_KINDS: Final[Mapping[type, str]] = {
    bool: "BOOLEAN",
    str: "STRING",
    int: "INTEGER",
    float: "FLOAT",
    Node: "NODE",
    Relationship: "RELATIONSHIP",
    dict: "MAP",
    list: LIST,
    PathValue: "PATH",
}
_SCALARS: Final = frozenset({"BOOLEAN", "STRING", "INTEGER", "FLOAT"})
_NOT_NULL: Final = " NOT NULL"


@dataclass(frozen=True, slots=True)
class ValueType:
    """A value type: a name, a list of a type, or a union of types."""

    name: str
    parts: tuple["ValueType", ...] = ()
    nullable: bool = True

    def holds(self, value: object) -> bool:
        """Return whether a value is of this type; null is, unless the type is NOT NULL.

        Examples
        --------
        >>> ValueType("LIST", (ValueType("INTEGER"),)).holds([1, None])
        True
        """
        if self.name == UNION:
            return any(part.holds(value) for part in self.parts)
        if value is None:
            return self.nullable and self.name != "NOTHING"
        if self.name == "ANY":
            return True
        if self.name == "PROPERTY":
            return _is_property(value)
        if isinstance(value, list) and self.name == LIST:
            return all(self.parts[0].holds(item) for item in value)
        return _KINDS.get(type(value)) == self.name


def _is_property(value: object) -> bool:
    if not isinstance(value, list):
        return _KINDS.get(type(value)) in _SCALARS
    kinds = {_KINDS.get(type(item), "") for item in value}
    return (len(kinds) < 2 and kinds <= _SCALARS) or kinds == {"INTEGER", "FLOAT"}


def described(value: object) -> str:
    """Return the type of a value as valueType(…) writes it.

    Raises
    ------
    QueryRefusedError
        For a list of lists of different types.

    Examples
    --------
    >>> described([1, None, "a"])
    'LIST<STRING | INTEGER> NOT NULL'
    """
    if value is None:
        return "NULL"
    name = _KINDS[type(value)]
    if not isinstance(value, list):
        return name + _NOT_NULL
    inner = {described(item) for item in value}
    if sum(item.startswith(LIST) for item in inner) > 1:
        message = (
            "valueType(…) of a list of lists of different types is not documented: ask for the "
            "type of each inner list"
        )
        raise QueryRefusedError(message)
    known = sorted(inner - {"NULL"}, key=lambda item: _ORDER.index(re.split("[ <]", item)[0]))
    if "NULL" in inner:
        # one element is null, so the type of all elements is nullable
        known = [item.removesuffix(_NOT_NULL) for item in known] or ["NULL"]
    return f"{LIST}<{' | '.join(known) or 'NOTHING'}>{_NOT_NULL}"
