"""Hands as many clauses as possible to the engine, from the first one on, where it is exact.

The rest is computed on the rows that the engine gives. Patterns are handed over only in forms in
which the engine was never seen to err: plain hops between known labels, with a condition that no
relationship is used twice, and no way back to a node over an undirected hop.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from orthoweave.queries.cypher.catalogue import Catalogue, Facts
from orthoweave.queries.cypher.dialect import NotSharedError, Typed, Writer
from orthoweave.queries.cypher.projections import has_aggregate
from orthoweave.queries.cypher.push_patterns import State, write_match, write_test
from orthoweave.queries.cypher.tree import (
    Clause,
    Expression,
    Item,
    Literal,
    Match,
    Parameter,
    Projection,
    Property,
    Return,
    Unwind,
    Variable,
    With,
)
from orthoweave.queries.cypher.walk import replaced


@dataclass(frozen=True, slots=True)
class Pushed:
    """The part of a statement that the engine answers."""

    lines: tuple[str, ...]
    """Clauses in the engine's dialect."""
    given: Mapping[str, object]
    names: Mapping[str, Typed]
    """What is bound behind them."""
    clauses: int
    """How many clauses of the statement that is."""
    rest: tuple[Expression, ...] = ()
    """Conditions of the last clause that are still to be tested."""
    columns: tuple[tuple[str, Typed], ...] | None = None
    """Columns in order, if the last clause is RETURN."""
    limited: bool = False
    """Whether the last clause has a LIMIT of its own."""


def push(
    clauses: tuple[Clause, ...], tables: Catalogue, parameters: Mapping[str, object],
    facts: Facts,
) -> Pushed:  # fmt: skip
    """Write the longest beginning of a statement that the engine answers exactly."""
    state = State(Writer(tables, parameters, facts.without_nulls))
    done = 0
    if not isinstance(clauses[0], Match | Unwind):
        return _pushed(state, 0)
    for clause in clauses:
        attempt = state.copy()
        rest: list[Expression] = []
        columns = None
        try:
            match clause:
                case Match():
                    rest = write_match(clause, attempt, facts.has_loops)
                case Unwind():
                    _unwind(clause, attempt, first=done == 0)
                case With():
                    _with(clause, attempt)
                case Return(projection):
                    columns = _project(projection, attempt, "RETURN")
                case _:
                    break
        except NotSharedError:
            break
        state, done = attempt, done + 1
        if rest or columns is not None:
            limited = isinstance(clause, Return) and clause.projection.limit is not None
            return _pushed(state, done, tuple(rest), columns, limited=limited)
    return _pushed(state, done)


def _pushed(
    state: State, done: int, rest: tuple[Expression, ...] = (),
    columns: tuple[tuple[str, Typed], ...] | None = None, *, limited: bool = False,
) -> Pushed:  # fmt: skip
    writer = state.writer
    return Pushed(tuple(state.lines), writer.given, writer.names, done, rest, columns, limited)


def _unwind(clause: Unwind, state: State, *, first: bool) -> None:
    if isinstance(clause.source, Property):
        source = state.writer.write(clause.source)
        if source.kind != "strings" or not state.writer.always_there(clause.source):
            raise NotSharedError
        name = state.fresh()
        state.lines.append(f"UNWIND {source.text} AS {name}")
        state.writer.names[clause.variable] = Typed(name, "string")
        return
    if not first or not isinstance(clause.source, Parameter):
        raise NotSharedError
    values = state.writer.parameters[clause.source.name]
    if not isinstance(values, list | tuple) or not values:
        raise NotSharedError
    kinds = {type(value) for value in values}
    if len(kinds) > 1 or not kinds <= {str, int}:
        raise NotSharedError
    name = state.fresh()
    state.lines.append(f"UNWIND {state.writer.parameter(list(values))} AS {name}")
    kind = "string" if kinds == {str} else "int"
    state.writer.names[clause.variable] = Typed(name, kind, nullable=False)


def _with(clause: With, state: State) -> None:
    projection = clause.projection
    if projection.order and projection.limit is None:
        raise NotSharedError
    columns = _project(projection, state, "WITH")
    state.writer.names = dict(columns)
    if clause.where is not None:
        test = write_test(clause.where, state)
        # the engine takes WHERE behind LIMIT for one before it
        if projection.limit is not None or projection.skip is not None:
            raise NotSharedError
        state.lines[-1] += f" WHERE {test}"


def _project(projection: Projection, state: State, word: str) -> tuple[tuple[str, Typed], ...]:
    items = projection.items
    if projection.star or len({item.name for item in items}) < len(items):
        raise NotSharedError
    grouped = any(has_aggregate(item.expression) for item in items)
    columns: list[tuple[str, Typed]] = []
    written = []
    for item in items:
        value = _column(item, state, grouped=grouped)
        if value.kind == "labels" and word != "RETURN":
            raise NotSharedError
        if value.kind in {"node", "edge"} and _is_narrow(value, state, word):
            raise NotSharedError
        ungrouped_sum = "sum(" in value.text and value.kind == "float"
        keys = any(not has_aggregate(other.expression) for other in items)
        if grouped and not keys and (ungrouped_sum or value.kind in {"strings", "ints"}):
            raise NotSharedError
        if projection.distinct and (value.unsure or value.kind in {"strings", "ints", "edge"}):
            raise NotSharedError
        name = state.fresh()
        written.append(f"{value.text} AS {name}")
        columns.append((item.name, replace(value, text=name, loose=False)))
        if value.kind == "node":
            # the engine's lost rows do not end with a name
            state.joined[name] = state.joined.setdefault(value.text, len(state.joined))
    line = f"{word} {'DISTINCT ' * projection.distinct}{', '.join(written)}"
    line += _order(projection, columns, state)
    for what, tree in (("SKIP", projection.skip), ("LIMIT", projection.limit)):
        if tree is not None:
            line += f" {what} {_count(tree, state)}"
    state.lines.append(line)
    return tuple(columns)


def _is_narrow(value: Typed, state: State, word: str) -> bool:
    """Tell whether a whole node or relationship is of no one table, or would come as floats."""
    tables = state.writer.tables
    table = tables.nodes.get(value.table) or tables.edges.get(value.table)
    return table is None or (word == "RETURN" and "float32" in table.columns.values())


def _column(item: Item, state: State, *, grouped: bool) -> Typed:
    value = state.writer.write(item.expression)
    own = has_aggregate(item.expression)
    if own != value.loose and grouped:
        raise NotSharedError
    if (value.unsure or value.kind in {"edge", "strings"}) and grouped and not own:
        raise NotSharedError
    return value


def _order(projection: Projection, columns: list[tuple[str, Typed]], state: State) -> str:
    if not projection.order:
        return ""
    by_column = {item.expression: item.name for item in projection.items}

    def change(node: object) -> object:
        if isinstance(node, Expression) and not isinstance(node, Literal | Variable):
            name = by_column.get(node)
            return None if name is None else Variable(name)
        return None

    writer = replace(state.writer, names=dict(columns))
    written = []
    for tree, down in projection.order:
        value = writer.write(replaced(tree, change))
        if value.kind not in {"string", "int", "float", "bool"} or value.loose or value.unsure:
            raise NotSharedError
        written.append(f"{value.text}{' DESC' * down}")
    return " ORDER BY " + ", ".join(written)


def _count(tree: Expression, state: State) -> int:
    value: object = None
    if isinstance(tree, Literal):
        value = tree.value
    elif isinstance(tree, Parameter):
        value = state.writer.parameters[tree.name]
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise NotSharedError
    return value
