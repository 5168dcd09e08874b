"""Subqueries in expressions, answered by the engine where possible and else clause by clause."""

from collections.abc import Callable
from typing import Final

from orthoweave.cypher.evaluation.context import Context, Rows, Scope
from orthoweave.cypher.rows.matching import values_over
from orthoweave.cypher.rows.steps import per_row
from orthoweave.cypher.sql.failures import NotPlannedError
from orthoweave.cypher.sql.types import NotCompiledError
from orthoweave.cypher.syntax.tree import (
    Expression,
    Item,
    Match,
    Path,
    PatternComprehension,
    PatternPredicate,
    Projection,
    Query,
    Return,
    ShortestPath,
    Subquery,
    Variable,
)

VALUE: Final = "\tvalue"
"""Name of the column of such a subquery; no statement can contain it."""


def subquery(tree: Expression, scope: Scope, context: Context) -> Callable[[Rows], list[object]]:
    """Compile the value of a subquery: outer rows in, one value per outer row out."""
    query, value_of = _as_query(tree)
    answer = per_row(query, scope, context)

    def values(rows: Rows) -> list[object]:
        try:
            return values_over(tree, rows, scope, context)
        except (NotCompiledError, NotPlannedError):
            return [value_of(inner_rows) for inner_rows in answer(rows)]

    return values


def _as_query(tree: Expression) -> tuple[Query, Callable[[Rows], object]]:
    """Return a subquery as a query, and the function that reduces its rows to a value."""
    match tree:
        case Subquery("EXISTS", query):
            return query, bool
        case Subquery("COUNT", query):
            return query, len
        case Subquery(_, query):
            return query, lambda rows: [next(iter(row.values())) for row in rows]
        case PatternPredicate(pattern):
            return Query(((Match((pattern,), None, optional=False),),)), bool
        case PatternComprehension(pattern, where, result):
            return _returning(pattern, where, result), _values
        case ShortestPath(pattern):
            named = Path(pattern.elements, VALUE, pattern.shortest, place=pattern.place)
            query = _returning(named, None, Variable(VALUE))
            first = pattern.shortest == "one"
            return query, lambda rows: _first(rows) if first else _values(rows)
    message = f"expected a subquery, found {type(tree).__name__}"
    raise TypeError(message)


def _returning(pattern: Path, where: Expression | None, result: Expression) -> Query:
    columns = Projection((Item(result, VALUE, aliased=True),))
    return Query(((Match((pattern,), where, optional=False), Return(columns)),))


def _values(rows: Rows) -> list[object]:
    return [row[VALUE] for row in rows]


def _first(rows: Rows) -> object:
    return rows[0][VALUE] if rows else None
