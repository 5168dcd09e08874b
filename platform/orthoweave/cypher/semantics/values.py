"""Kinds of expressions; refuses unbound names and values of the wrong kind."""

from collections.abc import Callable
from typing import Any, Final

from orthoweave.cypher.semantics.functions import call_kinds
from orthoweave.cypher.semantics.kinds import (
    ANY,
    BOOLEAN,
    FLOAT,
    INTEGER,
    MAP,
    PATH,
    STORED,
    STRING,
    Kinds,
    Scope,
    allows,
    common,
    described,
    either,
    elements,
    every,
    expect,
    kinds,
    list_of,
    refuse,
)
from orthoweave.cypher.semantics.operators import binary_kinds
from orthoweave.cypher.syntax.tree import (
    Binary,
    Call,
    Case,
    CountStar,
    Expression,
    HasLabels,
    Index,
    IsNull,
    ListComprehension,
    ListOf,
    Literal,
    MapOf,
    MapProjection,
    Parameter,
    PatternComprehension,
    PatternPredicate,
    Property,
    Quantifier,
    Reduce,
    ShortestPath,
    Slice,
    Subquery,
    TypeTest,
    Unary,
    Variable,
)

_WITH_PROPERTIES: Final = ("Map", "Node", "Relationship", "Temporal")
_LITERALS: Final[dict[type, Kinds]] = {
    bool: BOOLEAN,
    int: INTEGER,
    float: FLOAT,
    str: STRING,
    type(None): ANY,
}


def kinds_of(tree: Expression, scope: Scope) -> Kinds:
    """Return the kinds that the value of an expression can be of.

    Raises
    ------
    QueryRefusedError
        If it uses a name that is not bound, or can never be valid.
    """
    return _RULES[type(tree)](tree, scope)


def check_condition(tree: Expression, scope: Scope, where: str) -> None:
    """Check a condition, which may be a pattern on its own.

    Raises
    ------
    QueryRefusedError
        If it cannot be true or false.
    """
    if isinstance(tree, PatternPredicate):
        scope.pattern(tree.pattern, scope, "predicate")
    else:
        expect(kinds_of(tree, scope), ("Boolean",), tree.place, where)


def _literal(tree: Literal, scope: Scope) -> Kinds:
    return _LITERALS[type(tree.value)]


def _parameter(tree: Parameter, scope: Scope) -> Kinds:
    return ANY


def _variable(tree: Variable, scope: Scope) -> Kinds:
    return scope.kinds_of(tree.name, tree.place)


def _property(tree: Property, scope: Scope) -> Kinds:
    subject = kinds_of(tree.subject, scope)
    if not allows(subject, *_WITH_PROPERTIES):
        message = f".{tree.key} expects a node, a relationship or a map, found {described(subject)}"
        refuse(tree.subject.place, message)
    return STORED if every(subject) <= kinds("Node", "Relationship") else ANY


def _index(tree: Index, scope: Scope) -> Kinds:  # noqa: RET503 - refuse does not return
    subject, index = kinds_of(tree.subject, scope), kinds_of(tree.index, scope)
    if subject is None:
        return ANY
    if not allows(subject, "List", "Map", "Node", "Relationship"):
        refuse(tree.subject.place, f"[…] expects a list or a map, found {described(subject)}")
    if allows(subject, "List") and allows(index, "Integer"):
        return elements(subject)
    if allows(subject, "Map", "Node", "Relationship") and allows(index, "String"):
        return STORED if every(subject) <= kinds("Node", "Relationship") else ANY
    needed = "a whole number for a list" if allows(subject, "List") else "the name of a property"
    refuse(tree.index.place, f"[…] expects {needed}, found {described(index)}")


def _slice(tree: Slice, scope: Scope) -> Kinds:
    subject = kinds_of(tree.subject, scope)
    expect(subject, ("List",), tree.subject.place, "[…..…]")
    if tree.start is None and tree.stop is None:
        refuse(tree.place, "[..] expects a start or an end, as in [1..] or [..3]")
    for bound in (tree.start, tree.stop):
        if bound is not None:
            expect(kinds_of(bound, scope), ("Integer",), bound.place, "[…..…]")
    return list_of(elements(subject))


def _list(tree: ListOf, scope: Scope) -> Kinds:
    return list_of(common([kinds_of(item, scope) for item in tree.items]))


def _map(tree: MapOf, scope: Scope) -> Kinds:
    for _, value in tree.items:
        kinds_of(value, scope)
    return MAP


def _unary(tree: Unary, scope: Scope) -> Kinds:
    if tree.operator == "NOT":
        check_condition(tree.operand, scope, "NOT")
        return BOOLEAN
    operand = kinds_of(tree.operand, scope)
    expect(operand, ("Integer", "Float"), tree.operand.place, tree.operator)
    return every(operand) & kinds("Integer", "Float")


def _binary(tree: Binary, scope: Scope) -> Kinds:
    if tree.operator in {"AND", "OR", "XOR"}:
        check_condition(tree.left, scope, tree.operator)
        check_condition(tree.right, scope, tree.operator)
        return BOOLEAN
    left = kinds_of(tree.left, scope)
    match tree.right:
        case Call("normalize", (same, Literal())) if same is tree.left:
            # IS NORMALIZED accepts any value
            return BOOLEAN
    return binary_kinds(tree, left, kinds_of(tree.right, scope))


