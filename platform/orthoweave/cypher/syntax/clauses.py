"""Reads clauses from MATCH to RETURN, subqueries in braces, and UNION."""

from typing import Final

from orthoweave.cypher.syntax import patterns
from orthoweave.cypher.syntax.cursor import Cursor
from orthoweave.cypher.syntax.tree import (
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
from orthoweave.errors import QueryRefusedError

_Order = tuple[tuple[Expression, bool], ...]
_READING: Final = "MATCH, OPTIONAL MATCH, UNWIND, WITH, CALL or RETURN"


def query(at: Cursor) -> Query:
    """Read a query: clauses up to the end or to a closing brace.

    Raises
    ------
    QueryRefusedError
        If there is anything else.
    """
    place = at.place
    if at.is_word("SHOW") and at.peek() is at.tokens[0]:
        at.index += 1
        return Query((_show(at, place),))
    parts, kinds = [_part(at)], set()
    while at.word("UNION"):
        kinds.add(bool(at.word("ALL")))
        at.word("DISTINCT")
        parts.append(_part(at))
    if len(kinds) > 1:
        message = "UNION and UNION ALL cannot be mixed in one statement: use one of them"
        raise QueryRefusedError(message)
    return Query(tuple(parts), kinds == {True})


def subquery(at: Cursor, bare_pattern: bool) -> Query:  # noqa: FBT001 - called by the cursor
    """Read a query in braces; with `bare_pattern`, a pattern alone stands for a MATCH."""
    if bare_pattern and (at.is_symbol("(") or at.is_symbol("=", ahead=1)):
        return Query(((_match(at, optional=False),),))
    return query(at)


def _part(at: Cursor) -> tuple[Clause, ...]:
    clauses: list[Clause] = []
    while at.peek() is not None and not at.is_symbol("}") and not at.is_word("UNION"):
        if clauses and isinstance(clauses[-1], Return):
            at.fail("the end, or UNION")
        clauses.append(_clause(at))
    if not clauses:
        at.fail(_READING)
    return tuple(clauses)


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
    at.fail(f"{_READING}, since statements can only read the graph")


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
    """Skip a planner hint, which does not affect the answer."""
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
    return Projection(tuple(items), star, distinct, *_cut(at))


def _cut(at: Cursor) -> tuple[_Order, Expression | None, Expression | None]:
    """Read ORDER BY, SKIP and LIMIT."""
    order: list[tuple[Expression, bool]] = []
    if at.words("ORDER", "BY"):
        order.append(_sort(at))
        while at.symbol(","):
            order.append(_sort(at))
    skip = at.expression() if at.word("SKIP", "OFFSET") else None
    limit = at.expression() if at.word("LIMIT") else None
    return tuple(order), skip, limit


def _item(at: Cursor) -> Item:
    begin = at.index
    expression = at.expression()
    place = slice(at.tokens[begin].start, at.tokens[at.index - 1].end)
    if at.word("AS"):
        return Item(expression, at.name("the name of a column"), aliased=True)
    # Neo4j names the column of n {.id} just n
    named = expression.subject if isinstance(expression, MapProjection) else expression
    if isinstance(named, Variable):
        return Item(expression, named.name, aliased=isinstance(expression, Variable))
    return Item(expression, at.text[place], aliased=False, written=at.written[place])


def _sort(at: Cursor) -> tuple[Expression, bool]:
    expression = at.expression()
    down = bool(at.word("DESC", "DESCENDING"))
    if not down:
        at.word("ASC", "ASCENDING")
    return expression, down


def _call(at: Cursor, place: int, *, optional: bool) -> Clause:
    if at.symbol("{"):
        query = at.subquery(bare_pattern=False)
        _no_transactions(at)
        return CallQuery(None, query, optional, place=place)
    if at.symbol("("):
        imports: list[str] = []
        while not at.symbol(")"):
            if imports:
                at.expect(",")
            imports.append("*" if at.symbol("*") else at.name("the name of a variable"))
        at.expect("{")
        query = at.subquery(bare_pattern=False)
        _no_transactions(at)
        return CallQuery(tuple(imports), query, optional, place=place)
    return _procedure(at, place)


def _no_transactions(at: Cursor) -> None:
    if at.is_word("IN"):
        at.fail("another clause, since IN TRANSACTIONS is only for writing")


def _procedure(at: Cursor, place: int) -> CallProcedure:
    name = at.name("the name of a procedure, or a subquery in braces")
    while at.symbol("."):
        name += "." + at.name()
    arguments: list[Expression] = []
    called = bool(at.symbol("("))
    if called:
        while not at.symbol(")"):
            if arguments:
                at.expect(",")
            arguments.append(at.expression())
    yields = bool(at.word("YIELD"))
    columns = _yielded(at) if yields else ()
    where = at.expression() if columns and at.word("WHERE") else None
    return CallProcedure(
        name, tuple(arguments), columns, where, place=place, yields=yields, called=called
    )


def _yielded(at: Cursor) -> tuple[tuple[str, str], ...]:
    """Read the columns after YIELD and their names; an empty result stands for ``*``."""
    columns: list[tuple[str, str]] = []
    if not at.symbol("*"):
        while not columns or at.symbol(","):
            column = at.name("the name of a column")
            columns.append((column, at.name() if at.word("AS") else column))
    return tuple(columns)


def _show(at: Cursor, place: int) -> tuple[Clause, ...]:
    """Read ``SHOW INDEXES YIELD … WHERE … RETURN …`` as a procedure call and further clauses."""
    words: list[str] = []
    while (token := at.peek()) is not None and token.upper not in {"YIELD", "WHERE", ""}:
        words.append(token.upper)
        at.index += 1
    yields = bool(at.word("YIELD"))
    columns = _yielded(at) if yields else ()
    further: list[Clause] = []
    if yields and at.is_word("ORDER", "SKIP", "OFFSET", "LIMIT"):
        order, skip, limit = _cut(at)
        cut = Projection((), star=True, order=order, skip=skip, limit=limit)
        further.append(With(cut, None, place=place))
    where = at.expression() if at.word("WHERE") else None
    if where is not None and further:
        further[0] = With(cut, where, place=place)
        where = None
    name = " ".join(["SHOW", *words])
    if yields and at.is_word("RETURN"):
        at.index += 1
        further.append(Return(_projection(at), place=place))
    return (CallProcedure(name, (), columns, where, place=place, yields=yields), *further)
