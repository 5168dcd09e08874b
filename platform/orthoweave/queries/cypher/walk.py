"""Goes through a tree: all that is below a node, the names it uses, its conditions one by one."""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from typing import Any

from orthoweave.queries.cypher.tree import Binary, Expression, Parameter, Path, Variable


def nodes(tree: object) -> Iterator[Any]:
    """Give every node of a tree."""
    waiting = [tree] if is_dataclass(tree) else children(tree)
    while waiting:
        node = waiting.pop()
        yield node
        waiting += children(node)


def children(tree: object) -> list[Any]:
    """Give the nodes right below a node, or those in a tuple of them."""
    if isinstance(tree, tuple):
        return [node for item in tree
                for node in ([item] if is_dataclass(item) else children(item))]  # fmt: skip
    if not is_dataclass(tree) or isinstance(tree, type):
        return []
    return children(tuple(getattr(tree, name) for name in _field_names(type(tree))))


def parameters(tree: object) -> frozenset[str]:
    """Names of all parameters that a tree uses."""
    return frozenset(node.name for node in nodes(tree) if isinstance(node, Parameter))


def names(tree: object) -> frozenset[str]:
    """Names of all variables that a tree mentions, also those that it binds itself."""
    found = set()
    for node in nodes(tree):
        if isinstance(node, Variable):
            found.add(node.name)
        elif isinstance(getattr(node, "variable", None), str):
            found.add(node.variable)
    return frozenset(found)


def conditions(where: Expression | None) -> list[Expression]:
    """Conditions of a WHERE that all have to hold."""
    if where is None:
        return []
    if isinstance(where, Binary) and where.operator == "AND":
        return [*conditions(where.left), *conditions(where.right)]
    return [where]


def replaced(tree: Any, change: Callable[[Any], Any]) -> Any:
    """Make a tree anew: wherever `change` gives something, that stands instead."""
    if isinstance(tree, tuple):
        return tuple(replaced(item, change) for item in tree)
    if not is_dataclass(tree) or isinstance(tree, type):
        return tree
    changed = change(tree)
    if changed is not None:
        return changed
    values = {name: getattr(tree, name) for name in _field_names(type(tree))}
    new = {name: replaced(value, change) for name, value in values.items()}
    if all(new[name] is value for name, value in values.items()):
        return tree
    return replace(tree, **new)


def path_variables(path: Path) -> list[str]:
    """Names that a path binds, in order, each once."""
    found = [path.variable] if path.variable else []
    for node in nodes(path.elements):
        name = getattr(node, "variable", None)
        if isinstance(name, str) and not isinstance(node, Expression) and name not in found:
            found.append(name)
    return found


@lru_cache(maxsize=256)
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
