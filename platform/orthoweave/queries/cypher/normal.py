"""Makes the patterns of a MATCH plain: every part named, every condition apart."""

from dataclasses import dataclass, replace

from orthoweave.errors import QueryRefusedError
from orthoweave.queries.cypher.context import Context, Scope
from orthoweave.queries.cypher.tree import (
    Binary,
    Element,
    Expression,
    GroupPattern,
    MapOf,
    Match,
    NodePattern,
    Path,
    Property,
    RelationshipPattern,
    Variable,
)
from orthoweave.queries.cypher.walk import conditions, path_variables


@dataclass(frozen=True, slots=True)
class Plan:
    """The patterns of one MATCH."""

    paths: tuple[Path, ...]
    conditions: tuple[Expression, ...]
    names: tuple[str, ...]
    """All that the patterns bind, our own names among them."""
    group_names: dict[str, frozenset[str]]
    """Names that are lists behind each group, by the group's own name."""


def plan(clause: Match, scope: Scope, context: Context) -> Plan:
    """Make a plan of a MATCH.

    Raises
    ------
    QueryRefusedError
        If a pattern is of a form that cannot be matched exactly.
    """
    maker = _Maker(scope, context)
    paths = tuple(maker.path(path) for path in clause.paths)
    maker.wanted += conditions(clause.where)
    links = [element for path in paths for element in path.elements
             if not isinstance(element, NodePattern)]  # fmt: skip
    if any(path.shortest for path in paths) and len(links) > 1:
        message = "shortestPath stands in a MATCH of its own: put the other relationships into one"
        raise QueryRefusedError(message)
    bound = tuple(dict.fromkeys([name for path in paths for name in path_variables(path)]))
    own = tuple(element.name for element in links if isinstance(element, GroupPattern))
    return Plan(paths, tuple(maker.wanted), (*bound, *own), maker.groups)


class _Maker:
    def __init__(self, scope: Scope, context: Context) -> None:
        self.context = context
        self.scope = scope
        self.wanted: list[Expression] = []
        self.groups: dict[str, frozenset[str]] = {}
        self.seen: set[str] = set()

    def path(self, path: Path) -> Path:
        if path.shortest:
            self._check_shortest(path)
        return replace(path, elements=tuple(self._element(part) for part in path.elements))

    def _check_shortest(self, path: Path) -> None:
        link = path.elements[1] if len(path.elements) == 3 else None
        if not isinstance(link, RelationshipPattern):
            message = (
                "shortestPath and SHORTEST take one relationship between two nodes: (a)-[*]-(b)"
            )
            raise QueryRefusedError(message)
        if link.length is not None and link.length[0] > 1:
            raise QueryRefusedError("a shortest path begins at 0 or 1 hops: write [*..5]")

    def _element(self, element: Element) -> Element:
        if isinstance(element, GroupPattern):
            return self._group(element)
        if isinstance(element, RelationshipPattern):
            return self._relationship(element)
        name = element.variable or self.context.name("node")
        self.wanted += [*_equalities(name, element.properties), *conditions(element.where)]
        return replace(element, variable=name, properties=None, where=None)

    def _relationship(self, element: RelationshipPattern) -> RelationshipPattern:
        name = element.variable or self.context.name("relationship")
        if element.variable in self.seen:
            message = (
                f"the relationship {name!r} stands in two places of one MATCH: name them apart"
            )
            raise QueryRefusedError(message)
        self.seen.add(name)
        wanted = [*_equalities(name, element.properties), *conditions(element.where)]
        if element.length is None:
            self.wanted += wanted
            return replace(element, variable=name, properties=None, where=None)
        if name in self.scope.names:
            message = (
                f"{name!r} is bound already and cannot be the list of a variable length: choose "
                "another name"
            )
            raise QueryRefusedError(message)
        return replace(element, variable=name, properties=None, where=_all(wanted))

    def _group(self, element: GroupPattern) -> GroupPattern:
        outer, self.wanted = self.wanted, []
        inner = self.path(element.path)
        wanted = [*self.wanted, *conditions(element.where)]
        self.wanted = outer
        name = self.context.name("group")
        own = frozenset(path_variables(inner))
        if own & self.scope.names or any(isinstance(part, GroupPattern) for part in inner.elements):
            message = "a repeated path needs names of its own, and no other one within"
            raise QueryRefusedError(message)
        self.groups[name] = own
        return replace(element, path=inner, where=_all(wanted), name=name)


def _equalities(name: str, properties: Expression | None) -> list[Expression]:
    """Give the conditions that a map of properties stands for."""
    subject = Variable(name)
    if properties is None:
        return []
    if isinstance(properties, MapOf):
        return [Binary("=", Property(subject, key), value) for key, value in properties.items]
    message = "a pattern takes {key: $value}, not a parameter as the whole map: name the properties"
    raise QueryRefusedError(message)


def _all(wanted: list[Expression]) -> Expression | None:
    found: Expression | None = None
    for one in wanted:
        found = one if found is None else Binary("AND", found, one)
    return found
