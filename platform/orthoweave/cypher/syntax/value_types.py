"""Reads value types, as in ``x IS :: LIST<INTEGER>``."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from orthoweave.cypher.syntax.cursor import Cursor
from orthoweave.cypher.values.types import LIST, UNION, ValueType

_NAMES: Final[Mapping[str, str]] = {
    "BOOL": "BOOLEAN",
    "BOOLEAN": "BOOLEAN",
    "STRING": "STRING",
    "VARCHAR": "STRING",
    "INT": "INTEGER",
    "INTEGER": "INTEGER",
    "SIGNED INTEGER": "INTEGER",
    "FLOAT": "FLOAT",
    "NULL": "NULL",
    "NOTHING": "NOTHING",
    "MAP": "MAP",
    "ANY MAP": "MAP",
    "NODE": "NODE",
    "ANY NODE": "NODE",
    "VERTEX": "NODE",
    "ANY VERTEX": "NODE",
    "RELATIONSHIP": "RELATIONSHIP",
    "ANY RELATIONSHIP": "RELATIONSHIP",
    "EDGE": "RELATIONSHIP",
    "ANY EDGE": "RELATIONSHIP",
    "PATH": "PATH",
    "PATHS": "PATH",
    "ANY": "ANY",
    "ANY VALUE": "ANY",
    "PROPERTY VALUE": "PROPERTY",
    "ANY PROPERTY VALUE": "PROPERTY",
    # the graph has no values of these types, but null is of every type
    "DATE": "DATE",
    "LOCAL TIME": "TIME",
    "ZONED TIME": "TIME",
    "DURATION": "DURATION",
    "LOCAL DATETIME": "DATETIME",
    "ZONED DATETIME": "DATETIME",
    "POINT": "POINT",
}
_FIRST: Final = frozenset({name.split(" ", maxsplit=1)[0] for name in _NAMES} | {"LIST", "ARRAY"})


def value_type(at: Cursor) -> ValueType:
    """Read a type, such as ``INTEGER NOT NULL`` or ``LIST<STRING | FLOAT>``.

    Raises
    ------
    QueryRefusedError
        If there is no type here.
    """
    parts = [_one_type(at)]
    while at.is_symbol("|") and at.is_word(*_FIRST, ahead=1):
        at.index += 1
        parts.append(_one_type(at))
    return parts[0] if len(parts) == 1 else ValueType(UNION, tuple(parts))


def _one_type(at: Cursor) -> ValueType:
    result = _bare(at)
    while True:
        if at.words("NOT", "NULL"):
            result = replace(result, nullable=False)
        elif at.word("LIST", "ARRAY"):
            result = ValueType(LIST, (result,))
        else:
            return result


def _bare(at: Cursor) -> ValueType:  # noqa: RET503 - fail does not return
    if at.is_symbol("<", ahead=1) and at.word("LIST", "ARRAY"):
        return ValueType(LIST, (_inner(at),))
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
    inner = value_type(at)
    at.expect(">")
    return inner
