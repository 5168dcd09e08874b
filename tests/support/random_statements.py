"""Longer read queries drawn by hypothesis: more hops, groups of groups, subqueries, unions.

They go on where `random_questions` stops. On a large graph each begins at a node with a key, so
that it has an answer in a time that a naive path has too. Rows that are cut off are sorted by all
that is shown, so that there is one answer.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from hypothesis import strategies as st
from tests.support.random_questions import (
    ENDS,
    PROPERTIES,
    Draw,
    Scope,
    aggregate,
    between,
    chance,
    expression,
    match,
    one_of,
    returned,
    with_clause,
)

Keys = Mapping[str, Sequence[str]]
"""Keys of some nodes by label."""
_KINDS: Final = ("whole", "decimal", "text", "truth")
_SYMMETRIC: Final = frozenset({"SUBCLASS_OF", "COEXPRESSED_WITH"})


@st.composite
def statements(draw: Draw, keys: Keys | None = None) -> str:
    """Text of a question of one of several forms."""
    form = one_of(draw, "chain", "chain", "union", "exists", "call", "top", "lengths", "groups")
    return _FORMS[form](draw, keys or {})


def _chain(draw: Draw, keys: Keys) -> str:
    """Three clauses that match, of several hops, some of them optional, and a WITH in between."""
    scope = Scope()
    clauses = [_first(draw, scope, keys), _pattern(draw, scope, "MATCH", 2)]
    if chance(draw, 2):
        clauses.append(with_clause(draw, scope))
    clauses += [
        _pattern(draw, scope, one_of(draw, "MATCH", "OPTIONAL MATCH"), 2)
        for _ in range(between(draw, 0, 1))
        if scope.entities
    ]
    return "\n".join([*clauses, returned(draw, scope)])


def _union(draw: Draw, keys: Keys) -> str:
    kinds = [one_of(draw, *_KINDS) for _ in range(between(draw, 1, 2))]
    parts = []
    for _ in range(between(draw, 2, 3)):
        scope = Scope()
        clauses = [_first(draw, scope, keys)]
        if chance(draw, 2):
            clauses.append(_pattern(draw, scope, one_of(draw, "MATCH", "OPTIONAL MATCH"), 1))
        columns = [f"{expression(draw, scope, kind)} AS c{n}" for n, kind in enumerate(kinds)]
        parts.append("\n".join([*clauses, "RETURN " + ", ".join(columns)]))
    return one_of(draw, "\nUNION\n", "\nUNION ALL\n").join(parts)


def _exists(draw: Draw, keys: Keys) -> str:
    """Conditions and values that are questions of their own about what was found."""
    scope = Scope()
    clauses = [_first(draw, scope, keys), f"WITH * WHERE {_condition(draw, scope)}"]
    if chance(draw, 2):
        name = scope.name("v")
        kept = ", ".join(scope.entities)
        clauses.append(f"WITH {kept}, COUNT {{ {_inner(draw, scope)} }} AS {name}")
        scope.values = {name: "whole"}
        clauses.append(f"WHERE {name} > {between(draw, 0, 3)} OR {_condition(draw, scope)}")
    return "\n".join([*clauses, returned(draw, scope)])


def _call(draw: Draw, keys: Keys) -> str:
    """For each row the first rows, or the groups, of a question about it."""
    scope = Scope()
    clauses = [_first(draw, scope, keys)]
    outer = next(iter(scope.entities))
    inner = Scope({outer: scope.entities[outer]}, {}, 50)
    body = _pattern(draw, inner, one_of(draw, "MATCH", "OPTIONAL MATCH"), 2, start=outer)
    kind, value = one_of(draw, *_KINDS), scope.name("v")
    if chance(draw, 2):
        shown = f"RETURN {one_of(draw, '', 'DISTINCT ')}{expression(draw, inner, kind)} AS {value}"
        shown += f" ORDER BY {value}{one_of(draw, '', ' DESC')} LIMIT {between(draw, 1, 3)}"
    else:
        kind, shown = "", f"RETURN {aggregate(draw, inner)} AS {value}"
    before = one_of(draw, "CALL", "CALL", "OPTIONAL CALL")
    clauses.append(f"{before} ({outer}) {{ {body} {shown} }}")
    if kind:
        scope.values[value] = kind
        return "\n".join([*clauses, returned(draw, scope)])
    text = expression(draw, Scope({outer: scope.entities[outer]}), "text")
    return "\n".join([*clauses, f"RETURN {text} AS c0, {value} AS c1"])


def _top(draw: Draw, keys: Keys) -> str:
    """The first few of each group: sorted before they are collected."""
    scope = Scope()
    clauses = [_first(draw, scope, keys), _pattern(draw, scope, "MATCH", 1)]
    by, kind = one_of(draw, *scope.entities), one_of(draw, *_KINDS[:3])
    value, top = scope.name("v"), scope.name("v")
    way = one_of(draw, "", " DESC")
    clauses.append(f"WITH {by}, {expression(draw, scope, kind)} AS {value} ORDER BY {value}{way}")
    places = one_of(draw, f"[..{between(draw, 1, 3)}]", "[0]", "")
    clauses.append(f"WITH {by}, collect({value}){places} AS {top}, count(*) AS n")
    label = scope.entities[by]
    text = expression(draw, Scope({by: label}), "text")
    return "\n".join([*clauses, f"RETURN {text} AS c0, {top} AS c1, n AS c2"])


def _lengths(draw: Draw, keys: Keys) -> str:
    """Paths of several lengths over one type: as lists, as paths, as repeated patterns."""
    kind = one_of(draw, *sorted(_SYMMETRIC))
    label = ENDS[kind][0]
    key = _keyed(draw, label, keys)
    length = one_of(draw, "*0..2", "*1..3", "*2", "*..2")
    left, right = one_of(draw, "- ->", "<- -", "- -").split(" ")
    form = one_of(draw, "list", "path", "repeated")
    if form == "repeated":
        times = one_of(draw, "{1,2}", "{0,2}", "{2}")
        hop = f"((x:{label}){left}[q:{kind}]{right}(y:{label})){times}"
        text = f"MATCH (a:{label}{key}){hop}(b:{label})\nRETURN b.id AS c0, size(q) AS c1, "
        return text + one_of(draw, "[n IN y | n.id] AS c2", "count(*) AS c2", "a.id AS c2")
    inside = f"[q:{kind}{length}]" if form == "list" else f"[:{kind}{length}]"
    text = f"MATCH p = (a:{label}{key}){left}{inside}{right}(b:{label})"
    if form == "list":
        values = ["size(q) AS c1", "a.id = b.id AS c1", "[r IN q | type(r)] AS c1"]
    else:
        values = ["length(p) AS c1", "[n IN nodes(p) | n.id] AS c1", "size(nodes(p)) AS c1"]
    scope = Scope({"a": label, "b": label})
    where = f" WHERE {expression(draw, scope, 'truth')}" if chance(draw, 2) else ""
    more = one_of(draw, "", ", count(*) AS c2")
    distinct = "" if more else one_of(draw, "", "DISTINCT ")
    return f"{text}{where}\nRETURN {distinct}b.id AS c0, {one_of(draw, *values)}{more}"


def _groups(draw: Draw, keys: Keys) -> str:
    """Groups of groups: what was counted is counted or added again, then sorted and cut off."""
    scope = Scope()
    clauses = [_first(draw, scope, keys), _pattern(draw, scope, "OPTIONAL MATCH", 2)]
    by, number, text = one_of(draw, *scope.entities), scope.name("v"), scope.name("v")
    key = expression(draw, Scope({by: scope.entities[by]}), "text", 1)
    counted = one_of(
        draw, "count(*)", f"count(DISTINCT {by})", f"sum({expression(draw, scope, 'whole', 1)})"
    )
    clauses.append(f"WITH {key} AS {text}, {counted} AS {number}")
    if chance(draw, 2):
        clauses.append(f"WHERE {number} > {between(draw, 0, 4)}")
    shown = one_of(
        draw,
        f"{number} AS c0, count({text}) AS c1",
        f"{text} AS c0, sum({number}) * 2 AS c1",
        f"{text} AS c0, {number} AS c1",
    )
    cut = one_of(draw, "", " LIMIT 5", " SKIP 1", " SKIP 2 LIMIT 3")
    return "\n".join([*clauses, f"RETURN {shown} ORDER BY c1 DESC, c0{cut}"])


_FORMS: Final = {
    "chain": _chain,
    "union": _union,
    "exists": _exists,
    "call": _call,
    "top": _top,
    "lengths": _lengths,
    "groups": _groups,
}


def _first(draw: Draw, scope: Scope, keys: Keys) -> str:
    """Draw the first MATCH: on a large graph from one node, or a few, by key."""
    if not keys:
        return match(draw, scope, "MATCH")
    label = one_of(draw, *keys)
    name = scope.name("n")
    scope.entities[name] = label
    return f"MATCH ({name}:{label}{_keyed(draw, label, keys)})"


def _keyed(draw: Draw, label: str, keys: Keys) -> str:
    known = keys.get(label)
    return f" {{id: '{one_of(draw, *known)}'}}" if known else ""


def _pattern(draw: Draw, scope: Scope, clause: str, hops: int, *, start: str | None = None) -> str:
    """Draw a pattern of one hop or more from a node that has a name, with conditions on it."""
    labels = {
        name: of for name, of in scope.entities.items() if of in PROPERTIES and name[0] == "n"
    }
    if start is None and not labels:
        return match(draw, scope, clause)
    first = start or one_of(draw, *labels)
    text, label, new = f"({first})", scope.entities[first], dict[str, str]()
    for _ in range(between(draw, 1, hops)):
        hop, label = _hop(draw, scope, label, new)
        text += hop
    scope.entities.update(new)
    where = f" WHERE {expression(draw, scope, 'truth', 1)}" if chance(draw, 2) else ""
    return f"{clause} {text}{where}"


def _hop(draw: Draw, scope: Scope, label: str, new: dict[str, str]) -> tuple[str, str]:
    ways = [(kind, ends[1], ">") for kind, ends in ENDS.items() if ends[0] == label]
    ways += [(kind, ends[0], "<") for kind, ends in ENDS.items() if ends[1] == label]
    kind, end, way = one_of(draw, *(" ".join(one) for one in ways)).split(" ")
    if kind in _SYMMETRIC and chance(draw, 2):
        way = "-"
    edge, node = scope.name("r"), scope.name("n")
    new.update({edge: kind, node: end})
    left, right = ("<-" if way == "<" else "-"), ("->" if way == ">" else "-")
    return f"{left}[{edge}:{kind}]{right}({node}:{end})", end


def _inner(draw: Draw, scope: Scope) -> str:
    """Draw a question about a node that is known outside; its own names end with it."""
    inside = Scope(dict(scope.entities), dict(scope.values), 80 + scope.count)
    start = one_of(draw, *(name for name, of in scope.entities.items() if name[0] == "n"))
    found = _pattern(draw, inside, "MATCH", 2, start=start)
    if chance(draw, 3):
        found += f" RETURN DISTINCT {expression(draw, inside, 'text', 1)} AS x"
    return found


def _condition(draw: Draw, scope: Scope) -> str:
    before = one_of(draw, "", "NOT ")
    if chance(draw, 2):
        return f"{before}EXISTS {{ {_inner(draw, scope)} }}"
    sign = one_of(draw, ">", "=", "<=")
    return f"COUNT {{ {_inner(draw, scope)} }} {sign} {between(draw, 0, 3)}"
