"""Columns of WITH and RETURN: those with aggregates, those that ``*`` stands for, their names."""

from collections.abc import Callable

from orthoweave.cypher.evaluation.context import Scope
from orthoweave.cypher.syntax.tree import (
    Call,
    CountStar,
    Item,
    Literal,
    Parameter,
    Projection,
    Subquery,
    Variable,
)
from orthoweave.cypher.syntax.walk import children
from orthoweave.cypher.values.aggregates import AGGREGATES


def has_aggregate(tree: object) -> bool:
    """Return whether an expression contains an aggregate outside its subqueries."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Subquery):
            continue
        if isinstance(node, CountStar) or (isinstance(node, Call) and node.name in AGGREGATES):
            return True
        waiting += children(node)
    return False


def expanded(projection: Projection, scope: Scope) -> tuple[Item, ...]:
    """Return the columns, with ``*`` expanded to all names in alphabetical order."""
    if not projection.star:
        return projection.items
    known = sorted(name for name in scope.names if not name.startswith(" "))
    return (*(Item(Variable(name), name, aliased=True) for name in known), *projection.items)


def column_of(items: tuple[Item, ...]) -> Callable[[object], object]:
    """Return a change for `replaced` that puts a column's name in place of its expression.

    Constants stay as they are.
    """

    def change(node: object) -> object:
        for item in items:
            if node == item.expression and not isinstance(node, Literal | Variable | Parameter):
                return Variable(item.name)
        if isinstance(node, Variable):
            same = [item.name for item in items if item.expression == node]
            if same and not any(item.name == node.name for item in items):
                return Variable(same[0])
        return None

    return change
