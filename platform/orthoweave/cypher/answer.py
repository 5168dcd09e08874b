"""Answer a statement on the embedded engine as Neo4j would answer it."""

import logging
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from orthoweave.cypher.evaluation.context import Context, Scope
from orthoweave.cypher.evaluation.formulas import formula
from orthoweave.cypher.explain import explain
from orthoweave.cypher.procedures import answer_procedure, with_rows
from orthoweave.cypher.rows.engine import MOST_ROWS, Engine
from orthoweave.cypher.rows.exposure import exposed
from orthoweave.cypher.rows.results import to_table
from orthoweave.cypher.rows.steps import Begun, run
from orthoweave.cypher.rows.subqueries import subquery
from orthoweave.cypher.sql.failures import NotPlannedError
from orthoweave.cypher.sql.output import rows_of, whole_table
from orthoweave.cypher.sql.statement import Compiled, compile_beginning, compile_query
from orthoweave.cypher.sql.types import NotCompiledError
from orthoweave.cypher.syntax.parser import Mode, parse
from orthoweave.cypher.syntax.tree import Clause, Query
from orthoweave.cypher.values.model import Row
from orthoweave.errors import QueryRefusedError
from orthoweave.stores.base import Rows, SqlStore

_LOG: Final = logging.getLogger(__name__)


def answer(
    store: SqlStore,
    text: str,
    parameters: Mapping[str, object],
    *,
    timeout_s: float,
    row_limit: int,
    mode: Mode = "run",
) -> Rows:
    """Return the answer to a checked statement.

    Parameters
    ----------
    mode
        ``run`` for the rows; ``explain`` or ``profile`` for a plan, see `explain`.

    Raises
    ------
    QueryRefusedError
        If the engine cannot answer the statement exactly.
    QueryTimeoutError
        If the statement runs longer than `timeout_s` seconds.
    QueryError
        If an operator or function gets a value of the wrong type, or the engine fails.
    """
    query = parse(text).query
    table = answer_procedure(query, store.catalogue, parameters, timeout_s=timeout_s)
    if table is not None:
        return Rows(table.slice(0, row_limit), truncated=table.num_rows > row_limit)
    query = with_rows(query, store.catalogue)
    if mode != "run":
        return explain(
            store,
            query,
            parameters,
            mode,
            timeout_s=timeout_s,
            row_limit=row_limit,
            most_rows=MOST_ROWS,
        )
    context = Context(parameters, timeout_s, subquery, *_exposed(text))
    context.engine = Engine(store, context.left_s)
    try:
        compiled = compile_query(query, store.catalogue, parameters, row_limit)
    except NotCompiledError:
        compiled = None
    except RecursionError as error:
        raise _nested_too_deeply() from error
    if compiled is not None:
        try:
            return _answer_in_sql(compiled, context, row_limit)
        except NotPlannedError as error:
            _LOG.warning("the engine rejected the compiled SQL: %s", error)
    return _answer_row_by_row(query, context, row_limit)


@lru_cache(maxsize=256)
def _exposed(text: str) -> tuple[frozenset[str], frozenset[str]]:
    # the same few statements run again and again with other parameters
    return exposed(parse(text).query)


def _answer_in_sql(compiled: Compiled, context: Context, row_limit: int) -> Rows:
    engine = context.engine
    answered = engine.ask(compiled, row_limit)
    table = whole_table(compiled, answered.table, engine.read, engine.catalogue)
    if table is not None:
        return Rows(table, answered.truncated)
    rows = rows_of(compiled, answered.table, engine.entities)
    if compiled.after:
        rows = _with_later_columns(compiled, rows, context)
    return Rows(to_table(compiled.names, rows), answered.truncated)


def _with_later_columns(compiled: Compiled, rows: list[Row], context: Context) -> list[Row]:
    """Compute the columns that SQL could not; the SQL returned the names that they need."""
    inputs = [
        {**row, **{name[1:]: value for name, value in row.items() if name[0] == "\t"}}
        for row in rows
    ]
    names = [column.name for column in compiled.columns]
    scope = Scope(frozenset(name.lstrip("\t") for name in names))
    for name, tree in compiled.after.items():
        for row, value in zip(rows, formula(tree, scope, context).over(inputs), strict=True):
            row[name] = value
    return rows


def _answer_row_by_row(query: Query, context: Context, row_limit: int) -> Rows:
    """Answer the first clauses in SQL as far as possible, and the rest on their rows."""
    engine = context.engine

    def begin(clauses: tuple[Clause, ...]) -> Begun:
        begun = compile_beginning(clauses, engine.catalogue, context.parameters, MOST_ROWS)
        if begun is None:
            return Begun(0, [{}], Scope(frozenset()))
        compiled, done = begun
        return Begun(done, engine.rows(compiled), Scope(frozenset(compiled.names)))

    try:
        columns, rows = run(query, context, begin)
    except RecursionError as error:
        raise _nested_too_deeply() from error
    return Rows(to_table(columns, rows[:row_limit]), truncated=len(rows) > row_limit)


def _nested_too_deeply() -> QueryRefusedError:
    message = "an expression is too long or nested too deeply: split it with WITH"
    return QueryRefusedError(message)
