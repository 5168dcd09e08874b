"""Reads literal values in Cypher's notation: numbers, strings, booleans, null, lists and maps."""

import re
from typing import Final

from orthoweave.errors import UsageError

_TOKEN: Final = re.compile(
    r"""\s*(?:
      (?P<number>[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?)(?![\w.])
    | (?P<text>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")
    | (?P<quoted>`[^`]+`)
    | (?P<word>[A-Za-z_]\w*)
    | (?P<symbol>[\[\]{}:,])
    )""",
    re.VERBOSE | re.DOTALL,
)
_WORDS: Final = {"true": True, "false": False, "null": None}
_ESCAPES: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_DEEPEST: Final = 50
Tokens = list[tuple[str, str]]


def read_literal(text: str) -> object:
    r"""Read one value.

    Raises
    ------
    UsageError
        If the text is not a value; the message shows where.

    Examples
    --------
    >>> read_literal("{symbols: ['INS', \"GCG\"], n: -3, x: 1e3, on: true, no: null}")
    {'symbols': ['INS', 'GCG'], 'n': -3, 'x': 1000.0, 'on': True, 'no': None}
    """
    tokens = _tokens(text)
    value = _value(tokens, text, 0)
    if tokens:
        raise _wrong(text, tokens[-1][1])
    return value


def _tokens(text: str) -> Tokens:
    """Return the tokens of a text in reverse order."""
    tokens, at, end = [], 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise _wrong(text, text[at:end])
        tokens.append((match.lastgroup or "", match[match.lastgroup or 0]))
        at = match.end()
    return tokens[::-1]


def _value(tokens: Tokens, text: str, depth: int) -> object:
    kind, token = tokens.pop() if tokens else ("end", "the end")
    if kind == "number":
        return float(token) if re.search(r"[.eE]", token) else int(token)
    if kind == "text":
        return _unescaped(token[1:-1])
    if kind == "word" and token.lower() in _WORDS:
        return _WORDS[token.lower()]
    if depth < _DEEPEST and (kind, token) == ("symbol", "["):
        return _items(tokens, text, depth)
    if depth < _DEEPEST and (kind, token) == ("symbol", "{"):
        return _entries(tokens, text, depth)
    raise _wrong(text, token)


def _items(tokens: Tokens, text: str, depth: int) -> list[object]:
    items: list[object] = []
    while not _take(tokens, "]"):
        if items:
            _expect(tokens, ",", text)
        items.append(_value(tokens, text, depth + 1))
    return items


def _entries(tokens: Tokens, text: str, depth: int) -> dict[str, object]:
    entries: dict[str, object] = {}
    while not _take(tokens, "}"):
        if entries:
            _expect(tokens, ",", text)
        kind, name = tokens.pop() if tokens else ("end", "the end")
        if kind not in {"word", "quoted", "text"}:
            raise _wrong(text, name)
        _expect(tokens, ":", text)
        key = name if kind == "word" else _unescaped(name[1:-1])
        entries[key] = _value(tokens, text, depth + 1)
    return entries


def _take(tokens: Tokens, symbol: str) -> bool:
    if tokens and tokens[-1] == ("symbol", symbol):
        tokens.pop()
        return True
    return False


def _expect(tokens: Tokens, symbol: str, text: str) -> None:
    if not _take(tokens, symbol):
        raise _wrong(text, tokens[-1][1] if tokens else "the end")


def _unescaped(text: str) -> str:
    def plain(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        return chr(int(code, 16)) if code else _ESCAPES.get(match[3], match[3])

    return _ESCAPE.sub(plain, text)


def _wrong(text: str, found: str) -> UsageError:
    message = (
        f"the value {text.strip()[:80]!r} cannot be read at {found[:40]!r}: expected a number, "
        "a string in quotes, true, false, null, a list in [ ] or a map in { }"
    )
    return UsageError(message)
