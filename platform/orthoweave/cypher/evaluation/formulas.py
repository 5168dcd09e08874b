"""Expressions as functions from a row to a value.

The subqueries of an expression are answered for all rows at once, before the expression is
evaluated row by row. A subquery that uses a name local to the expression, such as x in
[x IN list | …], is answered for each value of that name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from orthoweave.cypher.evaluation.context import Context, Rows, Scope
from orthoweave.cypher.syntax.tree import (
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
from orthoweave.cypher.syntax.walk import names
from orthoweave.cypher.values import lists, operators
from orthoweave.cypher.values.entities import properties
from orthoweave.cypher.values.functions import FUNCTIONS, call
from orthoweave.cypher.values.model import Node, Relationship, Row, equal, less, name_of
from orthoweave.errors import QueryError, QueryRefusedError

Evaluate = Callable[[Row], object]

_BINARY: Final[Mapping[str, Callable[[object, object], object]]] = {
    "=": equal,
    "<>": operators.different,
    "<": less,
    ">": lambda a, b: less(b, a),
    "<=": operators.at_most,
    ">=": lambda a, b: operators.at_most(b, a),
    "XOR": operators.exclusive,
    "+": operators.add,
    "||": operators.concatenate,
    "-": operators.subtract,
    "*": operators.multiply,
    "/": operators.divide,
    "%": operators.modulo,
    "^": operators.power,
    "IN": operators.contained,
    "=~": operators.matches,
    "STARTS WITH": operators.starts_with,
    "ENDS WITH": operators.ends_with,
    "CONTAINS": operators.contains,
}
_UNARY: Final[Mapping[str, Callable[[object], object]]] = {
    "NOT": operators.negation,
    "-": operators.negative,
    "+": operators.positive,
}


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression that is ready to be evaluated."""

    evaluate: Evaluate
    batches: tuple[tuple[str, Callable[[Rows], list[object]]], ...] = ()
    """Subqueries: the name of each in the expression, and the function that answers it."""

    def over(self, rows: Rows) -> list[object]:
        """Return the value of the expression for each row."""
        for name, answer in self.batches:
            values = answer(rows)
            rows = [{**row, name: value} for row, value in zip(rows, values, strict=True)]
        return [self.evaluate(row) for row in rows]

    def keep(self, rows: Rows) -> Rows:
        """Return the rows for which the expression is true."""
        values = self.over(rows)
        return [row for row, held in zip(rows, values, strict=True) if operators.truth(held)]


def formula(expression: Expression, scope: Scope, context: Context) -> Formula:
    """Return an expression ready to be evaluated.

    Raises
    ------
    QueryRefusedError
        If it uses a name that is not bound, or a function that is not available.
    """
    maker = _Maker(context)
    return Formula(maker.make(expression, scope), tuple(maker.batches))


class _Maker:
    """Builds one formula and collects its subqueries."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.batches: list[tuple[str, Callable[[Rows], list[object]]]] = []

    def make(self, tree: Expression, scope: Scope) -> Evaluate:  # noqa: PLR0911
        match tree:
            case Literal(value):
                return lambda _: value
            case Parameter(name):
                parameter = plain(self.context.parameters[name])
                return lambda _: parameter
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
                    f"character {tree.place + 1}: aggregates such as count and sum can stand only "
                    "in WITH, RETURN and their ORDER BY"
                )
                raise QueryRefusedError(message)

    def _binary(self, sign: str, left: Evaluate, right: Evaluate) -> Evaluate:
        if sign in {"AND", "OR"}:
            decisive = sign == "OR"

            def logic(row: Row) -> bool | None:
                first = operators.truth(left(row))
                if first is decisive:
                    return decisive
                second = operators.truth(right(row))
                return second if second is decisive or first is not None else None

            return logic
        apply = _BINARY[sign]
        return lambda row: apply(left(row), right(row))

    def _case(
        self,
        branches: tuple[tuple[tuple[Expression, ...], Expression], ...],
        otherwise: Expression | None,
        scope: Scope,
    ) -> Evaluate:
        choices = [
            ([self.make(condition, scope) for condition in conditions], self.make(result, scope))
            for conditions, result in branches
        ]
        last = self.make(otherwise or Literal(None), scope)

        def choose(row: Row) -> object:
            for conditions, result in choices:
                if any(operators.truth(condition(row)) for condition in conditions):
                    return result(row)
            return last(row)

        return choose

    def _call(
        self, name: str, arguments: tuple[Expression, ...], scope: Scope, place: int
    ) -> Evaluate:
        values = [self.make(argument, scope) for argument in arguments]
        if name == "coalesce":
            # arguments after the first value are not evaluated
            return lambda row: next(
                (result for value in values if (result := value(row)) is not None), None
            )
        if name in {"startnode", "endnode"}:
            return lambda row: self._end(values[0](row), name)
        if name not in FUNCTIONS:
            message = f"{name}(…) at character {place + 1} cannot be used as a value here"
            raise QueryRefusedError(message)
        return lambda row: call(name, [value(row) for value in values])

    def _end(self, value: object, name: str) -> Node | None:
        if value is None:
            return None
        if not isinstance(value, Relationship):
            raise QueryError(f"{name} expects a relationship, found {name_of(value)}")
        return self.context.engine.entities.node(value.start if name == "startnode" else value.end)

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
        self,
        subject: Expression,
        items: tuple[tuple[str | None, Expression | None], ...],
        scope: Scope,
    ) -> Evaluate:
        of = self.make(subject, scope)
        parts = [(key, None if item is None else self.make(item, scope)) for key, item in items]
        # a named entry overrides the same name from .*, in whichever order they stand
        parts.sort(key=lambda part: part[0] is not None)

        def project(row: Row) -> dict[str, object] | None:
            whole = of(row)
            if whole is None:
                return None
            entries: dict[str, object] = {}
            for key, value in parts:
                if key is None:
                    entries |= properties(whole)
                else:
                    entries[key] = property_of(whole, key) if value is None else value(row)
            return entries

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
        outside = Scope(frozenset(), scope.names | scope.fixed, frozenset())
        answer = self.context.subquery(tree, outside, self.context)
        if names(tree) & scope.local:
            return lambda row: answer([row])[0]
        name = self.context.name("subquery")
        self.batches.append((name, answer))
        return lambda row: row[name]


def property_of(value: object, key: str) -> object:
    """Return a property of a node or relationship, or an entry of a map; null if missing.

    Raises
    ------
    QueryError
        If the value is not a node, relationship or map.
    """
    if isinstance(value, Node | Relationship):
        return value.properties.get(key)
    if isinstance(value, dict):
        return value.get(key)
    if value is None:
        return None
    raise QueryError(f".{key} expects a node, relationship or map, found {name_of(value)}")


def has_label(value: object, holds: Callable[[str], bool]) -> bool | None:
    """Return whether a condition on labels or types holds; null for null.

    Raises
    ------
    QueryError
        If the value is not a node or relationship.
    """
    if value is None:
        return None
    if isinstance(value, Node):
        return holds(value.label)
    if isinstance(value, Relationship):
        return holds(value.type)
    raise QueryError(f"a label test expects a node or relationship, found {name_of(value)}")


def plain(value: object) -> object:
    """Return a parameter's value as a value of Cypher: tuples become lists."""
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return operators.whole(value) if type(value) is int else value
