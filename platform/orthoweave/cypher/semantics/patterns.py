"""Checks of patterns: the names that they bind, and the forms that Neo4j accepts."""

from collections.abc import Iterable

from orthoweave.cypher.semantics.aggregates import no_aggregate
from orthoweave.cypher.semantics.kinds import (
    NODE,
    PATH,
    RELATIONSHIP,
    Kind,
    Kinds,
    PatternUse,
    Scope,
    described,
    elements,
    list_of,
    refuse,
)
from orthoweave.cypher.semantics.values import check_condition, kinds_of
from orthoweave.cypher.syntax.tree import (
    Element,
    Expression,
    GroupPattern,
    NodePattern,
    Parameter,
    Path,
    RelationshipPattern,
)
from orthoweave.cypher.syntax.walk import nodes

_SELECTED_ALONE = (
    "SHORTEST, ANY and ALL SHORTEST need a MATCH of their own: move the other paths "
    "to a MATCH before or after it"
)


def bind(paths: tuple[Path, ...], scope: Scope) -> Scope:
    """Return the scope after the patterns of a MATCH.

    Raises
    ------
    QueryRefusedError
        If a name is bound to something else, or Neo4j does not accept the pattern.
    """
    if len(paths) > 1 and any(path.selected for path in paths):
        refuse(next(path.place for path in paths if path.selected), _SELECTED_ALONE)
    _no_mixed_lengths(paths)
    _groups_apart(paths, scope)
    within = scope
    for path in paths:
        within = _named(path, scope, within)
    for path in paths:
        check_form(path)
        within = _declared(path.elements, within)
    for path in paths:
        _check_parts(path.elements, within, scope)
    return within


def bind_inside(path: Path, scope: Scope, use: PatternUse) -> Scope:
    """Return the scope within a pattern in an expression.

    Raises
    ------
    QueryRefusedError
        As `bind`, and if the pattern binds a name where it may not.
    """
    for node in nodes(path.elements):
        if isinstance(node, GroupPattern) or getattr(node, "quantified", False):
            message = "a quantified path is allowed only in MATCH: write EXISTS { MATCH … }"
            refuse(node.place, message)
        if isinstance(node, NodePattern | RelationshipPattern):
            _check_inside(node, scope, use)
    within = _named(path, scope, scope)
    check_form(path)
    within = _declared(path.elements, within)
    _check_parts(path.elements, within, scope)
    return within


def _check_inside(node: NodePattern | RelationshipPattern, scope: Scope, use: PatternUse) -> None:
    if node.where is not None and use != "comprehension":
        message = "a pattern used as a condition cannot contain WHERE: write EXISTS { MATCH … }"
        refuse(node.place, message)
    if use == "predicate" and node.variable:
        _no_new_name(node.variable, node.place, scope)
    elif use == "shortest" and isinstance(node, RelationshipPattern) and node.variable:
        refuse(node.place, "shortestPath(…) as a value cannot name its relationships")
    elif use == "shortest" and node.variable:
        scope.kinds_of(node.variable, node.place)
    elif use == "shortest" and isinstance(node, NodePattern):
        refuse(node.place, "shortestPath(…) as a value expects two nodes that are bound already")


def check_form(path: Path) -> None:
    """Check the pattern within shortestPath(…).

    Raises
    ------
    QueryRefusedError
        If it is not one relationship between two nodes, with a minimum of 0 or 1 hops.
    """
    if not path.shortest or path.selected:
        return
    if len(path.elements) != 3:
        refuse(path.place, "shortestPath(…) expects two nodes and one relationship between them")
    start, link, end = path.elements
    if not isinstance(link, RelationshipPattern):
        refuse(path.place, "shortestPath(…) expects two nodes and one relationship between them")
    if link.quantified:
        refuse(link.place, "shortestPath(…) cannot have a quantifier: write -[*]- or SHORTEST 1")
    if link.length is not None and link.length[0] > 1:
        refuse(link.place, "shortestPath(…) must start from 0 or 1 hops: write -[*1..]-")
    names = {node.variable for node in (start, end) if isinstance(node, NodePattern)}
    if len(names) == 1 and None not in names:
        refuse(path.place, "shortestPath(…) expects two different nodes, found one")


def _no_new_name(name: str, place: int, scope: Scope) -> None:
    if name not in scope.names:
        message = (
            f"the name {name!r} is not bound here, and a pattern used as a condition cannot bind "
            "it: leave it out, or write EXISTS {…}"
        )
        refuse(place, message)


def _named(path: Path, before: Scope, within: Scope) -> Scope:
    if path.variable is None:
        return within
    inside = {
        getattr(node, "variable", None)
        for node in nodes(path.elements)
        if isinstance(node, NodePattern | RelationshipPattern)
    }
    if path.variable in within.names or path.variable in inside:
        message = f"the name {path.variable!r} is bound already: give the path another name"
        refuse(path.place, message)
    return within.with_names({path.variable: PATH})


def _declared(elements_: Iterable[Element], scope: Scope) -> Scope:
    for element in elements_:
        if isinstance(element, GroupPattern):
            _check_length(element.length, element.place)
            scope = scope.with_names(_group_names(element))
        elif isinstance(element, NodePattern):
            scope = _declare(element, NODE, scope)
        elif element.length is None:
            scope = _declare(element, RELATIONSHIP, scope)
        else:
            if element.quantified:
                _check_length(element.length, element.place)
            scope = _declare(element, list_of(RELATIONSHIP), scope)
    return scope


