"""Answer a statement clause by clause: each clause takes rows and returns rows.

A subquery is answered for all outer rows at once as long as its clauses treat rows independently.
From the first clause that does not (an aggregate, an order, a limit), it is answered for each
outer row separately.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from orthoweave.cypher.evaluation.columns import expanded, has_aggregate
from orthoweave.cypher.evaluation.context import Context, Part, Rows, Scope, Step
from orthoweave.cypher.evaluation.formulas import formula
from orthoweave.cypher.rows.matching import match_clause
from orthoweave.cypher.rows.projections import narrow, project
from orthoweave.cypher.syntax.tree import (
    CallProcedure,
    CallQuery,
    Clause,
    Match,
    Query,
    Return,
    Unwind,
    Variable,
    With,
)
from orthoweave.cypher.values.model import Row, group_key
from orthoweave.errors import QueryRefusedError


@dataclass(frozen=True, slots=True)
class Prepared:
    """One part of a UNION, ready to run."""

    steps: tuple[tuple[Step, bool], ...]
    """Each clause, and whether it treats rows independently."""
    columns: tuple[str, ...] | None
    """Names of the columns in order; None without RETURN."""
    scope: Scope


@dataclass(frozen=True, slots=True)
class Begun:
    """The first clauses of a part, answered by the engine."""

    count: int
    """Number of clauses that were answered."""
    rows: Rows
    scope: Scope


def run(
    query: Query, context: Context, begin: Callable[[tuple[Clause, ...]], Begun] | None = None
) -> tuple[tuple[str, ...], Rows]:
    """Return the names of the columns and the rows of a checked statement.

    Parameters
    ----------
    begin
        Answers the first clauses of a part; by default none are answered.
    """
    all_rows: Rows = []
    columns: tuple[str, ...] = ()
    for clauses in query.parts:
        begun = Begun(0, [{}], Scope(frozenset())) if begin is None else begin(clauses)
        named, rows = run_after(clauses[begun.count :], begun.rows, begun.scope, context)
        columns = columns or named
        all_rows += rows
    return columns, _union(query, all_rows)


def run_after(
    clauses: tuple[Clause, ...], rows: Rows, scope: Scope, context: Context
) -> tuple[tuple[str, ...], Rows]:
    """Return the names of the columns and the rows of clauses that continue from given rows."""
    part = prepare(clauses, scope, context)
    for step, _ in part.steps:
        rows = step(rows)
    return part.columns or (), rows


def per_row(query: Query, scope: Scope, context: Context) -> Callable[[Rows], list[Rows]]:
    """Compile a subquery: outer rows in, one list of inner rows per outer row out."""
    parts = [prepare(clauses, scope, context) for clauses in query.parts]
    ordinal = context.name("row")

    def answer(rows: Rows) -> list[Rows]:
        answers: list[Rows] = [[] for _ in rows]
        numbered = [{**row, ordinal: number} for number, row in enumerate(rows)]
        for part in parts:
            for number, group in _part(part, numbered, ordinal).items():
                answers[number] += group
        return [_union(query, group) for group in answers]

    return answer


def _part(part: Prepared, rows: Rows, ordinal: str) -> dict[int, Rows]:
    steps, before = list(part.steps), rows
    while steps and steps[0][1]:
        rows = steps.pop(0)[0](rows)
    groups: dict[int, Rows] = defaultdict(list)
    for row in rows:
        groups[row[ordinal]].append(row)  # type: ignore[index]
    if steps:
        # an aggregate returns a row even for an empty group
        groups = {number: groups.get(number, []) for number in range(len(before))}
    for number in groups:
        for step, _ in steps:
            groups[number] = step(Part(groups[number], before[number]))
    kept = part.columns
    if kept is None:
        return groups
    return {n: [{name: row[name] for name in kept} for row in rows] for n, rows in groups.items()}


def prepare(clauses: tuple[Clause, ...], scope: Scope, context: Context) -> Prepared:
    """Return the clauses of one part ready to run."""
    steps: list[tuple[Step, bool]] = []
    columns = None
    for number, clause in enumerate(clauses):
        step, after = _clause(clause, scope, context, first=number == 0)
        if isinstance(clause, Return):
            columns = tuple(item.name for item in expanded(clause.projection, scope))
        steps.append((step, _is_row_wise(clause)))
        scope = after
    return Prepared(tuple(steps), columns, scope)


def _is_row_wise(clause: Clause) -> bool:
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
            raise QueryRefusedError(f"CALL {name}: a procedure cannot be called here")


def _with(clause: With, scope: Scope, context: Context, *, first: bool) -> tuple[Step, Scope]:
    # the first WITH of a subquery may import names from outside
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

    def step(rows: Rows) -> Rows:
        unwound: Rows = []
        for row, value in zip(rows, source.over(rows), strict=True):
            items = value if isinstance(value, list) else [] if value is None else [value]
            for item in items:
                context.spend()
                unwound.append({**row, clause.variable: item})
        return unwound

    return step, scope.with_names(clause.variable)


def _call(clause: CallQuery, scope: Scope, context: Context) -> tuple[Step, Scope]:
    imports = clause.imports
    if imports is None:
        inner = Scope(_imported(clause, scope))
    else:
        names = scope.names | scope.fixed if "*" in imports else frozenset(imports)
        inner = Scope(frozenset(), names)
    answer = per_row(clause.query, inner, context)
    columns = prepare(clause.query.parts[0], inner, context).columns or ()

    def step(rows: Rows) -> Rows:
        joined: Rows = []
        nothing = dict.fromkeys(columns)
        for row, group in zip(rows, answer(rows), strict=True):
            inner_rows = group or ([nothing] if clause.optional else [])
            joined += [{**row, **inner_row} for inner_row in inner_rows]
        return joined

    return step, scope.with_names(*columns)


def _imported(clause: CallQuery, scope: Scope) -> frozenset[str]:
    """Return the names that the first WITH of a subquery imports; all parts must agree."""
    imports = set()
    for part in clause.query.parts:
        first = part[0]
        names: set[str] = set()
        if isinstance(first, With):
            outside = scope.names | scope.fixed
            sources = [item.expression for item in first.projection.items]
            names = {source.name for source in sources if isinstance(source, Variable)} & outside
            if first.projection.star:
                names |= {name for name in outside if name[0] != " "}
        imports.add(frozenset(names))
    if len(imports) > 1:
        message = "the parts of a subquery import different names: write CALL (names) {…}"
        raise QueryRefusedError(message)
    return imports.pop()


def _union(query: Query, rows: Rows) -> Rows:
    if len(query.parts) == 1 or query.keeps_duplicates:
        return rows
    seen: dict[object, Row] = {}
    for row in rows:
        key = frozenset((name, group_key(value)) for name, value in row.items())
        seen.setdefault(key, row)
    return list(seen.values())
