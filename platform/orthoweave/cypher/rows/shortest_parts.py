"""A MATCH with a shortest path, taken apart into its ends, the path, and conditions on each."""

from dataclasses import dataclass, replace

from orthoweave.cypher.evaluation.context import Context
from orthoweave.cypher.syntax.tree import (
    Call,
    Expression,
    Match,
    NodePattern,
    Path,
    Quantifier,
    RelationshipPattern,
    Unary,
    Variable,
)
from orthoweave.cypher.syntax.walk import (
    conditions,
    conjunction,
    names,
    nodes,
    own_conditions,
    replaced,
)
from orthoweave.errors import QueryRefusedError


@dataclass(frozen=True, slots=True)
class Parts:
    """A MATCH with one shortest path."""

    path: Path
    link: RelationshipPattern
    """The relationship of the path; it always has a name."""
    ends: Match
    """A MATCH that binds the ends of the path, with the other paths of the clause."""
    names: tuple[str, str]
    """Names of the ends."""
    each: tuple[Expression, ...]
    """Conditions on each relationship, under the name of `link`."""
    within: tuple[Expression, ...]
    """Conditions on the path: the search looks for the shortest path that meets them."""
    behind: tuple[Expression, ...]
    """Conditions that filter the paths after the search."""

    @property
    def own_names(self) -> set[str]:
        """Names of the path and of its relationships, if they have names."""
        return {name for name in (self.path.variable, self.link.variable) if name}

    @property
    def most(self) -> int | None:
        """Maximum number of hops; None for no limit."""
        return (self.link.length or (1, 1))[1]


def parts_of(clause: Match, context: Context) -> Parts:
    """Return the parts of a MATCH with a shortest path.

    Raises
    ------
    QueryRefusedError
        If the path has more than one relationship, or stands beside others.
    """
    (path, *more), others = (
        [path for path in clause.paths if bool(path.shortest) is wanted] for wanted in (True, False)
    )
    if more or any(len(other.elements) > 1 for other in others):
        message = (
            "shortestPath needs a MATCH of its own: move the other relationships to another MATCH"
        )
        raise QueryRefusedError(message)
    start, link, end = _elements(path, context)
    mine = {name for name in (path.variable, link.variable) if name}
    where = conditions(clause.where)
    before = [condition for condition in where if not names(condition) & mine]
    rest = [condition for condition in where if names(condition) & mine]
    each = own_conditions(link)
    within: list[Expression] = []
    for condition in [] if path.selected else rest:
        inner = on_each(condition, Path((start, link, end), path.variable))
        (within if inner is None else each).append(condition if inner is None else inner)
    single = [Path((node,)) for node in (start, end)]
    ends = Match((*others, *single), conjunction(before), optional=False)
    return Parts(
        path,
        link,
        ends,
        (str(start.variable), str(end.variable)),
        tuple(each),
        tuple(within),
        tuple(rest) if path.selected else (),
    )


def _elements(path: Path, context: Context) -> tuple[NodePattern, RelationshipPattern, NodePattern]:
    match path.elements:
        case (NodePattern() as start, RelationshipPattern() as link, NodePattern() as end):
            if link.length is None or link.length[0] <= 1:
                start, end = (
                    replace(node, variable=node.variable or context.name("end"))
                    for node in (start, end)
                )
                name = link.variable or context.name("relationships")
                return start, replace(link, variable=name), end
            message = "a shortest path must start from 0 or 1 hops: write [*..5]"
            raise QueryRefusedError(message)
    message = "shortestPath and SHORTEST expect one relationship between two nodes: (a)-[*]-(b)"
    raise QueryRefusedError(message)


def on_each(tree: Expression, path: Path) -> Expression | None:
    """Return the condition that all(…) or none(…) puts on each relationship of a path.

    None for any other condition.
    """
    link = getattr(path.elements[1], "variable", None) or " each"
    own = {path.variable, link}
    match tree:
        case Quantifier("all" | "none" as kind, name, source, where):
            of_path = Call("relationships", (Variable(str(path.variable)),))
            bound = {getattr(node, "variable", None) for node in nodes(where)}
            if source not in (of_path, Variable(link)) or (names(where) | {name}) & own:
                return None
            if name in bound:
                return None
            inner: Expression = replaced(
                where, lambda node: Variable(link) if node == Variable(name) else None
            )
            return inner if kind == "all" else Unary("NOT", inner)
    return None
