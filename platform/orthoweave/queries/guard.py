"""Lets only plain questions through: an allow-list over the tokens of one statement.

Everything is refused that is not known to be harmless: clauses, procedures and functions by
name. What is known to answer differently on the two engines is refused as well (`dialect`).
This is the first of two walls: text that users write runs in a sandboxed process besides.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from orthoweave.errors import MissingParameterError, QueryRefusedError, UsageError
from orthoweave.queries.dialect import HINTS, check_dialect
from orthoweave.queries.tokens import Token, Tokens, tokenize, words

FIRST: Final = frozenset({"MATCH", "OPTIONAL", "WITH", "UNWIND", "RETURN", "CALL"})
"""Words that a statement may begin with."""

FORBIDDEN: Final = words(
    """ALTER ANALYZE ATTACH BEGIN CHECKPOINT COMMIT COPY CREATE CSV DATABASE DELETE DETACH DROP
    EXPLAIN EXPORT EXTENSION FOREACH FORCE GRAPH IMPORT INSTALL LOAD MACRO MERGE PROFILE
    PROJECT REMOVE RENAME REVOKE GRANT ROLLBACK SET TERMINATE TRANSACTION TRANSACTIONS
    UNINSTALL UPDATE USE SHOW START PERIODIC"""
)
"""Words that may stand nowhere but as a property behind a dot."""

PROCEDURES: Final = frozenset({"show_tables", "table_info", "show_connection"})
"""Procedures of the embedded engine that only describe the graph."""

FUNCTIONS: Final = words(
    """abs all any avg cast ceil coalesce collect count degrees exists floor label left length
    log10 lower ltrim max min nodes none percentilecont pi radians range relationships
    replace reverse right rtrim sign single size sqrt sum tolower toupper trim upper
    type tofloat tointeger head last split tail array_cosine_similarity"""
)
"""Functions that answer alike on both engines, or are named so on one engine only."""

_BEFORE_PARENTHESIS: Final = words(
    """ALL AND AS BY CASE CONTAINS DISTINCT ELSE IN LIMIT MATCH NOT ON OR RETURN SKIP THEN
    UNION UNWIND WHEN WHERE WITH XOR"""
)


def check_statement(statement: str) -> Tokens:
    """Check that a statement is one plain question; give it with comments blanked out.

    Raises
    ------
    QueryRefusedError
        Naming the part that may not be asked, and the way to write it if there is one.

    Examples
    --------
    >>> sorted(check_statement("MATCH (g:Gene {id: $gene}) RETURN g.symbol").parameters())
    ['gene']
    """
    found = tokenize(statement)
    tokens = _one_statement(found.tokens)
    if tokens[0].upper not in FIRST:
        message = (
            f"a question begins with {', '.join(sorted(FIRST))}, not with {tokens[0].text!r}: "
            "the graph is read-only here"
        )
        raise QueryRefusedError(message)
    for index, token in enumerate(tokens):
        _check_word(tokens, index, token)
    check_dialect(tokens)
    return Tokens(tokens, found.text.rstrip().rstrip(";"))


def check_parameters(names: frozenset[str], given: Mapping[str, object]) -> None:
    """Check that exactly the parameters of a statement are given, with plain values.

    Raises
    ------
    MissingParameterError
        If one is missing: the engine would take it for null.
    UsageError
        If one is unknown, or its value is no text, number, truth value, list or map.
    """
    missing = sorted(names - given.keys())
    if missing:
        message = f"the query uses ${', $'.join(missing)}, but no value is given for it"
        raise MissingParameterError(message)
    unknown = sorted(given.keys() - names)
    if unknown:
        known = ", ".join(sorted(names)) or "none"
        message = f"the query has no parameter {unknown[0]!r}; its parameters are: {known}"
        raise UsageError(message)
    for name, value in given.items():
        if not _is_plain(value):
            message = (
                f"parameter {name!r} is a {type(value).__name__}; expected text, a number, true, "
                "false, null, or a list or map of these"
            )
            raise UsageError(message)


def _is_plain(value: object) -> bool:
    if isinstance(value, Mapping):
        return all(isinstance(key, str) and _is_plain(item) for key, item in value.items())
    if isinstance(value, list | tuple):
        return all(_is_plain(item) for item in value)
    return value is None or isinstance(value, str | int | float | bool)


def _one_statement(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    while tokens and tokens[-1].is_symbol(";"):
        tokens = tokens[:-1]
    if not tokens:
        message = "the statement is empty: expected a question such as MATCH (g:Gene) RETURN g.id"
        raise QueryRefusedError(message)
    for token in tokens:
        if token.is_symbol(";"):
            message = f"one statement at a time: more follows ';' at character {token.start + 1}"
            raise QueryRefusedError(message)
    return tokens


def _check_word(tokens: Sequence[Token], index: int, token: Token) -> None:
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    calls = after is not None and after.is_symbol("(")
    if token.kind == "quoted" and calls:
        message = f"`{token.text}`(…): functions and procedures are not written in backticks"
        raise QueryRefusedError(message)
    if token.kind != "word":
        return
    if token.upper in FORBIDDEN and not _is_property(tokens, index):
        message = (
            f"{token.upper} (character {token.start + 1}) may not be asked: questions only read. "
            "If it is a name of yours, choose another"
        )
        raise QueryRefusedError(message)
    if token.upper == "CALL":
        _check_procedure(after)
    elif calls:
        _check_function(tokens, index, token)
    elif after is not None and after.is_symbol("{") and token.upper in {"CALL", "COLLECT"}:
        raise QueryRefusedError(f"{token.upper} {{…}}: {HINTS['COLLECT{']}")


def _is_property(tokens: Sequence[Token], index: int) -> bool:
    """Tell whether it follows ``name.`` without a blank: then it can only be a property."""
    if index < 2 or not tokens[index - 1].is_symbol("."):
        return False
    dot, name = tokens[index - 1], tokens[index - 2]
    return name.kind == "word" and dot.start + 1 == tokens[index].start


def _check_procedure(name: Token | None) -> None:
    if name is None or name.kind != "word" or name.text not in PROCEDURES:
        found = "nothing" if name is None else name.text
        hint = f": {HINTS['COLLECT{']}" if found == "{" else ""
        message = f"CALL {found!r}: only {', '.join(sorted(PROCEDURES))} may be called{hint}"
        raise QueryRefusedError(message)


def _check_function(tokens: Sequence[Token], index: int, token: Token) -> None:
    name = token.text.lower()
    if token.upper in _BEFORE_PARENTHESIS and name not in FUNCTIONS:
        return
    if index and tokens[index - 1].upper == "CALL":
        return
    if index and tokens[index - 1].is_symbol("."):
        message = f".{token.text}(…): functions of other namespaces may not be called"
        raise QueryRefusedError(message)
    if name not in FUNCTIONS:
        hint = HINTS.get(name, f"the functions are {', '.join(sorted(FUNCTIONS))}")
        raise QueryRefusedError(f"{token.text}(…) may not be asked: {hint}")
