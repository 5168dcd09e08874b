"""Quantified paths, such as ((a)-[r]->(b)){1,3}, as recursive queries."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from orthoweave.cypher.sql.elements import Step, Trail, conditions
from orthoweave.cypher.sql.ends import Element, Tables, end_tables
from orthoweave.cypher.sql.frame import Binding, Frame
from orthoweave.cypher.sql.hops import hop
from orthoweave.cypher.sql.operators import boolean
from orthoweave.cypher.sql.types import NotCompiledError, Type, Value, list_of, sql_type
from orthoweave.cypher.sql.walks import TURNED, bind_end
from orthoweave.cypher.syntax.tree import GroupPattern, NodePattern, RelationshipPattern


@dataclass(frozen=True, slots=True)
class _Round:
    """One repetition of a quantified path, starting from the node where the last one ended."""

    frame: Frame
    end: Value
    edges: list[Value]
    between: list[Value]
    """Nodes between the first and the last."""
    own: dict[str, Value]
    """Values of the names within the path."""


def repeat(  # noqa: PLR0917 - a group has this many sides
    near: NodePattern,
    group: GroupPattern,
    far: NodePattern,
    labels: Tables,
    frame: Frame,
    trail: Trail,
    *,
    backward: bool,
) -> None:
    """Join a quantified path from a bound node to another; its names become lists.

    With `backward`, the bound node is the one after the path.

    Raises
    ------
    NotCompiledError
        If it contains more than plain hops.
    """
    bound = frame.find(str(near.variable))
    if bound is None:
        raise NotCompiledError
    rows, alias = frame.shared.alias("v"), frame.shared.alias("w")
    repetition = _round(group, rows, frame, backward=backward)
    low, high = group.length
    names = list(repetition.own)
    columns = [f"l{number}" for number in range(len(names))]
    repetition.frame.where += [
        f"NOT list_contains({rows}.edges, {edge.sql})" for edge in repetition.edges
    ]
    repetition.frame.where += [] if high is None else [f"{rows}.hops < {high}"]

    def grown(column: str, *more: str) -> str:
        parts = (f"{rows}.{column}", *more)
        return f"list_concat({', '.join(parts[::-1] if backward else parts)})"

    edges = grown("edges", _numbers(repetition.edges, backward=backward))
    start = f"CASE WHEN {rows}.hops = 0 THEN [] ELSE [{rows}.node] END"
    between = grown("between", start, _numbers(repetition.between, backward=backward))
    longer = [
        grown(column, f"[{repetition.own[name].sql}]")
        for column, name in zip(columns, names, strict=True)
    ]
    select = repetition.frame.select(
        [repetition.end.sql, edges, between, f"{rows}.hops + 1", *longer]
    )
    empty = [f"CAST([] AS {sql_type(list_of(repetition.own[name].type))})" for name in names]
    head = ", ".join(["node", "edges", "between", "hops", *columns])
    first = ", ".join([bound[1].number, _numbers([]), _numbers([]), "0", *empty])
    frame.join(
        f"(WITH RECURSIVE {rows}({head}) AS (SELECT {first} UNION ALL {select}) "
        f"SELECT {head} FROM {rows} WHERE hops >= {low}) AS {alias}",
        word="CROSS JOIN LATERAL",
    )
    _bind_lists(group, repetition, dict(zip(columns, names, strict=True)), alias, frame, trail)
    reachable = {*repetition.end.type.tables, *(bound[1].value.type.tables if low == 0 else ())}
    bind_end(far, f"{alias}.node", labels, reachable, frame)


def _bind_lists(  # noqa: PLR0917 - a group has this many sides
    group: GroupPattern,
    repetition: _Round,
    columns: dict[str, str],
    alias: str,
    frame: Frame,
    trail: Trail,
) -> None:
    """Bind the group and its names to lists; `columns` has the name of each column."""
    types = tuple(sorted({name for edge in repetition.edges for name in edge.type.tables}))
    trail.add(frame, f"{alias}.edges", types, several=True)
    walked = Value(f"{alias}.edges", list_of(Type("edge", tables=types)), nullable=False)
    frame.names[group.name] = Binding(walked)
    frame.names |= {
        name: Binding(
            Value(f"{alias}.{column}", list_of(repetition.own[name].type), nullable=False)
        )
        for column, name in columns.items()
    }


def _round(group: GroupPattern, rows: str, frame: Frame, *, backward: bool) -> _Round:
    inner = frame.child()
    inner.join(rows)
    elements: list[Element] = [
        element
        if isinstance(element, GroupPattern) or element.variable
        else replace(element, variable=frame.shared.alias(" "))
        for element in _walked(group, backward=backward)
    ]
    first = elements[0]
    if not isinstance(first, NodePattern):
        raise NotCompiledError
    if any(frame.find(str(getattr(element, "variable", ""))) is not None for element in elements):
        raise NotCompiledError
    every = tuple(frame.shared.catalogue.nodes)
    start = Value(f"{rows}.node", Type("node", tables=every), nullable=False)
    inner.names[str(first.variable)] = Binding(start)
    tables = end_tables(elements, inner)
    trail, edges = Trail([], []), []
    for place in range(1, len(elements), 2):
        near, link, far = elements[place - 1 : place + 2]
        if not isinstance(near, NodePattern) or not isinstance(far, NodePattern):
            raise NotCompiledError
        if not isinstance(link, RelationshipPattern) or link.length is not None:
            raise NotCompiledError
        hop(Step(near, link, far, tables[place - 1], tables[place + 1]), inner, trail)
        edges.append(inner.names[str(link.variable)].value)
    for node in elements[::2]:
        if isinstance(node, NodePattern):
            conditions(node, inner)
    if group.where is not None:
        inner.where.append(boolean(inner.shared.expression(group.where, inner)))
    own = {name: binding.value for name, binding in inner.names.items() if name[0] != " "}
    *between, last = (inner.names[str(getattr(node, "variable", ""))] for node in elements[2::2])
    narrowed = replace(last.value, type=Type("node", tables=tables[-1]))
    return _Round(inner, narrowed, edges, [binding.value for binding in between], own)


def _walked(group: GroupPattern, *, backward: bool) -> Sequence[Element]:
    """Return the elements of a group in the order in which they are followed."""
    if not backward:
        return group.path.elements
    return [
        replace(element, direction=TURNED[element.direction])
        if isinstance(element, RelationshipPattern)
        else element
        for element in reversed(group.path.elements)
    ]


def _numbers(values: Sequence[Value], *, backward: bool = False) -> str:
    read = [value.sql for value in values]
    return f"CAST([{', '.join(read[::-1] if backward else read)}] AS BIGINT[])"
