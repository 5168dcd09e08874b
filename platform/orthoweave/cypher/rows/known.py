"""Parts of a MATCH that depend on the preceding rows alone; they are computed beforehand."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from orthoweave.cypher.evaluation.context import Context, Rows, Scope
from orthoweave.cypher.evaluation.formulas import formula
from orthoweave.cypher.syntax.tree import (
    Expression,
    Item,
    MapOf,
    NodePattern,
    PatternComprehension,
    PatternPredicate,
    RelationshipPattern,
    ShortestPath,
    Subquery,
    Variable,
)
from orthoweave.cypher.syntax.walk import names, nodes, replaced
from orthoweave.cypher.values.model import Node, Relationship
from orthoweave.errors import QueryError

_SUBQUERIES = Subquery | PatternComprehension | PatternPredicate | ShortestPath


class Known:
    """Rows with an extra column for each expression that was computed on them."""

    def __init__(self, rows: Rows, scope: Scope, context: Context, clause: object) -> None:
        self.rows = rows
        self.names: frozenset[str] = frozenset()
        """Names of the extra columns."""
        self._original, self._scope, self._context = rows, scope, context
        # a name that the clause binds again may mean something else there
        self._names = (scope.names | scope.fixed) - frozenset(_bound(clause))

    def without(self, tree: Any) -> Any:
        """Return a tree with each expression that needs only the rows replaced by its column."""
        return replaced(tree, self._change)

    def _change(self, tree: object) -> object:
        if isinstance(tree, NodePattern | RelationshipPattern) and isinstance(
            tree.properties, MapOf
        ):
            items = tuple((key, self.without(value)) for key, value in tree.properties.items)
            return replace(tree, properties=MapOf(items), where=self.without(tree.where))
        if not isinstance(tree, Expression) or not self._is_known(tree):
            return None
        try:
            values = formula(tree, self._scope, self._context).over(self._original)
        except QueryError:
            # it is an error only if the pattern matches
            return None
        if isinstance(tree, Variable) and any(
            isinstance(value, Node | Relationship) for value in values
        ):
            return None
        name = self._context.name("known")
        self.rows = [{**row, name: value} for row, value in zip(self.rows, values, strict=True)]
        self.names |= {name}
        return Variable(name)

    def _is_known(self, tree: Expression) -> bool:
        used = names(tree)
        return (
            bool(used)
            and used <= self._names
            and not any(isinstance(node, _SUBQUERIES) for node in nodes(tree))
        )


def _bound(clause: object) -> Iterator[str]:
    for node in nodes(clause):
        if isinstance(node, Item):
            yield node.name
        else:
            yield from (
                name
                for part in ("variable", "total")
                if isinstance(name := getattr(node, part, None), str)
            )
