"""Reads the atoms of expressions: literals, names, calls, lists, maps and subqueries."""

import re
from typing import Final

from orthoweave.cypher.syntax import patterns
from orthoweave.cypher.syntax.cursor import CLAUSES, Cursor
from orthoweave.cypher.syntax.tokens import hidden, words
from orthoweave.cypher.syntax.tree import (
    Binary,
    Call,
    Case,
    CountStar,
    Expression,
    IsNull,
    ListComprehension,
    ListOf,
    Literal,
    MapOf,
    MapProjection,
    Parameter,
    Path,
    PatternComprehension,
    PatternPredicate,
    Quantifier,
    Reduce,
    ShortestPath,
    Subquery,
    SubqueryKind,
    Variable,
)
from orthoweave.errors import QueryRefusedError

_WORDS: Final = {"NULL": None, "TRUE": True, "FALSE": False}
_QUANTIFIERS: Final = frozenset({"ANY", "ALL", "NONE", "SINGLE"})
_SUBQUERIES: Final[tuple[SubqueryKind, ...]] = ("EXISTS", "COUNT", "COLLECT")
_SHORTEST: Final = frozenset({"SHORTESTPATH", "ALLSHORTESTPATHS"})
_NO_NAME: Final = CLAUSES | words(
    "AND OR XOR NOT IN IS AS THEN ELSE END WHEN CONTAINS STARTS ENDS BY"
)
_TRIMS: Final = {"BOTH": "btrim", "LEADING": "ltrim", "TRAILING": "rtrim"}
NORMAL_FORMS: Final = ("NFC", "NFD", "NFKC", "NFKD")
"""Unicode normal forms that normalize(…) accepts."""
_BEHIND_NAMES: Final = tuple(words(". , ) [ ] } = <> < <= > >= + * / |"))
_WORDS_BEHIND: Final = ("AS", "IS", "IN", "AND", "OR", "ORDER", "SKIP", "LIMIT", "UNION")
_ESCAPES: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def atom(at: Cursor) -> Expression:
    """Read one atom.

    Raises
    ------
    QueryRefusedError
        If no atom starts here.
    """
    token, place = at.peek(), at.place
    if token is None:
        at.fail("an expression")
    if token.kind == "string":
        at.index += 1
        return Literal(string(token.text), place=place)
    if token.kind == "parameter":
        at.index += 1
        return Parameter(token.text[1:], place=place)
    if token.kind == "symbol":
        return _bracketed(at)
    if token.kind == "quoted":
        at.index += 1
        return _named(at, Variable(token.text, place=place), place)
    return _word(at, token.upper, place)


def string(text: str) -> str:
    r"""Return the value of a string literal, given with its quotes.

    Raises
    ------
    QueryRefusedError
        If parsers may read the literal differently.

    Examples
    --------
    >>> string(r"'5\u2032 \'end\''")
    "5′ 'end'"
    """
    bare = re.sub(r"\\(u[0-9a-fA-F]{4}|.)", _unescaped, text[1:-1], flags=re.DOTALL)
    try:
        # two escapes may stand for the two halves (surrogates) of one character
        value = bare.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError as error:
        message = (
            f"the string {text[:40]} contains half a surrogate pair: write both escapes, or the "
            "character itself"
        )
        raise QueryRefusedError(message) from error
    if hidden(value) or "\\u" in value:
        message = (
            f"the string {text[:40]} contains a control character, or a backslash before u, which "
            "parsers read differently: pass the string as a parameter"
        )
        raise QueryRefusedError(message)
    return value


def quoted(value: str) -> str:
    r"""Return a string literal that every Cypher parser reads alike: without \\u escapes.

    Examples
    --------
    >>> print(quoted("it's"))
    'it\'s'
    """
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    for name, sign in (("n", "\n"), ("r", "\r"), ("t", "\t")):
        escaped = escaped.replace(sign, f"\\{name}")
    return f"'{escaped}'"


def _unescaped(match: re.Match[str]) -> str:
    sign = match[1]
    return chr(int(sign[1:], 16)) if len(sign) == 5 else _ESCAPES.get(sign, sign)


