"""Answers a statement on the embedded engine, as Neo4j would."""

from collections.abc import Mapping
from typing import Any, Final

from orthoweave.errors import QueryError, QueryRefusedError
from orthoweave.queries.cypher.catalogue import catalogue
from orthoweave.queries.cypher.context import Context
from orthoweave.queries.cypher.exposure import exposed
from orthoweave.queries.cypher.graph import Graph
from orthoweave.queries.cypher.parser import parse
from orthoweave.queries.cypher.results import to_table
from orthoweave.queries.cypher.steps import each, run
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
    context: Context

    def fetch(engine_text: str, given: dict[str, object]) -> list[dict[str, Any]]:
        rows = store.query(engine_text, given, timeout_s=context.left_s(), row_limit=_MOST_ROWS)
        if rows.truncated:
            message = (
                f"the question goes over more than {_MOST_ROWS:,} nodes or relationships outside "
                "of the engine: narrow it down with labels, keys and conditions"
            )
            raise QueryError(message)
        found: list[dict[str, Any]] = rows.table.to_pylist()
        return found

    graph = Graph(catalogue(store), fetch, lambda steps: context.spend(steps))
    whole, nodes = exposed(query)
    context = Context(parameters, graph, timeout_s, each, whole, nodes)
    try:
        columns, rows = run(query, context)
    except RecursionError as error:
        message = "the statement is too long for one expression: take it apart with WITH"
        raise QueryRefusedError(message) from error
    return Rows(to_table(columns, rows[:row_limit]), truncated=len(rows) > row_limit)
