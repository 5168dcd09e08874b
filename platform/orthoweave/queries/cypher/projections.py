"""WITH and RETURN: columns, groups, DISTINCT, order, SKIP and LIMIT."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from orthoweave.errors import QueryError, QueryRefusedError
from orthoweave.queries.cypher.aggregates import AGGREGATES, aggregate
from orthoweave.queries.cypher.context import Context, Part, Rows, Scope, Step
from orthoweave.queries.cypher.formulas import Formula, formula
from orthoweave.queries.cypher.tree import (
    Call,
    CountStar,
    Expression,
    Item,
    Literal,
    Projection,
    Subquery,
    Variable,
)
from orthoweave.queries.cypher.values import Row, group_key, name_of, order_key
from orthoweave.queries.cypher.walk import children, nodes, replaced


def has_aggregate(tree: object) -> bool:
    """Tell whether count, sum and the like stand in an expression, subqueries left out."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Subquery):
            continue
        if isinstance(node, CountStar) or (isinstance(node, Call) and node.name in AGGREGATES):
            return True
        waiting += children(node)
    return False


def expanded(projection: Projection, scope: Scope) -> tuple[Item, ...]:
    """Columns with those that ``*`` stands for, which come in the order of the alphabet."""
    if not projection.star:
        return projection.items
    known = sorted(name for name in scope.names if not name.startswith(" "))
    if not known and not projection.items:
        raise QueryRefusedError("* stands for all names that are bound, but there are none here")
    return (*(Item(Variable(name), name, aliased=True) for name in known), *projection.items)


def project(projection: Projection, scope: Scope, context: Context) -> tuple[Step, Scope]:
    """Make the step of a WITH or RETURN, and the names behind it.

    The rows that it gives still hold the names from before, which a WHERE may use; `narrow` ends
    them.

    Raises
    ------
    QueryRefusedError
        If two columns have one name, or a column mixes groups and single rows.
    """
    items = expanded(projection, scope)
    columns = [item.name for item in items]
    double = {name for name in columns if columns.count(name) > 1}
    if double:
        message = f"two columns have one name ({min(double)}): tell them apart with AS"
        raise QueryRefusedError(message)
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
        later.append(_sorted(projection, items, seen, context, closed=closed))
    later.append(_cut(projection, scope, context))
    return _chain(later), after


def narrow(scope: Scope) -> Step:
    """Make the step that ends all names but those of a scope."""
    kept = scope.names | scope.fixed

    def step(rows: Rows) -> Rows:
        return [
            {name: value for name, value in row.items() if name in kept or name.startswith(" ")}
            for row in rows
        ]

    return step


def _chain(steps: list[Step]) -> Step:
    def step(rows: Rows) -> Rows:
        for one in steps:
            rows = one(rows)
        return rows

    return step


def _single(items: tuple[Item, ...], scope: Scope, context: Context) -> Step:
    made = [(item.name, formula(item.expression, scope, context)) for item in items]

    def step(rows: Rows) -> Rows:
        context.spend(len(rows))
        columns = [(name, one.over(rows)) for name, one in made]
        return [
            {**row, **{name: values[number] for name, values in columns}}
            for number, row in enumerate(rows)
        ]

    return step


@dataclass(frozen=True, slots=True)
class _Aggregate:
    """One count, sum or the like within a column."""

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
            inner = outer.with_names(*(one.hidden for one in aggregates))
            results.append((item.name, _mixed(bare, inner, context)))
    order = [item.name for item in items]

    def step(rows: Rows) -> Rows:
        context.spend(len(rows))
        found = []
        for group, values in _groups(rows, key_formulas):
            known = group[0] if group else rows.outside if isinstance(rows, Part) else {}
            base = _carried(known, scope.fixed)
            base |= values
            base |= {one.hidden: one.over(group) for one in aggregates}
            base |= {name: one.over([base])[0] for name, one in results}
            ours = {name for name in base if name.startswith(" ")}
            ours -= {one.hidden for one in aggregates}
            found.append({name: base[name] for name in (*ours, *scope.fixed, *order)
                          if name in base})  # fmt: skip
        return found

    return step


