"""WITH and RETURN: columns, groups, DISTINCT, order, SKIP and LIMIT."""

from collections.abc import Hashable
from dataclasses import dataclass

from orthoweave.cypher.evaluation.columns import column_of, expanded, has_aggregate
from orthoweave.cypher.evaluation.context import Context, Part, Rows, Scope, Step
from orthoweave.cypher.evaluation.formulas import Formula, formula
from orthoweave.cypher.syntax.tree import (
    Call,
    CountStar,
    Expression,
    Item,
    Literal,
    Projection,
    Variable,
)
from orthoweave.cypher.syntax.walk import replaced
from orthoweave.cypher.values.aggregates import AGGREGATES, aggregate
from orthoweave.cypher.values.model import Row, group_key, name_of, order_key
from orthoweave.errors import QueryError


def project(projection: Projection, scope: Scope, context: Context) -> tuple[Step, Scope]:
    """Return the step of a WITH or RETURN, and the scope after it.

    The rows keep the names from before the clause, since a WHERE may use them; `narrow` drops
    them.

    Raises
    ------
    QueryRefusedError
        If two columns have the same name, or a column mixes groups and single rows.
    """
    items = expanded(projection, scope)
    columns = [item.name for item in items]
    grouped = any(has_aggregate(item.expression) for item in items)
    after = Scope(frozenset(columns), scope.fixed)
    make = _grouped if grouped else _single
    first = make(items, scope, context)
    later = [first]
    if projection.distinct:
        later.append(lambda rows: _distinct(rows, columns, scope.fixed))
    closed = grouped or projection.distinct
    if projection.order:
        seen = after if closed else Scope(scope.names | after.names, scope.fixed)
        later.append(_sorted(projection, items, seen, context))
    later.append(_cut(projection, scope, context))
    return _chain(later), after


def narrow(scope: Scope) -> Step:
    """Return the step that drops all names but those of a scope."""
    kept = scope.names | scope.fixed

    def step(rows: Rows) -> Rows:
        return [
            {name: value for name, value in row.items() if name in kept or name.startswith(" ")}
            for row in rows
        ]

    return step


def _chain(steps: list[Step]) -> Step:
    def step(rows: Rows) -> Rows:
        for next_step in steps:
            rows = next_step(rows)
        return rows

    return step


def _single(items: tuple[Item, ...], scope: Scope, context: Context) -> Step:
    formulas = [(item.name, formula(item.expression, scope, context)) for item in items]

    def step(rows: Rows) -> Rows:
        context.spend(len(rows))
        columns = [(name, column.over(rows)) for name, column in formulas]
        return [
            {**row, **{name: values[number] for name, values in columns}}
            for number, row in enumerate(rows)
        ]

    return step


@dataclass(frozen=True, slots=True)
class _Aggregate:
    """One aggregate, such as count or sum, within a column."""

    name: str
    hidden: str
    argument: Formula | None
    extra: Formula | None
    distinct: bool

    def over(self, rows: Rows) -> object:
        if self.argument is None:
            return len(rows)
        extra = self.extra.over(rows[:1])[0] if self.extra and rows else None
        if self.extra and not rows:
            return None
        return aggregate(self.name, self.argument.over(rows), distinct=self.distinct, extra=extra)


def _grouped(items: tuple[Item, ...], scope: Scope, context: Context) -> Step:
    keys = [item for item in items if not has_aggregate(item.expression)]
    key_formulas = [(item.name, formula(item.expression, scope, context)) for item in keys]
    aggregates: list[_Aggregate] = []
    outer = Scope(frozenset(item.name for item in keys), scope.fixed)
    results = []
    for item in items:
        if has_aggregate(item.expression):
            bare = _without_aggregates(item.expression, keys, aggregates, scope, context)
            inner = outer.with_names(*(part.hidden for part in aggregates))
            results.append((item.name, formula(bare, inner, context)))
    order = [item.name for item in items]

    def step(rows: Rows) -> Rows:
        context.spend(len(rows))
        result_rows = []
        for group, values in _groups(rows, key_formulas):
            first = group[0] if group else rows.outside if isinstance(rows, Part) else {}
            base = _carried(first, scope.fixed)
            base |= values
            base |= {part.hidden: part.over(group) for part in aggregates}
            base |= {name: result.over([base])[0] for name, result in results}
            internal = {name for name in base if name.startswith(" ")}
            internal -= {part.hidden for part in aggregates}
            result_rows.append(
                {name: base[name] for name in (*internal, *scope.fixed, *order) if name in base}
            )
        return result_rows

    return step


