"""Parses a Cypher statement: text to tokens to a tree, once for each text."""

from dataclasses import dataclass
from functools import lru_cache

from orthoweave.errors import QueryRefusedError
from orthoweave.queries.cypher import clauses, expressions
from orthoweave.queries.cypher.cursor import Cursor
from orthoweave.queries.cypher.tree import Query
from orthoweave.queries.cypher.walk import parameters
from orthoweave.queries.tokens import Tokens, tokenize


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that was read: its tree, and its text with comments blanked out."""

    query: Query
    text: str
    parameters: frozenset[str]


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
    query = clauses.query(at)
    if at.peek() is not None:
        at.fail("the end")
    return Statement(query, found.text, parameters(query))


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
    return Tokens(tokens, found.text.rstrip().rstrip(";"))
