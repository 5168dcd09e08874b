"""Constants in SQL: parameters, literals and expressions of them."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from orthoweave.cypher.sql.frame import Shared
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
    sql_type,
    unified,
)

_SCALARS: Final = {type(None): NULL, bool: BOOL, int: INT, float: FLOAT, str: STRING}


def type_of(value: object) -> Type:
    """Return the type of a plain value.

    Raises
    ------
    NotCompiledError
        If no single type fits, as for a list of strings and numbers.
    """
    scalar = _SCALARS.get(type(value))
    if scalar is not None:
        return scalar
    if isinstance(value, Mapping):
        return Type("map", fields=tuple((str(key), type_of(item)) for key, item in value.items()))
    if isinstance(value, Sequence):
        kinds = set(map(type, value))
        # a long list has few distinct types: unify these instead of every element
        plain = kinds <= _SCALARS.keys()
        item = unified(_SCALARS[kind] for kind in kinds) if plain else unified(map(type_of, value))
        if item.kind == "number":
            raise NotCompiledError
        return list_of(None if item == NULL else item, inner_nulls=type(None) in kinds)
    raise NotCompiledError


def constant(shared: Shared, value: object) -> Value:
    """Return a constant as a parameter of the SQL statement.

    Raises
    ------
    NotCompiledError
        If no single type fits the value.
    """
    value_type = type_of(value)
    if value_type.kind == "null":
        return Value("NULL", NULL, constant=True)
    if value_type.kind == "bool":
        return Value("true" if value else "false", BOOL, nullable=False, constant=True, known=value)
    kind = sql_type(value_type)
    nan = "DOUBLE" in kind and not is_finite(value)
    sql = f"CAST({shared.parameter(value)} AS {kind})"
    return Value(sql, value_type, nullable=False, has_nan=nan, constant=True, known=value)


def is_finite(value: object) -> bool:
    """Return whether a value neither is nor contains NaN or an infinite number."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, list | tuple):
        return all(map(is_finite, value))
    if isinstance(value, Mapping):
        return all(map(is_finite, value.values()))
    return True
