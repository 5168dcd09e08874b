"""Operators in SQL, where the engine and Cypher agree exactly."""

from dataclasses import replace
from typing import Final

from orthoweave.cypher.sql.constants import constant
from orthoweave.cypher.sql.frame import Shared
from orthoweave.cypher.sql.types import (
    BOOL,
    FLOAT,
    INT,
    NULL,
    RAISED,
    STRING,
    NotCompiledError,
    Type,
    Value,
    list_of,
    refusal,
    text,
    unified,
)

_EXACT: Final = 2**53
"""Integers up to this size are exact as 64-bit floats."""
_LONG: Final = 20
"""Lists longer than this are looked up by hashing."""
_INEXACT: Final = (
    "an integer beyond 2^53 is compared with a float: convert both with toFloat(…) or toInteger(…)"
)
_BY_ZERO: Final = "division by the integer 0: test for it with CASE"
UNKNOWN: Final = Value("CAST(NULL AS BOOLEAN)", BOOL)
"""A condition that is always null."""


def boolean(value: Value) -> str:
    """Return a value as an SQL condition.

    Raises
    ------
    NotCompiledError
        If the value is not a boolean.
    """
    if value.type == NULL:
        return UNKNOWN.sql
    if value.type != BOOL:
        raise NotCompiledError
    return value.sql


def logic(sign: str, left: Value, right: Value) -> Value:
    """Return ``AND``, ``OR`` or ``XOR`` as SQL."""
    operator = "<>" if sign == "XOR" else sign
    sql = f"({boolean(left)} {operator} {boolean(right)})"
    return Value(sql, BOOL, nullable=left.nullable or right.nullable)


def as_float(value: Value) -> str:
    """Return a number as a float, which may round it."""
    return f"CAST({value.sql} AS DOUBLE)" if value.type == INT else value.sql


def exact_float(value: Value) -> str:
    """Return a number as a float; the engine raises an error where that would round it."""
    if value.type != INT:
        return value.sql
    if value.constant and isinstance(value.known, int) and abs(value.known) <= _EXACT:
        return as_float(value)
    return (
        f"CASE WHEN {value.sql} BETWEEN -{_EXACT} AND {_EXACT} OR {value.sql} IS NULL "
        f"THEN CAST({value.sql} AS DOUBLE) ELSE {refusal(_INEXACT)} END"
    )


def comparison(sign: str, left: Value, right: Value) -> Value:
    """Return a comparison such as ``=``, ``<>`` or ``<`` as SQL."""
    if NULL in (left.type, right.type):
        return UNKNOWN
    nullable = left.nullable or right.nullable
    equality = sign in {"=", "<>"}
    if left.type.is_number and right.type.is_number:
        return Value(_numbers(sign, left, right), BOOL, nullable=nullable)
    if left.type.kind != right.type.kind:
        if equality:
            return _constant_if_present(left, right, holds=sign == "<>")
        if "map" in (left.type.kind, right.type.kind):
            raise NotCompiledError
        return UNKNOWN
    if left.type.kind == "list":
        return Value(_lists(sign, left, right), BOOL, nullable)
    if left.type.kind in {"string", "bool"} or (left.type.is_entity and equality):
        return Value(f"({left.sql} {sign} {right.sql})", BOOL, nullable=nullable)
    raise NotCompiledError


def _constant_if_present(left: Value, right: Value, *, holds: bool) -> Value:
    present = f"({left.sql} IS NOT NULL AND {right.sql} IS NOT NULL)"
    sql = f"CASE WHEN {present} THEN {'true' if holds else 'false'} END"
    return Value(sql, BOOL, nullable=left.nullable or right.nullable)


def _numbers(sign: str, left: Value, right: Value) -> str:
    a, b = (value.sql if left.type == right.type else exact_float(value) for value in (left, right))
    sql = f"({a} {sign} {b})"
    unsure = [number for number, value in ((a, left), (b, right)) if value.has_nan]
    if not unsure:
        return sql
    # for the engine NaN is the largest number and equal to itself
    is_nan = " OR ".join(f"isnan({value})" for value in unsure)
    return (
        f"CASE WHEN {a} IS NULL OR {b} IS NULL THEN NULL WHEN {is_nan} "
        f"THEN {'true' if sign == '<>' else 'false'} ELSE {sql} END"
    )


