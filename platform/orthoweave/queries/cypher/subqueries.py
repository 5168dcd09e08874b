"""Reads expressions with a question inside as that question, and what its rows come to."""

from collections.abc import Callable
from typing import Final

from orthoweave.queries.cypher.context import Rows
from orthoweave.queries.cypher.tree import (
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
"""Name of the column that such a question gives, which no statement can hold."""


def as_subquery(tree: Expression) -> tuple[Query, Callable[[Rows], object]]:
    """Give the question within an expression, and what makes a value of its rows."""
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
    message = f"no question within {type(tree).__name__}"
    raise TypeError(message)


def _returning(pattern: Path, where: Expression | None, result: Expression) -> Query:
    columns = Projection((Item(result, VALUE, aliased=True),))
    return Query(((Match((pattern,), where, optional=False), Return(columns)),))


def _values(rows: Rows) -> list[object]:
    return [row[VALUE] for row in rows]


def _first(rows: Rows) -> object:
    return rows[0][VALUE] if rows else None
