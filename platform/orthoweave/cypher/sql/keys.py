"""Nodes given by their key, whose number is looked up before the joins.

The engine estimates the number of relationships of a node by the mean over all nodes. The estimate
can be wrong by orders of magnitude, and then the engine keeps the larger side of a join in memory.
So the relationships of such a node are filtered by its number itself, not by joins that the engine
may postpone. Likewise DISTINCT and groups use the number of a node instead of its key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from orthoweave.cypher.sql.frame import HIDDEN, KEY, Binding, Frame
from orthoweave.cypher.sql.types import STRING, Type, Value, quoted
from orthoweave.cypher.syntax.tree import (
    Binary,
    Expression,
    Item,
    Literal,
    MapOf,
    NodePattern,
    Parameter,
    Path,
    Property,
    Variable,
)


def bound_by_key(
    node: NodePattern, labels: tuple[str, ...], frame: Frame, *, joined: bool
) -> NodePattern:
    """Bind a node to the number that belongs to its key, and return its remaining pattern.

    The pattern is returned unchanged if the node is bound already, can have several labels, or its
    key depends on the row. The number of a node that does not exist is null, which no relationship
    has; so a node without relationships must be `joined`.
    """
    name = str(node.variable)
    if frame.find(name) is not None or len(labels) != 1 or not isinstance(node.properties, MapOf):
        return node
    items = node.properties.items
    keys = [frame.shared.expression(tree, frame) for key, tree in items if key == KEY]
    if [(key.constant, key.type) for key in keys] != [(True, STRING)]:
        return node
    key = keys[0].sql
    number = f'(SELECT "#nid" FROM {quoted(labels[0])} WHERE {quoted(KEY)} = {key})'
    value = Value(number, Type("node", tables=labels), nullable=False)
    frame.names[name] = Binding(value, columns={KEY: key}, known=number)
    if joined:
        relation = frame.relation_of(name)
        frame.names[name] = replace(frame.names[name], value=replace(value, sql=relation.number))
    rest = tuple(item for item in items if item[0] != KEY)
    return replace(node, properties=MapOf(rest) if rest else None)


def with_keys(
    paths: Sequence[Path], where: Expression | None
) -> tuple[Sequence[Path], Expression | None]:
    """Return the paths and WHERE with conditions on keys moved into the patterns."""
    if isinstance(where, Binary) and where.operator == "AND":
        paths, left = with_keys(paths, where.left)
        paths, right = with_keys(paths, where.right)
        if left is None or right is None:
            return paths, right if left is None else left
        return paths, replace(where, left=left, right=right)
    if not isinstance(where, Binary) or where.operator != "=":
        return paths, where
    for tested, key in ((where.left, where.right), (where.right, where.left)):
        if (
            isinstance(tested, Property)
            and tested.key == KEY
            and isinstance(tested.subject, Variable)
            and isinstance(key, Literal | Parameter)
        ):
            changed = [_with_key(path, tested.subject.name, key) for path in paths]
            if changed != list(paths):
                return changed, None
    return paths, where


def _with_key(path: Path, name: str, key: Expression) -> Path:
    """Return a path with a key added to the nodes of a name that have no properties yet."""
    elements = tuple(
        replace(element, properties=MapOf(((KEY, key),)))
        if isinstance(element, NodePattern)
        and element.variable == name
        and element.properties is None
        else element
        for element in path.elements
    )
    return replace(path, elements=elements)


def keyed(tree: Expression, frame: Frame) -> Value | None:
    """Return the node whose key an expression reads, if it has only one possible label."""
    if not isinstance(tree, Property) or tree.key != KEY or not isinstance(tree.subject, Variable):
        return None
    bound = frame.find(tree.subject.name)
    if bound is None:
        return None
    value = bound[1].value
    return value if value.type.kind == "node" and len(value.type.tables) == 1 else None


def by_number(items: Sequence[Item], frame: Frame) -> tuple[list[Item], dict[str, tuple[str, str]]]:
    """Return columns for DISTINCT or groups with node numbers in place of node keys.

    Also return the columns that are properties of these nodes, to be looked up afterwards: by
    name, the hidden name of the node and the property.
    """
    hidden = {
        tree.subject.name: frame.shared.alias(HIDDEN)
        for tree in (item.expression for item in items)
        if isinstance(tree, Property)
        and isinstance(tree.subject, Variable)
        and keyed(tree, frame) is not None
        and frame.lacks(tree.subject.name, KEY)
    }
    later = {
        item.name: (hidden[item.expression.subject.name], item.expression.key)
        for item in items
        if isinstance(item.expression, Property)
        and isinstance(item.expression.subject, Variable)
        and item.expression.subject.name in hidden
    }
    distinct = [item for item in items if item.name not in later]
    distinct += [Item(Variable(name), own, aliased=True) for name, own in hidden.items()]
    return distinct, later


def read_later(later: Mapping[str, tuple[str, str]], frame: Frame) -> dict[str, Binding]:
    """Return the properties that `by_number` left out, read for the remaining rows."""
    return {name: Binding(frame.property(node, key)) for name, (node, key) in later.items()}
