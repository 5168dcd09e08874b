"""Answers a statement clause by clause: each takes rows and gives rows.

A subquery is answered for all rows outside at once, as far as its clauses treat rows one by one;
behind the first clause that does not (a count, an order, a limit) each row's part goes on alone.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from orthoweave.errors import QueryRefusedError
from orthoweave.queries.cypher.context import Context, Part, Rows, Scope, Step
from orthoweave.queries.cypher.formulas import formula
from orthoweave.queries.cypher.matching import match_clause
from orthoweave.queries.cypher.projections import expanded, has_aggregate, narrow, project
from orthoweave.queries.cypher.tree import (
    CallProcedure,
    CallQuery,
    Clause,
    Expression,
    Match,
    Query,
    Return,
    Unwind,
    Variable,
    With,
)
from orthoweave.queries.cypher.values import Row, group_key

_NO_RETURN: Final = "a question ends in RETURN: say what to give back"


@dataclass(frozen=True, slots=True)
class Prepared:
    """One part of a UNION, ready to be answered."""

    steps: tuple[tuple[Step, bool], ...]
    """Each clause, and whether it treats rows one by one."""
    columns: tuple[str, ...] | None
    """Names of the columns in order; None if there is no RETURN."""
    scope: Scope


def run(query: Query, context: Context) -> tuple[tuple[str, ...], Rows]:
    """Answer a whole statement: names of the columns, and rows.

    Raises
    ------
    QueryRefusedError
        If it does not end in RETURN, or for the reasons of `formula`.
    """
    parts = [prepare(clauses, Scope(frozenset()), context) for clauses in query.parts]
    columns = parts[0].columns
    if columns is None or any(part.columns is None for part in parts):
        raise QueryRefusedError(_NO_RETURN)
    _same_columns(parts)
    found: Rows = []
    for part in parts:
        rows: Rows = [{}]
        for step, _ in part.steps:
            rows = step(rows)
        found += rows
    return columns, _union(query, found)


def run_after(
    clauses: tuple[Clause, ...], rows: Rows, rest: tuple[Expression, ...], scope: Scope,
    context: Context,
) -> tuple[tuple[str, ...], Rows]:  # fmt: skip
    """Answer the clauses of a statement that follow on rows; `rest` are conditions on these."""
    for condition in rest:
        rows = formula(condition, scope, context).keep(rows)
    part = prepare(clauses, scope, context)
    if part.columns is None:
        raise QueryRefusedError(_NO_RETURN)
    for step, _ in part.steps:
        rows = step(rows)
    return part.columns, rows


def each(query: Query, scope: Scope, context: Context) -> Callable[[Rows], list[Rows]]:
    """Make what gives a subquery's rows for each row outside."""
    parts = [prepare(clauses, scope, context) for clauses in query.parts]
    _same_columns(parts)
    ordinal = context.name("row")

    def answer(rows: Rows) -> list[Rows]:
        found: list[Rows] = [[] for _ in rows]
        numbered = [{**row, ordinal: number} for number, row in enumerate(rows)]
        for part in parts:
            for number, group in _part(part, numbered, ordinal).items():
                found[number] += group
        return [_union(query, group) for group in found]

    return answer


def _part(part: Prepared, rows: Rows, ordinal: str) -> dict[int, Rows]:
    steps, before = list(part.steps), rows
    while steps and steps[0][1]:
        rows = steps.pop(0)[0](rows)
    groups: dict[int, Rows] = defaultdict(list)
    for row in rows:
        groups[row[ordinal]].append(row)  # type: ignore[index]
    if steps:
        # a count gives a row where there are none
        groups = {number: groups.get(number, []) for number in range(len(before))}
    for number in groups:
        for step, _ in steps:
            groups[number] = step(Part(groups[number], before[number]))
    kept = part.columns
    if kept is None:
        return groups
    return {n: [{name: row[name] for name in kept} for row in rows] for n, rows in groups.items()}


def prepare(clauses: tuple[Clause, ...], scope: Scope, context: Context) -> Prepared:
    """Make the clauses of one part ready.

    Raises
    ------
    QueryRefusedError
        If one uses what is not bound or may not be asked.
    """
    steps: list[tuple[Step, bool]] = []
    columns = None
    for number, clause in enumerate(clauses):
        step, after = _clause(clause, scope, context, first=number == 0)
        if isinstance(clause, Return):
            columns = tuple(item.name for item in expanded(clause.projection, scope))
        steps.append((step, _row_by_row(clause)))
        scope = after
    if isinstance(clauses[-1], With | Unwind):
        raise QueryRefusedError(_NO_RETURN)
    return Prepared(tuple(steps), columns, scope)


