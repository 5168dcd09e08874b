"""Types of values as known before the statement runs, and values as SQL of these types."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

Kind = Literal[
    "null", "bool", "int", "float", "number", "string", "list", "map", "node", "edge", "path"
]


class NotCompiledError(Exception):
    """A part of a statement cannot be compiled to SQL; caught within the package."""


@dataclass(frozen=True, slots=True)
class Type:
    """Type of a value; every type includes null."""

    kind: Kind
    item: "Type | None" = None
    """Type of the elements of a list; None for a list that is always empty."""
    fields: tuple[tuple[str, "Type"], ...] = ()
    """Keys of a map with the types of their values."""
    tables: tuple[str, ...] = ()
    """Possible labels of a node, types of a relationship, or labels of the nodes of a path."""
    links: tuple[str, ...] = ()
    """Possible types of the relationships of a path."""
    inner_nulls: bool = False
    """Whether elements of a list may be null."""

    @property
    def is_number(self) -> bool:
        """Whether this is the type of integers, of floats, or of both."""
        return self.kind in {"int", "float", "number"}

    @property
    def is_entity(self) -> bool:
        """Whether this is the type of nodes or of relationships."""
        return self.kind in {"node", "edge"}

    def field(self, name: str) -> "Type | None":
        """Return the type of a map's entry; None if the map does not have the key."""
        return dict(self.fields).get(name)


NULL: Final = Type("null")
BOOL: Final = Type("bool")
INT: Final = Type("int")
FLOAT: Final = Type("float")
STRING: Final = Type("string")
_SCALARS: Final = {
    "null": "INTEGER",
    "bool": "BOOLEAN",
    "int": "BIGINT",
    "float": "DOUBLE",
    "number": "DOUBLE",
    "string": "VARCHAR",
    "node": "BIGINT",
    "edge": "BIGINT",
    "path": 'STRUCT("nodes" BIGINT[], "edges" BIGINT[])',
}


def list_of(item: Type | None, *, inner_nulls: bool = False) -> Type:
    """Return the type of a list."""
    return Type("list", item=item, inner_nulls=inner_nulls)


def sql_type(of: Type) -> str:
    """Return the SQL name of a type.

    Examples
    --------
    >>> sql_type(list_of(INT)), sql_type(Type("map", fields=(("a", STRING),)))
    ('BIGINT[]', 'STRUCT("a" VARCHAR)')
    """
    if of.kind == "list":
        return f"{sql_type(of.item or NULL)}[]"
    if of.kind == "map":
        if not of.fields:
            raise NotCompiledError
        return (
            f"STRUCT({', '.join(f'{quoted(name)} {sql_type(field)}' for name, field in of.fields)})"
        )
    return _SCALARS[of.kind]


def unified(types: Iterable[Type]) -> Type:
    """Return the type that includes the values of all these types.

    Integers and floats together are a ``number``; it depends on the row which of them a value is.

    Raises
    ------
    NotCompiledError
        If there is no such type.
    """
    result = NULL
    for other in types:
        result = _both(result, other)
    return result


def _both(one: Type, other: Type) -> Type:
    if one == other or other.kind == "null":
        return one
    if one.kind == "null":
        return other
    if one.is_number and other.is_number:
        return Type("number")
    if one.kind != other.kind:
        raise NotCompiledError
    if one.is_entity or one.kind == "path":
        tables, links = ({*one.tables, *other.tables}, {*one.links, *other.links})
        return replace(one, tables=tuple(sorted(tables)), links=tuple(sorted(links)))
    if one.kind == "list":
        item = _both(one.item or NULL, other.item or NULL)
        if item.kind == "number":
            raise NotCompiledError
        nulls = one.inner_nulls or other.inner_nulls
        return Type("list", None if item == NULL else item, inner_nulls=nulls)
    if one.kind == "map" and dict(one.fields).keys() == dict(other.fields).keys():
        theirs = dict(other.fields)
        fields = tuple((name, _both(of, theirs[name])) for name, of in one.fields)
        if any(of.kind == "number" for _, of in fields):
            raise NotCompiledError
        return replace(one, fields=fields)
    raise NotCompiledError


@dataclass(frozen=True, slots=True)
class Value:
    """An SQL expression, and what is known of its value before the statement runs."""

    sql: str
    type: Type
    nullable: bool = True
    has_nan: bool = False
    """Whether it may be NaN or infinite, which the engine compares differently."""
    constant: bool = False
    """Whether its value is `known` in every row."""
    known: object = None
    whole: str = ""
    """For a ``number``: the SQL condition that it is an integer."""

    def cast(self, to: Type) -> str:
        """Return the SQL expression cast to a type."""
        return f"CAST({self.sql} AS {sql_type(to)})"


def quoted(name: str) -> str:
    """Return a name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


REFUSED: Final = "§refused "
"""Prefix of the message of an error that SQL of ours raises to refuse a statement."""

RAISED: Final = "§error "
"""The same for an error that Neo4j raises as well."""


def refusal(message: str) -> str:
    """Return the SQL that refuses the statement when it is evaluated."""
    return f"error({text(REFUSED + message)})"


def text(value: str) -> str:
    """Return a string as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"
