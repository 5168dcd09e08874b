"""Rewrite id(a) = id(b) to a = b, since internal ids differ between engines."""

from orthoweave.cypher.syntax.tree import (
    Binary,
    Call,
    NodePattern,
    Query,
    RelationshipPattern,
    Variable,
)
from orthoweave.cypher.syntax.walk import nodes, replaced


def without_numbers(query: Query) -> Query:
    """Return a query with comparisons and counts of ids replaced by those of the entities.

    A node and a relationship can have the same ``id(…)``, so ids are only rewritten between two
    nodes or two relationships.
    """
    kinds = {
        node.variable: type(node)
        for node in nodes(query)
        if isinstance(node, NodePattern | RelationshipPattern) and node.variable
    }

    def change(tree: object) -> object:
        match tree:
            case Binary(
                "=" | "<>" as sign, Call("elementid", (left,)), Call("elementid", (right,))
            ):
                return Binary(sign, left, right, place=tree.place)
            case Binary("=" | "<>" as sign, Call("id", (left,)), Call("id", (right,))):
                if {_kind(left, kinds)} == {_kind(right, kinds)} != {None}:
                    return Binary(sign, left, right, place=tree.place)
            case Call("count", (Call("id" | "elementid" as function, (entity,)),), distinct):
                if function == "elementid" or _kind(entity, kinds):
                    return Call("count", (entity,), distinct, place=tree.place)
        return None

    changed: Query = replaced(query, change)
    return changed


def _kind(tree: object, kinds: dict[str, type]) -> type | None:
    return kinds.get(tree.name) if isinstance(tree, Variable) else None