def _lists(sign: str, left: Value, right: Value) -> str:
    if left.type.inner_nulls or right.type.inner_nulls or left.has_nan or right.has_nan:
        raise NotCompiledError
    if sign not in {"=", "<>"}:
        raise NotCompiledError
    item = unified([left.type.item or NULL, right.type.item or NULL])
    if item.kind in {"list", "map", "path", "number"}:
        raise NotCompiledError
    of = list_of(item)
    return f"({left.cast(of)} {sign} {right.cast(of)})"


def arithmetic(sign: str, left: Value, right: Value) -> Value:  # noqa: PLR0911 - a case for each form
    """Return ``+``, ``-``, ``*``, ``/``, ``%`` or ``||`` as SQL."""
    if sign in {"+", "||"} and "list" in (left.type.kind, right.type.kind):
        return _appended(sign, left, right)
    if NULL in (left.type, right.type):
        return Value("NULL", NULL)
    if sign in {"+", "||"} and STRING in (left.type, right.type):
        return _joined(sign, left, right)
    if not left.type.is_number or not right.type.is_number:
        raise NotCompiledError
    nullable, nan = left.nullable or right.nullable, left.has_nan or right.has_nan
    if sign == "^":
        raise NotCompiledError
    if sign in {"/", "%"}:
        return _divided(sign, left, right)
    if left.type == INT and right.type == INT:
        return Value(f"({left.sql} {sign} {right.sql})", INT, nullable)
    sql = f"({as_float(left)} {sign} {as_float(right)})"
    if FLOAT in (left.type, right.type):
        return Value(sql, FLOAT, nullable, has_nan=nan)
    whole = f"({is_whole(left)} AND {is_whole(right)})"
    return Value(sql, Type("number"), nullable, has_nan=nan, whole=whole)


def is_whole(value: Value) -> str:
    """Return the SQL condition that a number is an integer.

    Raises
    ------
    NotCompiledError
        If SQL cannot express the condition.
    """
    if value.type.kind == "number" and not value.whole:
        raise NotCompiledError
    return value.whole or ("true" if value.type == INT else "false")


def _divided_number(sign: str, left: Value, right: Value) -> Value:
    """Return a division where it depends on the row whether an operand is an integer."""
    if sign == "%":
        raise NotCompiledError
    divisor = as_float(right)
    zero = f"CASE WHEN {is_whole(right)} AND {divisor} = 0 THEN error({text(RAISED + _BY_ZERO)}) "
    divided = f"({as_float(left)} / {zero}ELSE {divisor} END)"
    nullable = left.nullable or right.nullable
    if FLOAT in (left.type, right.type):
        return Value(divided, FLOAT, nullable, has_nan=True)
    whole = f"({is_whole(left)} AND {is_whole(right)})"
    sql = f"CASE WHEN {whole} THEN trunc({divided}) ELSE {divided} END"
    return Value(sql, Type("number"), nullable, has_nan=True, whole=whole)


def _divided(sign: str, left: Value, right: Value) -> Value:
    if "number" in (left.type.kind, right.type.kind):
        return _divided_number(sign, left, right)
    nullable, nan = left.nullable or right.nullable, left.has_nan or right.has_nan
    nonzero = right.constant and bool(right.known)
    if left.type == INT and right.type == INT:
        engine = "//" if sign == "/" else "%"
        divisor = right.sql if nonzero else _nonzero(right.sql)
        return Value(f"({left.sql} {engine} {divisor})", INT, nullable)
    if sign == "%":
        raise NotCompiledError
    divisor = as_float(right)
    if right.type == INT and not nonzero:
        divisor = f"CAST({_nonzero(right.sql)} AS DOUBLE)"
    return Value(f"({as_float(left)} / {divisor})", FLOAT, nullable, has_nan=nan or not nonzero)


def _nonzero(divisor: str) -> str:
    return f"CASE WHEN {divisor} = 0 THEN error({text(RAISED + _BY_ZERO)}) ELSE {divisor} END"


def _joined(sign: str, left: Value, right: Value) -> Value:
    parts = []
    for value in (left, right):
        if value.type == INT and sign == "+":
            parts.append(f"CAST({value.sql} AS VARCHAR)")
        elif value.type == STRING:
            parts.append(value.sql)
        else:
            raise NotCompiledError
    return Value(f"({parts[0]} || {parts[1]})", STRING, left.nullable or right.nullable)


