"""Expressions as SQL of a known type, over the names that a frame binds."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from orthoweave.cypher.evaluation.context import Context, Scope
from orthoweave.cypher.evaluation.formulas import formula
from orthoweave.cypher.sql import comprehensions, functions, numbers, operators, texts
from orthoweave.cypher.sql.constants import constant
from orthoweave.cypher.sql.frame import Frame
from orthoweave.cypher.sql.keys import keyed
from orthoweave.cypher.sql.relations import column_value, property_kinds
from orthoweave.cypher.sql.types import (
    BOOL,
    INT,
    NULL,
    NotCompiledError,
    Type,
    Value,
    quoted,
    text,
    unified,
)
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
from orthoweave.cypher.syntax.walk import nodes
from orthoweave.cypher.values.aggregates import AGGREGATES
from orthoweave.errors import QueryError, QueryRefusedError

_COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">="})
_OPEN = (
    Variable,
    CountStar,
    PatternPredicate,
    PatternComprehension,
    ShortestPath,
    Subquery,
    ListComprehension,
    Quantifier,
    Reduce,
)


def compiled(tree: Expression, frame: Frame) -> Value:
    """Return an expression as SQL over the names that a frame binds.

    Raises
    ------
    NotCompiledError
        If its type depends on the rows, or the engine does not have an exact equivalent.
    """
    if isinstance(tree, Literal):
        return constant(frame.shared, tree.value)
    if isinstance(tree, Parameter):
        return constant(frame.shared, frame.shared.parameters[tree.name])
    if is_constant(tree):
        return constant(frame.shared, evaluated(tree, frame))
    return _compiled(tree, frame)


def is_constant(tree: Expression) -> bool:
    """Return whether an expression has the same value in every row."""
    return not any(
        isinstance(node, _OPEN) or (isinstance(node, Call) and node.name in AGGREGATES)
        for node in nodes(tree)
    )


def evaluated(tree: Expression, frame: Frame) -> object:
    """Return the value of a constant expression, evaluated in Python.

    Raises
    ------
    NotCompiledError
        If evaluation fails, as for 1 / 0: whether that is an error depends on the rows.
    """
    context = Context(frame.shared.parameters, 60.0, _no_subquery)
    try:
        return formula(tree, Scope(frozenset()), context).over([{}])[0]
    except (QueryError, QueryRefusedError, RecursionError) as error:
        raise NotCompiledError from error


def _no_subquery(*_: object) -> Callable[[object], list[object]]:
    raise NotCompiledError


def condition(tree: Expression, frame: Frame) -> str:
    """Return an expression as an SQL condition."""
    return operators.boolean(compiled(tree, frame))


def _compiled(tree: Expression, frame: Frame) -> Value:  # noqa: C901, PLR0911, PLR0912 - a case for each form
    match tree:
        case Variable(name):
            return variable(name, frame)
        case Property(subject, key):
            return _property(subject, key, frame)
        case Binary(sign, left, right):
            return _binary(sign, left, right, frame)
        case Unary("NOT", operand):
            return Value(f"(NOT {condition(operand, frame)})", BOOL)
        case Unary(sign, operand):
            return _signed(sign, compiled(operand, frame))
        case IsNull(operand, negated):
            value = compiled(operand, frame)
            return Value(f"({value.sql} IS {'NOT ' * negated}NULL)", BOOL, nullable=False)
        case HasLabels(subject):
            return _has_labels(tree, compiled(subject, frame), frame)
        case Call(name, arguments):
            return _call(name, arguments, frame)
        case Case():
            return _case(tree, frame)
        case ListOf(items):
            return operators.list_with([compiled(item, frame) for item in items])
        case MapOf(items):
            return _map([(key, compiled(item, frame)) for key, item in items])
        case MapProjection():
            return _projection(tree, frame)
        case Index():
            return _index(tree, frame)
        case Slice():
            return _slice(tree, frame)
        case ListComprehension() | Quantifier() | Reduce():
            return comprehensions.compiled(tree, frame)
        case PatternPredicate() | Subquery() | PatternComprehension():
            return frame.shared.subquery(tree, frame)
        case TypeTest() | ShortestPath() | CountStar():
            raise NotCompiledError
    raise NotCompiledError


def variable(name: str, frame: Frame) -> Value:
    """Return the value that a name is bound to."""
    bound = frame.find(name)
    if bound is None:
        raise NotCompiledError
    return bound[1].value


def _property(subject: Expression, key: str, frame: Frame) -> Value:
    if isinstance(subject, Variable):
        value = variable(subject.name, frame)
        if value.type.is_entity:
            return frame.property(subject.name, key)
    else:
        value = compiled(subject, frame)
    if value.type == NULL:
        return value
    if value.type.is_entity:
        return looked_up(value, key, frame)
    if value.type.kind != "map":
        raise NotCompiledError
    return _map_entry(value, key)


def _map_entry(value: Value, key: str) -> Value:
    entry = value.type.field(key)
    if entry is None:
        return Value("NULL", NULL)
    return Value(f"({value.sql}).{quoted(key)}", entry, has_nan=value.has_nan)


def looked_up(value: Value, key: str, frame: Frame) -> Value:
    """Return a property of a node or relationship whose table is not in FROM, as a subquery."""
    tables = frame.shared.tables(value.type)
    if not property_kinds(tables, key):
        return Value("NULL", NULL)
    relation = frame.relation(value.type)
    column = column_value(relation.column(key), tables, key, nullable=True)
    sql = f"(SELECT {column.sql} FROM {relation} WHERE {relation.number} = {value.sql})"
    return replace(column, sql=sql)


def _binary(  # noqa: PLR0911 - a case for each kind of operator
    sign: str, left_tree: Expression, right_tree: Expression, frame: Frame
) -> Value:
    if sign in {"=", "<>"}:
        first, second = keyed(left_tree, frame), keyed(right_tree, frame)
        if first is not None and second is not None and first.type == second.type:
            return operators.comparison(sign, first, second)
    left, right = compiled(left_tree, frame), compiled(right_tree, frame)
    if sign in {"AND", "OR", "XOR"}:
        return operators.logic(sign, left, right)
    if sign in _COMPARISONS:
        return operators.comparison(sign, left, right)
    if sign == "IN":
        return operators.contained(frame.shared, left, right)
    if sign == "=~":
        return texts.regular(frame.shared, left, right)
    if sign in {"STARTS WITH", "ENDS WITH", "CONTAINS"}:
        return operators.text_test(sign, left, right)
    if sign == "^":
        return numbers.power(frame.shared, left, right)
    if sign == "+" and "string" in (left.type.kind, right.type.kind):
        left, right = (texts.joinable(frame.shared, value) for value in (left, right))
    return operators.arithmetic(sign, left, right)


def _signed(sign: str, value: Value) -> Value:
    if value.type == NULL:
        return value
    if value.type not in (INT, Type("float")):
        raise NotCompiledError
    if sign == "+":
        return replace(value, sql=f"({value.sql} + 0)") if value.type == INT else value
    # Neo4j computes 0 - x, which is never -0.0
    zero = "0" if value.type == INT else "0.0"
    return replace(value, sql=f"({zero} - {value.sql})", constant=False, known=None)


def _has_labels(tree: HasLabels, value: Value, frame: Frame) -> Value:
    if not value.type.is_entity:
        raise NotCompiledError
    tables = frame.shared.tables(value.type)
    holding = [table for table in tables if tree.labels.holds(table.name)]
    if len(holding) == len(tables):
        sql = "true"
    elif not holding:
        sql = "false"
    else:
        names = ", ".join(text(table.name) for table in holding)
        sql = f"({functions.table_name(frame.shared, value)} IN ({names}))"
    if value.nullable and sql in {"true", "false"}:
        sql = f"CASE WHEN {value.sql} IS NOT NULL THEN {sql} END"
    return Value(sql, BOOL, value.nullable)


def _call(name: str, arguments: Sequence[Expression], frame: Frame) -> Value:
    if name in AGGREGATES:
        raise NotCompiledError
    if name in {"startnode", "endnode"}:
        return _end(name, arguments[0], frame)
    if name == "nullif":
        value, excluded = (compiled(argument, frame) for argument in arguments)
        same = operators.comparison("=", value, excluded)
        return replace(
            value,
            sql=f"CASE WHEN {same.sql} THEN NULL ELSE {value.sql} END",
            nullable=True,
            constant=False,
            known=None,
        )
    return functions.call(frame.shared, name, [compiled(argument, frame) for argument in arguments])


def _end(name: str, argument: Expression, frame: Frame) -> Value:
    value = compiled(argument, frame)
    if value.type.kind != "edge":
        raise NotCompiledError
    tables = frame.shared.tables(value.type)
    column = '"#src"' if name == "startnode" else '"#dst"'
    labels = {table.start if name == "startnode" else table.end for table in tables}
    node_type = Type("node", tables=tuple(sorted(labels)))
    if isinstance(argument, Variable):
        alias = frame.relation_of(argument.name).alias
        return Value(f"{alias}.{column}", node_type, value.nullable)
    relation = frame.relation(value.type)
    sql = (
        f"(SELECT {relation.alias}.{column} FROM {relation} WHERE {relation.number} = {value.sql})"
    )
    return Value(sql, node_type)


def _case(tree: Case, frame: Frame) -> Value:
    branches = []
    for tests, result in tree.branches:
        either = " OR ".join(condition(test, frame) for test in tests)
        branches.append((either, compiled(result, frame)))
    otherwise = None if tree.otherwise is None else compiled(tree.otherwise, frame)
    results = [value for _, value in branches] + ([otherwise] if otherwise is not None else [])
    result_type = unified(value.type for value in results)

    def choice(write: Callable[[Value], str]) -> str:
        cases = " ".join(f"WHEN {test} THEN {write(value)}" for test, value in branches)
        last = "" if otherwise is None else f" ELSE {write(otherwise)}"
        return f"CASE {cases}{last} END"

    if result_type == NULL:
        return Value("NULL", NULL)
    whole = ""
    if result_type.kind == "number":
        whole = choice(lambda value: "NULL" if value.type == NULL else operators.is_whole(value))
    return Value(
        choice(lambda value: value.cast(result_type)),
        result_type,
        nullable=otherwise is None or any(value.nullable for value in results),
        has_nan=any(value.has_nan for value in results),
        whole=whole,
    )


def _map(items: Sequence[tuple[str, Value]]) -> Value:
    if not items or len({key.lower() for key, _ in items}) < len(items):
        raise NotCompiledError
    if any(value.type.kind == "number" for _, value in items):
        raise NotCompiledError
    inner = ", ".join(f"{quoted(key)} := {value.cast(value.type)}" for key, value in items)
    fields = tuple((key, value.type) for key, value in items)
    return Value(
        f"struct_pack({inner})",
        Type("map", fields=fields),
        nullable=False,
        has_nan=any(value.has_nan for _, value in items),
    )


def _projection(tree: MapProjection, frame: Frame) -> Value:
    subject = compiled(tree.subject, frame)
    items = []
    for key, item in tree.items:
        if key is None:
            raise NotCompiledError
        entry = Property(tree.subject, key) if item is None else item
        items.append((key, compiled(entry, frame)))
    whole = _map(items)
    if subject.nullable:
        sql = f"CASE WHEN {subject.sql} IS NOT NULL THEN {whole.sql} END"
        return replace(whole, sql=sql, nullable=True)
    return whole


def _index(tree: Index, frame: Frame) -> Value:
    subject, at = compiled(tree.subject, frame), compiled(tree.index, frame)
    if subject.type.is_entity and at.constant and isinstance(at.known, str):
        return _property(tree.subject, at.known, frame)
    if NULL in (subject.type, at.type):
        return Value("NULL", NULL)
    if subject.type.kind == "list" and at.type == INT:
        if subject.type.item is None:
            return Value("NULL", NULL)
        # Cypher counts from 0, and negative indices from the end
        place = f"CASE WHEN {at.sql} >= 0 THEN {at.sql} + 1 ELSE {at.sql} END"
        return Value(f"({subject.sql})[{place}]", subject.type.item, has_nan=subject.has_nan)
    if at.constant and isinstance(at.known, str) and subject.type.kind == "map":
        return _map_entry(subject, at.known)
    raise NotCompiledError


def _slice(tree: Slice, frame: Frame) -> Value:
    subject = compiled(tree.subject, frame)
    if subject.type.kind != "list":
        raise NotCompiledError
    bounds = []
    for bound in (tree.start, tree.stop):
        value = None if bound is None else compiled(bound, frame)
        if value is not None and (value.type != INT or value.nullable):
            raise NotCompiledError
        bounds.append(value)
    size = f"len({subject.sql})"

    def index(value: Value) -> str:
        if isinstance(value.known, int) and value.known >= 0:
            return str(value.known)
        from_end = f"greatest({size} + {value.sql}, 0)"
        return f"CASE WHEN {value.sql} < 0 THEN {from_end} ELSE {value.sql} END"

    first = "1" if bounds[0] is None else f"({index(bounds[0])}) + 1"
    last = size if bounds[1] is None else index(bounds[1])
    sql = f"list_slice({subject.sql}, {first}, {last})"
    return replace(subject, sql=sql, constant=False, known=None)
