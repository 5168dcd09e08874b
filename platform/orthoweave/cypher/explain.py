"""EXPLAIN and PROFILE: the SQL of a statement, its plan, and the work left after the engine."""

import json
from collections.abc import Mapping
from typing import Final

import pyarrow as pa

from orthoweave.cypher.sql.failures import explained
from orthoweave.cypher.sql.statement import Compiled, compile_beginning, compile_query
from orthoweave.cypher.sql.types import NotCompiledError, Type
from orthoweave.cypher.syntax.parser import Mode
from orthoweave.cypher.syntax.tree import Query
from orthoweave.stores.base import Rows, SqlStore

_NOTHING: Final = "nothing: the engine returns the answer"
_ALL: Final = (
    "the whole statement, row by row: the type of a value is not known before its row is read, or "
    "no part of the statement has an exact equivalent in SQL. The engine matches its patterns "
    "against the rows that precede them"
)


def explain(
    store: SqlStore,
    query: Query,
    parameters: Mapping[str, object],
    mode: Mode,
    *,
    timeout_s: float,
    row_limit: int,
    most_rows: int,
) -> Rows:
    """Return an explanation line by line, as the columns ``part`` and ``text``.

    ``part`` is empty but for the first line of each part.

    Parameters
    ----------
    mode
        ``explain``, or ``profile`` to run the SQL and show the rows of each operator as well.
    most_rows
        Maximum number of rows that may be processed outside the engine.
    """
    compiled, after = _compiled(store, query, parameters, row_limit, most_rows)
    parts: list[tuple[str, str]] = []
    if compiled is not None:
        parts.append(("SQL", compiled.sql))
        if compiled.given:
            given = json.dumps(dict(compiled.given), ensure_ascii=False, default=str)
            parts.append(("parameters", given))
        parts.append(("plan, with estimated rows", _plan(store, compiled, "EXPLAIN", timeout_s)))
        if mode == "profile":
            plan = _plan(store, compiled, "EXPLAIN ANALYZE", timeout_s)
            parts.append(("plan, with actual rows and times", plan))
    parts.append(("after the engine", after))
    lines = [
        (name if number == 0 else "", line)
        for name, text in parts
        for number, line in enumerate(text.splitlines())
    ]
    columns = [pa.array([row[place] for row in lines], pa.string()) for place in range(2)]
    return Rows(pa.Table.from_arrays(columns, names=["part", "text"]), truncated=False)


def _compiled(
    store: SqlStore, query: Query, parameters: Mapping[str, object], row_limit: int, most_rows: int
) -> tuple[Compiled | None, str]:
    try:
        compiled = compile_query(query, store.catalogue, parameters, row_limit)
    except NotCompiledError:
        clauses = query.parts[0]
        beginning = None
        if len(query.parts) == 1:
            beginning = compile_beginning(clauses, store.catalogue, parameters, most_rows)
        if beginning is None:
            return None, _ALL
        count = len(clauses)
        compiled, done = beginning
        return compiled, f"clauses {done + 1} to {count} of {count}, row by row on the SQL's rows"
    return compiled, _after(compiled)


def _after(compiled: Compiled) -> str:
    steps = []
    looked_up = [column.name for column in compiled.columns if _has_entities(column.type)]
    if looked_up:
        names = ", ".join(name.strip() for name in looked_up)
        steps.append(f"nodes and relationships of {names} are read by their numbers")
    if compiled.after:
        names = ", ".join(compiled.after)
        steps.append(f"{names}: computed on the rows of the answer")
    return "; ".join(steps) or _NOTHING


def _has_entities(column_type: Type) -> bool:
    if column_type.is_entity or column_type.kind == "path":
        return True
    parts = [field for _, field in column_type.fields]
    parts += [column_type.item] if column_type.item is not None else []
    return any(_has_entities(part) for part in parts)


def _plan(store: SqlStore, compiled: Compiled, word: str, timeout_s: float) -> str:
    with explained():
        rows = store.sql(
            f"{word} {compiled.sql}",
            compiled.given,
            functions=compiled.functions,
            timeout_s=timeout_s,
            row_limit=100,
        )
    return "\n".join(rows.table.column(1).to_pylist())
