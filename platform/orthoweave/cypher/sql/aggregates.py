"""Aggregates in SQL; they ignore null."""

from collections.abc import Sequence

from orthoweave.cypher.sql.frame import Term
from orthoweave.cypher.sql.operators import as_float
from orthoweave.cypher.sql.types import (
    FLOAT,
    INT,
    NULL,
    NotCompiledError,
    Type,
    Value,
    list_of,
    refusal,
)

_TOO_LARGE = "a sum exceeds 64-bit integers: sum toFloat(…) instead"
_GREAT = "avg of numbers beyond 1e300 depends on their order: divide them first"
_NAN = (
    "a key of DISTINCT or of a group is NaN, which Neo4j compares inconsistently: exclude it "
    "with WHERE NOT isNaN(x)"
)

# aggregates of a column that is always null; they must be aggregates, so that rows are grouped
_NULL_AGGREGATE = Value("max(CAST(NULL AS INTEGER))", NULL)
_OF_NULLS = {
    **dict.fromkeys(["count", "sum"], Value("count(CAST(NULL AS INTEGER))", INT, nullable=False)),
    **dict.fromkeys(["avg", "min", "max", "stdev", "stdevp"], _NULL_AGGREGATE),
    **dict.fromkeys(["percentilecont", "percentiledisc"], _NULL_AGGREGATE),
    "collect": Value(
        "coalesce(list(CAST(NULL AS INTEGER)) FILTER (WHERE false), [])",
        list_of(None),
        nullable=False,
    ),
}


def aggregate(
    name: str,
    value: Value,
    *,
    distinct: bool,
    order: Sequence[Term],
    some_rows: bool,
    extra: Value | None = None,
) -> Value:
    """Return an aggregate as SQL.

    Parameters
    ----------
    order
        Order of the rows, for ``collect``.
    some_rows
        Whether each group has at least one row, which is so if there are grouping keys.
    extra
        Second argument, if there is one.

    Raises
    ------
    NotCompiledError
        If the type of the result depends on the rows.
    """
    if value.type == NULL:
        return _OF_NULLS[name]
    if distinct:
        value = groupable(value)
    word = "DISTINCT " * distinct
    if name == "count":
        return Value(f"count({word}{value.sql})", INT, nullable=False)
    if name == "collect":
        return _collect(value, distinct=distinct, order=order)
    if name in {"min", "max"}:
        if value.has_nan or value.type.kind not in {"int", "float", "string", "bool"}:
            raise NotCompiledError
        return Value(f"{name}({value.sql})", value.type)
    if value.type not in (INT, FLOAT):
        raise NotCompiledError
    if name == "sum" and value.type == FLOAT and some_rows and not value.nullable:
        return Value(f"sum({word}{value.sql})", FLOAT, nullable=False, has_nan=value.has_nan)
    return _numeric(name, value, word, extra)


def groupable(value: Value) -> Value:
    """Return a value as a key for groups or DISTINCT; a NaN is refused when it occurs."""
    if not value.has_nan:
        return value
    if value.type.kind not in {"float", "number"}:
        raise NotCompiledError
    sql = f"CASE WHEN isnan({value.sql}) THEN {refusal(_NAN)} ELSE {value.sql} END"
    return Value(sql, value.type, value.nullable)


def _collect(value: Value, *, distinct: bool, order: Sequence[Term]) -> Value:
    if distinct and order:
        raise NotCompiledError
    if value.type.kind == "number":
        raise NotCompiledError
    by = f" ORDER BY {', '.join(map(str, order))}" if order else ""
    word = "DISTINCT " * distinct
    present = f" FILTER (WHERE {value.sql} IS NOT NULL)" if value.nullable else ""
    sql = f"list({word}{value.sql}{by}){present}"
    list_type = list_of(value.type)
    empty = Value("[]", list_of(None)).cast(list_type)
    return Value(f"coalesce({sql}, {empty})", list_type, nullable=False, has_nan=value.has_nan)


def _numeric(name: str, value: Value, word: str, extra: Value | None) -> Value:
    number = as_float(value)
    match name:
        case "sum" if value.type == INT:
            total = f"coalesce(sum({word}{value.sql}), 0)"
            fits = f"{total} BETWEEN -9223372036854775808 AND 9223372036854775807"
            sql = f"CASE WHEN {fits} THEN CAST({total} AS BIGINT) ELSE {refusal(_TOO_LARGE)} END"
            return Value(sql, INT, nullable=False)
        case "sum":
            # the sum of no numbers is the integer 0
            return Value(
                f"coalesce(sum({word}{value.sql}), 0.0)",
                Type("number"),
                nullable=False,
                has_nan=value.has_nan,
                whole=f"(count({value.sql}) = 0)",
            )
        case "avg" if not value.has_nan:
            mean = f"avg({word}{number})"
            return Value(f"CASE WHEN isinf({mean}) THEN {refusal(_GREAT)} ELSE {mean} END", FLOAT)
        case "stdev" | "stdevp" if not value.has_nan:
            engine = "stddev_samp" if name == "stdev" else "stddev_pop"
            inner = f"{word}{number}"
            sql = f"CASE WHEN count({inner}) = 1 THEN 0.0 ELSE {engine}({inner}) END"
            return Value(sql, FLOAT)
        case "percentilecont" | "percentiledisc" if extra is not None and not value.has_nan:
            return _percentile(name, value, word, extra)
    raise NotCompiledError


def _percentile(name: str, value: Value, word: str, extra: Value) -> Value:
    part = extra.known
    if not isinstance(part, int | float) or isinstance(part, bool) or not 0 <= part <= 1:
        raise NotCompiledError
    if name == "percentilecont":
        sql = f"quantile_cont({word}{as_float(value)}, {float(part)!r}::DOUBLE)"
        if value.type == FLOAT:
            return Value(sql, FLOAT)
        at = f"({float(part)!r}::DOUBLE * (count({word}{value.sql}) - 1))"
        return Value(sql, Type("number"), whole=f"({at} = floor({at}))")
    # the engine and Neo4j choose different neighbours, so the position is computed here
    ordered = f"list({word}{value.sql} ORDER BY {value.sql}) FILTER (WHERE {value.sql} IS NOT NULL)"
    place = f"CAST(greatest(1, ceil({float(part)!r}::DOUBLE * count({word}{value.sql}))) AS BIGINT)"
    return Value(f"({ordered})[{place}]", value.type)
