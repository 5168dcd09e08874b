"""Values of expressions in a row, in logic of three values."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from tests.support.naive.functions import call
from tests.support.naive.graph import Graph
from tests.support.naive.operators import OPERATORS, negated
from tests.support.naive.values import Edge, Node, NotNaiveError, Row, every, is_number, some

from orthoweave.cypher.syntax import tree

Rows = Iterator[Row]
BUDGET: Final = 50_000


@dataclass(slots=True)
class Asked:
    """The graph that a question reads, and its parameters."""

    graph: Graph
    parameters: Mapping[str, object]
    subquery: Callable[["Asked", tree.Query, Row], Rows]
    """Rows of a question within the question, which sees the names of a row."""
    pattern: Callable[["Asked", tree.Path, Row], Rows]
    """Rows with the names that a pattern binds, one for each way in which it is found."""
    aggregated: dict[int, object] = field(default_factory=dict)
    """Values of aggregates by the identity of their tree, while a group is worked out."""
    budget: list[int] = field(default_factory=lambda: [BUDGET])
    """Nodes and edges that may yet be looked at, in a list that all parts of a question share."""

    def look(self) -> None:
        """Count a node or an edge that is looked at.

        Raises
        ------
        NotNaiveError
            If the question has looked at too many.
        """
        self.budget[0] -= 1
        if self.budget[0] < 0:
            message = "more nodes and edges than a naive path can look at"
            raise NotNaiveError(message)

    def within(self, aggregated: dict[int, object]) -> "Asked":
        """Return the same with other values of aggregates."""
        return replace(self, aggregated=aggregated)


def value_of(asked: Asked, row: Row, of: tree.Expression) -> Any:
    """Value of an expression.

    Raises
    ------
    NotNaiveError
        If the expression is beyond the naive path.
    NaiveError
        If Neo4j would end the question with an error.
    """
    if id(of) in asked.aggregated:
        return asked.aggregated[id(of)]
    found = _VALUES.get(type(of))
    if found is None:
        message = type(of).__name__
        raise NotNaiveError(message)
    return found(asked, row, of)


def truth(asked: Asked, row: Row, of: tree.Expression) -> bool | None:
    """Truth of a condition; None where it is open."""
    found = value_of(asked, row, of)
    if found is not None and not isinstance(found, bool):
        message = f"{type(found).__name__} as a condition"
        raise NotNaiveError(message)
    return found


def _variable(asked: Asked, row: Row, of: tree.Variable) -> object:
    if of.name not in row:
        message = f"name {of.name}"
        raise NotNaiveError(message)
    return row[of.name]


def _literal(_: Asked, __: Row, of: tree.Literal) -> object:
    return of.value


def _parameter(asked: Asked, row: Row, of: tree.Parameter) -> object:
    return asked.parameters[of.name]


def _property(asked: Asked, row: Row, of: tree.Property) -> object:
    subject = value_of(asked, row, of.subject)
    if subject is None:
        return None
    if isinstance(subject, Node | Edge):
        return subject.properties.get(of.key)
    if isinstance(subject, dict):
        return subject.get(of.key)
    message = f"property of {type(subject).__name__}"
    raise NotNaiveError(message)


def _index(asked: Asked, row: Row, of: tree.Index) -> object:
    subject, place = value_of(asked, row, of.subject), value_of(asked, row, of.index)
    if subject is None or place is None:
        return None
    if isinstance(subject, list) and isinstance(place, int):
        return subject[place] if -len(subject) <= place < len(subject) else None
    raise NotNaiveError


def _slice(asked: Asked, row: Row, of: tree.Slice) -> object:
    subject = value_of(asked, row, of.subject)
    bounds = [None if part is None else value_of(asked, row, part) for part in (of.start, of.stop)]
    missing = any(
        part is not None and bound is None
        for part, bound in zip((of.start, of.stop), bounds, strict=True)
    )
    if subject is None or missing:
        return None
    return subject[bounds[0] : bounds[1]]


def _unary(asked: Asked, row: Row, of: tree.Unary) -> object:
    if of.operator == "NOT":
        found = truth(asked, row, of.operand)
        return None if found is None else not found
    number = value_of(asked, row, of.operand)
    if number is None:
        return None
    if not is_number(number):
        raise NotNaiveError
    signed = -number if of.operator == "-" else number
    if isinstance(signed, int) and not -(2**63) <= signed < 2**63:
        message = "a whole number at the edge of 64 bits"
        raise NotNaiveError(message)
    return signed


def _binary(asked: Asked, row: Row, of: tree.Binary) -> object:
    if of.operator in {"AND", "OR", "XOR"}:
        one, other = truth(asked, row, of.left), truth(asked, row, of.right)
        if of.operator == "XOR":
            return None if one is None or other is None else one != other
        return every((one, other)) if of.operator == "AND" else some((one, other))
    work = OPERATORS.get(of.operator)
    if work is None:
        raise NotNaiveError(of.operator)
    return work(value_of(asked, row, of.left), value_of(asked, row, of.right))


def _call(asked: Asked, row: Row, of: tree.Call) -> object:
    return call(of.name, [value_of(asked, row, argument) for argument in of.arguments])


def _case(asked: Asked, row: Row, of: tree.Case) -> object:
    for conditions, result in of.branches:
        if any(truth(asked, row, condition) for condition in conditions):
            return value_of(asked, row, result)
    return None if of.otherwise is None else value_of(asked, row, of.otherwise)


def _items(asked: Asked, row: Row, source: tree.Expression) -> list[object] | None:
    found = value_of(asked, row, source)
    if found is not None and not isinstance(found, list):
        raise NotNaiveError
    return found


def _comprehension(asked: Asked, row: Row, of: tree.ListComprehension) -> object:
    items = _items(asked, row, of.source)
    if items is None:
        return None
    inner = [{**row, of.variable: item} for item in items]
    kept = [one for one in inner if of.where is None or truth(asked, one, of.where)]
    if of.result is None:
        return [one[of.variable] for one in kept]
    return [value_of(asked, one, of.result) for one in kept]


def _quantifier(asked: Asked, row: Row, of: tree.Quantifier) -> object:
    items = _items(asked, row, of.source)
    if items is None:
        return None
    truths = [truth(asked, {**row, of.variable: item}, of.where) for item in items]
    match of.kind.lower():
        case "any":
            return some(truths)
        case "all":
            return every(truths)
        case "none":
            return negated(some(truths))
    if truths.count(True) > 1:
        return False
    return None if None in truths else truths.count(True) == 1


def _reduce(asked: Asked, row: Row, of: tree.Reduce) -> object:
    items, total = _items(asked, row, of.source), value_of(asked, row, of.start)
    if items is None:
        return None
    for item in items:
        total = value_of(asked, {**row, of.total: total, of.variable: item}, of.step)
    return total


def _has_labels(asked: Asked, row: Row, of: tree.HasLabels) -> object:
    subject = value_of(asked, row, of.subject)
    if subject is None:
        return None
    return of.labels.holds(subject.label if isinstance(subject, Node) else subject.type)


def _subquery(asked: Asked, row: Row, of: tree.Subquery) -> object:
    rows = asked.subquery(asked, of.query, row)
    if of.kind == "EXISTS":
        return next(rows, None) is not None
    if of.kind == "COUNT":
        return sum(1 for _ in rows)
    return [next(iter(one.values())) for one in rows]


def _pattern_comprehension(asked: Asked, row: Row, of: tree.PatternComprehension) -> object:
    found = asked.pattern(asked, of.pattern, row)
    return [
        value_of(asked, one, of.result)
        for one in found
        if of.where is None or truth(asked, one, of.where)
    ]


_VALUES: Final[dict[type, Callable[[Asked, Row, Any], object]]] = {
    tree.Literal: _literal,
    tree.Parameter: _parameter,
    tree.Variable: _variable,
    tree.Property: _property,
    tree.Index: _index,
    tree.Slice: _slice,
    tree.Unary: _unary,
    tree.Binary: _binary,
    tree.ListOf: lambda asked, row, of: [value_of(asked, row, item) for item in of.items],
    tree.MapOf: lambda asked, row, of: {n: value_of(asked, row, v) for n, v in of.items},
    tree.IsNull: lambda asked, row, of: (value_of(asked, row, of.operand) is None) != of.negated,
    tree.Call: _call,
    tree.Case: _case,
    tree.ListComprehension: _comprehension,
    tree.Quantifier: _quantifier,
    tree.Reduce: _reduce,
    tree.HasLabels: _has_labels,
    tree.Subquery: _subquery,
    tree.PatternComprehension: _pattern_comprehension,
    tree.PatternPredicate: lambda asked, row, of: (
        next(asked.pattern(asked, of.pattern, row), None) is not None
    ),
}
