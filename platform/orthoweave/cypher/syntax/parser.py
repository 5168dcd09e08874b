"""Parser of Cypher statements: text to tokens to a syntax tree, cached by text."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final
from typing import Literal as OneOf

from orthoweave.cypher.syntax import clauses, expressions
from orthoweave.cypher.syntax.atoms import quoted, string
from orthoweave.cypher.syntax.cursor import Cursor
from orthoweave.cypher.syntax.identity import without_numbers
from orthoweave.cypher.syntax.tokens import Tokens, tokenize
from orthoweave.cypher.syntax.tree import Item, Query, Return
from orthoweave.cypher.syntax.walk import parameters
from orthoweave.errors import QueryRefusedError

Mode = OneOf["run", "explain", "profile"]
_MODES: Final[Mapping[str, Mode]] = {"EXPLAIN": "explain", "PROFILE": "profile"}


@dataclass(frozen=True, slots=True)
class Statement:
    """A parsed statement.

    Its text has comments replaced by blanks and strings without numeric escapes: a parser that
    resolves these before it looks for the end of a string may find another end.
    """

    query: Query
    asked: Query
    """The query as written, before comparisons of internal ids were rewritten."""
    text: str
    parameters: frozenset[str]
    columns: Mapping[str, str]
    """Neo4j's names of columns, where they differ since `text` lacks comments and escapes."""
    mode: Mode = "run"
    """``explain`` or ``profile`` if the statement begins so; `text` leaves that word out."""


@lru_cache(maxsize=512)
def parse(text: str) -> Statement:
    """Return one parsed statement that only reads the graph.

    Raises
    ------
    QueryRefusedError
        If it does not parse; the message names the place and what was expected there.

    Examples
    --------
    >>> sorted(parse("MATCH (g:Gene {id: $gene}) RETURN g.symbol").parameters)
    ['gene']
    """
    mode, tokens = _without_mode(_one_statement(tokenize(text)))
    at = Cursor(tokens, expressions.expression, clauses.subquery)
    try:
        asked = clauses.query(at)
        query = without_numbers(asked)
    except RecursionError as error:
        message = "an expression is too long or nested too deeply: split it with WITH"
        raise QueryRefusedError(message) from error
    if at.peek() is not None:
        at.fail("the end")
    text = _plain(tokens)
    columns = _columns(query, text, tokens.written)
    return Statement(query, asked, text, parameters(query), columns, mode)


def _without_mode(tokens: Tokens) -> tuple[Mode, Tokens]:
    """Replace a leading EXPLAIN or PROFILE by blanks, so that offsets stay valid."""
    first = tokens.tokens[0]
    mode = _MODES.get(first.upper)
    if mode is None or len(tokens.tokens) == 1:
        return "run", tokens
    blank = " " * (first.end - first.start)
    text, written = (
        whole[: first.start] + blank + whole[first.end :] for whole in (tokens.text, tokens.written)
    )
    return mode, replace(tokens, tokens=tokens.tokens[1:], text=text, written=written)


def _columns(query: Query, text: str, written: str) -> dict[str, str]:
    if written.startswith(text):
        return {}
    pairs = zip(_items(parse(text).query), _items(query), strict=True)
    return {
        item.name: original.written
        for item, original in pairs
        if original.written and original.written != item.name
    }


def _items(query: Query) -> tuple[Item, ...]:
    last = query.parts[0][-1]
    return last.projection.items if isinstance(last, Return) else ()


def _plain(tokens: Tokens) -> str:
    pieces, place = [], 0
    for token in tokens.tokens:
        if token.kind == "string" and "\\u" in token.text:
            pieces += [tokens.text[place : token.start], quoted(string(token.text))]
            place = token.end
    return "".join(pieces) + tokens.text[place:]


def _one_statement(tokens: Tokens) -> Tokens:
    kept = tokens.tokens
    while kept and kept[-1].is_symbol(";"):
        kept = kept[:-1]
    if not kept:
        message = "the statement is empty: expected one such as MATCH (g:Gene) RETURN g.id"
        raise QueryRefusedError(message)
    for token in kept:
        if token.is_symbol(";"):
            message = f"expected one statement: more follows ';' at character {token.start + 1}"
            raise QueryRefusedError(message)
    return Tokens(kept, tokens.text.rstrip().rstrip(";"), tokens.written)
