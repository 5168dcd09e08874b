"""The labels and types possible in a pattern, inferred from the ends of relationship tables."""

from collections.abc import Iterator, Sequence

from orthoweave.cypher.sql.elements import Step, holding
from orthoweave.cypher.sql.frame import Frame
from orthoweave.cypher.syntax.tree import GroupPattern, NodePattern, RelationshipPattern
from orthoweave.stores.base import Table

Element = NodePattern | RelationshipPattern | GroupPattern
Tables = tuple[str, ...]


def end_tables(elements: Sequence[Element], frame: Frame) -> list[Tables]:
    """Return the possible labels of each node and the possible types of each relationship."""
    tables = [_tables(element, frame) for element in elements]
    changed = True
    while changed:
        before = list(tables)
        for place in range(1, len(elements), 2):
            _narrow(elements, place, tables, frame)
        changed = tables != before
    return tables


def _tables(element: Element, frame: Frame) -> Tables:
    if isinstance(element, GroupPattern):
        return ()
    if isinstance(element, RelationshipPattern):
        return holding(element.types, frame.shared.catalogue.edges)
    labels = holding(element.labels, frame.shared.catalogue.nodes)
    bound = frame.find(str(element.variable))
    if bound is None:
        return labels
    return tuple(label for label in labels if label in bound[1].value.type.tables)


def _narrow(elements: Sequence[Element], place: int, tables: list[Tables], frame: Frame) -> None:
    """Drop the labels and types that one relationship and its two ends rule out."""
    link = elements[place]
    if not isinstance(link, RelationshipPattern) or link.length is not None:
        return
    near, far = tables[place - 1], tables[place + 1]
    types, nears, fars = [], set(), set()
    for name in tables[place]:
        table = frame.shared.catalogue.edges[name]
        pairs = [
            (start, end)
            for start, end in _pairs(table, link.direction)
            if start in near and end in far
        ]
        if pairs:
            types.append(name)
            nears |= {start for start, _ in pairs}
            fars |= {end for _, end in pairs}
    tables[place - 1 : place + 2] = [
        tuple(label for label in near if label in nears),
        tuple(types),
        tuple(label for label in far if label in fars),
    ]


def _pairs(table: Table, direction: str) -> Iterator[tuple[str, str]]:
    """Yield the labels at the ends of a relationship table, in the pattern's direction."""
    if direction != "left":
        yield table.start, table.end
    if direction != "right":
        yield table.end, table.start


def fitting(step: Step, frame: Frame) -> list[tuple[Table, str]]:
    """Return the relationship tables that can connect the ends of a step, with directions."""
    known = frame.shared.catalogue.edges
    return [
        (known[name], direction)
        for name in holding(step.link.types, known)
        for direction in ("right", "left")
        if step.link.direction in {direction, "both"}
        and any(
            start in step.nears and end in step.fars
            for start, end in _pairs(known[name], direction)
        )
    ]
