"""Answers a statement on the embedded engine, as Neo4j would."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import pyarrow as pa

from orthoweave.errors import QueryError, QueryRefusedError
from orthoweave.queries.cypher.catalogue import catalogue, facts
from orthoweave.queries.cypher.context import Context, Scope
from orthoweave.queries.cypher.exposure import exposed
from orthoweave.queries.cypher.graph import Graph
from orthoweave.queries.cypher.parser import parse
from orthoweave.queries.cypher.prefix import read, usable
from orthoweave.queries.cypher.pushdown import Pushed, push
from orthoweave.queries.cypher.results import to_table
from orthoweave.queries.cypher.steps import each, run, run_after
from orthoweave.queries.cypher.values import Row
from orthoweave.stores.base import GraphStore, Rows

_MOST_ROWS: Final = 2_000_000


def answer(
    store: GraphStore, text: str, parameters: Mapping[str, object], *, timeout_s: float,
    row_limit: int,
) -> Rows:  # fmt: skip
    """Rows of a statement that was checked.

    Raises
    ------
    QueryRefusedError
        If it cannot be answered exactly.
    QueryTimeoutError
        If it runs longer than `timeout_s` seconds.
    QueryError
        If a value is none that an operator or function takes, or the engine fails.
    """
    query = parse(text).query
    tables = catalogue(store)
    context = Context(parameters, timeout_s, each, *_exposed(text))

    def fetch(engine_text: str, given: dict[str, object]) -> list[dict[str, Any]]:
        return _rows(store, engine_text, given, context.left_s())

    context.graph = Graph(tables, fetch, context.spend)
    try:
        if len(query.parts) == 1:
            clauses = query.parts[0]
            pushed = push(clauses, tables, parameters, facts(store))
            if pushed.columns is not None:
                return _all_by_engine(store, pushed, context.left_s(), row_limit)
            later = clauses[pushed.clauses :]
            if pushed.clauses and later and usable(pushed, later):
                rows = read(pushed, later, row_limit, tables, fetch)
                scope = Scope(frozenset(pushed.names))
                return _limited(run_after(later, rows, pushed.rest, scope, context), row_limit)
        return _limited(run(query, context), row_limit)
    except RecursionError as error:
        message = "the statement is too long for one expression: take it apart with WITH"
        raise QueryRefusedError(message) from error


@lru_cache(maxsize=256)
def _exposed(text: str) -> tuple[frozenset[str], frozenset[str]]:
    # the same few statements are asked again and again, with other parameters
    return exposed(parse(text).query)


def _rows(
    store: GraphStore, text: str, given: dict[str, object], timeout_s: float
) -> list[dict[str, Any]]:
    rows = store.query(text, given, timeout_s=timeout_s, row_limit=_MOST_ROWS)
    if rows.truncated:
        message = (
            f"the question goes over more than {_MOST_ROWS:,} nodes or relationships outside of "
            "the engine: narrow it down with labels, keys and conditions"
        )
        raise QueryError(message)
    found: list[dict[str, Any]] = rows.table.to_pylist()
    return found


def _limited(answered: tuple[tuple[str, ...], list[Row]], row_limit: int) -> Rows:
    columns, rows = answered
    return Rows(to_table(columns, rows[:row_limit]), truncated=len(rows) > row_limit)


def _all_by_engine(store: GraphStore, pushed: Pushed, timeout_s: float, row_limit: int) -> Rows:
    rows = store.query(
        "\n".join(pushed.lines), pushed.given, timeout_s=timeout_s, row_limit=row_limit
    )
    table = rows.table.rename_columns([name for name, _ in pushed.columns or ()])
    for place, (name, typed) in enumerate(pushed.columns or ()):
        if typed.kind == "labels":
            # a node has one label here, which Neo4j gives as a list
            one = table.column(place).combine_chunks()
            lists = pa.ListArray.from_arrays(pa.array(range(len(one) + 1), pa.int32()), one)
            table = table.set_column(place, name, lists)
    return Rows(table, rows.truncated)
