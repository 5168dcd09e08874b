"""Conditions of pattern elements: labels, properties, WHERE, and distinct relationships."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from orthoweave.cypher.sql.frame import SHIFT, Frame
from orthoweave.cypher.sql.operators import boolean
from orthoweave.cypher.sql.types import NotCompiledError
from orthoweave.cypher.syntax.tree import (
    Expression,
    LabelExpression,
    NodePattern,
    RelationshipPattern,
)
from orthoweave.cypher.syntax.walk import own_conditions


@dataclass(frozen=True, slots=True)
class Step:
    """A relationship of a pattern between two nodes, with the labels possible for these."""

    near: NodePattern
    link: RelationshipPattern
    far: NodePattern
    nears: tuple[str, ...]
    fars: tuple[str, ...]


@dataclass(slots=True)
class Trail:
    """The relationships of one MATCH, which must all differ."""

    single: list[tuple[str, frozenset[str]]]
    """Numbers of relationships as SQL, with their possible types."""
    several: list[tuple[str, frozenset[str]]]
    """The same for lists of relationships."""

    def add(self, frame: Frame, sql: str, tables: Sequence[str], *, several: bool = False) -> None:
        """Add a relationship or list of them, and require that it differs from the earlier ones."""
        types = frozenset(tables)
        for other, theirs in self.single:
            if types & theirs:
                frame.where.append(
                    f"NOT list_contains({sql}, {other})" if several else f"{sql} <> {other}"
                )
        for other, theirs in self.several:
            if types & theirs:
                frame.where.append(
                    f"NOT list_has_any({sql}, {other})"
                    if several
                    else f"NOT list_contains({other}, {sql})"
                )
        (self.several if several else self.single).append((sql, types))


def conditions(element: NodePattern | RelationshipPattern, frame: Frame) -> None:
    """Require the properties and the WHERE of an element that is bound."""
    for tree in own_conditions(element):
        demand(tree, frame)


def demand(tree: Expression, frame: Frame) -> None:
    """Add a condition to a frame.

    If it cannot be compiled and the frame collects such conditions, add it to `Frame.later`.

    Raises
    ------
    NotCompiledError
        If the condition cannot be compiled and the frame does not collect such conditions.
    """
    try:
        frame.where.append(boolean(frame.shared.expression(tree, frame)))
    except NotCompiledError:
        if frame.later is None:
            raise
        frame.later.append(tree)


def holding(condition: LabelExpression | None, known: Iterable[str]) -> tuple[str, ...]:
    """Return the labels or types for which a condition holds; all of them for None."""
    return tuple(name for name in known if condition is None or condition.holds(name))


def has_label(column: str, labels: Iterable[str], frame: Frame) -> str:
    """Return the SQL condition that a node has one of these labels."""
    known = frame.shared.catalogue.nodes
    numbers = ", ".join(str(known[label].number) for label in sorted(set(labels)))
    return f"{column} >> {SHIFT} IN ({numbers})" if numbers else "false"
