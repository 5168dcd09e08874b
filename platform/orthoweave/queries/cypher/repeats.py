"""A path that is repeated within a pattern, as in ((a)-[r]->(b)){1,3}."""

from collections.abc import Sequence

from orthoweave.errors import QueryError
from orthoweave.queries.cypher.context import Context, Scope
from orthoweave.queries.cypher.formulas import formula
from orthoweave.queries.cypher.hops import (
    Extend,
    State,
    Trail,
    Used,
    as_node,
    checking,
    hopping,
    keeping,
    may_be,
    trail_name,
)
from orthoweave.queries.cypher.tree import (
    Element,
    Expression,
    GroupPattern,
    NodePattern,
    RelationshipPattern,
)
from orthoweave.queries.cypher.values import Node, Relationship, Row


def repeating(  # noqa: PLR0917 - a hop has this many sides
    near: NodePattern, group: GroupPattern, far: NodePattern, bound: frozenset[str],
    context: Context, scope: Scope, *, forward: bool,
) -> Extend:  # fmt: skip
    """Make the step over a path that is repeated."""
    elements = group.path.elements if forward else group.path.elements[::-1]
    first, last = elements[0], elements[-1]
    ordinal = context.name("repeat")
    inner = _inner(elements, group.where, bound, context, scope, forward=forward)
    own = sorted({str(name) for one in elements if (name := getattr(one, "variable", None))})
    low, high = group.length

    def once(
        walks: list[tuple[Row, Used, tuple[Row, ...]]],
    ) -> list[tuple[Row, Used, tuple[Row, ...]]]:
        starts = [rounds[-1][last.variable] if rounds else row[str(near.variable)]  # type: ignore[union-attr, index]
                  for row, _, rounds in walks]  # fmt: skip
        states: list[State] = [
            ({**row, str(first.variable): start, ordinal: number}, used)  # type: ignore[union-attr]
            for number, ((row, used, _), start) in enumerate(zip(walks, starts, strict=True))
        ]
        for one in inner:
            states = one(states)
        longer = []
        for row, used in states:
            outer, _, rounds = walks[int(str(row[ordinal]))]
            longer.append((outer, used, (*rounds, {name: row[name] for name in own})))
        return longer

    def step(states: list[State]) -> list[State]:
        found: list[State] = []
        walks: list[tuple[Row, Used, tuple[Row, ...]]] = [(row, used, ()) for row, used in states]
        times = 0
        while walks:
            if times >= low:
                for row, used, rounds in walks:
                    end = as_node(rounds[-1][last.variable] if rounds else row[str(near.variable)])  # type: ignore[union-attr, index]
                    if may_be(row, far, end.key, bound):
                        read = rounds if forward else rounds[::-1]
                        lists: Row = {name: [one[name] for one in read] for name in own}
                        trail = _group_trail(group, read)
                        more = {**lists, trail_name(group.name): trail, str(far.variable): end}
                        found.append(({**row, **more}, used))
            if times == high:
                break
            walks, times = once(walks), times + 1
        return found

    return step


def _inner(
    elements: tuple[Element, ...], where: Expression | None, bound: frozenset[str],
    context: Context, scope: Scope, *, forward: bool,
) -> list[Extend]:  # fmt: skip
    first = elements[0]
    steps: list[Extend] = []
    known = set(bound)
    if isinstance(first, NodePattern):
        known.add(str(first.variable))
        steps.append(checking(str(first.variable), first.labels))
    for place in range(1, len(elements), 2):
        near, link, far = elements[place - 1 : place + 2]
        if (
            isinstance(near, NodePattern) and isinstance(far, NodePattern)
            and isinstance(link, RelationshipPattern) and link.length is None
        ):  # fmt: skip
            steps.append(hopping(near, link, far, frozenset(known), context, scope,
                                 forward=forward))  # fmt: skip
            known |= {str(link.variable), str(far.variable)}
        else:
            raise QueryError("a repeated path holds plain relationships only: no length within")
    if where is not None:
        steps.append(keeping(formula(where, scope.with_names(*known), context)))
    return steps


def _group_trail(group: GroupPattern, rounds: Sequence[Row]) -> Trail:
    found: list[tuple[Relationship, Node]] = []
    parts = group.path.elements
    for one in rounds:
        for link, node in zip(parts[1::2], parts[2::2], strict=True):
            pair = (one[str(link.variable)], one[str(node.variable)])  # type: ignore[union-attr]
            found.append(pair)  # type: ignore[arg-type]
    return tuple(found)
