"""WITH and RETURN as SQL: columns, groups, DISTINCT, order, SKIP and LIMIT."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from orthoweave.cypher.evaluation.columns import column_of, expanded, has_aggregate
from orthoweave.cypher.evaluation.context import Scope
from orthoweave.cypher.sql.aggregates import aggregate, groupable
from orthoweave.cypher.sql.frame import HIDDEN, Binding, Frame, Term
from orthoweave.cypher.sql.keys import by_number, read_later
from orthoweave.cypher.sql.operators import boolean
from orthoweave.cypher.sql.types import INT, NULL, NotCompiledError, Value
from orthoweave.cypher.syntax.tree import (
    Call,
    CountStar,
    Expression,
    Item,
    Literal,
    Parameter,
    PatternComprehension,
    PatternPredicate,
    Projection,
    Subquery,
    Variable,
)
from orthoweave.cypher.syntax.walk import nodes, replaced
from orthoweave.cypher.values.aggregates import AGGREGATES

_COLUMN = re.compile(r'[a-z]+\d+\."[^"]+"')
"""A plain column of a table."""
_COSTLY = (Subquery, PatternComprehension, PatternPredicate)


@dataclass(frozen=True, slots=True)
class Projected:
    """The frame after a WITH or RETURN."""

    frame: Frame
    columns: tuple[str, ...]
    """Names of the columns in order, all bound in the frame."""


def projected(projection: Projection, frame: Frame, where: Expression | None = None) -> Projected:
    """Return the frame after a WITH or RETURN, with exactly its columns bound.

    Parameters
    ----------
    where
        The WHERE of a WITH.

    Raises
    ------
    NotCompiledError
        If the type of a column, group or sort key depends on the rows.
    """
    items = expanded(projection, Scope(frozenset(frame.visible())))
    grouped = any(has_aggregate(item.expression) for item in items)
    if grouped:
        frame, items = _grouped(items, frame)
    closed = grouped or projection.distinct
    if not projection.distinct:
        values = {item.name: _item(item.expression, frame) for item in items}
    else:
        frame = _distinct(items, frame)
        values = {item.name: frame.names[item.name] for item in items}
    order = [
        term
        for tree, down in projection.order
        for term in _terms_of(tree, down, items, values, frame, closed=closed)
    ]
    if order:
        frame.order = order
    tail = _tail(projection, frame)
    if tail or any(_is_costly(item.expression) for item in items):
        frame = frame.closed(values, tail=tail)
        values = dict(frame.names)
        closed = True
    _keep(where, frame, values, closed=closed)
    frame.names = dict(values)
    return Projected(frame, tuple(item.name for item in items))


def _keep(
    where: Expression | None, frame: Frame, values: dict[str, Binding], *, closed: bool
) -> None:
    """Add the WHERE of a WITH, which may also use the names from before."""
    if where is None:
        return
    frame.names = dict(values) if closed else {**frame.names, **values}
    frame.where.append(boolean(frame.shared.expression(where, frame)))
    values.update({name: frame.names[name] for name in values})


def _item(tree: Expression, frame: Frame) -> Binding:
    if isinstance(tree, Variable):
        bound = frame.find(tree.name)
        if bound is None:
            raise NotCompiledError
        owner, binding = bound
        return binding if owner is frame else Binding(binding.value, binding.relation)
    return Binding(frame.shared.expression(tree, frame))


def _is_costly(tree: Expression) -> bool:
    return any(isinstance(node, _COSTLY) for node in nodes(tree))


def _grouped(items: tuple[Item, ...], frame: Frame) -> tuple[Frame, tuple[Item, ...]]:
    """Return the frame of the groups, and the items as expressions over its names."""
    frame, items = _lifted(items, frame)
    keys = [item for item in items if not has_aggregate(item.expression)]
    by_value, later = by_number(keys, frame)
    values: dict[str, Binding] = {}
    group = []
    for item in by_value:
        binding = _item(item.expression, frame)
        key = groupable(binding.value)
        if key.whole:
            raise NotCompiledError
        values[item.name] = replace(binding, value=key)
        if not key.constant:
            group.append(key.sql)
    hidden_columns: dict[str, Binding] = {}
    changed = [
        item
        if item in keys
        else replace(
            item, expression=_without_aggregates(item.expression, keys, hidden_columns, frame)
        )
        for item in items
    ]
    # with only constant keys and no rows there is no group
    having = "HAVING count(*) > 0" if keys and not group else ""
    after = frame.closed({**values, **hidden_columns}, group=group, keep_order=False, tail=having)
    after.names |= read_later(later, after)
    changed = [
        replace(item, expression=Variable(item.name)) if item in keys else item for item in changed
    ]
    return after, tuple(changed)


def _lifted(items: tuple[Item, ...], frame: Frame) -> tuple[Frame, tuple[Item, ...]]:
    """Return a frame and items with subqueries turned into columns before the grouping."""
    hidden_columns: dict[str, Binding] = {}

    def column(node: Expression) -> Expression:
        if isinstance(node, Literal | Parameter):
            return node
        hidden = frame.shared.alias(HIDDEN)
        hidden_columns[hidden] = Binding(frame.shared.expression(node, frame))
        return Variable(hidden)

    def change(node: object) -> object:
        if isinstance(node, _COSTLY):
            return column(node)
        # the engine treats an aggregate that uses only outer names as one of the outer query, so
        # within a subquery the argument becomes a column first
        if frame.parent is not None and isinstance(node, Call) and node.name in AGGREGATES:
            first, *others = node.arguments
            return replace(node, arguments=(column(first), *others))
        return None

    changed = tuple(replace(item, expression=replaced(item.expression, change)) for item in items)
    if not hidden_columns:
        return frame, items
    return frame.closed({**frame.names, **hidden_columns}), changed


def _without_aggregates(
    tree: Expression, keys: list[Item], hidden_columns: dict[str, Binding], frame: Frame
) -> Expression:
    def change(node: object) -> object:
        for item in keys:
            if node == item.expression and not isinstance(node, Literal):
                return Variable(item.name)
        hidden = frame.shared.alias(HIDDEN)
        if isinstance(node, CountStar):
            hidden_columns[hidden] = Binding(Value("count(*)", INT, nullable=False))
            return Variable(hidden)
        if isinstance(node, Call) and node.name in AGGREGATES:
            value, *more = (frame.shared.expression(part, frame) for part in node.arguments)
            hidden_columns[hidden] = Binding(
                aggregate(
                    node.name,
                    value,
                    distinct=node.distinct,
                    order=frame.order,
                    some_rows=bool(keys),
                    extra=more[0] if more else None,
                )
            )
            return Variable(hidden)
        return None

    changed: Expression = replaced(tree, change)
    return changed


def _distinct(items: Sequence[Item], frame: Frame) -> Frame:
    by_value, later = by_number(items, frame)
    values = {}
    for item in by_value:
        binding = _item(item.expression, frame)
        if binding.value.whole:
            raise NotCompiledError
        values[item.name] = replace(binding, value=groupable(binding.value))
    frame.order = []
    after = frame.closed(values, distinct=True)
    after.names |= read_later(later, after)
    return after


def _terms_of(
    tree: Expression,
    down: bool,  # noqa: FBT001
    items: tuple[Item, ...],
    values: dict[str, Binding],
    frame: Frame,
    *,
    closed: bool,
) -> list[Term]:
    changed = replaced(tree, column_of(items))
    if has_aggregate(changed):
        raise NotCompiledError
    names = {node.name for node in nodes(changed) if isinstance(node, Variable)}
    if isinstance(changed, Variable) and changed.name in values:
        value = values[changed.name].value
    else:
        hidden = {name for name in frame.names if name.startswith(HIDDEN)}
        if closed and not names <= values.keys() | hidden:
            raise NotCompiledError
        before = dict(frame.names)
        frame.names = {**before, **values}
        value = frame.shared.expression(changed, frame)
        values.update({name: frame.names[name] for name in values})
        frame.names = before
    if not _is_sortable(value):
        raise NotCompiledError
    # constants do not affect the order
    return [] if value.type == NULL or value.constant else order_terms(value, down=down)


def _is_sortable(value: Value) -> bool:
    """Return whether the engine sorts values of this type as Cypher does."""
    if value.type.kind == "list":
        item = value.type.item
        plain = item is None or item.kind in {"string", "int", "bool"}
        return plain and not value.type.inner_nulls
    return not value.type.is_entity and value.type.kind not in {"map", "path"}


def order_terms(value: Value, *, down: bool) -> list[Term]:
    """Return the ORDER BY terms that sort by a value as Cypher does."""
    terms = [Term(value.sql, down)]
    if value.type.kind in {"float", "number"} and not _COLUMN.fullmatch(value.sql):
        # Cypher sorts -0.0 before 0.0; the engine treats them as equal
        terms.append(Term(f"CASE WHEN {value.sql} = 0 THEN 1 / {value.sql} END", down))
    return terms


def _tail(projection: Projection, frame: Frame) -> str:
    skip, limit = (_count(tree, frame) for tree in (projection.skip, projection.limit))
    parts = [] if limit is None else [f"LIMIT {limit}"]
    if skip:
        parts.append(f"OFFSET {skip}")
    return " ".join(parts)


def _count(tree: Expression | None, frame: Frame) -> int | None:
    if tree is None:
        return None
    value = frame.shared.expression(tree, frame)
    known = value.known
    if not value.constant or not isinstance(known, int) or isinstance(known, bool) or known < 0:
        raise NotCompiledError
    return known
