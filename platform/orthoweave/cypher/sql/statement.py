"""Whole statements compiled to SQL, with parameters and the work left for after the engine."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from orthoweave.cypher.evaluation.columns import has_aggregate
from orthoweave.cypher.sql.clauses import Part, compiled_part, compiled_subquery, united
from orthoweave.cypher.sql.constants import type_of
from orthoweave.cypher.sql.expressions import compiled, evaluated, is_constant
from orthoweave.cypher.sql.frame import Frame, Shared
from orthoweave.cypher.sql.types import NotCompiledError, Type
from orthoweave.cypher.syntax.tree import (
    Call,
    Clause,
    Expression,
    Item,
    MapOf,
    MapProjection,
    NodePattern,
    Parameter,
    Property,
    Query,
    RelationshipPattern,
    Return,
    Variable,
)
from orthoweave.cypher.syntax.walk import names, nodes
from orthoweave.stores.base import Catalogue, Function

_PARAMETER: Final = re.compile(r"\$(p\d+)\b")
_OF_ANY_SHAPE: Final = frozenset({"properties", "keys", "valuetype"})
"""Functions whose type of result depends on the row."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the SQL statement's rows."""

    name: str
    """Name of the column in later expressions."""
    type: Type
    whole: bool
    """Whether the next column tells which of its numbers are integers."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A statement compiled to SQL."""

    sql: str
    given: Mapping[str, object]
    """Values of the SQL parameters."""
    functions: Mapping[str, Function]
    """Python functions that the SQL calls."""
    columns: tuple[Column, ...]
    """Columns of the SQL in order."""
    names: tuple[str, ...]
    """Columns of the answer in order."""
    after: Mapping[str, Expression] = field(default_factory=dict)
    """Columns of the answer that are computed afterwards from the columns of the SQL."""


def new_shared(
    catalogue: Catalogue,
    parameters: Mapping[str, object],
    used: Mapping[str, frozenset[str]] | None = None,
) -> Shared:
    """Return the shared state of a new statement."""
    return Shared(catalogue, parameters, compiled, compiled_subquery, used=used or {})


def compile_query(
    query: Query, catalogue: Catalogue, parameters: Mapping[str, object], row_limit: int
) -> Compiled:
    """Return a checked statement compiled to SQL.

    Raises
    ------
    NotCompiledError
        If a type depends on the rows, or a part does not have an exact equivalent in SQL.
    """
    shared = new_shared(catalogue, parameters, _used_properties(query))
    frame = Frame(shared)
    if len(query.parts) > 1:
        parts = [compiled_part(part, Frame(shared)) for part in query.parts]
        if parts[0].columns is None:
            raise NotCompiledError
        united(parts, frame, all_rows=query.keeps_duplicates)
        return written(Part(frame, parts[0].columns), parts[0].columns, {}, row_limit)
    clauses, wanted, after = _with_rest(query.parts[0], frame)
    part = compiled_part(clauses, frame)
    if part.columns is None:
        raise NotCompiledError
    return written(part, wanted or part.columns, after, row_limit)


def compile_beginning(
    clauses: tuple[Clause, ...],
    catalogue: Catalogue,
    parameters: Mapping[str, object],
    row_limit: int,
) -> tuple[Compiled, int] | None:
    """Return as many of the first clauses as can be compiled, and their number; None for none."""
    used = _used_properties(Query((clauses,)))
    for count in range(len(clauses) - 1, 0, -1):
        shared = new_shared(catalogue, parameters, used)
        try:
            part = compiled_part(clauses[:count], Frame(shared))
            names = tuple(sorted(name for name in part.frame.names if name[0] != " "))
            return written(Part(part.frame, names), names, {}, row_limit), count
        except NotCompiledError:
            continue
    return None


