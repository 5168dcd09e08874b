"""Parses a Cypher statement: text to tokens to a tree, once for each text."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from orthoweave.errors import QueryRefusedError
from orthoweave.queries.cypher import clauses, expressions
from orthoweave.queries.cypher.atoms import quoted, string
from orthoweave.queries.cypher.cursor import Cursor
from orthoweave.queries.cypher.identity import without_numbers
from orthoweave.queries.cypher.tree import Item, Query, Return
from orthoweave.queries.cypher.walk import parameters
from orthoweave.queries.tokens import Tokens, tokenize


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that was read.

    Its text has comments blanked out and strings without escapes by number: readers that resolve
    these before they look for the ends of strings would find other ends.
    """

    query: Query
    text: str
    parameters: frozenset[str]
    columns: Mapping[str, str]
    """What Neo4j calls columns that the text names otherwise, for want of comments and escapes."""


@lru_cache(maxsize=512)
def parse(text: str) -> Statement:
    """Parse one statement of the reading part of Cypher.

    Raises
    ------
    QueryRefusedError
        If it does not parse, with the place and what was expected there.

    Examples
    --------
    >>> sorted(parse("MATCH (g:Gene {id: $gene}) RETURN g.symbol").parameters)
    ['gene']
    """
    found = _one_statement(tokenize(text))
    at = Cursor(found, expressions.expression, clauses.subquery)
    try:
        query = without_numbers(clauses.query(at))
    except RecursionError as error:
        message = "the statement is too long for one expression: take it apart with WITH"
        raise QueryRefusedError(message) from error
    if at.peek() is not None:
        at.fail("the end")
    text = _plain(found)
    return Statement(query, text, parameters(query), _columns(query, text, found.written))


def _columns(query: Query, text: str, written: str) -> dict[str, str]:
    if written.startswith(text):
        return {}
    pairs = zip(_items(parse(text).query), _items(query), strict=True)
    return {item.name: as_asked.written for item, as_asked in pairs
            if as_asked.written and as_asked.written != item.name}  # fmt: skip


def _items(query: Query) -> tuple[Item, ...]:
    last = query.parts[0][-1]
    return last.projection.items if isinstance(last, Return) else ()


def _plain(found: Tokens) -> str:
    pieces, place = [], 0
    for token in found.tokens:
        if token.kind == "string" and "\\u" in token.text:
            pieces += [found.text[place : token.start], quoted(string(token.text))]
            place = token.end
    return "".join(pieces) + found.text[place:]


def _one_statement(found: Tokens) -> Tokens:
    tokens = found.tokens
    while tokens and tokens[-1].is_symbol(";"):
        tokens = tokens[:-1]
    if not tokens:
        message = "the statement is empty: expected a question such as MATCH (g:Gene) RETURN g.id"
        raise QueryRefusedError(message)
    for token in tokens:
        if token.is_symbol(";"):
            message = f"one statement at a time: more follows ';' at character {token.start + 1}"
            raise QueryRefusedError(message)
    return Tokens(tokens, found.text.rstrip().rstrip(";"), found.written)
