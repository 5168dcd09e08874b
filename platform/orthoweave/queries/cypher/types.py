"""Types of values: ``x IS :: LIST<INTEGER>`` read and tested, and what valueType says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from orthoweave.errors import QueryRefusedError
from orthoweave.queries.cypher.cursor import Cursor
from orthoweave.queries.cypher.values import Node, PathValue, Relationship

_LIST: Final = "LIST"
_UNION: Final = "|"
_NAMES: Final[Mapping[str, str]] = {
    "BOOL": "BOOLEAN", "BOOLEAN": "BOOLEAN", "STRING": "STRING", "VARCHAR": "STRING",
    "INT": "INTEGER", "INTEGER": "INTEGER", "SIGNED INTEGER": "INTEGER", "FLOAT": "FLOAT",
    "NULL": "NULL", "NOTHING": "NOTHING", "MAP": "MAP", "ANY MAP": "MAP",
    "NODE": "NODE", "ANY NODE": "NODE", "VERTEX": "NODE", "ANY VERTEX": "NODE",
    "RELATIONSHIP": "RELATIONSHIP", "ANY RELATIONSHIP": "RELATIONSHIP",
    "EDGE": "RELATIONSHIP", "ANY EDGE": "RELATIONSHIP",
    "PATH": "PATH", "PATHS": "PATH", "ANY": "ANY", "ANY VALUE": "ANY",
    "PROPERTY VALUE": "PROPERTY", "ANY PROPERTY VALUE": "PROPERTY",
    # no value of the graph has these, but null is of every type
    "DATE": "DATE", "LOCAL TIME": "TIME", "ZONED TIME": "TIME", "DURATION": "DURATION",
    "LOCAL DATETIME": "DATETIME", "ZONED DATETIME": "DATETIME", "POINT": "POINT",
}  # fmt: skip
_FIRST: Final = frozenset({name.split(" ", maxsplit=1)[0] for name in _NAMES} | {"LIST", "ARRAY"})
_ORDER: Final = ("BOOLEAN", "STRING", "INTEGER", "FLOAT", "NODE", "RELATIONSHIP", "MAP", "LIST",
                 "PATH")  # fmt: skip
_KINDS: Final[Mapping[type, str]] = {
    bool: "BOOLEAN", str: "STRING", int: "INTEGER", float: "FLOAT", Node: "NODE",
    Relationship: "RELATIONSHIP", dict: "MAP", list: _LIST, PathValue: "PATH",
}  # fmt: skip
_SCALARS: Final = frozenset({"BOOLEAN", "STRING", "INTEGER", "FLOAT"})
_NOT_NULL: Final = " NOT NULL"


@dataclass(frozen=True, slots=True)
class ValueType:
    """A type that a value may be of: a name, a list of a type, or one of several types."""

    name: str
    parts: tuple["ValueType", ...] = ()
    nullable: bool = True

    def holds(self, value: object) -> bool:
        """Tell whether a value is of this type, as null is of all that do not forbid it.

        Examples
        --------
        >>> ValueType("LIST", (ValueType("INTEGER"),)).holds([1, None])
        True
        """
        if self.name == _UNION:
            return any(part.holds(value) for part in self.parts)
        if value is None:
            return self.nullable and self.name != "NOTHING"
        if self.name == "ANY":
            return True
        if self.name == "PROPERTY":
            return _is_property(value)
        if isinstance(value, list) and self.name == _LIST:
            return all(self.parts[0].holds(item) for item in value)
        return _KINDS.get(type(value)) == self.name


def value_type(at: Cursor) -> ValueType:
    """Read a type, such as ``INTEGER NOT NULL`` or ``LIST<STRING | FLOAT>``.

    Raises
    ------
    QueryRefusedError
        If none stands here.
    """
    parts = [_one(at)]
    while at.is_symbol("|") and at.is_word(*_FIRST, ahead=1):
        at.index += 1
        parts.append(_one(at))
    return parts[0] if len(parts) == 1 else ValueType(_UNION, tuple(parts))


def _one(at: Cursor) -> ValueType:
    found = _bare(at)
    while True:
        if at.words("NOT", "NULL"):
            found = replace(found, nullable=False)
        elif at.word("LIST", "ARRAY"):
            found = ValueType(_LIST, (found,))
        else:
            return found


def _bare(at: Cursor) -> ValueType:  # noqa: RET503 - fail does not return
    if at.is_symbol("<", ahead=1) and at.word("LIST", "ARRAY"):
        return ValueType(_LIST, (_inner(at),))
    if at.is_symbol("<", ahead=1) and at.word("ANY"):
        return _inner(at)
    for count in (3, 2, 1):
        name = " ".join(token.upper for token in at.tokens[at.index : at.index + count])
        if name in _NAMES and name.count(" ") == count - 1:
            at.index += count
            return ValueType(_NAMES[name])
    at.fail("a type such as INTEGER, STRING NOT NULL or LIST<FLOAT>")


def _inner(at: Cursor) -> ValueType:
    at.expect("<")
    found = value_type(at)
    at.expect(">")
    return found


def _is_property(value: object) -> bool:
    if not isinstance(value, list):
        return _KINDS.get(type(value)) in _SCALARS
    kinds = {_KINDS.get(type(item), "") for item in value}
    return (len(kinds) < 2 and kinds <= _SCALARS) or kinds == {"INTEGER", "FLOAT"}


def described(value: object) -> str:
    """Type of a value as valueType gives it.

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
    if sum(one.startswith(_LIST) for one in inner) > 1:
        message = "valueType of a list of different lists has no form that is documented"
        raise QueryRefusedError(message)
    known = sorted(inner - {"NULL"}, key=lambda one: _ORDER.index(re.split("[ <]", one)[0]))
    if "NULL" in inner:
        # one of its elements may be null, so all of them may
        known = [one.removesuffix(_NOT_NULL) for one in known] or ["NULL"]
    return f"{_LIST}<{' | '.join(known) or 'NOTHING'}>{_NOT_NULL}"
