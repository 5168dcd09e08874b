"""Finds patterns by nested loops: no edge is used twice in one MATCH."""

from collections.abc import Iterable, Iterator, Sequence

from tests.support.naive.expressions import Asked, truth, value_of
from tests.support.naive.values import Edge, Node, NotNaiveError, Row, Trail, equal

from orthoweave.cypher.syntax import tree

_Used = frozenset[Edge]
_Found = tuple[Row, _Used, Node, tuple[Node, ...], tuple[Edge, ...]]
_FLIPPED = {"left": "right", "right": "left", "both": "both"}


def matches(
    asked: Asked, paths: Sequence[tree.Path], row: Row, used: _Used = frozenset()
) -> Iterator[Row]:
    """Rows with all names bound, one for each way in which all of the paths are there."""
    if not paths:
        yield row
        return
    for found, further in _path(asked, paths[0], row, used):
        yield from matches(asked, paths[1:], found, further)


def _path(asked: Asked, path: tree.Path, row: Row, used: _Used) -> Iterator[tuple[Row, _Used]]:
    if path.shortest:
        message = "shortest paths"
        raise NotNaiveError(message)
    elements, turned = _from_the_better_end(path, row)
    first = elements[0]
    if not isinstance(first, tree.NodePattern):
        raise NotNaiveError
    for node in _candidates(asked, first, row):
        asked.look()
        bound = _bind_node(asked, first, row, node)
        if bound is None:
            continue
        for found, further, _, nodes, edges in _onwards(
            asked, elements[1:], (bound, used, node, (node,), ())
        ):
            if path.variable:
                trail = Trail(nodes[::-1], edges[::-1]) if turned else Trail(nodes, edges)
                yield {**found, path.variable: trail}, further
            else:
                yield found, further


def _from_the_better_end(path: tree.Path, row: Row) -> tuple[tuple[tree.Element, ...], bool]:
    """Elements from an end that is bound already, or has a key; and whether they are turned."""
    last, elements = path.elements[-1], path.elements
    plain = all(
        isinstance(one, tree.NodePattern)
        or (isinstance(one, tree.RelationshipPattern) and one.length is None)
        for one in elements
    )
    if plain and _is_narrow(last, row) and not _is_narrow(elements[0], row):
        return tuple(_turned(one) for one in reversed(elements)), True
    return elements, False


def _is_narrow(element: tree.Element, row: Row) -> bool:
    if not isinstance(element, tree.NodePattern):
        return False
    keyed = isinstance(element.properties, tree.MapOf) and not any(
        isinstance(value, tree.Property) for _, value in element.properties.items
    )
    return element.variable in row or keyed


def _turned(element: tree.Element) -> tree.Element:
    if not isinstance(element, tree.RelationshipPattern):
        return element
    return tree.RelationshipPattern(
        element.variable,
        element.types,
        _FLIPPED[element.direction],  # type: ignore[arg-type]
        element.length,
        element.properties,
        element.where,
    )


def _candidates(asked: Asked, pattern: tree.NodePattern, row: Row) -> Iterable[Node]:
    if pattern.variable in row:
        bound = row[pattern.variable]
        return [bound] if isinstance(bound, Node) else []
    graph, labels = asked.graph, pattern.labels
    if labels is None or labels.operator != "name":
        return graph.every_node()
    if isinstance(pattern.properties, tree.MapOf):
        for name, value in pattern.properties.items:
            if name == "id":
                node = graph.by_key.get((labels.name, value_of(asked, row, value)))
                return [] if node is None else [node]
    return graph.nodes.get(labels.name, [])


def _bind_node(asked: Asked, pattern: tree.NodePattern, row: Row, node: Node) -> Row | None:
    if pattern.labels is not None and not pattern.labels.holds(node.label):
        return None
    if not _has(asked, pattern.properties, row, node):
        return None
    if pattern.variable in row:
        bound = row if row[pattern.variable] is node else None
    else:
        bound = {**row, pattern.variable: node} if pattern.variable else row
    if bound is None or (pattern.where is not None and not truth(asked, bound, pattern.where)):
        return None
    return bound


