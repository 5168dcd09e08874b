"""Find the relationships whose values a statement reads, and the datasets of these values.

Where it is not certain that a value is limited to some datasets, it counts as read of any: only
conditions that hold for every row limit it, not those below OR or NOT, of OPTIONAL MATCH, or of a
subquery around names from outside.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

from orthoweave.cypher.syntax.tree import (
    Binary,
    Call,
    CallQuery,
    Clause,
    Expression,
    GroupPattern,
    HasLabels,
    Index,
    IsNull,
    LabelExpression,
    ListComprehension,
    ListOf,
    Literal,
    MapOf,
    MapProjection,
    Match,
    NodePattern,
    Parameter,
    Path,
    PatternComprehension,
    PatternPredicate,
    Projection,
    Property,
    Quantifier,
    Query,
    Reduce,
    RelationshipPattern,
    Return,
    ShortestPath,
    Subquery,
    Unwind,
    Variable,
    With,
)
from orthoweave.cypher.syntax.walk import children, conditions

# functions of a relationship or path that tell no value of it
_TELL_NOTHING: Final = frozenset(
    {"type", "count", "id", "elementid", "startnode", "endnode", "length"}
)
_OF_DATASET: Final = {"Cell": "dataset", "Dataset": "id"}
"""Property that limits a node to datasets, by label."""
_ALL: Final = ""
"""Stands for all properties among those that are read."""
_Scope = dict[str, int]
"""Names that are bound, each with the number of what it stands for."""


@dataclass(frozen=True, slots=True)
class ValuesRead:
    """Values of one relationship pattern."""

    types: tuple[str, ...]
    """Types of relationship that it may have, among those with values."""
    datasets: frozenset[str] | None
    """Keys of the datasets it is limited to; None if it may be of any."""


def values_read(
    query: Query, parameters: Mapping[str, object], values: Mapping[str, str]
) -> list[ValuesRead]:
    """Return the relationships of a statement whose values it reads, in order.

    Parameters
    ----------
    values
        Property that is the value, by type of relationship.

    Examples
    --------
    >>> from orthoweave.cypher.syntax.parser import parse
    >>> text = "MATCH (:Gene)-[e:EXPRESSED_IN {dataset: 'a'}]->() RETURN max(e.mean)"
    >>> values_read(parse(text).asked, {}, {"EXPRESSED_IN": "mean"})
    [ValuesRead(types=('EXPRESSED_IN',), datasets=frozenset({'a'}))]
    """
    reader = _Reader(parameters)
    reader.query(query, {})
    found = []
    for link in reader.links:
        types = tuple(name for name in values if link.types is None or link.types.holds(name))
        wanted = {_ALL, *(values[name] for name in types)}
        if types and any(reader.read[number] & wanted for number in link.numbers):
            found.append(ValuesRead(types, reader.limit(link)))
    return found


@dataclass(frozen=True, slots=True)
class _Link:
    """A relationship pattern: the numbers of itself, of its path, and of its two ends."""

    types: LabelExpression | None
    numbers: tuple[int, ...]
    ends: tuple[int, int]


@dataclass(slots=True)
class _Reader:
    """Walks through a statement and notes what it says of the names that it binds."""

    parameters: Mapping[str, object]
    links: list[_Link] = field(default_factory=list)
    read: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Properties that are read."""
    limits: dict[tuple[int, str], list[frozenset[str]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """Texts that a property must be among."""
    labels: dict[int, list[LabelExpression]] = field(default_factory=lambda: defaultdict(list))
    numbers: Iterator[int] = field(default_factory=count)

    def limit(self, link: _Link) -> frozenset[str] | None:
        """Return the datasets that a relationship is limited to; None for any."""
        found = [self._limit_of(number, "dataset") for number in link.numbers]
        found += [self._limit_of_node(number) for number in link.ends]
        return _common(found)

    def _limit_of_node(self, number: int, *, through: bool = True) -> frozenset[str] | None:
        """Return the datasets of a node: by its own property, or by that of its Dataset."""
        found = [
            self._limit_of(number, key)
            for label, key in _OF_DATASET.items()
            if any(labels.holds(label) for labels in self.labels[number])
        ]
        for link in self.links if through else ():
            if number in link.ends and link.types == LabelExpression("name", "FROM"):
                other = link.ends[link.ends[0] == number]
                found.append(self._limit_of_node(other, through=False))
        return _common(found)

    def _limit_of(self, number: int, key: str) -> frozenset[str] | None:
        return _common(self.limits[number, key])

    def query(self, query: Query, scope: _Scope) -> None:
        """Read a query; conditions on names that are bound outside of it limit nothing."""
        for part in query.parts:
            self._part(part, dict(scope), frozenset(scope.values()))

    def _part(self, clauses: Sequence[Clause], scope: _Scope, outer: frozenset[int]) -> None:
        for clause in clauses:
            match clause:
                case Match(paths, where, optional):
                    kept = frozenset(scope.values()) if optional else outer
                    self._match(paths, where, scope, kept)
                case With(projection, where):
                    scope = self._with(projection, where, scope, outer)
                case Unwind(source, variable):
                    self._visit(source, scope)
                    scope[variable] = next(self.numbers)
                case CallQuery(_, query):
                    self.query(query, scope)
                case Return(projection):
                    for number in scope.values() if projection.star else ():
                        self.read[number].add(_ALL)
                    after = {item.name: next(self.numbers) for item in projection.items}
                    self._visit(projection.items, scope)
                    self._visit((projection.order,), {**after, **scope})
                case _:
                    self._visit(clause, scope)

    def _with(
        self, projection: Projection, where: Expression | None, scope: _Scope, outer: frozenset[int]
    ) -> _Scope:
        after = dict(scope) if projection.star else {}
        for item in projection.items:
            passed = item.expression
            if isinstance(passed, Variable) and passed.name in scope:
                after[item.name] = scope[passed.name]
            else:
                self._visit(passed, scope)
                after[item.name] = next(self.numbers)
        seen = {**scope, **after}
        self._visit((projection.order,), seen)
        self._where(where, seen, outer)
        return after

    def _match(
        self, paths: Sequence[Path], where: Expression | None, scope: _Scope, outer: frozenset[int]
    ) -> None:
        for path in paths:
            self._path(path, scope, outer)
        self._where(where, scope, outer)

    def _path(self, path: Path, scope: _Scope, outer: frozenset[int]) -> None:
        whole = scope.setdefault(path.variable, next(self.numbers)) if path.variable else None
        numbers = []
        for element in path.elements:
            name = None if isinstance(element, GroupPattern) else element.variable
            number = next(self.numbers)
            numbers.append(scope.setdefault(name, number) if name else number)
            if isinstance(element, GroupPattern):
                self._match([element.path], element.where, scope, outer)
            else:
                self._element(element, numbers[-1], scope, outer)
        for place, element in enumerate(path.elements):
            if isinstance(element, RelationshipPattern):
                own = (numbers[place],) if whole is None else (numbers[place], whole)
                ends = (numbers[place - 1], numbers[place + 1])
                self.links.append(_Link(element.types, own, ends))

    def _element(
        self,
        element: NodePattern | RelationshipPattern,
        number: int,
        scope: _Scope,
        outer: frozenset[int],
    ) -> None:
        if isinstance(element, NodePattern) and element.labels is not None:
            self.labels[number].append(element.labels)
        properties = element.properties
        for key, value in properties.items if isinstance(properties, MapOf) else ():
            self.read[number].add(key)
            self._visit(value, scope)
            self._limit(number, key, value, outer)
        self._where(element.where, scope, outer)

    def _where(self, where: Expression | None, scope: _Scope, outer: frozenset[int]) -> None:
        for condition in conditions(where):
            self._visit(condition, scope)
            match condition:
                case Binary("=", Property(Variable(name), key), value):
                    self._limit(scope.get(name), key, value, outer)
                case Binary("=", value, Property(Variable(name), key)):
                    self._limit(scope.get(name), key, value, outer)
                case Binary("IN", Property(Variable(name), key), value):
                    self._limit(scope.get(name), key, value, outer)

    def _limit(
        self, number: int | None, key: str, value: Expression, outer: frozenset[int]
    ) -> None:
        texts = self._texts(value)
        if texts is not None and number is not None and number not in outer:
            self.limits[number, key].append(texts)

    def _texts(self, value: Expression) -> frozenset[str] | None:
        match value:
            case Literal(str(text)):
                return frozenset({text})
            case Parameter(name):
                given = self.parameters.get(name)
                texts = given if isinstance(given, list | tuple) else [given]
                return frozenset(map(str, texts)) if given is not None else None
            case ListOf(items):
                parts = [self._texts(item) for item in items]
                known = [part for part in parts if part is not None]
                return frozenset().union(*known) if len(known) == len(parts) else None
        return None

    def _visit(self, tree: Any, scope: _Scope) -> None:
        """Note the properties that an expression reads, with all below it."""
        match tree:
            case Variable(name):
                self._reads(name, _ALL, scope)
            case Property(Variable(name), key) | Index(Variable(name), Literal(str(key))):
                self._reads(name, key, scope)
            case HasLabels(Variable()) | IsNull(Variable()):
                return
            case Call(function, arguments) if function in _TELL_NOTHING:
                self._visit(tuple(one for one in arguments if not _is_name(one)), scope)
            case MapProjection(Variable(name), items):
                for entry, value in items:
                    if value is None:
                        self._reads(name, entry or _ALL, scope)
                    self._visit(value, scope)
            case Subquery(_, query):
                self.query(query, scope)
            case PatternComprehension(pattern, where, result):
                inner = dict(scope)
                self._match([pattern], where, inner, frozenset(scope.values()))
                self._visit(result, inner)
            case PatternPredicate(pattern) | ShortestPath(pattern):
                self._path(pattern, dict(scope), frozenset(scope.values()))
            case _:
                self._below(tree, scope)

    def _below(self, tree: Any, scope: _Scope) -> None:
        match tree:
            case ListComprehension(variable) | Quantifier(_, variable):
                scope = {**scope, variable: next(self.numbers)}
            case Reduce(total, _, variable):
                scope = {**scope, total: next(self.numbers), variable: next(self.numbers)}
        for node in children(tree):
            self._visit(node, scope)

    def _reads(self, name: str, key: str, scope: _Scope) -> None:
        if name in scope:
            self.read[scope[name]].add(key)


def _is_name(tree: Expression) -> bool:
    return isinstance(tree, Variable)


def _common(limits: Sequence[frozenset[str] | None]) -> frozenset[str] | None:
    """Return the texts that all limits allow; None if there are none."""
    known = [limit for limit in limits if limit is not None]
    return frozenset.intersection(*known) if known else None
