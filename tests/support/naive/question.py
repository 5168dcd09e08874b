"""Answers a question clause by clause: every clause makes rows of rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from tests.support.naive.aggregates import aggregate, aggregates
from tests.support.naive.expressions import Asked, truth, value_of
from tests.support.naive.graph import Graph
from tests.support.naive.matching import matches
from tests.support.naive.values import (
    Edge,
    NaiveError,
    Node,
    NotNaiveError,
    Row,
    Trail,
    group_key,
    sort_key,
)

from orthoweave.cypher.syntax import tree
from orthoweave.cypher.syntax.parser import parse
from orthoweave.cypher.syntax.walk import nodes as below
from orthoweave.cypher.syntax.walk import path_variables
from orthoweave.testing.conformance_rows import PlainRows


def answer(graph: Graph, text: str, parameters: Mapping[str, object] | None = None) -> PlainRows:
    """Rows of a question in the plain form.

    Raises
    ------
    NotNaiveError
        If the question is beyond the naive path.
    NaiveError
        If Neo4j would end it with an error.
    """
    parsed = parse(text)
    query = parsed.query
    asked = Asked(graph, parameters or {}, _query, _pattern)
    rows = list(_query(asked, query, {}))
    last = query.parts[0][-1]
    if not isinstance(last, tree.Return) or last.projection.star:
        message = "columns that the text does not name"
        raise NotNaiveError(message)
    names = [item.name for item in last.projection.items]
    columns = tuple(parsed.columns.get(name, name) for name in names)
    return PlainRows(columns, tuple(tuple(_plain(row[name]) for name in names) for row in rows))


def _pattern(asked: Asked, path: tree.Path, row: Row) -> Iterator[Row]:
    return matches(asked, (path,), row)


def _query(asked: Asked, query: tree.Query, row: Row) -> Iterator[Row]:
    if asked.aggregated:
        # what stands for the aggregates around has no meaning within
        asked = asked.within({})
    if len(query.parts) == 1:
        yield from _part(asked, query.parts[0], row)
        return
    seen = set()
    names: list[str] = []
    for part in query.parts:
        for one in _part(asked, part, row):
            names = names or list(one)
            key = tuple(group_key(one[name]) for name in names)
            if query.keeps_duplicates or key not in seen:
                seen.add(key)
                yield one


def _part(asked: Asked, clauses: Sequence[tree.Clause], row: Row) -> Iterator[Row]:
    rows: Iterable[Row] = [row]
    for clause in clauses:
        rows = _clause(asked, clause, rows)
    yield from rows


def _clause(asked: Asked, clause: tree.Clause, rows: Iterable[Row]) -> Iterator[Row]:
    match clause:
        case tree.Match():
            return _match(asked, clause, rows)
        case tree.Unwind():
            return _unwind(asked, clause, rows)
        case tree.With(projection, where):
            found = _projected(asked, projection, rows)
            return (one for one in found if where is None or truth(asked, one, where))
        case tree.Return(projection):
            return _projected(asked, projection, rows)
        case tree.CallQuery():
            return _call(asked, clause, rows)
    raise NotNaiveError(type(clause).__name__)


def _match(asked: Asked, clause: tree.Match, rows: Iterable[Row]) -> Iterator[Row]:
    names = [name for path in clause.paths for name in path_variables(path)]
    for row in rows:
        found = False
        for one in matches(asked, clause.paths, row):
            if clause.where is None or truth(asked, one, clause.where):
                found = True
                yield one
        if clause.optional and not found:
            yield {**dict.fromkeys(names), **row}


def _unwind(asked: Asked, clause: tree.Unwind, rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        items = value_of(asked, row, clause.source)
        if items is not None and not isinstance(items, list):
            raise NotNaiveError
        for item in items or ():
            yield {**row, clause.variable: item}


def _call(asked: Asked, clause: tree.CallQuery, rows: Iterable[Row]) -> Iterator[Row]:
    if clause.imports is None or "*" in clause.imports:
        message = "what a subquery sees by other means than a list"
        raise NotNaiveError(message)
    last = clause.query.parts[0][-1]
    if not isinstance(last, tree.Return):
        raise NotNaiveError
    for row in rows:
        outer = {name: row[name] for name in clause.imports}
        found = False
        for one in _query(asked, clause.query, outer):
            found = True
            yield {**row, **one}
        if clause.optional and not found:
            yield {**row, **dict.fromkeys(item.name for item in last.projection.items)}


def _projected(asked: Asked, projection: tree.Projection, rows: Iterable[Row]) -> Iterator[Row]:
    if any(True for item in projection.items for _ in aggregates(item.expression)):
        pairs = _grouped(asked, projection, list(rows))
    else:
        pairs = ((row, _items(asked, projection, row), asked) for row in rows)
    if projection.distinct:
        pairs = _distinct(pairs)
    if projection.order:
        pairs = iter(_ordered(projection, list(pairs)))
    found: Iterable[Row] = (made for _, made, _ in pairs)
    skip = _count(asked, projection.skip) or 0
    limit = _count(asked, projection.limit)
    return islice(found, skip, None if limit is None else skip + limit)


_Pair = tuple[Row, Row, Asked]
"""A row before, the row that is made of it, and what the aggregates in it are."""


def _items(asked: Asked, projection: tree.Projection, row: Row) -> Row:
    own = {item.name: value_of(asked, row, item.expression) for item in projection.items}
    return {**row, **own} if projection.star else own


def _grouped(asked: Asked, projection: tree.Projection, rows: list[Row]) -> Iterator[_Pair]:
    if projection.star:
        raise NotNaiveError
    keys = [item for item in projection.items if not any(True for _ in aggregates(item.expression))]
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        key = tuple(group_key(value_of(asked, row, item.expression)) for item in keys)
        groups.setdefault(key, []).append(row)
    if not keys and not groups:
        groups[()] = []
    inner = [item.expression for item in projection.items]
    wanted = [
        one
        for tree_of in (*inner, *(part for part, _ in projection.order))
        for one in aggregates(tree_of)
    ]
    for group in groups.values():
        values = {id(one): aggregate(asked, group, one) for one in wanted}
        of_group = asked.within(values)
        row = group[0] if group else {}
        yield row, _items(of_group, projection, row), of_group


def _distinct(pairs: Iterable[_Pair]) -> Iterator[_Pair]:
    seen = set()
    for row, made, asked in pairs:
        key = tuple(group_key(value) for value in made.values())
        if key not in seen:
            seen.add(key)
            yield row, made, asked


def _ordered(projection: tree.Projection, pairs: list[_Pair]) -> list[_Pair]:
    same = {item.expression: item.name for item in projection.items if _is_hashable(item)}
    for part, down in reversed(projection.order):
        name = same.get(part)

        def key(pair: _Pair, part: tree.Expression = part, name: str | None = name) -> Any:
            row, made, asked = pair
            value = made[name] if name else value_of(asked, {**row, **made}, part)
            return sort_key(value)

        pairs.sort(key=key, reverse=down)
    return pairs


def _is_hashable(item: tree.Item) -> bool:
    return not any(isinstance(node, tree.Subquery) for node in below(item.expression))


def _count(asked: Asked, of: tree.Expression | None) -> int | None:
    if of is None:
        return None
    found = value_of(asked, {}, of)
    if not isinstance(found, int) or found < 0:
        message = "a count of rows that is none"
        raise NaiveError(message)
    return found


def _plain(value: object) -> object:
    if isinstance(value, Node | Edge):
        label = value.label if isinstance(value, Node) else value.type
        own = {name: item for name, item in value.properties.items() if item is not None}
        return {**own, "_LABEL": label}
    if isinstance(value, Trail):
        message = "paths as columns"
        raise NotNaiveError(message)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value
