"""Traversal of syntax trees: nodes, names, parameters, conditions, and replacement."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final

from orthoweave.cypher.syntax.tree import (
    Binary,
    Expression,
    MapOf,
    NodePattern,
    Parameter,
    Path,
    Property,
    RelationshipPattern,
    Variable,
)
from orthoweave.errors import QueryRefusedError


def nodes(tree: object) -> Iterator[Any]:
    """Yield every node of a tree, including its root."""
    waiting = [tree] if _field_names(type(tree)) is not None else children(tree)
    while waiting:
        node = waiting.pop()
        yield node
        waiting += children(node)


def children(tree: object) -> list[Any]:
    """Return the children of a node, or the nodes in a tuple."""
    below_here: list[Any] = []
    below = tree if isinstance(tree, tuple) else ()
    known = _field_names(type(tree))
    if known is not None:
        below = tuple(getattr(tree, name) for name in known)
    for item in below:
        if isinstance(item, tuple):
            below_here += children(item)
        elif _field_names(type(item)) is not None:
            below_here.append(item)
    return below_here


def parameters(tree: object) -> frozenset[str]:
    """Return the names of all parameters in a tree."""
    return frozenset(node.name for node in nodes(tree) if isinstance(node, Parameter))


def names(tree: object) -> frozenset[str]:
    """Return the names of all variables in a tree, including those that it binds itself."""
    mentioned = set()
    for node in nodes(tree):
        if isinstance(node, Variable):
            mentioned.add(node.name)
        elif isinstance(getattr(node, "variable", None), str):
            mentioned.add(node.variable)
    return frozenset(mentioned)


def conditions(where: Expression | None) -> list[Expression]:
    """Return the conditions of a WHERE, split at AND."""
    if where is None:
        return []
    if isinstance(where, Binary) and where.operator == "AND":
        return [*conditions(where.left), *conditions(where.right)]
    return [where]


def conjunction(parts: Iterable[Expression]) -> Expression | None:
    """Return some conditions joined by AND; None if there are none."""
    joined: Expression | None = None
    for part in parts:
        joined = part if joined is None else Binary("AND", joined, part)
    return joined


def own_conditions(element: NodePattern | RelationshipPattern) -> list[Expression]:
    """Return the properties and the WHERE of a named element as conditions.

    Raises
    ------
    QueryRefusedError
        If a parameter stands for the whole map of properties.
    """
    properties = element.properties or MapOf(())
    if not isinstance(properties, MapOf):
        message = "a pattern expects {key: $value}, found a parameter for the whole map"
        raise QueryRefusedError(message)
    subject = Variable(str(element.variable))
    equalities = [Binary("=", Property(subject, key), value) for key, value in properties.items]
    return [*equalities, *conditions(element.where)]


def replaced(tree: Any, change: Callable[[Any], Any]) -> Any:
    """Return a tree with each node replaced by what `change` returns, unless that is None."""
    if isinstance(tree, tuple):
        return tuple(replaced(item, change) for item in tree)
    known = _field_names(type(tree))
    if known is None:
        return tree
    changed = change(tree)
    if changed is not None:
        return changed
    values = {name: getattr(tree, name) for name in known}
    new = {name: replaced(value, change) for name, value in values.items()}
    if all(new[name] is value for name, value in values.items()):
        return tree
    return replace(tree, **new)


def path_variables(path: Path) -> list[str]:
    """Return the names that a path binds, in order, each once."""
    bound = [path.variable] if path.variable else []
    for node in nodes(path.elements):
        name = getattr(node, "variable", None)
        if isinstance(name, str) and not isinstance(node, Expression) and name not in bound:
            bound.append(name)
    return bound


_FIELDS: Final[dict[type, tuple[str, ...] | None]] = {}


def _field_names(kind: type) -> tuple[str, ...] | None:
    """Return the field names of a class of nodes; None for any other class."""
    if kind not in _FIELDS:
        known = is_dataclass(kind)
        _FIELDS[kind] = tuple(field.name for field in fields(kind)) if known else None
    return _FIELDS[kind]