def _declare(
    element: NodePattern | RelationshipPattern, kind: frozenset[Kind], scope: Scope
) -> Scope:
    name = element.variable
    if name is None:
        return scope
    known: Kinds = scope.names.get(name)
    if known is not None and not _fits(known, kind):
        message = f"{name!r} is bound to {described(known)}, but is used as {described(kind)} here"
        refuse(element.place, f"{message}: rename one of them")
    return scope.with_names({name: kind})


def _fits(known: Kinds, kind: frozenset[Kind]) -> bool:
    if known is None or known & kind:
        return True
    if kind == list_of(RELATIONSHIP):
        inner = elements(known)
        return inner is None or bool(inner & RELATIONSHIP)
    return False


def _group_names(group: GroupPattern) -> dict[str, Kinds]:
    by_name: dict[str, Kinds] = {}
    for element in group.path.elements:
        if isinstance(element, GroupPattern) or element.variable is None:
            continue
        kind = NODE if isinstance(element, NodePattern) else RELATIONSHIP
        if by_name.get(element.variable, list_of(kind)) != list_of(kind):
            message = f"{element.variable!r} stands for both a node and a relationship"
            refuse(element.place, f"{message}: rename one of them")
        by_name[element.variable] = list_of(kind)
    return by_name


def _check_length(length: tuple[int, int | None], place: int) -> None:
    low, high = length
    if high is not None and high < low:
        message = f"a quantifier expects the smaller number first, found {{{low},{high}}}"
        refuse(place, f"{message}: write {{{high},{low}}}")
    if high == 0:
        refuse(place, "the upper limit of a quantifier must be at least 1, found 0")


def _check_parts(elements_: Iterable[Element], scope: Scope, before: Scope) -> None:
    for element in elements_:
        if isinstance(element, GroupPattern):
            _check_group(element, scope)
            continue
        if isinstance(element, RelationshipPattern) and not element.quantified:
            _check_variable_length(element)
        _check_properties(element.properties, scope)
        if element.where is not None:
            no_aggregate(element.where, "WHERE")
            check_condition(element.where, _one_hop(element, scope), "WHERE")


def _one_hop(element: NodePattern | RelationshipPattern, scope: Scope) -> Scope:
    """Return the scope in a quantified relationship, whose name stands for one hop there."""
    if isinstance(element, RelationshipPattern) and element.quantified and element.variable:
        return scope.with_names({element.variable: RELATIONSHIP})
    return scope


def _check_variable_length(link: RelationshipPattern) -> None:
    if link.length is None:
        return
    if link.where is not None:
        message = (
            "a variable-length relationship cannot contain WHERE: write "
            "-[r:TYPE WHERE …]->{1,3}, or WHERE all(x IN r WHERE …)"
        )
        refuse(link.place, message)
    if any(node.operator not in {"name", "|"} for node in nodes((link.types,))):
        message = "a variable-length relationship allows only | between types"
        refuse(link.place, f"{message}: write -[:!TYPE]->{{1,3}}")


def _check_properties(properties: Expression | None, scope: Scope) -> None:
    if isinstance(properties, Parameter):
        message = (
            f"a parameter cannot stand for all properties of a pattern, found ${properties.name}: "
            f"write {{id: ${properties.name}.id}}, or WHERE n.id = ${properties.name}.id"
        )
        refuse(properties.place, message)
    if properties is not None:
        no_aggregate(properties, "a pattern")
        kinds_of(properties, scope)


def _check_group(group: GroupPattern, scope: Scope) -> None:
    single: dict[str, Kinds] = {}
    for element in group.path.elements:
        if isinstance(element, GroupPattern):
            refuse(element.place, "a quantified path cannot stand within another one")
        if isinstance(element, RelationshipPattern) and element.length is not None:
            message = "a quantified path cannot contain a variable-length relationship"
            refuse(element.place, message)
        if element.variable is not None:
            single[element.variable] = NODE if isinstance(element, NodePattern) else RELATIONSHIP
    within = scope.with_names(single)
    _check_parts(group.path.elements, within, within)
    if group.where is not None:
        no_aggregate(group.where, "WHERE")
        check_condition(group.where, within, "WHERE")


def _groups_apart(paths: tuple[Path, ...], scope: Scope) -> None:
    """Refuse a name within a quantified path that is also used outside it."""
    outside: set[str] = set(scope.names)
    groups: list[GroupPattern] = []
    for path in paths:
        outside |= {path.variable} if path.variable else set()
        for element in path.elements:
            if isinstance(element, GroupPattern):
                groups.append(element)
            elif element.variable:
                outside.add(element.variable)
    for group in groups:
        names = set(_group_names(group))
        if names & outside:
            name = min(names & outside)
            message = (
                f"{name!r} is used both inside and outside a quantified path, or in two of them: "
                "rename one of them"
            )
            refuse(group.place, message)
        outside |= names


def _no_mixed_lengths(paths: tuple[Path, ...]) -> None:
    links = [
        node
        for path in paths
        for node in nodes(path.elements)
        if isinstance(node, RelationshipPattern | GroupPattern)
    ]
    repeated = [node for node in links if getattr(node, "quantified", True)]
    variable_length = [
        node for node in links if node.length is not None and not getattr(node, "quantified", True)
    ]
    if repeated and variable_length:
        message = "-[*]- and a quantifier such as -->+ cannot be mixed in one MATCH: use one form"
        refuse(variable_length[0].place, message)
