"""Asks whether two nodes are one without their numbers, which each engine has of its own."""

from orthoweave.queries.cypher.tree import (
    Binary,
    Call,
    NodePattern,
    Query,
    RelationshipPattern,
    Variable,
)
from orthoweave.queries.cypher.walk import nodes, replaced


def without_numbers(query: Query) -> Query:
    """Compare and count nodes and relationships themselves where their numbers are.

    Node and relationship may have one number as ``id(…)`` gives it, so that is done only for two
    of one kind.
    """
    kinds = {
        node.variable: type(node) for node in nodes(query)
        if isinstance(node, NodePattern | RelationshipPattern) and node.variable
    }  # fmt: skip

    def change(tree: object) -> object:
        match tree:
            case Binary("=" | "<>" as sign, Call("elementid", (one,)), Call("elementid", (other,))):
                return Binary(sign, one, other, place=tree.place)
            case Binary("=" | "<>" as sign, Call("id", (one,)), Call("id", (other,))):
                if {_kind(one, kinds)} == {_kind(other, kinds)} != {None}:
                    return Binary(sign, one, other, place=tree.place)
            case Call("count", (Call("id" | "elementid", (one,)),), distinct):
                if tree.arguments[0] == Call("elementid", (one,)) or _kind(one, kinds):
                    return Call("count", (one,), distinct, place=tree.place)
        return None

    changed: Query = replaced(query, change)
    return changed


def _kind(tree: object, kinds: dict[str, type]) -> type | None:
    return kinds.get(tree.name) if isinstance(tree, Variable) else None