def _row_by_row(clause: Clause) -> bool:
    if not isinstance(clause, With | Return):
        return True
    projection = clause.projection
    whole = projection.distinct or projection.order or projection.skip or projection.limit
    return not whole and not any(has_aggregate(item.expression) for item in projection.items)


def _clause(clause: Clause, scope: Scope, context: Context, *, first: bool) -> tuple[Step, Scope]:
    match clause:
        case Match():
            return match_clause(clause, scope, context)
        case Unwind():
            return _unwind(clause, scope, context)
        case With():
            return _with(clause, scope, context, first=first)
        case Return(projection):
            step, after = project(projection, scope, context)
            end = narrow(after)
            return lambda rows: end(step(rows)), after
        case CallQuery():
            return _call(clause, scope, context)
        case CallProcedure(name):
            raise QueryRefusedError(f"CALL {name}: no procedure may be called here")


def _with(clause: With, scope: Scope, context: Context, *, first: bool) -> tuple[Step, Scope]:
    # the first WITH of a subquery may bring names in from outside
    sources = [item.expression for item in clause.projection.items]
    names = {source.name for source in sources if isinstance(source, Variable)}
    if first and names & scope.fixed:
        scope = Scope(scope.names | (names & scope.fixed), scope.fixed, scope.local)
    step, after = project(clause.projection, scope, context)
    end = narrow(after)
    if clause.where is None:
        return lambda rows: end(step(rows)), after
    closed = clause.projection.distinct or any(
        has_aggregate(item.expression) for item in clause.projection.items
    )
    seen = after if closed else Scope(scope.names | after.names, scope.fixed)
    where = formula(clause.where, seen, context)
    return lambda rows: end(where.keep(step(rows))), after


def _unwind(clause: Unwind, scope: Scope, context: Context) -> tuple[Step, Scope]:
    source = formula(clause.source, scope, context)
    _fresh(clause.variable, scope)

    def step(rows: Rows) -> Rows:
        found: Rows = []
        for row, value in zip(rows, source.over(rows), strict=True):
            items = value if isinstance(value, list) else [] if value is None else [value]
            for item in items:
                context.spend()
                found.append({**row, clause.variable: item})
        return found

    return step, scope.with_names(clause.variable)


def _fresh(name: str, scope: Scope) -> None:
    if name in scope.names:
        message = f"the name {name!r} is bound already: choose another"
        raise QueryRefusedError(message)


def _call(clause: CallQuery, scope: Scope, context: Context) -> tuple[Step, Scope]:
    imports = clause.imports
    if imports is None:
        inner = Scope(_imported(clause, scope))
    else:
        names = scope.names | scope.fixed if "*" in imports else frozenset(imports)
        for name in names:
            scope.check(name, clause.place)
        inner = Scope(frozenset(), names)
    answer = each(clause.query, inner, context)
    first = prepare(clause.query.parts[0], inner, context)
    if first.columns is None:
        raise QueryRefusedError("CALL {…} ends in RETURN: a subquery without it would write")
    for name in first.columns:
        _fresh(name, scope)

    def step(rows: Rows) -> Rows:
        found: Rows = []
        nothing = dict.fromkeys(first.columns or ())
        for row, group in zip(rows, answer(rows), strict=True):
            joined = group or ([nothing] if clause.optional else [])
            found += [{**row, **more} for more in joined]
        return found

    return step, scope.with_names(*first.columns)


def _imported(clause: CallQuery, scope: Scope) -> frozenset[str]:
    """Give the names that the first WITH of a subquery brings in; the same in all its parts."""
    found = set()
    for part in clause.query.parts:
        first = part[0]
        names: set[str] = set()
        if isinstance(first, With):
            outside = scope.names | scope.fixed
            sources = [item.expression for item in first.projection.items]
            names = {one.name for one in sources if isinstance(one, Variable)} & outside
            names |= (
                {name for name in outside if name[0] != " "} if first.projection.star else set()
            )
        found.add(frozenset(names))
    if len(found) > 1:
        message = "the parts of a subquery import different names: write CALL (names) {…}"
        raise QueryRefusedError(message)
    return found.pop()


def _same_columns(parts: list[Prepared]) -> None:
    for part in parts[1:]:
        if set(part.columns or ()) != set(parts[0].columns or ()):
            message = (
                "the parts of a UNION give different columns "
                f"({', '.join(parts[0].columns or ())}; {', '.join(part.columns or ())}): "
                "name them alike with AS"
            )
            raise QueryRefusedError(message)


def _union(query: Query, rows: Rows) -> Rows:
    if len(query.parts) == 1 or query.keeps_duplicates:
        return rows
    seen: dict[object, Row] = {}
    for row in rows:
        key = frozenset((name, group_key(value)) for name, value in row.items())
        seen.setdefault(key, row)
    return list(seen.values())
