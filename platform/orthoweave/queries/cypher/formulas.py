"""Makes functions of expressions: from a row to a value.

Subqueries within an expression are answered for all rows at once, before the expression is
evaluated row by row; only where one depends on a name of the expression itself it is asked each
time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from orthoweave.errors import QueryError, QueryRefusedError
from orthoweave.queries.cypher import lists, operators
from orthoweave.queries.cypher.context import Context, Rows, Scope
from orthoweave.queries.cypher.entities import properties
from orthoweave.queries.cypher.functions import FUNCTIONS, call
from orthoweave.queries.cypher.subqueries import as_subquery
from orthoweave.queries.cypher.tree import (
    Binary,
    Call,
    Case,
    Expression,
    HasLabels,
    Index,
    IsNull,
    ListComprehension,
    ListOf,
    Literal,
    MapOf,
    MapProjection,
    Parameter,
    PatternComprehension,
    PatternPredicate,
    Property,
    Quantifier,
    Reduce,
    ShortestPath,
    Slice,
    Subquery,
    TypeTest,
    Unary,
    Variable,
)
from orthoweave.queries.cypher.values import Node, Relationship, Row, equal, less, name_of
from orthoweave.queries.cypher.walk import names

Evaluate = Callable[[Row], object]

_BINARY: Final[Mapping[str, Callable[[object, object], object]]] = {
    "=": equal, "<>": operators.different, "<": less, ">": lambda a, b: less(b, a),
    "<=": operators.at_most, ">=": lambda a, b: operators.at_most(b, a),
    "XOR": operators.exclusive, "+": operators.add, "||": operators.concatenate,
    "-": operators.subtract, "*": operators.multiply, "/": operators.divide,
    "%": operators.modulo, "^": operators.power, "IN": operators.contained,
    "=~": operators.matches, "STARTS WITH": operators.starts_with,
    "ENDS WITH": operators.ends_with, "CONTAINS": operators.contains,
}  # fmt: skip
_UNARY: Final[Mapping[str, Callable[[object], object]]] = {
    "NOT": operators.negation, "-": operators.negative, "+": operators.positive,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression that can be evaluated."""

    evaluate: Evaluate
    batches: tuple[tuple[str, Callable[[Rows], list[object]]], ...] = ()
    """Subqueries: the name that the expression knows each by, and its values for rows."""

    def over(self, rows: Rows) -> list[object]:
        """Values of the expression for each of several rows."""
        for name, answer in self.batches:
            values = answer(rows)
            rows = [{**row, name: value} for row, value in zip(rows, values, strict=True)]
        return [self.evaluate(row) for row in rows]

    def keep(self, rows: Rows) -> Rows:
        """Rows for which the expression is true."""
        values = self.over(rows)
        return [row for row, held in zip(rows, values, strict=True) if operators.truth(held)]


def formula(expression: Expression, scope: Scope, context: Context) -> Formula:
    """Make an expression ready to be evaluated.

    Raises
    ------
    QueryRefusedError
        If it uses a name that is not bound, or a function that may not be asked.
    """
    maker = _Maker(context)
    return Formula(maker.make(expression, scope), tuple(maker.batches))


