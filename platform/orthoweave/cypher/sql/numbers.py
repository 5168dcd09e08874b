"""Numeric functions in SQL; where the engine differs from Cypher they run in Python."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from orthoweave.cypher.sql.frame import Shared
from orthoweave.cypher.sql.operators import as_float
from orthoweave.cypher.sql.own import plain_function, python_call
from orthoweave.cypher.sql.texts import Native
from orthoweave.cypher.sql.types import BOOL, FLOAT, INT, NULL, NotCompiledError, Value
from orthoweave.cypher.values.operators import power as plain_power


def power(shared: Shared, one: Value, other: Value) -> Value:
    """Return ``^`` as SQL; the result is a float."""
    if NULL in (one.type, other.type):
        return Value("NULL", NULL)
    if not {one.type.kind, other.type.kind} <= {"int", "float"}:
        raise NotCompiledError
    return python_call(
        shared,
        "power",
        plain_power,
        [one, other],
        FLOAT,
        nan=True,
        nullable=one.nullable or other.nullable,
    )


def _abs(shared: Shared, values: Sequence[Value]) -> Value | None:
    (value,) = values
    if value.type not in (INT, FLOAT):
        return None
    sql = f"abs({value.sql})"
    if value.type == INT:
        sql = f"CASE WHEN {value.sql} = -9223372036854775808 THEN {value.sql} ELSE {sql} END"
    return Value(sql, value.type, value.nullable, has_nan=value.has_nan)


def _sign(shared: Shared, values: Sequence[Value]) -> Value | None:
    (value,) = values
    if not value.type.is_number or value.has_nan:
        return None
    return Value(f"CAST(sign({value.sql}) AS BIGINT)", INT, value.nullable)


def _real(engine: str) -> Callable[[Shared, Sequence[Value]], Value | None]:
    def make(shared: Shared, values: Sequence[Value]) -> Value | None:
        (value,) = values
        if not value.type.is_number or value.has_nan:
            return None
        return Value(
            f"{engine}({as_float(value)})",
            FLOAT,
            value.nullable,
            has_nan=engine not in {"floor", "ceil"},
        )

    return make


def _round(shared: Shared, values: Sequence[Value]) -> Value | None:
    number, digits = values[0], values[1] if len(values) > 1 else None
    if len(values) > 2 or not number.type.is_number or number.type.kind == "number":
        return None
    places = 0 if digits is None else digits.known
    if not isinstance(places, int) or not 0 <= places <= 9:
        return None
    arguments = [Value(as_float(number), FLOAT, number.nullable), *values[1:]]
    own = python_call(shared, "round", plain_function("round"), arguments, FLOAT)
    x = arguments[0].sql
    scaled = f"({x} * 1e{places})"
    # near a half the exact decimal digits matter: these cases are left to Python
    plain = f"abs({x}) < 1e6 AND abs(abs({scaled} - floor({scaled})) - 0.5) > 1e-5"
    sql = f"CASE WHEN {plain} THEN round({scaled}) / 1e{places} + 0.0 ELSE {own.sql} END"
    return Value(sql, FLOAT, number.nullable, has_nan=number.has_nan)


def _to_float(shared: Shared, values: Sequence[Value]) -> Value | None:
    (value,) = values
    if value.type not in (INT, FLOAT):
        return None
    return Value(as_float(value), FLOAT, value.nullable, has_nan=value.has_nan)


def _to_integer(shared: Shared, values: Sequence[Value]) -> Value | None:
    (value,) = values
    if value.type == INT:
        return value
    if value.type == BOOL:
        return Value(f"CAST({value.sql} AS BIGINT)", INT, value.nullable)
    if value.type != FLOAT:
        return None
    own = python_call(shared, "tointeger", plain_function("tointeger"), [value], INT)
    sql = (
        f"CASE WHEN abs({value.sql}) < 1e15 THEN CAST(trunc({value.sql}) AS BIGINT) "
        f"ELSE {own.sql} END"
    )
    return Value(sql, INT, value.nullable)


def _constant(sql: str) -> Callable[[Shared, Sequence[Value]], Value | None]:
    return lambda *_: Value(sql, FLOAT, nullable=False)


NUMBERS: Final[Mapping[str, Native]] = {
    "abs": _abs,
    "sign": _sign,
    "sqrt": _real("sqrt"),
    "exp": _real("exp"),
    "log": _real("ln"),
    "ln": _real("ln"),
    "log10": _real("log10"),
    "floor": _real("floor"),
    "ceil": _real("ceil"),
    "ceiling": _real("ceil"),
    "round": _round,
    "tofloat": _to_float,
    "tointeger": _to_integer,
    "pi": _constant("pi()"),
    "e": _constant("exp(1.0)"),
}
"""Functions by name in lower case."""
