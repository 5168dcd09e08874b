"""Reads clauses: from MATCH to RETURN, subqueries in braces, and UNION."""

from typing import Final

from orthoweave.errors import QueryRefusedError
from orthoweave.queries.cypher import patterns
from orthoweave.queries.cypher.cursor import Cursor
from orthoweave.queries.cypher.tree import (
    CallProcedure,
    CallQuery,
    Clause,
    Expression,
    Item,
    MapProjection,
    Match,
    Projection,
    Query,
    Return,
    Unwind,
    Variable,
    With,
)

_READING: Final = "MATCH, OPTIONAL MATCH, UNWIND, WITH, CALL or RETURN"


def query(at: Cursor) -> Query:
    """Read a question: clauses up to the end, or up to a closing brace.

    Raises
    ------
    QueryRefusedError
        If something else stands there.
    """
    parts, kinds = [_part(at)], set()
    while at.word("UNION"):
        kinds.add(bool(at.word("ALL")))
        at.word("DISTINCT")
        parts.append(_part(at))
    if len(kinds) > 1:
        message = "UNION and UNION ALL cannot stand in one statement: use one of them"
        raise QueryRefusedError(message)
    return Query(tuple(parts), kinds == {True})


def subquery(at: Cursor, bare_pattern: bool) -> Query:  # noqa: FBT001 - called by the cursor
    """Read a question in braces; a pattern alone may stand for a MATCH if `bare_pattern`."""
    if bare_pattern and (at.is_symbol("(") or at.is_symbol("=", ahead=1)):
        return Query(((_match(at, optional=False),),))
    return query(at)


def _part(at: Cursor) -> tuple[Clause, ...]:
    found: list[Clause] = []
    while at.peek() is not None and not at.is_symbol("}") and not at.is_word("UNION"):
        if found and isinstance(found[-1], Return):
            at.fail("the end, or UNION")
        found.append(_clause(at))
    if not found:
        at.fail(_READING)
    return tuple(found)


def _clause(at: Cursor) -> Clause:  # noqa: PLR0911, RET503 - fail does not return
    place = at.place
    if at.word("MATCH"):
        return _match(at, optional=False)
    if at.words("OPTIONAL", "MATCH"):
        return _match(at, optional=True)
    if at.word("UNWIND"):
        source = at.expression()
        at.expect("AS")
        return Unwind(source, at.name(), place=place)
    if at.word("WITH"):
        projection = _projection(at)
        where = at.expression() if at.word("WHERE") else None
        return With(projection, where, place=place)
    if at.word("RETURN"):
        return Return(_projection(at), place=place)
    if at.word("CALL"):
        return _call(at, place, optional=False)
    if at.words("OPTIONAL", "CALL"):
        return _call(at, place, optional=True)
    at.fail(f"{_READING}, since questions only read the graph")


def _match(at: Cursor, *, optional: bool) -> Match:
    place = at.place
    paths = [patterns.path(at)]
    while at.symbol(","):
        paths.append(patterns.path(at))
    while at.word("USING"):
        _skip_hint(at)
    where = at.expression() if at.word("WHERE") else None
    return Match(tuple(paths), where, optional, place=place)


def _skip_hint(at: Cursor) -> None:
    """Read what a planner might use, which changes no answer."""
    if at.words("JOIN", "ON"):
        at.name()
        while at.symbol(","):
            at.name()
        return
    index = not at.word("SCAN")
    if index:
        at.word("RANGE", "TEXT", "POINT")
        at.expect("INDEX")
        if at.is_word("SEEK") and not at.is_symbol(":", ahead=1):
            at.index += 1
    at.name()
    at.expect(":")
    at.name("a label or type")
    while index and not at.symbol(")"):
        at.symbol("(", ",")
        at.name("a property")


def _projection(at: Cursor) -> Projection:
    distinct = bool(at.word("DISTINCT"))
    items: list[Item] = []
    star = bool(at.symbol("*"))
    if not star:
        items.append(_item(at))
    while at.symbol(","):
        items.append(_item(at))
    order: list[tuple[Expression, bool]] = []
    if at.words("ORDER", "BY"):
        order.append(_sort(at))
        while at.symbol(","):
            order.append(_sort(at))
    skip = at.expression() if at.word("SKIP", "OFFSET") else None
    limit = at.expression() if at.word("LIMIT") else None
    return Projection(tuple(items), star, distinct, tuple(order), skip, limit)


def _item(at: Cursor) -> Item:
    begin = at.index
    found = at.expression()
    place = slice(at.tokens[begin].start, at.tokens[at.index - 1].end)
    if at.word("AS"):
        return Item(found, at.name("the name of a column"), aliased=True)
    # Neo4j calls the column n {.id} as it calls n
    named = found.subject if isinstance(found, MapProjection) else found
    if isinstance(named, Variable):
        return Item(found, named.name, aliased=isinstance(found, Variable))
    return Item(found, at.text[place], aliased=False, written=at.written[place])


def _sort(at: Cursor) -> tuple[Expression, bool]:
    found = at.expression()
    down = bool(at.word("DESC", "DESCENDING"))
    if not down:
        at.word("ASC", "ASCENDING")
    return found, down


def _call(at: Cursor, place: int, *, optional: bool) -> Clause:
    if at.symbol("{"):
        found = at.subquery(bare_pattern=False)
        _no_transactions(at)
        return CallQuery(None, found, optional, place=place)
    if at.symbol("("):
        imports: list[str] = []
        while not at.symbol(")"):
            if imports:
                at.expect(",")
            imports.append("*" if at.symbol("*") else at.name("the name of a variable"))
        at.expect("{")
        found = at.subquery(bare_pattern=False)
        _no_transactions(at)
        return CallQuery(tuple(imports), found, optional, place=place)
    return _procedure(at, place)


def _no_transactions(at: Cursor) -> None:
    if at.is_word("IN"):
        at.fail("another clause: transactions of its own are for writing")


def _procedure(at: Cursor, place: int) -> CallProcedure:
    token = at.peek()
    if token is not None and token.kind == "quoted":
        at.fail("the name of a procedure without backticks")
    name = at.name("the name of a procedure, or a subquery in braces")
    while at.symbol("."):
        name += "." + at.name()
    arguments: list[Expression] = []
    if at.symbol("("):
        while not at.symbol(")"):
            if arguments:
                at.expect(",")
            arguments.append(at.expression())
    columns: list[tuple[str, str]] = []
    where = None
    if at.word("YIELD") and not at.symbol("*"):
        while not columns or at.symbol(","):
            column = at.name("the name of a column")
            columns.append((column, at.name() if at.word("AS") else column))
        where = at.expression() if at.word("WHERE") else None
    return CallProcedure(name, tuple(arguments), tuple(columns), where, place=place)