def _has(asked: Asked, wanted: tree.Expression | None, row: Row, of: Node | Edge) -> bool:
    if wanted is None:
        return True
    if not isinstance(wanted, tree.MapOf):
        raise NotNaiveError
    return all(
        equal(of.properties.get(name), value_of(asked, row, value)) is True
        for name, value in wanted.items
    )


def _onwards(asked: Asked, elements: tuple[tree.Element, ...], so_far: _Found) -> Iterator[_Found]:
    """Ways on from a node through the elements that are left."""
    if not elements:
        yield so_far
        return
    step, rest = elements[0], elements[1:]
    if isinstance(step, tree.NodePattern):
        row, used, node, nodes, edges = so_far
        bound = _bind_node(asked, step, row, node)
        if bound is not None:
            yield from _onwards(asked, rest, (bound, used, node, nodes, edges))
        return
    if isinstance(step, tree.GroupPattern):
        found = _repeated(asked, step, so_far)
    elif step.length is not None:
        found = _lengths(asked, step, so_far)
    else:
        found = _hop(asked, step, so_far)
    for one in found:
        yield from _onwards(asked, rest, one)


def _steps(
    asked: Asked, pattern: tree.RelationshipPattern, node: Node
) -> Iterator[tuple[Edge, Node]]:
    types = pattern.types
    if pattern.direction != "left":
        for edge in asked.graph.out_of(node):
            asked.look()
            if types is None or types.holds(edge.type):
                yield edge, edge.end
    if pattern.direction != "right":
        for edge in asked.graph.into(node):
            asked.look()
            # a loop is one way, from whichever side it is seen
            again = pattern.direction == "both" and edge.start is edge.end
            if not again and (types is None or types.holds(edge.type)):
                yield edge, edge.start


def _hop(asked: Asked, pattern: tree.RelationshipPattern, so_far: _Found) -> Iterator[_Found]:
    row, used, node, nodes, edges = so_far
    name = pattern.variable
    for edge, other in _steps(asked, pattern, node):
        if edge in used or not _has(asked, pattern.properties, row, edge):
            continue
        if name in row:
            if row[name] is not edge:
                continue
            bound = row
        else:
            bound = {**row, name: edge} if name else row
        if pattern.where is None or truth(asked, bound, pattern.where):
            yield bound, used | {edge}, other, (*nodes, other), (*edges, edge)


def _lengths(asked: Asked, pattern: tree.RelationshipPattern, so_far: _Found) -> Iterator[_Found]:
    if pattern.where is not None or pattern.variable in so_far[0] or pattern.length is None:
        raise NotNaiveError
    low, high = pattern.length

    def further(taken: tuple[Edge, ...], at: _Found) -> Iterator[_Found]:
        row, used, node, nodes, edges = at
        if len(taken) >= low:
            own = {pattern.variable: list(taken)} if pattern.variable else {}
            yield {**row, **own}, used, node, nodes, edges
        if high is not None and len(taken) >= high:
            return
        for edge, other in _steps(asked, pattern, node):
            if edge not in used and _has(asked, pattern.properties, row, edge):
                yield from further(
                    (*taken, edge), (row, used | {edge}, other, (*nodes, other), (*edges, edge))
                )

    yield from further((), so_far)


def _repeated(asked: Asked, group: tree.GroupPattern, so_far: _Found) -> Iterator[_Found]:
    """Quantified paths: names within them are lists outside."""
    low, high = group.length
    outside = so_far[0]
    names = [
        name for element in group.path.elements if (name := getattr(element, "variable", None))
    ]
    if group.path.variable or any(name in outside for name in names):
        raise NotNaiveError

    def further(times: tuple[Row, ...], at: _Found) -> Iterator[_Found]:
        _, used, node, nodes, edges = at
        if len(times) >= low:
            lists = {name: [one[name] for one in times] for name in names}
            yield {**outside, **lists}, used, node, nodes, edges
        if high is not None and len(times) >= high:
            return
        for row, after, there, through, along in _onwards(
            asked, group.path.elements, (outside, used, node, nodes, edges)
        ):
            if group.where is None or truth(asked, row, group.where):
                yield from further((*times, row), (row, after, there, through, along))

    yield from further((), so_far)
