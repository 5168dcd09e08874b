"""Variable-length relationships as recursive queries that use each relationship once."""

from collections.abc import Sequence
from typing import Final, Literal

from orthoweave.cypher.sql.elements import Step, Trail, conditions, has_label, holding
from orthoweave.cypher.sql.frame import Binding, Frame
from orthoweave.cypher.sql.hops import end_columns
from orthoweave.cypher.sql.relations import Relation
from orthoweave.cypher.sql.types import NotCompiledError, Type, Value, list_of
from orthoweave.cypher.syntax.tree import NodePattern, Quantifier, Variable

_NO_NUMBERS = "CAST([] AS BIGINT[])"
TURNED: Final[dict[str, Literal["left", "right", "both"]]] = {
    "left": "right",
    "right": "left",
    "both": "both",
}
"""Each direction as seen from the other end."""


def walk(step: Step, frame: Frame, trail: Trail) -> None:
    """Join a variable-length relationship, starting from the end that is bound.

    Raises
    ------
    NotCompiledError
        If neither end is bound, or the name of the relationships is bound already.
    """
    link = step.link
    if frame.find(str(link.variable)) is not None:
        raise NotCompiledError
    forward = frame.find(str(step.near.variable)) is not None
    start, end, labels = (
        (step.near, step.far, step.fars) if forward else (step.far, step.near, step.nears)
    )
    bound = frame.find(str(start.variable))
    if bound is None:
        raise NotCompiledError
    edge_type = Type("edge", tables=holding(link.types, frame.shared.catalogue.edges))
    direction = link.direction if forward else TURNED[link.direction]
    alias = frame.shared.alias("w")
    rounds = _rounds(bound[1].number, step, edge_type, frame, forward=forward, direction=direction)
    frame.join(f"({rounds}) AS {alias}", word="CROSS JOIN LATERAL")
    edges = Value(f"{alias}.edges", list_of(edge_type), nullable=False)
    frame.names[str(link.variable)] = Binding(edges)
    trail.add(frame, edges.sql, edge_type.tables, several=True)
    stays = (link.length or (1, 1))[0] == 0
    starts = bound[1].value.type.tables if stays else ()
    reachable = _reachable(edge_type, starts, direction, frame)
    bind_end(end, f"{alias}.node", labels, reachable, frame)


def bind_end(
    end: NodePattern, column: str, labels: Sequence[str], reachable: set[str], frame: Frame
) -> None:
    """Bind a node to the end of a walk; if it is bound already, require that it is that end."""
    wanted = tuple(label for label in labels if label in reachable)
    if reachable - set(wanted):
        frame.where.append(has_label(column, wanted, frame))
    bound = frame.find(str(end.variable))
    if bound is not None:
        frame.where.append(f"{column} = {bound[1].number}")
        return
    value = Value(column, Type("node", tables=wanted), nullable=False)
    frame.names[str(end.variable)] = Binding(value)


def _reachable(of: Type, starts: Sequence[str], direction: str, frame: Frame) -> set[str]:
    labels = set(starts)
    for table in frame.shared.tables(of):
        if direction != "left":
            labels.add(table.end)
        if direction != "right":
            labels.add(table.start)
    return labels


def _rounds(
    start: str, step: Step, of: Type, frame: Frame, *, forward: bool, direction: str
) -> str:
    """Return the SQL for all walks from a node: end, relationships, and nodes between."""
    low, high = step.link.length or (1, 1)
    rows = frame.shared.alias("v")
    here, there = end_columns(direction)
    relation = directed(of, direction, frame)
    alias, edge = relation.alias, relation.number
    inner = frame.child()
    name = str(step.link.variable)
    inner.names[name] = Binding(Value(edge, of, nullable=False), relation)
    inner.later = None if frame.later is None else []
    conditions(step.link, inner)
    if frame.later is not None:
        frame.later += [Quantifier("all", name, Variable(name), tree) for tree in inner.later or ()]
    where = [f"NOT list_contains({rows}.edges, {edge})", *inner.where]
    if high is not None:
        where.append(f"{rows}.hops < {high}")
    edges, between = (
        (f"list_append({rows}.edges, {edge})", f"list_append({rows}.between, {rows}.node)")
        if forward
        else (f"list_prepend({edge}, {rows}.edges)", f"list_prepend({rows}.node, {rows}.between)")
    )
    joins = " ".join(f"{word} {item} ON {on}" for word, item, on in inner.sources)
    return (
        f"WITH RECURSIVE {rows}(node, edges, between, hops) AS ("
        f"SELECT {start}, {_NO_NUMBERS}, {_NO_NUMBERS}, 0 UNION ALL "
        f'SELECT {alias}."{there}", {edges}, '
        f"CASE WHEN {rows}.hops = 0 THEN {rows}.between ELSE {between} END, {rows}.hops + 1 "
        f'FROM {rows} JOIN {relation} ON {alias}."{here}" = {rows}.node {joins} '
        f"WHERE {' AND '.join(where)}) "
        f"SELECT node, edges, between FROM {rows} WHERE hops >= {low}"
    )


def directed(of: Type, direction: str, frame: Frame) -> Relation:
    """Return a new relation over relationships followed in a direction, not yet joined."""
    tables = tuple(frame.shared.tables(of))
    both = direction == "both"
    seen = tuple((table, way) for table in tables for way in ("right", "left")) if both else ()
    alias = frame.shared.alias("e")
    return Relation(alias, of, tables, backward=direction == "left", seen=seen)
