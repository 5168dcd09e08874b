"""Nodes and single relationships of a pattern, joined to a frame."""

from collections.abc import Sequence

from orthoweave.cypher.sql.elements import Step, Trail, conditions
from orthoweave.cypher.sql.ends import fitting
from orthoweave.cypher.sql.frame import Binding, Frame
from orthoweave.cypher.sql.relations import Relation
from orthoweave.cypher.sql.types import NotCompiledError, Type, Value
from orthoweave.cypher.syntax.tree import NodePattern
from orthoweave.stores.base import Table


def scan(node: NodePattern, labels: tuple[str, ...], frame: Frame) -> None:
    """Join all nodes with these labels, and bind the node's name to them."""
    relation = frame.relation(Type("node", tables=labels))
    frame.join(relation)
    value = Value(relation.number, relation.of, nullable=False)
    frame.names[str(node.variable)] = Binding(value, relation)


def is_narrow(node: NodePattern) -> bool:
    """Return whether a pattern restricts a node by properties or WHERE."""
    return node.properties is not None or node.where is not None


def hop(step: Step, frame: Frame, trail: Trail) -> None:
    """Join a relationship between two nodes, and bind the names that are not bound yet.

    A relationship that is bound already is joined by its number.

    Raises
    ------
    NotCompiledError
        If its name is bound to something else.
    """
    link, ways = step.link, fitting(step, frame)
    known = frame.find(str(link.variable))
    if known is not None:
        if known[1].value.type.kind != "edge":
            raise NotCompiledError
        ways = [way for way in ways if way[0].name in known[1].value.type.tables]
    relation, direction = _relation(ways, step, frame)
    here, there = (f'{relation.alias}."{column}"' for column in end_columns(direction))
    frame.join(relation)
    _bind(step.near, here, step.nears, frame)
    _bind(step.far, there, step.fars, frame)
    value = Value(relation.number, relation.of, nullable=False)
    if known is not None:
        frame.where.append(f"{value.sql} = {known[1].value.sql}")
    else:
        frame.names[str(link.variable)] = Binding(value, relation)
    trail.add(frame, value.sql, relation.of.tables)
    conditions(link, frame)


def _relation(ways: Sequence[tuple[Table, str]], step: Step, frame: Frame) -> tuple[Relation, str]:
    """Return the relationships of a step, and the direction in which they are followed."""
    directions = {direction for _, direction in ways}
    direction = step.link.direction if len(directions) != 1 else directions.pop()
    tables = tuple({table.name: table for table, _ in ways}.values())
    edge_type = Type("edge", tables=tuple(table.name for table in tables))
    alias = frame.shared.alias("e")
    if direction == "both":
        return Relation(alias, edge_type, tables, seen=tuple(ways)), direction
    # relationships are stored in two orders: use the one sorted by the end that is known first
    to_far = is_narrow(step.far) or frame.find(str(step.far.variable)) is not None
    from_near = frame.find(str(step.near.variable)) is not None or not to_far
    backward = from_near == (direction == "left")
    return Relation(alias, edge_type, tables, backward=backward), direction


def end_columns(direction: str) -> tuple[str, str]:
    """Return the columns of the near and far ends of relationships followed in a direction."""
    columns = {"both": ("#near", "#far"), "right": ("#src", "#dst"), "left": ("#dst", "#src")}
    return columns[direction]


def _bind(node: NodePattern, column: str, labels: tuple[str, ...], frame: Frame) -> None:
    """Bind a node to the end of a relationship; if it is bound already, require that it is."""
    name = str(node.variable)
    bound = frame.find(name)
    if bound is not None:
        frame.where.append(f"{column} = {bound[1].number}")
        return
    frame.names[name] = Binding(Value(column, Type("node", tables=labels), nullable=False))
