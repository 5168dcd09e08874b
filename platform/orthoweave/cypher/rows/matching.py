"""MATCH after other clauses: the engine joins the patterns to the rows, given as a table.

Expressions that depend on the rows alone are computed first and become columns. Rows are grouped
by the types of their values, so that each column has one type, and each group is a query of its
own. Conditions that SQL cannot express are tested on the rows that the engine returns.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence

from orthoweave.cypher.evaluation.context import Context, Rows, Scope, Step
from orthoweave.cypher.evaluation.formulas import formula
from orthoweave.cypher.rows.engine import MOST_ROWS
from orthoweave.cypher.rows.known import Known
from orthoweave.cypher.rows.shortest import Search
from orthoweave.cypher.sql.failures import NotPlannedError
from orthoweave.cypher.sql.given import ROW, VALUE, lay, value_over, value_type
from orthoweave.cypher.sql.statement import new_shared
from orthoweave.cypher.sql.types import NotCompiledError, sql_type
from orthoweave.cypher.syntax.tree import Expression, GroupPattern, Match
from orthoweave.cypher.syntax.walk import names, path_variables
from orthoweave.cypher.values.model import Node, Relationship, name_of
from orthoweave.errors import QueryError, QueryRefusedError

Matches = Callable[[Rows], list[Rows]]
"""Takes rows; returns for each of them the list of its matches."""


def match_clause(clause: Match, scope: Scope, context: Context) -> tuple[Step, Scope]:
    """Return the step of a MATCH or OPTIONAL MATCH, and the scope after it."""
    new = _new_names(clause, scope)
    nothing = dict.fromkeys(new)
    find = _finder(clause, scope, context)

    def step(rows: Rows) -> Rows:
        return [
            match
            for row, matches in zip(rows, find(rows), strict=True)
            for match in matches or ([{**row, **nothing}] if clause.optional else [])
        ]

    return step, scope.with_names(*new)


def _finder(clause: Match, scope: Scope, context: Context) -> Matches:
    if not any(path.shortest for path in clause.paths):
        return lambda rows: _matches(clause, rows, scope, context)
    search = Search(clause, scope, context)
    return lambda rows: search.matches(_matches(search.ends, rows, scope, context))


def _new_names(clause: Match, scope: Scope) -> list[str]:
    known = scope.names | scope.fixed
    return [name for path in clause.paths for name in path_variables(path) if name not in known]


def _matches(clause: Match, rows: Rows, scope: Scope, context: Context) -> list[Rows]:
    """Return all matches for each row of a clause without shortest paths."""
    matches: list[Rows] = [[] for _ in rows]
    known = Known(rows, scope, context, clause)
    plain = known.without(clause)
    used = sorted(names(plain) & (scope.names | scope.fixed | known.names))
    new = _new_names(clause, scope)
    for places in _grouped_by_types(known.rows, used):
        part = [known.rows[place] for place in places]
        if _can_match(clause, part[0]):
            for at, row in _matched_together(plain, part, used, scope, context):
                place = places[at]
                matches[place].append({**rows[place], **{name: row[name] for name in new}})
    return matches


def _matched_together(
    clause: Match, rows: Rows, used: Sequence[str], scope: Scope, context: Context
) -> list[tuple[int, dict[str, object]]]:
    """Return the matches for rows of the same types, each with the index of its row."""
    columns = {name: [row[name] for row in rows] for name in used}
    try:
        shared = new_shared(context.engine.catalogue, context.parameters)
        laid = lay(clause, columns, len(rows), shared, MOST_ROWS)
        matched = context.engine.rows(laid.compiled)
    except (NotCompiledError, NotPlannedError) as error:
        message = (
            "the pattern has a condition or a part that cannot be expressed in SQL at this point: "
            "move conditions into a WHERE after the pattern, or split the pattern"
        )
        raise QueryRefusedError(message) from error
    numbered = [(int(str(row[ROW])), row) for row in matched]
    context.spend(len(numbered))
    if not laid.later:
        return numbered
    wide = [{**rows[at], **row} for at, row in numbered]
    for tree in laid.later:
        seen = scope.with_names(*(wide[0] if wide else ()))
        wide = formula(tree, seen, context).keep(wide) if wide else wide
    return [(int(str(row[ROW])), row) for row in wide]


def values_over(tree: Expression, rows: Rows, scope: Scope, context: Context) -> list[object]:
    """Return the value of a subquery for each row, computed by the engine.

    Raises
    ------
    NotCompiledError
        If SQL cannot express the subquery for these rows.
    """
    values: list[object] = [None] * len(rows)
    used = sorted(names(tree) & (scope.names | scope.fixed))
    for places in _grouped_by_types(rows, used):
        columns = {name: [rows[place][name] for place in places] for name in used}
        shared = new_shared(context.engine.catalogue, context.parameters)
        compiled = value_over(tree, columns, len(places), shared, MOST_ROWS)
        for row in context.engine.rows(compiled):
            values[places[int(str(row[ROW]))]] = row[VALUE]
    return values


def _grouped_by_types(rows: Rows, used: Sequence[str]) -> list[list[int]]:
    """Return the indices of the rows, grouped by the types of their values."""
    groups: dict[tuple[tuple[str, str] | None, ...], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        groups[tuple(_kind(row[name]) for name in used)].append(place)
    return list(groups.values())


def _kind(value: object) -> tuple[str, str] | None:
    try:
        of = value_type(value)
        return of.kind, sql_type(of)
    except NotCompiledError:
        return None


def _can_match(clause: Match, row: dict[str, object]) -> bool:
    """Return whether the bound values can be part of a pattern: null cannot.

    Raises
    ------
    QueryError
        If a value is not a node or relationship.
    """
    for path in clause.paths:
        for element in path.elements:
            if isinstance(element, GroupPattern) or element.variable not in row:
                continue
            value = row[str(element.variable)]
            if value is None:
                return False
            if not isinstance(value, Node | Relationship):
                raise QueryError(f"a pattern expects a node, found {name_of(value)}")
    return True
