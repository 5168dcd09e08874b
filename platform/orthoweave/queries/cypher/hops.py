"""Single steps of matching a pattern: find a node, go a hop, repeat, find the shortest way.

Each works on all states at once: a row as far as it is bound, and the relationships it has used.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from orthoweave.errors import QueryError
from orthoweave.queries.cypher.context import Context, Scope
from orthoweave.queries.cypher.formulas import Formula, formula
from orthoweave.queries.cypher.tree import (
    Element,
    GroupPattern,
    LabelExpression,
    NodePattern,
    RelationshipPattern,
)
from orthoweave.queries.cypher.values import Key, Node, PathValue, Relationship, Row, name_of

Used = frozenset[Key]
State = tuple[Row, Used]
Extend = Callable[[list[State]], list[State]]
Trail = tuple[tuple[Relationship, Node], ...]
"""Relationships in a row, each with the node that it leads to."""


def without(row: Row, names: Sequence[str]) -> Row:
    """Give a row without some names."""
    return {name: value for name, value in row.items() if name not in names} if names else row


def keeping(condition: Formula) -> Extend:
    """Make the step that keeps states for which a condition holds."""

    def step(states: list[State]) -> list[State]:
        held = condition.over([row for row, _ in states])
        return [state for state, one in zip(states, held, strict=True) if _true(one)]

    return step


def _true(value: object) -> bool:
    if value is None or isinstance(value, bool):
        return bool(value)
    raise QueryError(f"WHERE expects a truth value, found {name_of(value)}")


def checking(name: str, labels: LabelExpression | None) -> Extend:
    """Make the step that keeps states whose node is there and bears the labels."""

    def step(states: list[State]) -> list[State]:
        return [state for state in states if _fits(state[0][name], labels)]

    return step


def _fits(value: object, labels: LabelExpression | None) -> bool:
    if value is None:
        return False
    if not isinstance(value, Node):
        raise QueryError(f"a pattern expects a node, found {name_of(value)}")
    return labels is None or labels.holds(value.label)


def scanning(
    name: str, labels: LabelExpression | None, equal: Sequence[tuple[str, Formula]],
    context: Context,
) -> Extend:  # fmt: skip
    """Make the step that binds a node by its labels and what its properties must equal."""
    graph = context.graph
    wanted = graph.labels(labels)
    seen: dict[tuple[object, ...], list[Node]] = {}

    def find(values: dict[str, object]) -> list[Node]:
        if "id" in values:
            found = (graph.get((label, values["id"])) for label in wanted)
            return [node for node in found if node is not None]
        key = tuple((type(value), repr(value)) for value in values.values())
        if key not in seen:
            seen[key] = graph.scan(wanted, values)
        return seen[key]

    def step(states: list[State]) -> list[State]:
        rows = [row for row, _ in states]
        columns = [(key, one.over(rows)) for key, one in equal]
        each = [{key: values[at] for key, values in columns} for at in range(len(rows))]
        ids = {values["id"] for values in each if isinstance(values.get("id"), str)}
        graph.load((label, one) for label in wanted for one in ids)
        found: list[State] = []
        for (row, used), values in zip(states, each, strict=True):
            text = isinstance(values.get("id", ""), str)
            for node in find(values) if text else []:
                context.spend()
                found.append(({**row, name: node}, used))
        return found

    return step


@dataclass(slots=True)
class Link:
    """A relationship of a pattern, seen from the side that it is gone from."""

    types: list[str]
    direction: str
    test: Formula | None
    name: str
    context: Context

    @classmethod
    def of(
        cls, link: RelationshipPattern, bound: Iterable[str], context: Context, scope: Scope, *,
        forward: bool,
    ) -> "Link":  # fmt: skip
        """Make a relationship ready; going backwards turns its direction round."""
        turned = {"left": "right", "right": "left", "both": "both"}
        inner = scope.with_names(*bound, str(link.variable))
        test = None if link.where is None else formula(link.where, inner, context)
        direction = link.direction if forward else turned[link.direction]
        return cls(context.graph.types(link.types), direction, test, str(link.variable), context)

    def around(self, keys: Iterable[Key]) -> dict[Key, list[tuple[Relationship, Key]]]:
        """Give the relationships of some nodes with the nodes at their other ends."""
        return dict(self.context.graph.around(keys, self.types, self.direction))

    def passes(self, row: Row, relationship: Relationship) -> bool:
        """Tell whether a relationship meets the conditions on it."""
        return self.test is None or _true(self.test.over([{**row, self.name: relationship}])[0])


def hopping(  # noqa: PLR0917 - a hop has this many sides
    near: NodePattern, link: RelationshipPattern, far: NodePattern, bound: frozenset[str],
    context: Context, scope: Scope, *, forward: bool,
) -> Extend:  # fmt: skip
    """Make the step over one relationship, of one hop or of variable length."""
    seen = Link.of(link, bound, context, scope, forward=forward)
    here, there = str(near.variable), str(far.variable)
    if link.length is not None:
        return _walking(seen, here, far, link.length, bound, forward=forward)

    def step(states: list[State]) -> list[State]:
        around = seen.around(as_node(row[here]).key for row, _ in states)
        known = context.graph
        ways = [
            (row, used, relationship, key)
            for row, used in states
            for relationship, key in around[as_node(row[here]).key]
            if relationship.key not in used
            and (seen.name not in bound or row[seen.name] == relationship)
            and may_be(row, far, key, bound)
        ]
        known.load(key for _, _, _, key in ways)
        context.spend(len(ways))
        return [
            ({**row, seen.name: relationship, there: known.node(key)}, used | {relationship.key})
            for row, used, relationship, key in ways
        ]

    return step


def as_node(value: object) -> Node:
    """Give a value that must be a node."""
    if isinstance(value, Node):
        return value
    raise QueryError(f"a pattern expects a node, found {name_of(value)}")


def may_be(row: Row, far: NodePattern, key: Key, bound: Iterable[str]) -> bool:
    """Tell whether a node can be the far one of a pattern, by its label and what is bound."""
    if far.labels is not None and not far.labels.holds(key[0]):
        return False
    if str(far.variable) not in bound:
        return True
    known = row[str(far.variable)]
    return known is not None and as_node(known).key == key


def _walking(
    seen: Link, here: str, far: NodePattern, length: tuple[int, int | None],
    bound: frozenset[str], *, forward: bool,
) -> Extend:  # fmt: skip
    low, high = length
    graph, there = seen.context.graph, str(far.variable)

    def step(states: list[State]) -> list[State]:
        found: list[State] = []
        walks: list[tuple[Row, Used, Trail]] = [(row, used, ()) for row, used in states]
        hops = 0
        while walks:
            if hops >= low:
                for row, used, trail in walks:
                    end = trail[-1][1] if trail else as_node(row[here])
                    if may_be(row, far, end.key, bound):
                        more = _walked(as_node(row[here]), trail, forward=forward)
                        lists = {seen.name: [one for one, _ in more], trail_name(seen.name): more}
                        found.append(({**row, **lists, there: end}, used))
            if hops == high:
                break
            walks, hops = _further(seen, here, walks), hops + 1
        return found

    def _further(
        seen: Link, here: str, walks: list[tuple[Row, Used, Trail]]
    ) -> list[tuple[Row, Used, Trail]]:
        ends = [trail[-1][1].key if trail else as_node(row[here]).key for row, _, trail in walks]
        around = seen.around(ends)
        graph.load(key for end in set(ends) for _, key in around[end])
        longer = []
        for (row, used, trail), end in zip(walks, ends, strict=True):
            for relationship, key in around[end]:
                seen.context.spend()
                if relationship.key not in used and seen.passes(row, relationship):
                    more = (*trail, (relationship, graph.node(key)))
                    longer.append((row, used | {relationship.key}, more))
        return longer

    return step


def _walked(start: Node, trail: Trail, *, forward: bool) -> Trail:
    """Give a trail as the pattern reads it, from left to right."""
    if forward:
        return trail
    nodes = [start, *(node for _, node in trail)][::-1]
    return tuple(zip((one for one, _ in trail[::-1]), nodes[1:], strict=True))


def trail_name(name: str) -> str:
    """Name under which a row keeps the trail of a variable length or a repeated path."""
    return f" trail of {name}"


def naming(name: str, elements: tuple[Element, ...]) -> Extend:
    """Make the step that binds a path."""

    def step(states: list[State]) -> list[State]:
        return [({**row, name: _path(row, elements)}, used) for row, used in states]

    return step


def _path(row: Row, elements: tuple[Element, ...]) -> PathValue:
    nodes = [as_node(row[str(elements[0].variable)])]  # type: ignore[union-attr]
    links: list[Relationship] = []
    for link, far in zip(elements[1::2], elements[2::2], strict=True):
        if isinstance(link, RelationshipPattern) and link.length is None:
            links.append(row[str(link.variable)])  # type: ignore[arg-type]
            nodes.append(as_node(row[str(far.variable)]))  # type: ignore[union-attr]
            continue
        name = link.name if isinstance(link, GroupPattern) else str(link.variable)
        trail: Trail = row[trail_name(name)]  # type: ignore[assignment]
        links += [one for one, _ in trail]
        nodes += [node for _, node in trail]
    return PathValue(tuple(nodes), tuple(links))
