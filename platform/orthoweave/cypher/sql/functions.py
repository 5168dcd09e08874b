"""Functions of Cypher in SQL: the engine's own where both agree, else Python functions."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from orthoweave.cypher.sql.frame import SHIFT, Shared
from orthoweave.cypher.sql.numbers import NUMBERS
from orthoweave.cypher.sql.operators import is_whole
from orthoweave.cypher.sql.own import plain_function, python_call
from orthoweave.cypher.sql.texts import TEXTS, Native
from orthoweave.cypher.sql.types import (
    BOOL,
    FLOAT,
    INT,
    NULL,
    STRING,
    NotCompiledError,
    Type,
    Value,
    list_of,
    text,
    unified,
)
from orthoweave.cypher.values.functions import FUNCTIONS

# result types of the functions that run in Python on scalar arguments
_RESULTS: Final[dict[str, Type]] = {
    **dict.fromkeys(
        [
            "tolower",
            "lower",
            "toupper",
            "upper",
            "trim",
            "btrim",
            "ltrim",
            "rtrim",
            "substring",
            "left",
            "right",
            "replace",
            "normalize",
            "tostring",
            "tostringornull",
        ],
        STRING,
    ),
    **dict.fromkeys(["split"], list_of(STRING)),
    **dict.fromkeys(["tointeger", "tointegerornull", "sign"], INT),
    **dict.fromkeys(
        [
            "tofloat",
            "tofloatornull",
            "round",
            "ceil",
            "ceiling",
            "floor",
            "sqrt",
            "exp",
            "log",
            "ln",
            "log10",
            "sin",
            "cos",
            "tan",
            "cot",
            "asin",
            "acos",
            "atan",
            "atan2",
            "haversin",
            "degrees",
            "radians",
        ],
        FLOAT,
    ),
    **dict.fromkeys(["toboolean", "tobooleanornull", "isnan"], BOOL),
}
_PLAIN: Final = frozenset({"bool", "int", "float", "string"})


def call(shared: Shared, name: str, values: Sequence[Value]) -> Value:
    """Return a function call as SQL; the name and number of arguments were checked before.

    Raises
    ------
    NotCompiledError
        If the type of the result depends on the row, or the engine does not have an equivalent.
    """
    native = _NATIVE.get(name)
    result = native(shared, values) if native is not None else None
    if result is not None:
        return result
    if FUNCTIONS[name].strict and any(value.type == NULL for value in values):
        return Value("NULL", NULL)
    if (
        name not in _RESULTS
        or not 1 <= len(values) <= 3
        or any(value.type.kind not in _PLAIN for value in values)
    ):
        raise NotCompiledError
    to = _RESULTS[name]
    return python_call(shared, name, plain_function(name), values, to, nan=to == FLOAT)


def _size(shared: Shared, values: Sequence[Value]) -> Value | None:
    (value,) = values
    if value.type == STRING:
        return Value(f"length({value.sql})", INT, value.nullable)
    if value.type.kind == "list":
        return Value(f"CAST(len({value.sql}) AS BIGINT)", INT, value.nullable)
    return None


def _is_empty(shared: Shared, values: Sequence[Value]) -> Value | None:
    size = _size(shared, values)
    return None if size is None else Value(f"({size.sql} = 0)", BOOL, size.nullable)


def _coalesce(shared: Shared, values: Sequence[Value]) -> Value | None:
    present = [value for value in values if value.type != NULL]
    if not present:
        return Value("NULL", NULL)
    result_type = unified(value.type for value in present)
    if len(present) == 1:
        return present[0]
    sql = f"coalesce({', '.join(value.cast(result_type) for value in present)})"
    whole = ""
    if result_type.kind == "number":
        cases = (f"WHEN {value.sql} IS NOT NULL THEN {is_whole(value)}" for value in present)
        whole = f"CASE {' '.join(cases)} END"
    return Value(
        sql,
        result_type,
        nullable=all(value.nullable for value in present),
        has_nan=any(value.has_nan for value in present),
        whole=whole,
    )


def _item(place: str) -> Callable[[Shared, Sequence[Value]], Value | None]:
    def make(shared: Shared, values: Sequence[Value]) -> Value | None:
        (value,) = values
        if value.type.kind != "list":
            return None
        if value.type.item is None:
            return Value("NULL", NULL)
        return Value(f"({value.sql})[{place}]", value.type.item, has_nan=value.has_nan)

    return make


def _tail(shared: Shared, values: Sequence[Value]) -> Value | None:
    (value,) = values
    if value.type.kind != "list":
        return None
    return Value(f"({value.sql})[2:]", value.type, value.nullable, has_nan=value.has_nan)


def _reverse(shared: Shared, values: Sequence[Value]) -> Value | None:
    (value,) = values
    if value.type == STRING:
        own = python_call(shared, "reverse", plain_function("reverse"), [value], STRING)
        plain = f"strlen({value.sql}) = length({value.sql})"
        sql = f"CASE WHEN {plain} THEN reverse({value.sql}) ELSE {own.sql} END"
        return Value(sql, STRING, value.nullable)
    if value.type.kind != "list":
        return None
    return Value(f"list_reverse({value.sql})", value.type, value.nullable, has_nan=value.has_nan)


def _range(shared: Shared, values: Sequence[Value]) -> Value | None:
    if any(value.type != INT for value in values):
        raise NotCompiledError
    apply = plain_function("range")
    if any(value.nullable for value in values):
        raise NotCompiledError
    return python_call(shared, "range", apply, values, list_of(INT), nullable=False)


def _labels(shared: Shared, values: Sequence[Value]) -> Value | None:
    (value,) = values
    if value.type == NULL:
        return Value("NULL", NULL)
    if value.type.kind != "node":
        raise NotCompiledError
    sql = _null_if_null(value, f"[{table_name(shared, value)}]")
    return Value(sql, list_of(STRING), value.nullable)


def _type(shared: Shared, values: Sequence[Value]) -> Value | None:
    (value,) = values
    if value.type == NULL:
        return Value("NULL", NULL)
    if value.type.kind != "edge":
        raise NotCompiledError
    return Value(_null_if_null(value, table_name(shared, value)), STRING, value.nullable)


def _null_if_null(value: Value, sql: str) -> str:
    return f"CASE WHEN {value.sql} IS NOT NULL THEN {sql} END" if value.nullable else sql


def table_name(shared: Shared, value: Value) -> str:
    """Return the label of a node or the type of a relationship, as SQL."""
    tables = shared.tables(value.type)
    if len(tables) == 1:
        return text(tables[0].name)
    if not tables:
        return "CAST(NULL AS VARCHAR)"
    cases = " ".join(f"WHEN {table.number} THEN {text(table.name)}" for table in tables)
    return f"CASE {value.sql} >> {SHIFT} {cases} END"


def _path_part(part: str) -> Callable[[Shared, Sequence[Value]], Value | None]:
    def make(shared: Shared, values: Sequence[Value]) -> Value | None:
        (value,) = values
        if value.type.kind != "path":
            raise NotCompiledError
        tables = value.type.tables if part == "nodes" else value.type.links
        kind = Type("node" if part == "nodes" else "edge", tables=tables)
        return Value(f"({value.sql}).{part}", list_of(kind), value.nullable)

    return make


def _length(shared: Shared, values: Sequence[Value]) -> Value | None:
    (value,) = values
    if value.type.kind != "path":
        raise NotCompiledError
    return Value(f"CAST(len(({value.sql}).edges) AS BIGINT)", INT, value.nullable)


_NATIVE: Final[Mapping[str, Native]] = {
    **TEXTS,
    **NUMBERS,
    "size": _size,
    "isempty": _is_empty,
    "char_length": _size,
    "character_length": _size,
    "coalesce": _coalesce,
    "head": _item("1"),
    "last": _item("-1"),
    "tail": _tail,
    "reverse": _reverse,
    "range": _range,
    "labels": _labels,
    "type": _type,
    "nodes": _path_part("nodes"),
    "relationships": _path_part("edges"),
    "length": _length,
}
