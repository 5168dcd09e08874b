"""Python functions that the engine calls where it lacks an exact equivalent."""

from collections.abc import Callable, Sequence
from functools import lru_cache

from orthoweave.cypher.sql.frame import Shared
from orthoweave.cypher.sql.types import FLOAT, Type, Value, sql_type
from orthoweave.cypher.values.functions import call as call_plain
from orthoweave.stores.base import Function


def python_call(
    shared: Shared,
    name: str,
    apply: Callable[..., object],
    values: Sequence[Value],
    result: Type,
    *,
    nullable: bool = True,
    nan: bool = False,
) -> Value:
    """Return the SQL call of a Python function; the result is null if any argument is null."""
    types = tuple(sql_type(value.type) for value in values)
    sql_name = f"ow_{name}_{'_'.join(map(str.lower, types))}".replace("[]", "s")
    arguments = ", ".join(value.cast(value.type) for value in values)
    sql = f"{sql_name}({arguments})"
    if result == FLOAT:
        # the engine turns a NaN from Python into null, so floats are passed as strings
        own = Function(_of_present(apply, len(types), as_text=True), types, "VARCHAR")
        shared.functions[sql_name] = own
        return Value(f"CAST({sql} AS DOUBLE)", result, nullable=nullable, has_nan=nan)
    shared.functions[sql_name] = Function(_of_present(apply, len(types)), types, sql_type(result))
    return Value(sql, result, nullable=nullable, has_nan=nan)


@lru_cache(maxsize=256)
def _of_present(
    apply: Callable[..., object], count: int, *, as_text: bool = False
) -> Callable[..., object]:
    """Return a function that returns None if any argument is None."""

    def present(*arguments: object) -> object:
        result = None if any(value is None for value in arguments) else apply(*arguments)
        return repr(result) if as_text and result is not None else result

    # the engine inspects the number of arguments
    counted: dict[int, Callable[..., object]] = {
        1: lambda a: present(a),  # noqa: PLW0108
        2: lambda a, b: present(a, b),  # noqa: PLW0108
        3: lambda a, b, c: present(a, b, c),  # noqa: PLW0108
    }
    return counted[count]


@lru_cache(maxsize=256)
def plain_function(name: str) -> Callable[..., object]:
    """Return a function of Cypher as a Python function."""

    def apply(*arguments: object) -> object:
        return call_plain(name, list(arguments))

    return apply