def _carried(row: Row, fixed: frozenset[str]) -> Row:
    return {name: value for name, value in row.items() if name in fixed or name.startswith(" ")}


def _mixed(tree: Expression, scope: Scope, context: Context) -> Formula:
    try:
        return formula(tree, scope, context)
    except QueryRefusedError as error:
        message = (
            f"{error}. A column with count, sum or the like may use, outside of it, only columns "
            "of the same WITH or RETURN: say the rest in a WITH before"
        )
        raise QueryRefusedError(message) from error


def _without_aggregates(
    tree: Expression, keys: list[Item], found: list[_Aggregate], scope: Scope, context: Context
) -> Expression:
    """Give an expression with a hidden name for each aggregate, and collect these."""

    def change(node: object) -> object:
        for item in keys:
            if node == item.expression and not isinstance(node, Literal):
                return Variable(item.name)
        if isinstance(node, CountStar):
            hidden = context.name("count")
            found.append(_Aggregate("count", hidden, None, None, distinct=False))
            return Variable(hidden)
        if isinstance(node, Call) and node.name in AGGREGATES:
            hidden = context.name(node.name)
            made = [formula(argument, scope, context) for argument in node.arguments]
            extra = made[1] if len(made) > 1 else None
            found.append(_Aggregate(node.name, hidden, made[0], extra, node.distinct))
            return Variable(hidden)
        return None

    changed: Expression = replaced(tree, change)
    return changed


def _groups(rows: Rows, keys: list[tuple[str, Formula]]) -> list[tuple[Rows, Row]]:
    """Give the rows of each group with the values of its keys; one group without keys."""
    if not keys:
        return [(rows, {})]
    columns = [one.over(rows) for _, one in keys]
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
    projection: Projection, items: tuple[Item, ...], scope: Scope, context: Context, *,
    closed: bool,
) -> Step:  # fmt: skip
    by_column = _column_of(items)
    made: list[tuple[Formula, bool]] = []
    for expression, down in projection.order:
        changed = replaced(expression, by_column)
        if has_aggregate(changed):
            message = "ORDER BY may only use a count, sum or the like that is a column: name it"
            raise QueryRefusedError(message)
        made.append((_closed(changed, scope, context) if closed
                     else formula(changed, scope, context), down))  # fmt: skip

    def step(rows: Rows) -> Rows:
        context.spend(len(rows))
        places = list(range(len(rows)))
        if len(rows) > 1:
            for one, down in reversed(made):
                keys = [order_key(value) for value in one.over(rows)]
                places.sort(key=keys.__getitem__, reverse=down)
        return [rows[place] for place in places]

    return step


def _column_of(items: tuple[Item, ...]) -> Callable[[object], object]:
    """Give what puts a column's name for its expression."""

    def change(node: object) -> object:
        for item in items:
            if node == item.expression and not isinstance(node, Literal | Variable):
                return Variable(item.name)
        if isinstance(node, Variable):
            same = [item.name for item in items if item.expression == node]
            if same and not any(item.name == node.name for item in items):
                return Variable(same[0])
        return None

    return change


def _closed(tree: Expression, scope: Scope, context: Context) -> Formula:
    try:
        return formula(tree, scope, context)
    except QueryRefusedError as error:
        message = f"{error}. Behind DISTINCT or count, sum and the like only columns may be used"
        raise QueryRefusedError(message) from error


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
    if any(isinstance(node, Variable) for node in nodes(tree)):
        message = f"{what} expects a number or parameter, which no row can give"
        raise QueryRefusedError(message)
    found = formula(tree, scope, context).over([{}])[0]
    if not isinstance(found, int) or isinstance(found, bool) or found < 0:
        message = f"{what} expects a whole number from 0, found {name_of(found)} {found!r}"
        raise QueryError(message)
    return found
