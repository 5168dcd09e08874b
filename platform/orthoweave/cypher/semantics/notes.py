"""Notes on a statement: names of labels, types and properties that the graph does not have.

Cypher answers a misspelt name with no rows, or with null. A note beside the answer says so. A name
is noted only if nothing in the graph can match it. `notes_never` notes conditions that can never
hold for other reasons.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol

from orthoweave.cypher.semantics.notes_never import never_found
from orthoweave.cypher.syntax.tree import (
    CallQuery,
    Clause,
    Element,
    Expression,
    GroupPattern,
    HasLabels,
    Index,
    LabelExpression,
    ListComprehension,
    Literal,
    MapOf,
    MapProjection,
    Match,
    NodePattern,
    Path,
    PatternComprehension,
    Property,
    Quantifier,
    Query,
    Reduce,
    RelationshipPattern,
    Subquery,
    Unwind,
    Variable,
    With,
)
from orthoweave.cypher.syntax.walk import children
from orthoweave.nearest import did_you_mean

_FEW: Final = 4
"""Maximum number of labels that a note lists; of more it says "any node"."""


class Columns(Protocol):
    """A node or edge table."""

    @property
    def columns(self) -> Mapping[str, object]:
        """Properties by name."""


class Ends(Columns, Protocol):
    """An edge table."""

    @property
    def start(self) -> str:
        """Label of the start nodes."""

    @property
    def end(self) -> str:
        """Label of the end nodes."""


class Tables(Protocol):
    """The tables of a graph."""

    @property
    def nodes(self) -> Mapping[str, Columns]:
        """Node tables by label."""

    @property
    def edges(self) -> Mapping[str, Ends]:
        """Edge tables by type."""


_Bound = tuple[str, frozenset[str]]
"""The kind of entity that a name is bound to, ``nodes`` or ``edges``, and its possible tables."""
_Names = dict[str, _Bound | None]
_Note = tuple[int, str]


def notes(query: Query, tables: Tables) -> list[str]:
    """Return a sentence for each unknown name and each condition that never holds, in order.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from orthoweave.cypher.syntax.parser import parse
    >>> gene = SimpleNamespace(columns={"id": 1, "symbol": 2})
    >>> tables = SimpleNamespace(nodes={"Gene": gene}, edges={})
    >>> notes(parse("MATCH (g:Gene) RETURN g.symbl").query, tables)
    ['no property `symbl` on Gene: did you mean symbol?']
    """
    in_order = sorted(_Reader(tables).query(query, {}), key=lambda note: note[0])
    return list(dict.fromkeys(text for _, text in in_order))


class _Reader:
    """Walks through a statement and tracks what its names stand for."""

    def __init__(self, tables: Tables) -> None:
        self._edges = tables.edges
        self._tables: dict[str, Mapping[str, Columns]] = {
            "nodes": tables.nodes,
            "edges": tables.edges,
        }

    def query(self, query: Query, names: _Names) -> Iterator[_Note]:
        for part in query.parts:
            yield from self._part(part, dict(names))

    def _part(self, clauses: tuple[Clause, ...], names: _Names) -> Iterator[_Note]:
        for clause in clauses:
            match clause:
                case Match(paths):
                    self._bind(paths, names)
                    yield from self._below(clause, names)
                case Unwind(source, variable):
                    yield from self._below(source, names)
                    names[variable] = None
                case With(projection):
                    after = _renamed(clause, names)
                    yield from self._below((projection.items,), names)
                    seen = {**names, **after}
                    rest = (projection.order, projection.skip, projection.limit, clause.where)
                    yield from self._below(rest, seen)
                    names = after
                case CallQuery(_, query):
                    yield from self.query(query, names)
                    for name in _returned(query):
                        names[name] = None
                case _:
                    yield from self._below(clause, names)

    def _bind(self, paths: tuple[Path, ...], names: _Names) -> None:
        for path in paths:
            if path.variable:
                names[path.variable] = None
            for element in path.elements:
                if isinstance(element, GroupPattern):
                    for inner in element.path.elements:
                        self._bind_one(inner, names, many=True)
                else:
                    self._bind_one(element, names, many=False)

    def _bind_one(self, element: object, names: _Names, *, many: bool) -> None:
        if not isinstance(element, NodePattern | RelationshipPattern) or not element.variable:
            return
        if many or (isinstance(element, RelationshipPattern) and element.length is not None):
            names[element.variable] = None
            return
        kind, possible = self._possible(element)
        before = names.get(element.variable)
        if before is not None and before[0] == kind:
            possible &= before[1]
        names[element.variable] = (kind, possible)

    def _possible(self, element: NodePattern | RelationshipPattern) -> _Bound:
        kind = "nodes" if isinstance(element, NodePattern) else "edges"
        labels = element.labels if isinstance(element, NodePattern) else element.types
        known = self._tables[kind]
        return kind, frozenset(name for name in known if labels is None or labels.holds(name))

    def _below(self, tree: object, names: _Names) -> Iterator[_Note]:
        """Yield the notes on a node of the tree and on everything below it."""
        yield from self._here(tree, names)
        inside = names
        match tree:
            case Subquery(_, query):
                yield from self.query(query, names)
                return
            case ListComprehension(variable) | Quantifier(_, variable):
                inside = {**names, variable: None}
            case Reduce(total, _, variable):
                inside = {**names, total: None, variable: None}
            case PatternComprehension(pattern):
                inside = dict(names)
                self._bind((pattern,), inside)
        for node in children(tree):
            yield from self._below(node, inside)

    def _here(self, tree: Any, names: _Names) -> Iterator[_Note]:
        yield from never_found(tree, self._tables["nodes"], self._tables["edges"])
        match tree:
            case NodePattern() | RelationshipPattern():
                yield from self._pattern(tree, names)
            case Path(elements):
                yield from self._hops(elements, names)
            case HasLabels(_, labels):
                known = {**self._tables["nodes"], **self._tables["edges"]}
                yield from self._labels(labels, "label or type", known, tree.place)
            case Property(Variable(name), key):
                yield from self._property(key, names.get(name), tree.place)
            case Index(Variable(name), Literal(str(key))):
                yield from self._property(key, names.get(name), tree.place)
            case MapProjection(Variable(name), items):
                for entry, value in items:
                    if entry is not None and value is None:
                        yield from self._property(entry, names.get(name), tree.place)

    def _pattern(self, tree: NodePattern | RelationshipPattern, names: _Names) -> Iterator[_Note]:
        if isinstance(tree, NodePattern):
            labels, what, kind = tree.labels, "label", "nodes"
        else:
            labels, what, kind = tree.types, "relationship type", "edges"
        if labels is not None:
            yield from self._labels(labels, what, self._tables[kind], tree.place)
        if isinstance(tree.properties, MapOf):
            bound = names.get(tree.variable or "") or self._possible(tree)
            for key, value in tree.properties.items:
                yield from self._property(key, bound, value.place)

    def _hops(self, elements: tuple[Element, ...], names: _Names) -> Iterator[_Note]:
        """Note a relationship type that never connects nodes of these labels."""
        for left, link, right in zip(elements, elements[1:], elements[2:], strict=False):
            if (
                not isinstance(link, RelationshipPattern)
                or link.length is not None
                or link.types is None
                or link.types.operator != "name"
            ):
                continue
            edge = self._edges.get(link.types.name)
            ends = [self._labels_of(node, names) for node in (left, right)]
            if edge is None or not all(ends):
                continue
            ways = [(edge.start, edge.end), (edge.end, edge.start)]
            ways = {"right": ways[:1], "left": ways[1:], "both": ways}[link.direction]
            if not any(start in ends[0] and end in ends[1] for start, end in ways):
                where = f"it goes from {edge.start} to {edge.end}"
                yield link.place, f"`{link.types.name}` never connects these nodes: {where}"

    def _labels_of(self, element: Element, names: _Names) -> frozenset[str]:
        if not isinstance(element, NodePattern):
            return frozenset()
        bound = names.get(element.variable or "") or self._possible(element)
        return bound[1] & self._possible(element)[1] if bound[0] == "nodes" else frozenset()

    def _labels(
        self, labels: LabelExpression, what: str, known: Mapping[str, object], place: int
    ) -> Iterator[_Note]:
        if labels.operator == "name" and labels.name not in known:
            yield place, f"no {what} `{labels.name}`{did_you_mean(labels.name, known)}"
        for part in labels.parts:
            yield from self._labels(part, what, known, place)

    def _property(self, key: str, bound: _Bound | None, place: int) -> Iterator[_Note]:
        if bound is None or not bound[1]:
            return
        kind, possible = bound
        tables = self._tables[kind]
        known = {column for name in possible for column in tables[name].columns}
        if key not in known:
            where = " or ".join(sorted(possible))
            if len(possible) > _FEW:
                where = "any node" if kind == "nodes" else "any relationship"
            yield place, f"no property `{key}` on {where}{did_you_mean(key, known)}"


def _renamed(clause: With, names: _Names) -> _Names:
    """Return what the names stand for after a WITH."""
    after: _Names = dict(names) if clause.projection.star else {}
    for item in clause.projection.items:
        source: Expression = item.expression
        after[item.name] = names.get(source.name) if isinstance(source, Variable) else None
    return after


def _returned(query: Query) -> list[str]:
    last = query.parts[0][-1]
    projection = getattr(last, "projection", None)
    return [] if projection is None else [item.name for item in projection.items]