def _carried(row: Row, fixed: frozenset[str]) -> Row:
    return {name: value for name, value in row.items() if name in fixed or name.startswith(" ")}


def _without_aggregates(
    tree: Expression, keys: list[Item], aggregates: list[_Aggregate], scope: Scope, context: Context
) -> Expression:
    """Return an expression with a hidden name for each aggregate; append these to `aggregates`."""

    def change(node: object) -> object:
        for item in keys:
            if node == item.expression and not isinstance(node, Literal):
                return Variable(item.name)
        if isinstance(node, CountStar):
            hidden = context.name("count")
            aggregates.append(_Aggregate("count", hidden, None, None, distinct=False))
            return Variable(hidden)
        if isinstance(node, Call) and node.name in AGGREGATES:
            hidden = context.name(node.name)
            argument, *more = (formula(part, scope, context) for part in node.arguments)
            extra = more[0] if more else None
            aggregates.append(_Aggregate(node.name, hidden, argument, extra, node.distinct))
            return Variable(hidden)
        return None

    changed: Expression = replaced(tree, change)
    return changed


def _groups(rows: Rows, keys: list[tuple[str, Formula]]) -> list[tuple[Rows, Row]]:
    """Return each group's rows with the values of its keys; a single group if there are no keys."""
    if not keys:
        return [(rows, {})]
    columns = [key.over(rows) for _, key in keys]
    groups: dict[tuple[Hashable, ...], tuple[Rows, Row]] = {}
    for number, row in enumerate(rows):
        values = [column[number] for column in columns]
        key = tuple(group_key(value) for value in values)
        if key not in groups:
            groups[key] = ([], {name: value for (name, _), value in zip(keys, values, strict=True)})
        groups[key][0].append(row)
    return list(groups.values())


def _distinct(rows: Rows, columns: list[str], fixed: frozenset[str]) -> Rows:
    seen: dict[tuple[Hashable, ...], Row] = {}
    for row in rows:
        key = tuple(group_key(row[name]) for name in columns)
        if key not in seen:
            seen[key] = _carried(row, fixed) | {name: row[name] for name in columns}
    return list(seen.values())


def _sorted(
    projection: Projection, items: tuple[Item, ...], scope: Scope, context: Context
) -> Step:
    by_column = column_of(items)
    sort_keys: list[tuple[Formula, bool]] = []
    for expression, down in projection.order:
        changed = replaced(expression, by_column)
        sort_keys.append((formula(changed, scope, context), down))

    def step(rows: Rows) -> Rows:
        context.spend(len(rows))
        places = list(range(len(rows)))
        if len(rows) > 1:
            for sort_key, down in reversed(sort_keys):
                keys = [order_key(value) for value in sort_key.over(rows)]
                places.sort(key=keys.__getitem__, reverse=down)
        return [rows[place] for place in places]

    return step


def _cut(projection: Projection, scope: Scope, context: Context) -> Step:
    skip = _count(projection.skip, "SKIP", scope, context)
    limit = _count(projection.limit, "LIMIT", scope, context)

    def step(rows: Rows) -> Rows:
        first = skip or 0
        return rows[first:] if limit is None else rows[first : first + limit]

    return step


def _count(tree: Expression | None, what: str, scope: Scope, context: Context) -> int | None:
    if tree is None:
        return None
    count = formula(tree, scope, context).over([{}])[0]
    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        message = f"{what} expects a whole number from 0, found {name_of(count)} {count!r}"
        raise QueryError(message)
    return count
