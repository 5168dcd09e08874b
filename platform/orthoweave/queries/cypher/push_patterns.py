"""Writes the patterns of a MATCH in the embedded engine's dialect, where both mean the same.

Only plain hops between known labels are written, with a condition that no relationship is used
twice, and no way back to a node over an undirected hop: there the engine was seen to lose rows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations

from orthoweave.queries.cypher.catalogue import Table
from orthoweave.queries.cypher.dialect import NotSharedError, Typed, Writer
from orthoweave.queries.cypher.projections import has_aggregate
from orthoweave.queries.cypher.tree import (
    Binary,
    Expression,
    LabelExpression,
    MapOf,
    Match,
    NodePattern,
    Path,
    Property,
    RelationshipPattern,
    Variable,
)
from orthoweave.queries.cypher.walk import conditions


@dataclass(slots=True)
class State:
    """What is written so far."""

    writer: Writer
    lines: list[str] = field(default_factory=list)
    joined: dict[str, int] = field(default_factory=dict)
    """Component of each node by its name in the dialect."""
    undirected: set[int] = field(default_factory=set)
    used: int = 0

    def fresh(self) -> str:
        """Make a name of the dialect that is not used yet."""
        self.used += 1
        return f"v{self.used}"

    def copy(self) -> "State":
        """Give a state to try a clause on."""
        writer = replace(self.writer, names=dict(self.writer.names), given=dict(self.writer.given))
        return State(writer, list(self.lines), dict(self.joined), set(self.undirected), self.used)


def write_match(clause: Match, state: State, has_loops: Callable[[str], bool]) -> list[Expression]:
    """Write a MATCH; give the conditions that are left.

    Raises
    ------
    NotSharedError
        If a pattern is of a form that the engine may answer otherwise.
    """
    known = dict(state.writer.names)
    wanted: list[Expression] = []
    links: list[Typed] = []
    lines = [_path(path, state, wanted, links, has_loops) for path in clause.paths]
    anything = any(typed.table == "" for typed in state.writer.names.values()
                   if typed.kind in {"node", "edge"})  # fmt: skip
    if anything and (len(lines) > 1 or clause.optional):
        raise NotSharedError
    wanted += conditions(clause.where)
    tests, rest = [], []
    for condition in wanted:
        attempt = dict(state.writer.given)
        try:
            tests.append(write_test(condition, state))
        except NotSharedError:
            state.writer.given = attempt
            rest.append(condition)
    for one, other in combinations(links, 2):
        if one.table == other.table:
            tests.append(f"id({one.text}) <> id({other.text})")
    word = "OPTIONAL MATCH" if clause.optional else "MATCH"
    if clause.optional:
        # null where nothing is found; several paths are found together or not at all
        if rest or len(lines) > 1:
            raise NotSharedError
        new = state.writer.names.keys() - known.keys()
        for name in new:
            state.writer.names[name] = replace(state.writer.names[name], nullable=True)
    # two patterns of one MATCH would be a cross product to the engine
    state.lines += [f"{word} {line}" for line in lines]
    if tests:
        state.lines[-1] += f" WHERE {' AND '.join(tests)}"
    return rest


def write_test(condition: Expression, state: State) -> str:
    """Write a condition."""
    if has_aggregate(condition):
        raise NotSharedError
    written = state.writer.write(condition)
    if written.kind != "bool":
        raise NotSharedError
    return written.text


def _path(
    path: Path, state: State, wanted: list[Expression], links: list[Typed],
    has_loops: Callable[[str], bool],
) -> str:  # fmt: skip
    if path.variable or path.shortest:
        raise NotSharedError
    if _is_anything(path, state):
        return _anything(path, state)
    labels = _labels(path, state)
    text, before = "", ""
    for place, element in enumerate(path.elements):
        if isinstance(element, NodePattern):
            name, written = _node(element, labels[place], state, wanted)
            text += written
            if place:
                _join(before, name, path.elements[place - 1], labels, place, state)
            before = name
        elif isinstance(element, RelationshipPattern):
            text += _link(element, labels[place - 1], labels[place + 1], state, wanted, links,
                          has_loops)  # fmt: skip
        else:
            raise NotSharedError
    return text


def _is_anything(path: Path, state: State) -> bool:
    """Tell whether a path is any node, or any relationship in its direction, and no more."""
    if len(path.elements) > 3 or state.lines:
        return False
    for element in path.elements:
        if isinstance(element, NodePattern):
            bare = element.labels is None
        elif isinstance(element, RelationshipPattern):
            bare = element.types is None and element.length is None and element.direction != "both"
        else:
            return False
        if not bare or element.properties is not None or element.where is not None:
            return False
    return True


def _anything(path: Path, state: State) -> str:
    text = ""
    for element in path.elements:
        mine = state.fresh()
        kind = "node" if isinstance(element, NodePattern) else "edge"
        name = getattr(element, "variable", None) or f" {mine}"
        if name in state.writer.names:
            raise NotSharedError
        state.writer.names[name] = Typed(mine, kind, nullable=False)
        if isinstance(element, RelationshipPattern):
            backward = element.direction == "left"
            text += f"<-[{mine}]-" if backward else f"-[{mine}]->"
        else:
            text += f"({mine})"
    return text


def _labels(path: Path, state: State) -> dict[int, str]:
    """Give the one label of each node of a path, as its types of relationships tell."""
    found: dict[int, str] = {}
    elements = path.elements
    for place, element in enumerate(elements):
        if isinstance(element, NodePattern):
            known = state.writer.names.get(element.variable or "")
            if known is not None:
                if known.kind != "node" or known.nullable or not known.table:
                    raise NotSharedError
                found[place] = known.table
            if element.labels is not None:
                name = _single(element.labels)
                if name not in state.writer.tables.nodes or found.setdefault(place, name) != name:
                    raise NotSharedError
    for place, element in enumerate(elements):
        if isinstance(element, RelationshipPattern):
            edge = _edge(element, state)
            ends = {(edge.start, edge.end), (edge.end, edge.start)}
            if element.direction != "both":
                ends = {(edge.start, edge.end)} if element.direction == "right" else {
                    (edge.end, edge.start)}  # fmt: skip
            fitting = [
                (left, right) for left, right in sorted(ends)
                if found.get(place - 1, left) == left and found.get(place + 1, right) == right
            ]  # fmt: skip
            if len(fitting) != 1:
                raise NotSharedError
            found[place - 1], found[place + 1] = fitting[0]
    if len(found) != len(elements[::2]):
        raise NotSharedError
    return found


def _single(labels: LabelExpression | None) -> str:
    if labels is None or labels.operator != "name":
        raise NotSharedError
    return labels.name


def _edge(element: RelationshipPattern, state: State) -> Table:
    if element.length is not None or element.variable in state.writer.names:
        raise NotSharedError
    table = state.writer.tables.edges.get(_single(element.types))
    if table is None:
        raise NotSharedError
    return table


def _node(
    element: NodePattern, label: str, state: State, wanted: list[Expression]
) -> tuple[str, str]:
    name = element.variable
    known = state.writer.names.get(name or "")
    if known is not None:
        _note(element, str(name), wanted)
        return known.text, f"({known.text})"
    mine = state.fresh()
    own = name or f" {mine}"
    state.writer.names[own] = Typed(mine, "node", nullable=False, table=label)
    keys = _note(element, own, wanted)
    inline = ""
    for condition in keys:
        # a key within the pattern is what the engine looks up first
        value = state.writer.write(condition.right)
        if value.kind == "string" and not value.nullable:
            inline = f" {{id: {value.text}}}"
            wanted.remove(condition)
            break
    return mine, f"({mine}:`{label}`{inline})"


def _note(element: NodePattern, name: str, wanted: list[Expression]) -> list[Binary]:
    """Note the conditions of a node; give those on its key."""
    keys = []
    for key, value in _entries(element.properties):
        condition = Binary("=", Property(Variable(name), key), value)
        wanted.append(condition)
        if key == "id":
            keys.append(condition)
    wanted += conditions(element.where)
    return keys


def _entries(properties: Expression | None) -> tuple[tuple[str, Expression], ...]:
    if properties is None:
        return ()
    if not isinstance(properties, MapOf):
        raise NotSharedError
    return properties.items


def _link(  # noqa: PLR0917 - the ends and what is collected
    element: RelationshipPattern, left: str, right: str, state: State,
    wanted: list[Expression], links: list[Typed], has_loops: Callable[[str], bool],
) -> str:  # fmt: skip
    edge = _edge(element, state)
    mine = state.fresh()
    name = element.variable or f" {mine}"
    state.writer.names[name] = Typed(mine, "edge", nullable=False, table=edge.name)
    links.append(state.writer.names[name])
    wanted += [
        Binary("=", Property(Variable(name), key), value)
        for key, value in _entries(element.properties)
    ]
    wanted += conditions(element.where)
    both = element.direction == "both" and edge.start == edge.end
    if both and has_loops(edge.name):
        raise NotSharedError
    backward = element.direction == "left" or (not both and left != edge.start)
    arrow = ("<-", "-") if backward and not both else ("-", "-" if both else "->")
    return f"{arrow[0]}[{mine}:`{edge.name}`]{arrow[1]}"


def _join(  # noqa: PLR0917
    left: str, right: str, element: object, labels: Mapping[int, str], place: int, state: State
) -> None:
    """Note that two nodes hang together; refuse a way back over an undirected hop."""
    both = (
        isinstance(element, RelationshipPattern) and element.direction == "both"
        and labels[place - 2] == labels[place]
    )  # fmt: skip
    joined = state.joined
    one, other = joined.setdefault(left, len(joined)), joined.setdefault(right, len(joined))
    if one == other and (both or one in state.undirected):
        raise NotSharedError
    if both or {one, other} & state.undirected:
        state.undirected.add(one)
    state.joined = {name: one if where == other else where for name, where in joined.items()}
