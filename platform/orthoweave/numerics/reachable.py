"""Keys reached along the edges of a graph, such as all types above a cell type."""

from collections.abc import Iterable, Mapping


def reachable(begin: Iterable[str], edges: Mapping[str, set[str]]) -> set[str]:
    """Return `begin` and all keys that edges lead to from it; circles do no harm.

    Examples
    --------
    >>> sorted(reachable(["a"], {"a": {"b"}, "b": {"a", "c"}, "d": {"a"}}))
    ['a', 'b', 'c']
    """
    reached = set(begin)
    todo = list(reached)
    while todo:
        more = edges.get(todo.pop(), set()) - reached
        reached |= more
        todo += more
    return reached