def _is_null(tree: IsNull, scope: Scope) -> Kinds:
    kinds_of(tree.operand, scope)
    return BOOLEAN


def _type_test(tree: TypeTest, scope: Scope) -> Kinds:
    kinds_of(tree.operand, scope)
    parts = tree.type.parts if tree.type.name == "|" else ()
    if len({part.nullable for part in parts}) > 1:
        refuse(tree.place, "either all types of a union must be NOT NULL, or none")
    return BOOLEAN


def _has_labels(tree: HasLabels, scope: Scope) -> Kinds:
    subject = kinds_of(tree.subject, scope)
    expect(subject, ("Node", "Relationship"), tree.subject.place, "a label test")
    return BOOLEAN


def _call(tree: Call, scope: Scope) -> Kinds:
    return call_kinds(tree, [kinds_of(argument, scope) for argument in tree.arguments])


def _count_star(tree: CountStar, scope: Scope) -> Kinds:
    return INTEGER


def _case(tree: Case, scope: Scope) -> Kinds:
    results = []
    for conditions, result in tree.branches:
        for condition in conditions:
            check_condition(condition, scope, "WHEN")
        results.append(kinds_of(result, scope))
    if tree.otherwise is not None:
        results.append(kinds_of(tree.otherwise, scope))
    return either(*results)


def _comprehension(tree: ListComprehension, scope: Scope) -> Kinds:
    source = kinds_of(tree.source, scope)
    expect(source, ("List",), tree.source.place, "IN")
    within = scope.with_names({tree.variable: elements(source)})
    if tree.where is not None:
        check_condition(tree.where, within, "WHERE")
    result = elements(source) if tree.result is None else kinds_of(tree.result, within)
    return list_of(result)


def _quantifier(tree: Quantifier, scope: Scope) -> Kinds:
    source = kinds_of(tree.source, scope)
    expect(source, ("List",), tree.source.place, "IN")
    check_condition(tree.where, scope.with_names({tree.variable: elements(source)}), "WHERE")
    return BOOLEAN


def _reduce(tree: Reduce, scope: Scope) -> Kinds:
    if tree.total == tree.variable:
        refuse(tree.place, f"reduce(…) uses the name {tree.total!r} twice: rename one of them")
    start, source = kinds_of(tree.start, scope), kinds_of(tree.source, scope)
    expect(source, ("List",), tree.source.place, "IN")
    within = scope.with_names({tree.total: start, tree.variable: elements(source)})
    step = kinds_of(tree.step, within)
    if not _fits(step, start):
        message = f"reduce(…) starts with {described(start)}, so that its step must fit, found"
        refuse(tree.step.place, f"{message} {described(step)}")
    return step if start is None else start


def _fits(step: Kinds, start: Kinds) -> bool:
    """Return whether a step's value can replace the start value; numbers mix freely."""
    if step is None or start is None:
        return True
    if allows(start, "Integer", "Float") and allows(step, "Integer", "Float"):
        return True
    step_items, start_items = (
        [kind.inner for kind in every(value) if kind.name == "List"] for value in (step, start)
    )
    if any(_fits(item, start_item) for item in step_items for start_item in start_items):
        return True
    return bool(step & start)


def _map_projection(tree: MapProjection, scope: Scope) -> Kinds:
    subject = kinds_of(tree.subject, scope)
    expect(subject, ("Map", "Node", "Relationship"), tree.subject.place, "{…} after a name")
    for _, value in tree.items:
        if value is not None:
            kinds_of(value, scope)
    return MAP


def _pattern_comprehension(tree: PatternComprehension, scope: Scope) -> Kinds:
    within = scope.pattern(tree.pattern, scope, "comprehension")
    if tree.where is not None:
        check_condition(tree.where, within, "WHERE")
    return list_of(kinds_of(tree.result, within))


def _pattern_predicate(tree: PatternPredicate, scope: Scope) -> Kinds:
    if not tree.exists:
        message = (
            "a pattern on its own can only be a condition: write EXISTS {…}, COUNT {…} "
            "or [(a)-->(b) | b]"
        )
        refuse(tree.place, message)
    scope.pattern(tree.pattern, scope, "predicate")
    return BOOLEAN


def _shortest(tree: ShortestPath, scope: Scope) -> Kinds:
    scope.pattern(tree.pattern, scope, "shortest")
    return PATH if tree.pattern.shortest == "one" else list_of(PATH)


def _subquery(tree: Subquery, scope: Scope) -> Kinds:
    return scope.query(tree.query, scope, tree.kind)


_RULES: Final[dict[type[Expression], Callable[[Any, Scope], Kinds]]] = {
    Literal: _literal,
    Parameter: _parameter,
    Variable: _variable,
    Property: _property,
    Index: _index,
    Slice: _slice,
    ListOf: _list,
    MapOf: _map,
    Unary: _unary,
    Binary: _binary,
    IsNull: _is_null,
    TypeTest: _type_test,
    HasLabels: _has_labels,
    Call: _call,
    CountStar: _count_star,
    Case: _case,
    ListComprehension: _comprehension,
    Quantifier: _quantifier,
    Reduce: _reduce,
    MapProjection: _map_projection,
    PatternComprehension: _pattern_comprehension,
    PatternPredicate: _pattern_predicate,
    ShortestPath: _shortest,
    Subquery: _subquery,
}