class _Maker:
    """Makes one formula; collects its subqueries."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.batches: list[tuple[str, Callable[[Rows], list[object]]]] = []

    def make(self, tree: Expression, scope: Scope) -> Evaluate:  # noqa: PLR0911
        match tree:
            case Literal(value):
                return lambda _: value
            case Parameter(name):
                given = plain(self.context.parameters[name])
                return lambda _: given
            case Variable(name):
                scope.check(name, tree.place)
                return lambda row: row[name]
            case Property(subject, key):
                of = self.make(subject, scope)
                return lambda row: property_of(of(row), key)
            case Binary("/", Literal(left), Literal(right)):
                return lambda _: operators.divide_constants(left, right)
            case Binary(sign, left, right):
                return self._binary(sign, self.make(left, scope), self.make(right, scope))
            case Unary(sign, operand):
                apply, value_of = _UNARY[sign], self.make(operand, scope)
                return lambda row: apply(value_of(row))
            case IsNull(operand, negated):
                tested = self.make(operand, scope)
                return lambda row: (tested(row) is None) != negated
            case Subquery() | PatternPredicate() | PatternComprehension() | ShortestPath():
                return self._subquery(tree, scope)
            case Case(branches, otherwise):
                return self._case(branches, otherwise, scope)
            case Call(name, arguments):
                return self._call(name, arguments, scope, tree.place)
            case _:
                return self._list_or_map(tree, scope)

    def _list_or_map(self, tree: Expression, scope: Scope) -> Evaluate:  # noqa: PLR0911
        match tree:
            case ListOf(items):
                values = [self.make(item, scope) for item in items]
                return lambda row: [value(row) for value in values]
            case MapOf(items):
                entries = [(key, self.make(item, scope)) for key, item in items]
                return lambda row: {key: value(row) for key, value in entries}
            case Index(subject, index):
                of, at = self.make(subject, scope), self.make(index, scope)
                return lambda row: lists.item(of(row), at(row))
            case Slice(subject, start, stop):
                return self._slice(subject, start, stop, scope)
            case HasLabels(subject, labels):
                of = self.make(subject, scope)
                return lambda row: has_label(of(row), labels.holds)
            case TypeTest(operand, kind, negated):
                of = self.make(operand, scope)
                return lambda row: kind.holds(of(row)) != negated
            case MapProjection(subject, items):
                return self._projection(subject, items, scope)
            case ListComprehension() | Quantifier() | Reduce():
                return self._over_list(tree, scope)
            case _:
                message = (
                    f"character {tree.place + 1}: count, sum and the like stand only in WITH, "
                    "RETURN and their ORDER BY"
                )
                raise QueryRefusedError(message)

    def _binary(self, sign: str, left: Evaluate, right: Evaluate) -> Evaluate:
        if sign in {"AND", "OR"}:
            ends = sign == "OR"

            def logic(row: Row) -> bool | None:
                one = operators.truth(left(row))
                if one is ends:
                    return ends
                other = operators.truth(right(row))
                return other if other is ends or one is not None else None

            return logic
        apply = _BINARY[sign]
        return lambda row: apply(left(row), right(row))

    def _case(
        self, branches: tuple[tuple[tuple[Expression, ...], Expression], ...],
        otherwise: Expression | None, scope: Scope,
    ) -> Evaluate:  # fmt: skip
        made = [
            ([self.make(condition, scope) for condition in conditions], self.make(result, scope))
            for conditions, result in branches
        ]
        last = self.make(otherwise or Literal(None), scope)

        def choose(row: Row) -> object:
            for conditions, result in made:
                if any(operators.truth(condition(row)) for condition in conditions):
                    return result(row)
            return last(row)

        return choose

    def _call(
        self, name: str, arguments: tuple[Expression, ...], scope: Scope, place: int
    ) -> Evaluate:
        values = [self.make(argument, scope) for argument in arguments]
        if name == "coalesce":
            # what follows the first value is not looked at
            return lambda row: next(
                (found for value in values if (found := value(row)) is not None), None
            )
        if name in {"startnode", "endnode"}:
            return lambda row: self._end(values[0](row), name)
        if name not in FUNCTIONS:
            message = f"{name}(…) at character {place + 1} stands where no value can be"
            raise QueryRefusedError(message)
        return lambda row: call(name, [value(row) for value in values])

    def _end(self, value: object, name: str) -> Node | None:
        if value is None:
            return None
        if not isinstance(value, Relationship):
            raise QueryError(f"{name} expects a relationship, found {name_of(value)}")
        return self.context.graph.node(value.start if name == "startnode" else value.end)

    def _slice(
        self, subject: Expression, start: Expression | None, stop: Expression | None, scope: Scope
    ) -> Evaluate:
        of = self.make(subject, scope)
        first = self.make(start or Literal(0), scope)
        last = None if stop is None else self.make(stop, scope)
        if last is None:
            return lambda row: lists.part(of(row), first(row))
        return lambda row: lists.part(of(row), first(row), last(row))

    def _projection(
        self, subject: Expression, items: tuple[tuple[str | None, Expression | None], ...],
        scope: Scope,
    ) -> Evaluate:  # fmt: skip
        of = self.make(subject, scope)
        parts = [(key, None if item is None else self.make(item, scope)) for key, item in items]
        # what is named goes before the same name of .*, wherever that stands
        parts.sort(key=lambda part: part[0] is not None)

        def project(row: Row) -> dict[str, object] | None:
            whole = of(row)
            if whole is None:
                return None
            found: dict[str, object] = {}
            for key, value in parts:
                if key is None:
                    found |= properties(whole)
                else:
                    found[key] = property_of(whole, key) if value is None else value(row)
            return found

        return project

    def _over_list(self, tree: Expression, scope: Scope) -> Evaluate:
        spend = self.context.spend
        match tree:
            case ListComprehension(variable, source, where, result):
                inner = scope.with_names(variable, local=True)
                kept = None if where is None else self.make(where, inner)
                value = None if result is None else self.make(result, inner)
                return lists.comprehension(variable, self.make(source, scope), kept, value, spend)
            case Quantifier(kind, variable, source, where):
                held = self.make(where, scope.with_names(variable, local=True))
                return lists.quantifier(kind, variable, self.make(source, scope), held, spend)
            case Reduce(total, start, variable, source, step):
                step_of = self.make(step, scope.with_names(total, variable, local=True))
                begin, items = self.make(start, scope), self.make(source, scope)
                return lists.reduction(total, begin, variable, items, step_of, spend)
        raise QueryRefusedError(f"character {tree.place + 1}: not a value")

    def _subquery(self, tree: Expression, scope: Scope) -> Evaluate:
        query, value_of = as_subquery(tree)
        outside = Scope(frozenset(), scope.names | scope.fixed, frozenset())
        answer = self.context.each(query, outside, self.context)
        if names(tree) & scope.local:
            return lambda row: value_of(answer([row])[0])
        name = self.context.name("subquery")
        self.batches.append((name, lambda rows: [value_of(found) for found in answer(rows)]))
        return lambda row: row[name]


def property_of(value: object, key: str) -> object:
    """Property of a node or relationship, or entry of a map; null if it has none.

    Raises
    ------
    QueryError
        If it is something else.
    """
    if isinstance(value, Node | Relationship):
        return value.properties.get(key)
    if isinstance(value, dict):
        return value.get(key)
    if value is None:
        return None
    raise QueryError(f".{key} expects a node, relationship or map, found {name_of(value)}")


def has_label(value: object, holds: Callable[[str], bool]) -> bool | None:
    """Whether a condition on labels holds for a node, or on types for a relationship."""
    if value is None:
        return None
    if isinstance(value, Node):
        return holds(value.label)
    if isinstance(value, Relationship):
        return holds(value.type)
    raise QueryError(f"a label is asked of {name_of(value)}: expected a node or relationship")


def plain(value: object) -> object:
    """Make a value of Cypher of a parameter's: tuples become lists."""
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return operators.whole(value) if type(value) is int else value
