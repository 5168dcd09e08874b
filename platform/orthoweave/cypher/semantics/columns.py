"""Checks of WITH and RETURN: column names, aggregates, ORDER BY, SKIP and LIMIT."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from orthoweave.cypher.semantics.aggregates import (
    check_groups,
    check_nesting,
    has_aggregate,
    no_aggregate,
)
from orthoweave.cypher.semantics.kinds import Kinds, Scope, allows, described, refuse
from orthoweave.cypher.semantics.values import check_condition, kinds_of
from orthoweave.cypher.syntax.tree import (
    Binary,
    Expression,
    Item,
    Literal,
    MapProjection,
    PatternComprehension,
    PatternPredicate,
    Projection,
    ShortestPath,
    Subquery,
    Variable,
)
from orthoweave.cypher.syntax.walk import names, nodes, replaced

_PATTERNS: Final = (Subquery, PatternComprehension, PatternPredicate, ShortestPath)


def columns(
    projection: Projection, where: Expression | None, scope: Scope, place: int, *, named: str
) -> dict[str, Kinds]:
    """Check a WITH or RETURN and return its columns with their kinds.

    Parameters
    ----------
    named
        Name of a clause whose columns must have names, such as ``WITH``; empty for others.

    Raises
    ------
    QueryRefusedError
        If Neo4j refuses the clause.
    """
    checked = _columns(projection, scope, place, named)
    grouped = any(has_aggregate(item.expression) for item in projection.items)
    if grouped:
        check_groups(projection, scope)
    later, change = scope.with_names(checked), None
    if grouped or projection.distinct:
        gone = frozenset(scope.names.keys() - checked.keys() - scope.fixed)
        later, change = replace(scope.only(checked), gone=gone), _column_of(projection.items)
    for expression, _ in projection.order:
        seen = replaced(expression, change) if change else expression
        no_aggregate(seen, "ORDER BY, unless it is a column as well")
        kinds_of(seen, later)
    if where is not None:
        seen = replaced(where, change) if change else where
        no_aggregate(seen, "WHERE, unless it is a column as well")
        check_condition(seen, later, "WHERE")
    for what, bound in (("SKIP", projection.skip), ("LIMIT", projection.limit)):
        if bound is not None:
            _check_bound(what, bound, scope)
    return checked


def _columns(projection: Projection, scope: Scope, place: int, named: str) -> dict[str, Kinds]:
    by_name: dict[str, Kinds] = _star_columns(projection, scope) if projection.star else {}
    if projection.star and not by_name and named != "WITH":
        refuse(place, "* stands for all bound names, but no name is bound here")
    seen: set[str] = set()
    for item in projection.items:
        expression = item.expression
        if named and not item.aliased and not isinstance(expression, MapProjection):
            refuse(expression.place, f"a column of {named} needs a name: write … AS name")
        if item.name in seen:
            message = f"two columns have the same name ({item.name}): rename one with AS"
            refuse(expression.place, message)
        seen.add(item.name)
        _no_shadow(item, scope)
        check_nesting(expression)
        by_name[item.name] = kinds_of(expression, scope)
    return by_name


def _star_columns(projection: Projection, scope: Scope) -> dict[str, Kinds]:
    """Return the columns of ``*``: names that this query binds, or uses in other columns."""
    used = names(projection.items) & scope.fixed
    return {name: kind for name, kind in scope.names.items() if name in scope.local | used}


def _no_shadow(item: Item, scope: Scope) -> None:
    same = isinstance(item.expression, Variable) and item.expression.name == item.name
    if item.name in scope.fixed and item.aliased and not same:
        message = f"{item.name!r} is bound outside the subquery: give the column another name"
        refuse(item.expression.place, message)


def _column_of(items: tuple[Item, ...]) -> Callable[[object], object]:
    """Return a change for `replaced` that puts a column's name in place of its expression."""

    def change(node: object) -> object:
        if isinstance(node, Expression) and not isinstance(node, Literal):
            for item in items:
                if node == item.expression:
                    return Variable(item.name, place=node.place)
        return None

    return change


def _check_bound(what: str, tree: Expression, scope: Scope) -> None:
    for node in nodes(tree):
        if isinstance(node, Variable) and not _is_local(node, tree):
            refuse(tree.place, f"{what} expects a number or a parameter, found a name")
        if isinstance(node, _PATTERNS):
            refuse(tree.place, f"{what} expects a number or a parameter, found a pattern")
    no_aggregate(tree, what)
    bound_kinds = kinds_of(tree, scope)
    number = _folded(tree)
    if isinstance(tree, Literal) and (isinstance(number, bool) or not isinstance(number, int)):
        refuse(tree.place, f"{what} expects a whole number from 0, found {number!r}")
    if not allows(bound_kinds, "Integer"):
        refuse(tree.place, f"{what} expects a whole number from 0, found {described(bound_kinds)}")
    if isinstance(number, int) and number < 0:
        refuse(tree.place, f"{what} expects a whole number from 0, found {number}")


def _is_local(variable: Variable, tree: Expression) -> bool:
    """Return whether an expression binds a name itself, such as x in [x IN list | x]."""
    return any(
        variable.name in (getattr(node, "variable", None), getattr(node, "total", None))
        for node in nodes(tree)
    )


def _folded(tree: Expression) -> Any:
    """Return the value of a sum, difference or product of constants; None for anything else."""
    match tree:
        case Literal(value):
            return value
        case Binary("+" | "-" | "*" as sign, left, right):
            a, b = _folded(left), _folded(right)
            if type(a) is int and type(b) is int:
                return {"+": a + b, "-": a - b, "*": a * b}[sign]
    return None