def _word(at: Cursor, word: str, place: int) -> Expression:
    if word in _WORDS and not at.is_symbol("(", ahead=1):
        at.index += 1
        return Literal(_WORDS[word], place=place)
    if word == "CASE":
        return _case(at)
    kind = next((kind for kind in _SUBQUERIES if kind == word), None)
    if kind is not None and at.is_symbol("{", ahead=1):
        at.index += 2
        query = at.subquery(bare_pattern=word != "COLLECT")
        return Subquery(kind, query, place=place)
    if word in _SHORTEST and at.is_symbol("(", ahead=1):
        return ShortestPath(patterns.path(at), place=place)
    call = _call(at, place)
    if call is not None:
        return call
    if word in _NO_NAME and not _ends_name(at):
        at.fail("an expression")
    at.index += 1
    return _named(at, Variable(at.tokens[at.index - 1].text, place=place), place)


def _ends_name(at: Cursor) -> bool:
    """Return whether the next token shows that the keyword here is a name."""
    last = at.peek(1) is None
    return last or at.is_symbol(*_BEHIND_NAMES, ahead=1) or at.is_word(*_WORDS_BEHIND, ahead=1)


def _named(at: Cursor, variable: Variable, place: int) -> Expression:
    """Read the projection that may follow a variable."""
    if not at.symbol("{"):
        return variable
    items: list[tuple[str | None, Expression | None]] = []
    while not at.symbol("}"):
        if items:
            at.expect(",")
        if at.symbol("."):
            items.append((None, None) if at.symbol("*") else (at.name("a property or *"), None))
            continue
        item_place = at.place
        key = at.name("a name, .name or .*")
        value: Expression = Variable(key, place=item_place)
        if at.symbol(":"):
            value = at.expression()
        items.append((key, value))
    return MapProjection(variable, tuple(items), place=place)


def _call(at: Cursor, place: int) -> Expression | None:  # noqa: PLR0911
    """Read a function call, with or without a namespace; None if there is none here."""
    ahead = 1
    while at.is_symbol(".", ahead=ahead) and (after := at.peek(ahead + 1)) and after.kind == "word":
        ahead += 2
    if not at.is_symbol("(", ahead=ahead):
        return None
    name = "".join(token.text for token in at.tokens[at.index : at.index + ahead])
    name = name.lower() if name.isascii() else name
    if name.upper() in _NO_NAME:
        return None
    at.index += ahead
    if name.upper() in _QUANTIFIERS:
        return _quantifier(at, name, place)
    if name == "reduce":
        return _reduce(at, place)
    if name == "exists" and (pattern := pattern_of(at, ahead=1)) is not None:
        at.expect(")")
        return PatternPredicate(pattern, exists=True, place=place)
    at.expect("(")
    if name == "count" and at.is_symbol("*"):
        at.index += 1
        at.expect(")")
        return CountStar(place=place)
    if name == "trim" and (trimmed := _trim(at, place)) is not None:
        return trimmed
    distinct = bool(at.word("DISTINCT"))
    arguments: list[Expression] = []
    while not at.symbol(")"):
        if arguments:
            at.expect(",")
        form = at.word(*NORMAL_FORMS) if name == "normalize" and arguments else ""
        arguments.append(Literal(form, place=place) if form else at.expression())
    return Call(name, tuple(arguments), distinct, place=place)


def _trim(at: Cursor, place: int) -> Expression | None:
    """Read ``BOTH 'x' FROM text)``; None if the call has another form."""
    begin = at.index
    side = at.word(*_TRIMS) if not at.is_symbol(*_BEHIND_NAMES, ahead=1) else ""
    signs = () if at.is_word("FROM") else (at.expression(),)
    if not at.word("FROM"):
        at.index = begin
        return None
    text = at.expression()
    at.expect(")")
    return Call(_TRIMS[side or "BOTH"], (text, *signs), place=place)


def _quantifier(at: Cursor, kind: str, place: int) -> Expression:
    at.expect("(")
    variable = at.name("a name, as in any(x IN list WHERE …)")
    at.expect("IN")
    source = at.expression()
    at.expect("WHERE")
    where = at.expression()
    at.expect(")")
    return Quantifier(kind, variable, source, where, place=place)


