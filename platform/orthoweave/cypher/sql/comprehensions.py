"""Expressions over the elements of a list, as SQL lambdas or as subqueries over unnested rows."""

from dataclasses import replace

from orthoweave.cypher.sql.frame import Binding, Frame, Term
from orthoweave.cypher.sql.operators import boolean
from orthoweave.cypher.sql.types import BOOL, NULL, NotCompiledError, Value, list_of, sql_type
from orthoweave.cypher.syntax.tree import ListComprehension, Quantifier, Reduce


def compiled(tree: ListComprehension | Quantifier | Reduce, frame: Frame) -> Value:
    """Return an expression over a list as SQL.

    Raises
    ------
    NotCompiledError
        If the type of the list or of the result is not known.
    """
    source = frame.shared.expression(tree.source, frame)
    if source.type == NULL:
        return Value("NULL", NULL)
    if source.type.kind != "list":
        raise NotCompiledError
    if isinstance(tree, Reduce):
        return _reduced(tree, source, frame)
    try:
        return _result(tree, source, *_by_lambda(tree, source, frame))
    except NotCompiledError:
        if not source.type.item:
            raise
    return _result(tree, source, *_by_rows(tree, source, frame))


def _result(
    tree: ListComprehension | Quantifier, source: Value, items: str, result: Value
) -> Value:
    """Return the value of the whole expression, from the SQL of its list of results."""
    if isinstance(tree, Quantifier):
        return _quantified(tree.kind, source, items, nullable=result.nullable)
    list_type = list_of(result.type, inner_nulls=result.nullable)
    if result.type == NULL or result.type.kind == "number":
        raise NotCompiledError
    sql = items
    if source.nullable:
        sql = f"CASE WHEN {source.sql} IS NOT NULL THEN {items} END"
    return Value(sql, list_type, source.nullable, has_nan=result.has_nan)


def _by_lambda(
    tree: ListComprehension | Quantifier, source: Value, frame: Frame
) -> tuple[str, Value]:
    """Return the list of results or truth values, computed by a lambda function."""
    inner, name, item = _inside(tree, source, frame)
    sql = source.sql
    where = None if tree.where is None else boolean(frame.shared.expression(tree.where, inner))
    if isinstance(tree, Quantifier):
        result = frame.shared.expression(tree.where, inner)
        return f"list_transform({sql}, lambda {name}: {where})", result
    if where is not None:
        sql = f"list_filter({sql}, lambda {name}: {where})"
    if tree.result is None:
        return sql, item
    result = frame.shared.expression(tree.result, inner)
    return f"list_transform({sql}, lambda {name}: {result.sql})", result


def _inside(
    tree: ListComprehension | Quantifier, source: Value, frame: Frame
) -> tuple[Frame, str, Value]:
    inner, name = frame.child(in_lambda=True), frame.shared.alias("x")
    item_type = source.type.item or NULL
    item = Value(name, item_type, nullable=source.type.inner_nulls, has_nan=source.has_nan)
    inner.names[tree.variable] = Binding(item)
    return inner, name, item


def _by_rows(
    tree: ListComprehension | Quantifier, source: Value, frame: Frame
) -> tuple[str, Value]:
    """Return the list of results or truth values, computed by a subquery over the elements."""
    inner, alias = frame.child(), frame.shared.alias("u")
    rows = f"SELECT unnest({source.sql}) AS x, generate_subscripts({source.sql}, 1) AS i"
    inner.join(f"({rows}) AS {alias}")
    item_type = source.type.item or NULL
    item = Value(f"{alias}.x", item_type, nullable=source.type.inner_nulls, has_nan=source.has_nan)
    inner.names[tree.variable] = Binding(item)
    if isinstance(tree, Quantifier):
        result = frame.shared.expression(tree.where, inner)
        result = replace(result, sql=boolean(result), type=BOOL)
    else:
        if tree.where is not None:
            inner.where.append(boolean(frame.shared.expression(tree.where, inner)))
        result = item if tree.result is None else frame.shared.expression(tree.result, inner)
    inner.order = [Term(f"{alias}.i", down=False)]
    select = inner.listed(result)
    empty = f"CAST([] AS {sql_type(result.type)}[])"
    return f"coalesce(({select}), {empty})", result


def _quantified(kind: str, source: Value, truths: str, *, nullable: bool) -> Value:
    yes, no = f"list_contains({truths}, true)", f"list_contains({truths}, false)"
    unknown = f"WHEN len(list_filter({truths}, lambda y: y IS NULL)) > 0 THEN NULL "
    unknown = unknown if nullable else ""
    count = f"len(list_filter({truths}, lambda y: y))"
    cases = {
        "any": f"WHEN {yes} THEN true {unknown}ELSE false",
        "all": f"WHEN {no} THEN false {unknown}ELSE true",
        "none": f"WHEN {yes} THEN false {unknown}ELSE true",
        "single": f"WHEN {count} > 1 THEN false {unknown}ELSE {count} = 1",
    }[kind]
    sql = f"CASE WHEN {source.sql} IS NULL THEN NULL {cases} END"
    return Value(sql, BOOL, source.nullable or nullable)


def _reduced(tree: Reduce, source: Value, frame: Frame) -> Value:
    start = frame.shared.expression(tree.start, frame)
    total_type = source.type.item or start.type
    if start.type != total_type or total_type.kind not in {"int", "float", "string"}:
        raise NotCompiledError
    inner = frame.child(in_lambda=True)
    total, name = frame.shared.alias("x"), frame.shared.alias("x")
    inner.names[tree.total] = Binding(
        Value(total, total_type, has_nan=start.has_nan or source.has_nan)
    )
    inner.names[tree.variable] = Binding(
        Value(name, total_type, nullable=source.type.inner_nulls, has_nan=source.has_nan)
    )
    step = frame.shared.expression(tree.step, inner)
    if step.type != total_type:
        raise NotCompiledError
    reduced = (
        f"list_reduce({source.cast(list_of(total_type))}, "
        f"lambda {total}, {name}: {step.cast(total_type)}, {start.cast(total_type)})"
    )
    return Value(reduced, total_type, has_nan=step.has_nan)
