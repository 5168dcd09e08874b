"""Procedures and SHOW, answered from the catalogue, alone or within a longer statement."""

from collections.abc import Callable, Mapping

import pyarrow as pa

from orthoweave.cypher.evaluation.context import Context, Scope
from orthoweave.cypher.rows.results import to_table
from orthoweave.cypher.rows.steps import run_after
from orthoweave.cypher.rows.subqueries import subquery
from orthoweave.cypher.semantics.known_procedures import Procedure, find
from orthoweave.cypher.semantics.procedures import unknown_procedure
from orthoweave.cypher.syntax.parser import parse
from orthoweave.cypher.syntax.tree import (
    CallProcedure,
    CallQuery,
    Clause,
    Expression,
    Item,
    ListOf,
    Literal,
    MapOf,
    Match,
    PatternComprehension,
    PatternPredicate,
    Projection,
    Property,
    Query,
    Return,
    ShortestPath,
    Subquery,
    Unwind,
    Variable,
    With,
)
from orthoweave.cypher.syntax.walk import nodes, path_variables, replaced
from orthoweave.cypher.values.model import Node, Row
from orthoweave.errors import QueryRefusedError
from orthoweave.stores.base import Catalogue

_GRAPH = (Match, PatternPredicate, PatternComprehension, ShortestPath, Subquery)
_ROW = " procedure"


def describes(text: str) -> bool:
    """Return whether a checked statement calls a procedure or uses SHOW anywhere.

    Examples
    --------
    >>> describes("MATCH (g:Gene) CALL db.labels() YIELD label RETURN g, label")
    True
    """
    # most statements contain neither word and need not be parsed
    if "call" not in (lower := text.lower()) and "show" not in lower:
        return False
    return any(isinstance(node, CallProcedure) for node in nodes(parse(text).query))


def answer_procedure(
    query: Query,
    catalogue: Catalogue,
    parameters: Mapping[str, object] | None = None,
    *,
    timeout_s: float = 30.0,
) -> pa.Table | None:
    """Return the answer to a statement that begins with a procedure and does not read the graph.

    Returns
    -------
    None for any other statement; `with_rows` then replaces its procedures by their rows.
    """
    [*others, clauses] = query.parts
    first = clauses[0]
    if others or not isinstance(first, CallProcedure) or _reads_graph(clauses):
        return None
    names = _columns(first)
    known = _procedure(first)
    places = [known.all_columns.index(column) for column, _ in names]
    rows: list[Row] = [
        {name: row[place] for place, (_, name) in zip(places, names, strict=True)}
        for row in known.rows(catalogue)
    ]
    rest = [*clauses[1:]]
    if first.where is not None:
        rest.insert(0, With(Projection((), star=True), first.where))
    if not rest or not isinstance(rest[-1], Return):
        items = tuple(Item(Variable(name), name, aliased=True) for _, name in names)
        rest.append(Return(Projection(items)))
    context = Context(dict(parameters or {}), timeout_s, subquery)
    scope = Scope(frozenset(name for _, name in names))
    return to_table(*run_after(tuple(rest), rows, scope, context))


def with_rows(query: Query, catalogue: Catalogue) -> Query:
    """Return a statement with each procedure replaced by UNWIND over its rows.

    Raises
    ------
    QueryRefusedError
        If a procedure returns nodes, which cannot be written into a list.
    """

    def change(tree: object) -> object:
        if not isinstance(tree, Query):
            return None
        parts = tuple(_unrolled(part, catalogue, change) for part in tree.parts)
        return Query(parts, tree.keeps_duplicates)

    changed: Query = replaced(query, change)
    return changed


def _unrolled(
    clauses: tuple[Clause, ...], catalogue: Catalogue, change: Callable[[object], object]
) -> tuple[Clause, ...]:
    rewritten: list[Clause] = []
    names: list[str] = []
    for clause in clauses:
        if isinstance(clause, CallProcedure):
            rewritten += _as_unwind(clause, catalogue, names)
            names += [name for _, name in _columns(clause)]
        else:
            rewritten.append(replaced(clause, change))
            names = _names_after(clause, names)
    return tuple(rewritten)


def _names_after(clause: Clause, names: list[str]) -> list[str]:
    match clause:
        case Match(paths):
            more = [name for path in paths for name in path_variables(path)]
        case Unwind(_, variable):
            more = [variable]
        case With(projection):
            more = [item.name for item in projection.items]
            names = names if projection.star else []
        case CallQuery(_, query):
            last = query.parts[0][-1]
            more = [item.name for item in last.projection.items] if isinstance(last, Return) else []
        case _:
            more = []
    return [*names, *(name for name in dict.fromkeys(more) if name not in names)]


def _as_unwind(clause: CallProcedure, catalogue: Catalogue, names: list[str]) -> list[Clause]:
    """Return the clauses that yield a procedure's rows: an UNWIND, and a WITH for the columns."""
    known = _procedure(clause)
    columns = _columns(clause)
    places = [known.all_columns.index(column) for column, _ in columns]
    rows = known.rows(catalogue)
    where = [With(Projection((), star=True), clause.where)] if clause.where is not None else []
    if len(columns) == 1:
        values = tuple(_literal(row[places[0]]) for row in rows)
        return [Unwind(ListOf(values), columns[0][1]), *where]
    maps = tuple(
        MapOf(tuple((known.all_columns[place], _literal(row[place])) for place in places))
        for row in rows
    )
    items = [Item(Variable(name), name, aliased=True) for name in names]
    items += [
        Item(Property(Variable(_ROW), column), name, aliased=True) for column, name in columns
    ]
    return [Unwind(ListOf(maps), _ROW), With(Projection(tuple(items)), None), *where]


def _procedure(clause: CallProcedure) -> Procedure:
    known = find(clause.name)
    if known is None:
        raise QueryRefusedError(unknown_procedure(clause.name))
    return known


def _literal(value: object) -> Expression:
    if isinstance(value, list):
        return ListOf(tuple(_literal(item) for item in value))
    if isinstance(value, Node):
        message = (
            "db.schema.visualization returns virtual nodes: call it alone, or use "
            "db.labels and db.relationshipTypes"
        )
        raise QueryRefusedError(message)
    return Literal(value)  # type: ignore[arg-type]


def _columns(clause: CallProcedure) -> tuple[tuple[str, str], ...]:
    """Return the columns of a call, each with its name in the statement."""
    if clause.columns:
        return clause.columns
    known = _procedure(clause)
    columns = known.all_columns if clause.yields else known.columns
    return tuple((column, column) for column in columns)


def _reads_graph(clauses: tuple[Clause, ...]) -> bool:
    return any(
        isinstance(node, _GRAPH) or (isinstance(node, CallProcedure) and node is not clauses[0])
        for node in nodes(clauses)
    )
