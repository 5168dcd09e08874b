"""Patterns as joins: relationships are joined as tables, nodes are bound to their ends."""

from collections.abc import Sequence
from dataclasses import replace

from orthoweave.cypher.sql.elements import Step, Trail, conditions, has_label
from orthoweave.cypher.sql.ends import Element, Tables, end_tables
from orthoweave.cypher.sql.frame import Binding, Frame
from orthoweave.cypher.sql.hops import hop, is_narrow, scan
from orthoweave.cypher.sql.keys import bound_by_key
from orthoweave.cypher.sql.repeats import repeat
from orthoweave.cypher.sql.types import NotCompiledError, Type, Value
from orthoweave.cypher.sql.walks import walk
from orthoweave.cypher.syntax.tree import GroupPattern, NodePattern, Path, RelationshipPattern


def match_paths(paths: Sequence[Path], frame: Frame) -> None:
    """Join the paths of one MATCH to a frame, and bind their names.

    Raises
    ------
    NotCompiledError
        If a path is not matched by joins, such as shortestPath.
    """
    trail = Trail([], [])
    for path in paths:
        _match_path(path, frame, trail)


def _match_path(path: Path, frame: Frame, trail: Trail) -> None:
    if path.shortest or path.selected:
        raise NotCompiledError
    elements = [_named(element, frame) for element in path.elements]
    tables = end_tables(elements, frame)
    for node, labels in zip(elements[::2], tables[::2], strict=True):
        _check_bound(node, labels, frame)
    links = elements[1::2]
    hops = [link for link in links if isinstance(link, RelationshipPattern) and link.length is None]
    elements = [
        bound_by_key(element, labels, frame, joined=not links or len(hops) < len(links))
        if isinstance(element, NodePattern)
        else element
        for element, labels in zip(elements, tables, strict=True)
    ]
    for place in range(1, len(elements), 2):
        _join_link(elements, place, tables, frame, trail)
    for node, labels in zip(elements[::2], tables[::2], strict=True):
        if not isinstance(node, NodePattern):
            raise NotCompiledError
        if frame.find(str(node.variable)) is None:
            scan(node, labels, frame)
        conditions(node, frame)
    if path.variable is not None:
        frame.names[path.variable] = Binding(_path_value(elements, frame))


def _named(element: Element, frame: Frame) -> Element:
    """Return a node or relationship with a name; internal names begin with a blank."""
    if isinstance(element, GroupPattern):
        return replace(element, name=frame.shared.alias(" "))
    if element.variable:
        return element
    return replace(element, variable=frame.shared.alias(" "))


def _join_link(
    elements: Sequence[Element], place: int, tables: Sequence[Tables], frame: Frame, trail: Trail
) -> None:
    near, link, far = elements[place - 1 : place + 2]
    if not isinstance(near, NodePattern) or not isinstance(far, NodePattern):
        raise NotCompiledError
    if isinstance(link, GroupPattern):
        _join_group(near, link, far, (tables[place - 1], tables[place + 1]), frame, trail)
        return
    if not isinstance(link, RelationshipPattern):
        raise NotCompiledError
    step = Step(near, link, far, tables[place - 1], tables[place + 1])
    if link.length is None:
        hop(step, frame, trail)
        return
    if all(frame.find(str(node.variable)) is None for node in (near, far)):
        # a walk starts from nodes that are joined already
        first = far if is_narrow(far) and not is_narrow(near) else near
        scan(first, step.fars if first is far else step.nears, frame)
    walk(step, frame, trail)


def _join_group(  # noqa: PLR0917 - a group has this many sides
    near: NodePattern,
    group: GroupPattern,
    far: NodePattern,
    labels: tuple[Tables, Tables],
    frame: Frame,
    trail: Trail,
) -> None:
    """Join a quantified path, starting from the end that is bound or else more restricted."""
    known = [frame.find(str(node.variable)) is not None for node in (near, far)]
    backward = not known[0] and (known[1] or (is_narrow(far) and not is_narrow(near)))
    first, last = (far, near) if backward else (near, far)
    if not any(known):
        scan(first, labels[backward], frame)
        conditions(first, frame)
    repeat(first, group, last, labels[not backward], frame, trail, backward=backward)


def _check_bound(node: Element, labels: Tables, frame: Frame) -> None:
    """Require that a node that is bound already is not null and has a possible label."""
    bound = None if isinstance(node, GroupPattern) else frame.find(str(node.variable))
    if bound is None:
        return
    value = bound[1].value
    if value.type.kind != "node":
        raise NotCompiledError
    if value.nullable:
        frame.where.append(f"{value.sql} IS NOT NULL")
    if set(value.type.tables) - set(labels):
        frame.where.append(has_label(value.sql, labels, frame))


def _path_value(elements: Sequence[Element], frame: Frame) -> Value:
    """Return a path as a struct of the numbers of its nodes and relationships."""
    nodes: list[str] = []
    edges: list[str] = []
    labels: set[str] = set()
    types: set[str] = set()
    after_walk = False
    for place, element in enumerate(elements):
        name = element.name if isinstance(element, GroupPattern) else str(element.variable)
        bound = frame.find(name)
        if bound is None:
            raise NotCompiledError
        value = bound[1].value
        if place % 2 == 0:
            # a walk without relationships ends where it starts: its end is not another node
            here = f"[{value.sql}]"
            nodes.append(
                f"CASE WHEN len({edges[-1]}) = 0 THEN [] ELSE {here} END" if after_walk else here
            )
        elif value.type.kind == "edge":
            edges.append(f"[{value.sql}]")
        else:
            edges.append(value.sql)
            nodes.append(f"{value.sql.removesuffix('.edges')}.between")
        _note(value.type, labels, types, frame)
        after_walk = value.type.kind == "list"
    sql = f"struct_pack(nodes := {_flat(nodes)}, edges := {_flat(edges)})"
    path_type = Type("path", tables=tuple(sorted(labels)), links=tuple(sorted(types)))
    return Value(sql, path_type, nullable=False)


def _note(of: Type, labels: set[str], types: set[str], frame: Frame) -> None:
    """Add the possible labels and types of one element of a path."""
    if of.kind == "node":
        labels.update(of.tables)
        return
    links = of if of.kind == "edge" else of.item
    if links is not None:
        types.update(links.tables)
        # nodes between the ends of a walk
        labels.update(
            end for table in frame.shared.tables(links) for end in (table.start, table.end)
        )


def _flat(lists: Sequence[str]) -> str:
    if not lists:
        return "CAST([] AS BIGINT[])"
    return f"flatten([{', '.join(lists)}])"
