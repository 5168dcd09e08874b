"""Patterns and expressions compiled over given rows, which become a table of typed columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from orthoweave.cypher.sql.clauses import Part
from orthoweave.cypher.sql.constants import constant, is_finite, type_of
from orthoweave.cypher.sql.elements import demand
from orthoweave.cypher.sql.frame import Binding, Frame, Shared
from orthoweave.cypher.sql.patterns import match_paths
from orthoweave.cypher.sql.statement import Compiled, written
from orthoweave.cypher.sql.types import (
    INT,
    NULL,
    NotCompiledError,
    Type,
    Value,
    list_of,
    sql_type,
    unified,
)
from orthoweave.cypher.syntax.tree import Expression, Match
from orthoweave.cypher.syntax.walk import conditions, names
from orthoweave.cypher.values.model import Node, Relationship

ROW: Final = " row"
"""Name of the column with the index of the given row."""

VALUE: Final = " value"
"""Name of the column with the value of an expression."""


@dataclass(frozen=True, slots=True)
class Laid:
    """The compiled patterns of a MATCH over given rows."""

    compiled: Compiled
    """SQL whose rows have `ROW` and the names that the patterns bind."""
    later: tuple[Expression, ...]
    """Conditions to be tested on these rows."""


def lay(
    clause: Match,
    columns: Mapping[str, Sequence[object]],
    count: int,
    shared: Shared,
    row_limit: int,
) -> Laid:
    """Return the patterns and conditions of a MATCH, compiled over `count` given rows.

    A column without a single type is left out of the SQL.

    Raises
    ------
    NotCompiledError
        If SQL cannot express the patterns.
    """
    frame = Frame(shared, later=[])
    _join(columns, count, frame)
    match_paths(clause.paths, frame)
    for tree in conditions(clause.where):
        demand(tree, frame)
    later = tuple(frame.later or ())
    waiting = names(later)
    new = [name for name in frame.names if name not in columns]
    kept = tuple(name for name in new if name == ROW or name[0] != " " or name in waiting)
    return Laid(written(Part(frame, kept), kept, {}, row_limit), later)


def value_over(
    tree: Expression,
    columns: Mapping[str, Sequence[object]],
    count: int,
    shared: Shared,
    row_limit: int,
) -> Compiled:
    """Return an expression compiled over `count` given rows, with columns `ROW` and `VALUE`.

    Raises
    ------
    NotCompiledError
        If its type does not follow from the types of the columns.
    """
    frame = Frame(shared)
    _join(columns, count, frame)
    frame.names[VALUE] = Binding(shared.expression(tree, frame))
    return written(Part(frame, (ROW, VALUE)), (ROW, VALUE), {}, row_limit)


def _join(columns: Mapping[str, Sequence[object]], count: int, frame: Frame) -> None:
    alias, shared = frame.shared.alias("r"), frame.shared
    texts = [f"unnest(range({count})) AS i"]
    frame.names[ROW] = Binding(Value(f"{alias}.i", INT, nullable=False))
    for number, (name, values) in enumerate(columns.items()):
        try:
            column_type = unified(map(value_type, values))
            array_type = sql_type(list_of(column_type))
        except NotCompiledError:
            continue
        if column_type == NULL:
            frame.names[name] = Binding(Value("NULL", NULL))
        if column_type == NULL or column_type.kind == "number":
            continue
        parameter = shared.parameter([_plain(value) for value in values])
        texts.append(f"unnest(CAST({parameter} AS {array_type})) AS c{number}")
        frame.names[name] = Binding(
            Value(
                f"{alias}.c{number}",
                column_type,
                nullable=any(value is None for value in values),
                has_nan=not all(map(is_finite, values)),
            )
        )
    frame.join(f"(SELECT {', '.join(texts)}) AS {alias}")


def value_type(value: object) -> Type:
    """Return the type of a value in a row.

    Raises
    ------
    NotCompiledError
        If it is a path, or contains values without a single type.
    """
    if isinstance(value, Node):
        return Type("node", tables=(value.label,))
    if isinstance(value, Relationship):
        return Type("edge", tables=(value.type,))
    if isinstance(value, list) and any(isinstance(item, Node | Relationship) for item in value):
        return list_of(unified(map(value_type, value)), inner_nulls=None in value)
    return type_of(value)


def _plain(value: object) -> object:
    if isinstance(value, Node | Relationship):
        return value.key[1]
    return [_plain(item) for item in value] if isinstance(value, list) else value


def as_constant(value: object, shared: Shared) -> Value:
    """Return a value of a row as a constant in SQL."""
    if not isinstance(value, Node | Relationship):
        return constant(shared, value)
    return Value(str(value.key[1]), value_type(value), nullable=False)