def _appended(sign: str, left: Value, right: Value) -> Value:
    if sign == "||" and (left.type.kind, right.type.kind) != ("list", "list"):
        raise NotCompiledError
    if NULL in (left.type, right.type):
        return Value("NULL", NULL)
    lists = [value if value.type.kind == "list" else list_with([value]) for value in (left, right)]
    of = unified(value.type for value in lists)
    # the result is null if an operand is null
    unsure = [value.sql for value in (left, right) if value.nullable]
    of = replace(
        of,
        inner_nulls=any(
            value.type.kind == "list" and value.type.inner_nulls for value in (left, right)
        ),
    )
    sql = f"list_concat({lists[0].cast(of)}, {lists[1].cast(of)})"
    if unsure:
        # the engine treats null as an empty list
        present = " AND ".join(f"{value} IS NOT NULL" for value in unsure)
        sql = f"CASE WHEN {present} THEN {sql} END"
    return Value(sql, of, bool(unsure), has_nan=any(value.has_nan for value in lists))


def list_with(values: list[Value]) -> Value:
    """Return a list of values as SQL.

    Raises
    ------
    NotCompiledError
        If the values do not have a single type.
    """
    item = unified(value.type for value in values)
    if item.kind == "number":
        raise NotCompiledError
    nulls = any(value.nullable for value in values)
    of = list_of(None if item == NULL else item, inner_nulls=nulls)
    inner = ", ".join(value.cast(item) for value in values)
    return Value(f"[{inner}]", of, nullable=False, has_nan=any(value.has_nan for value in values))


def contained(shared: Shared, value: Value, source: Value) -> Value:
    """Return ``IN`` as SQL; null if the value is not in the list but the list contains null."""
    if source.type == NULL:
        return UNKNOWN
    if source.type.kind != "list":
        # a value that is not a list counts as a list of one
        return comparison("=", value, source)
    if source.type.item is None:
        if source.type.inner_nulls or not source.constant:
            raise NotCompiledError
        return Value("false", BOOL, nullable=False)
    if value.type == NULL:
        raise NotCompiledError
    value, source = _comparable(shared, value, source)
    nullable = value.nullable or source.nullable or source.type.inner_nulls
    if source.constant and isinstance(source.known, list | tuple):
        if len(source.known) > _LONG:
            return Value(f"({value.sql} IN (SELECT unnest({source.sql})))", BOOL, nullable)
        item = source.type.item or NULL
        items = ", ".join(constant(shared, known).cast(item) for known in source.known)
        return Value(f"({value.sql} IN ({items}))", BOOL, nullable)
    if source.type.inner_nulls:
        raise NotCompiledError
    sql = f"list_contains({source.sql}, {value.sql})"
    if value.nullable:
        sql = f"CASE WHEN len({source.sql}) = 0 THEN false ELSE {sql} END"
    return Value(sql, BOOL, nullable)


def _comparable(shared: Shared, value: Value, source: Value) -> tuple[Value, Value]:
    item = source.type.item or NULL
    if value.has_nan or source.has_nan or value.type.kind in {"map", "path", "list", "number"}:
        raise NotCompiledError
    if value.type == item or (value.type.is_entity and value.type.kind == item.kind):
        return value, source
    if {value.type.kind, item.kind} == {"int", "float"} and source.constant:
        known = source.known if isinstance(source.known, list | tuple) else ()
        floats = [None if item is None else float(item) for item in known]
        if floats != list(known):
            raise NotCompiledError
        return Value(exact_float(value), FLOAT, value.nullable), constant(shared, floats)
    raise NotCompiledError


def text_test(sign: str, left: Value, right: Value) -> Value:
    """Return ``STARTS WITH``, ``ENDS WITH`` or ``CONTAINS``; null unless both are strings."""
    if left.type != STRING or right.type != STRING:
        if "number" in (left.type.kind, right.type.kind):
            raise NotCompiledError
        return UNKNOWN
    name = {"STARTS WITH": "starts_with", "ENDS WITH": "ends_with", "CONTAINS": "contains"}[sign]
    return Value(f"{name}({left.sql}, {right.sql})", BOOL, left.nullable or right.nullable)