def written(
    part: Part, wanted: tuple[str, ...], after: Mapping[str, Expression], row_limit: int
) -> Compiled:
    """Return the compiled statement that returns the columns of a part.

    Raises
    ------
    NotCompiledError
        If a column mixes integers and floats and no column tells them apart.
    """
    frame, columns, texts = part.frame, [], []
    for number, name in enumerate(part.columns or ()):
        value = frame.names[name].value
        if value.type.kind == "number" and not value.whole:
            raise NotCompiledError
        _check_output(value.type)
        texts.append(f"{value.sql} AS c{number}")
        if value.whole:
            texts.append(f"{value.whole} AS w{number}")
        columns.append(Column(name, value.type, bool(value.whole)))
    sql = frame.select(texts, order=frame.order, tail=f"LIMIT {row_limit + 1}")
    return Compiled(sql, *handed_over(sql, frame.shared), tuple(columns), wanted, after)


def handed_over(sql: str, shared: Shared) -> tuple[dict[str, object], dict[str, Function]]:
    """Return the parameters and functions that an SQL text uses."""
    mentioned = set(_PARAMETER.findall(sql))
    given = {name: value for name, value in shared.given.items() if name in mentioned}
    used = {name: function for name, function in shared.functions.items() if f"{name}(" in sql}
    return given, used


def _check_output(column_type: Type) -> None:
    for _, field_type in column_type.fields:
        _check_output(field_type)
    if column_type.item is not None:
        if column_type.item.kind == "number":
            raise NotCompiledError
        _check_output(column_type.item)


def _with_rest(
    clauses: tuple[Clause, ...], frame: Frame
) -> tuple[tuple[Clause, ...], tuple[str, ...], dict[str, Expression]]:
    """Split off the columns of the last RETURN that must be computed on the rows.

    Returns the clauses with the names that these columns need in their place, the columns of the
    answer, and the expressions that were split off.
    """
    last = clauses[-1]
    if not isinstance(last, Return):
        return clauses, (), {}
    projection = last.projection
    if projection.distinct or any(has_aggregate(item.expression) for item in projection.items):
        return clauses, (), {}
    rest = {
        item.name: item.expression for item in projection.items if _is_open(item.expression, frame)
    }
    if not rest or projection.star:
        return clauses, (), {}
    kept = [item for item in projection.items if item.name not in rest]
    needed = sorted({name for tree in rest.values() for name in names(tree)})
    hidden = [Item(Variable(name), f"\t{name}", aliased=True) for name in needed]
    ordered = {name for tree, _ in projection.order for name in names(tree)}
    if ordered & rest.keys():
        raise NotCompiledError
    changed = replace(projection, items=(*kept, *hidden))
    wanted = tuple(item.name for item in projection.items)
    return (*clauses[:-1], replace(last, projection=changed)), wanted, rest


def _is_open(tree: Expression, frame: Frame) -> bool:
    """Return whether the form of an expression shows that its type depends on the row.

    Raises
    ------
    NotCompiledError
        If it is a constant whose evaluation fails, such as 1 / 0.
    """
    for node in nodes(tree):
        if isinstance(node, MapProjection) and any(key is None for key, _ in node.items):
            return True
        if isinstance(node, Call) and node.name in _OF_ANY_SHAPE:
            return True
    if not is_constant(tree) or isinstance(tree, Parameter):
        return False
    value = evaluated(tree, frame)
    try:
        type_of(value)
    except NotCompiledError:
        return True
    return False


def _used_properties(query: Query) -> dict[str, frozenset[str]]:
    """Return the properties that a statement uses of each name."""
    used: dict[str, set[str]] = defaultdict(set)
    for node in nodes(query):
        if isinstance(node, Property) and isinstance(node.subject, Variable):
            used[node.subject.name].add(node.key)
        elif isinstance(node, MapProjection) and isinstance(node.subject, Variable):
            used[node.subject.name] |= {key for key, _ in node.items if key is not None}
        elif isinstance(node, NodePattern | RelationshipPattern) and isinstance(
            node.properties, MapOf
        ):
            used[str(node.variable)] |= {key for key, _ in node.properties.items}
    return {name: frozenset(keys) for name, keys in used.items()}