def _reduce(at: Cursor, place: int) -> Expression:
    at.expect("(")
    total = at.name("a name, as in reduce(total = 0, x IN list | total + x)")
    at.expect("=")
    start = at.expression()
    at.expect(",")
    variable = at.name()
    at.expect("IN")
    source = at.expression()
    at.expect("|")
    step = at.expression()
    at.expect(")")
    return Reduce(total, start, variable, source, step, place=place)


def _case(at: Cursor) -> Expression:
    place = at.place
    at.expect("CASE")
    subject = None if at.is_word("WHEN") else at.expression()
    branches = []
    while at.word("WHEN"):
        conditions = [_when(at, subject)]
        while subject is not None and at.symbol(","):
            conditions.append(_when(at, subject))
        at.expect("THEN")
        branches.append((tuple(conditions), at.expression()))
    if not branches:
        at.fail("WHEN")
    otherwise = at.expression() if at.word("ELSE") else None
    at.expect("END")
    return Case(tuple(branches), otherwise, place=place)


def _when(at: Cursor, subject: Expression | None) -> Expression:
    place = at.place
    if subject is None:
        return at.expression()
    if at.words("IS", "NULL"):
        return IsNull(subject, negated=False, place=place)
    if at.words("IS", "NOT", "NULL"):
        return IsNull(subject, negated=True, place=place)
    if at.is_word("STARTS", "ENDS") and at.is_word("WITH", ahead=1):
        sign = f"{at.word('STARTS', 'ENDS')} {at.word('WITH')}"
    else:
        sign = at.symbol("=", "<>", "<", "<=", ">", ">=", "=~") or "="
    return Binary(sign, subject, at.expression(), place=place)


def _bracketed(at: Cursor) -> Expression:  # noqa: RET503 - fail does not return
    place = at.place
    if at.is_symbol("("):
        pattern = pattern_of(at)
        if pattern is not None:
            return PatternPredicate(pattern, place=place)
        at.expect("(")
        inner = at.expression()
        at.expect(")")
        return inner
    if at.symbol("["):
        return _list(at, place)
    if at.symbol("{"):
        return MapOf(patterns.map_items(at), place=place)
    at.fail("an expression")


def _list(at: Cursor, place: int) -> Expression:
    token = at.peek()
    if token is not None and token.kind in {"word", "quoted"} and at.is_word("IN", ahead=1):
        at.index += 2
        source = at.expression()
        with at.bar(ends=True):
            where = at.expression() if at.word("WHERE") else None
        result = at.expression() if at.symbol("|") else None
        at.expect("]")
        return ListComprehension(token.text, source, where, result, place=place)
    comprehension = _pattern_comprehension(at, place)
    if comprehension is not None:
        return comprehension
    items: list[Expression] = []
    while not at.symbol("]"):
        if items:
            at.expect(",")
        items.append(at.expression())
    return ListOf(tuple(items), place=place)


def _pattern_comprehension(at: Cursor, place: int) -> Expression | None:
    begin = at.index
    name = None
    if at.is_symbol("=", ahead=1) and at.is_symbol("(", ahead=2):
        name = at.name()
        at.expect("=")
    pattern = pattern_of(at)
    if pattern is None or not (at.is_word("WHERE") or at.is_symbol("|")):
        at.index = begin
        return None
    with at.bar(ends=True):
        where = at.expression() if at.word("WHERE") else None
    at.expect("|")
    result = at.expression()
    at.expect("]")
    named = Path(pattern.elements, name, place=pattern.place)
    return PatternComprehension(named, where, result, place=place)


def pattern_of(at: Cursor, ahead: int = 0) -> Path | None:
    """Read a path with at least one relationship; None if there is none here."""
    if not at.is_symbol("(", ahead=ahead) or not patterns.looks_like_path(at, ahead):
        return None
    begin = at.index
    at.index += ahead
    try:
        return patterns.path(at)
    except QueryRefusedError:
        at.index = begin
        return None
