"""shortestPath, allShortestPaths and SHORTEST: level by level from one end to the other.

Neo4j gives any one of several shortest paths. Where the answer would depend on which, the
question is refused rather than answered by chance.
"""

from orthoweave.errors import QueryError, QueryRefusedError
from orthoweave.queries.cypher.context import Context, Scope
from orthoweave.queries.cypher.formulas import Formula
from orthoweave.queries.cypher.hops import Extend, Link, State, Trail
from orthoweave.queries.cypher.tree import Path, RelationshipPattern
from orthoweave.queries.cypher.values import Key, Node, PathValue, Row, name_of


def shortest(path: Path, within: list[Formula], context: Context, scope: Scope) -> Extend:
    """Make the step that binds the shortest paths between two bound nodes.

    Parameters
    ----------
    within
        Conditions on the path itself: the shortest of those that meet them is meant.
    """
    start, link, end = path.elements
    if not isinstance(link, RelationshipPattern):
        raise QueryRefusedError("shortestPath takes one relationship between two nodes")
    seen = Link.of(link, scope.names | scope.fixed, context, scope, forward=True)
    high = (link.length or (1, 1))[1]
    ends = str(getattr(start, "variable", "")), str(getattr(end, "variable", ""))

    def bind(row: Row, begin: Node, trail: Trail) -> Row:
        links = [one for one, _ in trail]
        found = PathValue((begin, *(node for _, node in trail)), tuple(links))
        listed: object = links if link.length else links[0]
        more: Row = {seen.name: listed}
        return {**row, **more, **({path.variable: found} if path.variable else {})}

    def search(row: Row, begin: Node, goal: Node) -> list[Row]:
        walks: list[Trail] = [()]
        visited: set[Key] = {begin.key}
        hops = 0
        while walks and hops != high:
            walks = _further(seen, row, begin, walks, visited, prune=not within)
            hops += 1
            rows = [bind(row, begin, trail) for trail in walks if trail[-1][1].key == goal.key]
            for condition in within:
                rows = condition.keep(rows) if rows else rows
            if rows:
                return rows
        return []

    def step(states: list[State]) -> list[State]:
        found: list[State] = []
        for row, used in states:
            begin, goal = (_bound(row[name]) for name in ends)
            if begin is None or goal is None:
                continue
            back = _back(path, link, seen, row, begin) if begin.key == goal.key else []
            rows = [bind(row, begin, trail) for trail in back]
            rows = rows if begin.key == goal.key else search(row, begin, goal)
            if path.shortest == "one":
                _check_choice(path, link, rows, context)
                rows = rows[:1]
            found += [(one, used) for one in rows]
        return found

    return step


def _bound(value: object) -> Node | None:
    if value is None or isinstance(value, Node):
        return value
    raise QueryError(f"shortestPath expects nodes at its ends, found {name_of(value)}")


def _further(
    seen: Link, row: Row, begin: Node, walks: list[Trail], visited: set[Key], *, prune: bool
) -> list[Trail]:
    graph = seen.context.graph
    ends = [trail[-1][1].key if trail else begin.key for trail in walks]
    around = seen.around(ends)
    graph.load(key for one in set(ends) for _, key in around[one])
    longer: list[Trail] = []
    for trail, end in zip(walks, ends, strict=True):
        gone = {one.key for one, _ in trail}
        for relationship, key in around[end]:
            seen.context.spend()
            if relationship.key in gone or (prune and key in visited):
                continue
            if seen.passes(row, relationship):
                longer.append((*trail, (relationship, graph.node(key))))
    if prune:
        visited.update(trail[-1][1].key for trail in longer)
    return longer


def _back(path: Path, link: RelationshipPattern, seen: Link, row: Row, begin: Node) -> list[Trail]:
    if not path.selected:
        raise QueryError("shortestPath needs two different nodes: add WHERE a.id <> b.id")
    low, high = link.length or (1, 1)
    return _rings(seen, row, begin, high) if low else [()]


def _rings(seen: Link, row: Row, begin: Node, most: int | None) -> list[Trail]:
    """Give the shortest ways from a node back to it: the shortest on from each first hop."""
    found: list[Trail] = []
    for first in _further(seen, row, begin, [()], set(), prune=False) if most != 0 else ():
        walks, visited = [first], {first[0][1].key}
        while walks:
            hops = len(walks[0])
            closed = [trail for trail in walks if trail[-1][1].key == begin.key]
            if closed:
                found = [*(found if most == hops else []), *closed]
                most = hops
            if hops == most:
                break
            walks = _further(seen, row, begin, walks, visited, prune=True)
    return found


def _check_choice(path: Path, link: RelationshipPattern, rows: list[Row], context: Context) -> None:
    names = {path.variable, link.variable} - {None}
    if len(rows) < 2 or not names & (context.exposed | context.exposed_nodes):
        return
    whole = bool(names & context.exposed)
    name = path.variable
    ways = {row[name].nodes for row in rows} if name else set()  # type: ignore[attr-defined]
    if whole or len(ways) > 1:
        message = (
            f"there are {len(rows)} shortest paths between two of the nodes, and Neo4j gives any "
            "one of them: ask for allShortestPaths(…) or ALL SHORTEST, or only for length(p)"
        )
        raise QueryRefusedError(message)
