"""Checks of aggregates: where they may stand, and what may stand beside them in a column."""

from orthoweave.cypher.semantics.functions import is_aggregate
from orthoweave.cypher.semantics.kinds import Scope, refuse
from orthoweave.cypher.syntax.tree import (
    Call,
    CountStar,
    Expression,
    Index,
    ListComprehension,
    Literal,
    PatternComprehension,
    PatternPredicate,
    Projection,
    Property,
    Quantifier,
    Reduce,
    ShortestPath,
    Subquery,
    Variable,
)
from orthoweave.cypher.syntax.walk import children, names, nodes

_Local = frozenset[str]


def has_aggregate(tree: object) -> bool:
    """Return whether an expression contains an aggregate outside its subqueries."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if _is_aggregate(node):
            return True
        if not isinstance(node, Subquery | PatternComprehension):
            waiting += children(node)
    return False


def no_aggregate(tree: Expression, where: str) -> None:
    """Refuse aggregates in a clause without groups.

    Raises
    ------
    QueryRefusedError
        Naming the clause.
    """
    if has_aggregate(tree):
        message = f"aggregates cannot stand in {where}: compute the value in a WITH before"
        refuse(tree.place, message)


def check_nesting(tree: object, inside: str = "") -> None:
    """Refuse aggregates within other aggregates and within expressions over list elements.

    Raises
    ------
    QueryRefusedError
        Naming the enclosing expression; `inside` names one that encloses the tree already.
    """
    if isinstance(tree, Subquery | PatternComprehension):
        return
    if isinstance(tree, Expression) and _is_aggregate(tree):
        if inside:
            message = f"aggregates cannot stand within {inside}: use a WITH before"
            refuse(tree.place, message)
        inside = "another aggregate"
    repeated: list[object] = []
    match tree:
        case ListComprehension(_, _, where, result):
            repeated = [where, result]
        case Quantifier(_, _, _, where):
            repeated = [where]
        case Reduce(_, _, _, _, step):
            repeated = [step]
    for node in children(tree):
        within = any(node is part for part in repeated)
        check_nesting(node, "[x IN …], any(…) or reduce(…)" if within else inside)


def check_groups(projection: Projection, scope: Scope) -> None:
    """Check that columns with aggregates use only grouping keys outside the aggregates.

    Raises
    ------
    QueryRefusedError
        Naming the expression that must be a column of its own.
    """
    keys = [item.expression for item in projection.items if not has_aggregate(item.expression)]
    if projection.star:
        keys += [Variable(name) for name in scope.names]
    simple = [key for key in keys if _is_simple(key)]
    for item in projection.items:
        if has_aggregate(item.expression):
            _check(item.expression, simple, scope, frozenset())


def _is_aggregate(tree: object) -> bool:
    return isinstance(tree, CountStar) or (isinstance(tree, Call) and is_aggregate(tree.name))


def _is_simple(key: Expression) -> bool:
    """Return whether a key is a name or a property of a name.

    Neo4j does not recognise a second use of any other key.
    """
    match key:
        case Variable() | Property(Variable()) | Index(Variable(), Literal(str())):
            return True
    return False


def _check(tree: object, keys: list[Expression], scope: Scope, local: _Local) -> None:
    if _is_aggregate(tree) or tree in keys:
        return
    match tree:
        case Variable(name):
            if name not in local:
                _refuse(name, tree.place)
        case ListComprehension(variable, source, where, result):
            _check(source, keys, scope, local)
            _check((where, result), keys, scope, local | {variable})
        case Quantifier(_, variable, source, where):
            _check(source, keys, scope, local)
            _check(where, keys, scope, local | {variable})
        case Reduce(total, start, variable, source, step):
            _check((start, source), keys, scope, local)
            _check(step, keys, scope, local | {total, variable})
        case Subquery() | PatternComprehension() | PatternPredicate() | ShortestPath():
            _check_subquery(tree, keys, scope, local)
        case _:
            for node in children(tree):
                _check(node, keys, scope, local)


def _check_subquery(tree: Expression, keys: list[Expression], scope: Scope, local: _Local) -> None:
    known = {key.name for key in keys if isinstance(key, Variable)} | local
    for name in sorted(names(tree) & scope.names.keys() - known):
        uses = [node for node in nodes(tree) if node == Variable(name)]
        owned = [node for key in keys for node in nodes(tree) if node == key]
        if not uses or len(uses) > len(owned):
            _refuse(name, tree.place)


def _refuse(name: str, place: int) -> None:
    message = (
        f"a column with an aggregate uses {name!r} outside the aggregate: make the name or its "
        "property a column of its own, or compute the value in a WITH before"
    )
    refuse(place, message)
