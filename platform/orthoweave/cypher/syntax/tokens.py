"""Tokenizer of Cypher statements, which refuses everything ambiguous.

Two parsers may disagree about where a string or a comment ends, and this can smuggle a statement
past a check. So only text that every parser reads alike is accepted: outside strings and comments
ASCII and letters of any script, keywords in ASCII, no control characters, only the common escapes
in strings, and in backticks only a doubled backtick.
Comments are replaced by blanks, so that the engine never sees them.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

from orthoweave.errors import QueryRefusedError

Kind = Literal["word", "quoted", "string", "number", "parameter", "symbol"]

LONGEST_STATEMENT: Final = 20_000
"""Maximum number of characters of a statement; data belong in parameters."""

_PATTERN: Final = re.compile(
    r"""
      (?P<blank>    [ \t\r\n]+ | //[^\r\n]* | /\*.*?\*/ )
    | (?P<string>   '(?:[^'\\]|\\(?:[\\'"bfnrt]|u[0-9a-fA-F]{4}))*'
                  | "(?:[^"\\]|\\(?:[\\'"bfnrt]|u[0-9a-fA-F]{4}))*" )
    | (?P<quoted>   `(?:[^`\\\t\r\n]|``)+`(?!`) )
    | (?P<parameter> \$(?: (?:[A-Za-z_]|[^\x00-\x7f])NAME* | (?:0|[1-9][0-9]*)(?!NAME)
                     | `(?:[^`\\\t\r\n]|``)+`(?!`) ) )
    | (?P<number>   (?:0x[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*|0o[0-7]+(?:_[0-7]+)*
                    |(?:DIGITS\.DIGITS|\.DIGITS|DIGITS)(?:[eE][+-]?DIGITS)?)(?!NAME) )
    | (?P<word>     (?:[A-Za-z_]|[^\x00-\x7f])NAME* )
    | (?P<symbol>   <> | <= | >= | =~ | \.\. | \|\| | :: | /(?![*/]) | [()\[\]{},.:|+\-*%^=<>;!&] )
    """.replace("DIGITS", "[0-9]+(?:_[0-9]+)*").replace("NAME", r"(?:[A-Za-z0-9_]|[^\x00-\x7f])"),
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_STRING_HINT: Final = (
    "a string is not closed, or has an escape other than \\\\ \\' \\\" \\b \\f \\n \\r \\t \\uXXXX"
)
_HINTS: Final = {
    "'": _STRING_HINT,
    '"': _STRING_HINT,
    "`": "a name in backticks is not closed, or contains '\\' or an invisible character; "
    "write a backtick as ``",
    "/": "a comment /* is not closed",
    "$": "a parameter is $ and a name of letters, digits and '_', a number, or a name in backticks",
    "": "outside strings and comments only plain ASCII and letters are accepted",
}
# categories of characters that begin and continue a name; Neo4j accepts none beyond U+FFFF
_LETTERS: Final = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nl"})
_FOLLOWING: Final = _LETTERS | {"Mn", "Mc", "Nd", "Pc"}
_LAST: Final = "\uffff"
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}


def words(text: str) -> frozenset[str]:
    """Return the set of words in a text."""
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a statement."""

    kind: Kind
    text: str
    """Text as written. Names in backticks, also of parameters after ``$``, are unquoted."""
    start: int
    """Offset of its first character, from 0."""
    end: int
    """Offset after its last character."""
    inside: str
    """The innermost open bracket around it: ``(``, ``[``, ``{`` or empty."""

    @property
    def upper(self) -> str:
        """The word in capitals, for comparison with keywords; empty for anything else.

        Other letters can have an ASCII capital, as U+017F has S, so words must be ASCII.
        """
        return self.text.upper() if self.kind == "word" and self.text.isascii() else ""

    def is_symbol(self, *texts: str) -> bool:
        """Return whether the token is one of these symbols."""
        return self.kind == "symbol" and self.text in texts


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a statement, and its text with comments replaced by blanks."""

    tokens: tuple[Token, ...]
    text: str
    written: str
    """The statement with its comments."""


def tokenize(statement: str) -> Tokens:
    """Return the tokens of a statement.

    Raises
    ------
    QueryRefusedError
        If it is too long, contains characters outside any token, or brackets do not match.

    Examples
    --------
    >>> [token.text for token in tokenize("RETURN 'a;b' /* ; */ AS x").tokens]
    ['RETURN', "'a;b'", 'AS', 'x']
    """
    if len(statement) > LONGEST_STATEMENT:
        message = (
            f"the statement has {len(statement):,} characters; expected at most "
            f"{LONGEST_STATEMENT:,}: pass data as parameters"
        )
        raise QueryRefusedError(message)
    tokens: list[Token] = []
    pieces: list[str] = []
    brackets: list[str] = []
    place = 0
    while place < len(statement):
        match = _PATTERN.match(statement, place)
        if match is None or hidden(match[0]):
            raise _no_token(statement, place, match[0] if match else "")
        kind: str = match.lastgroup or ""
        if kind in {"word", "parameter"} and (wrong := _no_letter(match[0])) is not None:
            raise _no_token(statement, place + wrong, "")
        if kind == "blank":
            comment = match[0].startswith("/")
            pieces.append(" " * len(match[0]) if comment else match[0])
        else:
            pieces.append(match[0])
            tokens.append(_token(kind, match[0], place, brackets))
        place = match.end()
    if brackets:
        message = f"{brackets[-1]!r} is opened but never closed"
        raise QueryRefusedError(message)
    return Tokens(tuple(tokens), "".join(pieces), statement)


def _token(kind: str, text: str, place: int, brackets: list[str]) -> Token:
    closes = kind == "symbol" and text in _PAIRS
    if closes and (not brackets or brackets.pop() != _PAIRS[text]):
        message = f"{text!r} at character {place + 1} does not match an opening bracket"
        raise QueryRefusedError(message)
    inside = brackets[-1] if brackets else ""
    if kind == "symbol" and text in _PAIRS.values():
        brackets.append(text)
    sign = "$" if kind == "parameter" else ""
    name = text.removeprefix(sign)
    if kind != "string" and name.startswith("`"):
        name = name[1:-1].replace("``", "`")
    return Token(kind, sign + name, place, place + len(text), inside)  # type: ignore[arg-type]


def _no_letter(word: str) -> int | None:
    """Return the offset of the first character that a plain name cannot contain; None if none."""
    first = int(word.startswith("$"))
    for place, sign in enumerate(word if word[first] != "`" else ""):
        allowed = _FOLLOWING if place > first else _LETTERS
        if not sign.isascii() and (sign > _LAST or unicodedata.category(sign) not in allowed):
            return place
    return None


def hidden(text: str) -> bool:
    """Return whether a text contains control or invisible formatting characters."""
    return any(
        unicodedata.category(sign) in {"Cc", "Cf", "Zl", "Zp", "Cs"} and sign not in "\t\r\n"
        for sign in text
    )


def _no_token(statement: str, place: int, text: str) -> QueryRefusedError:
    sign = next((sign for sign in text if hidden(sign)), statement[place])
    name = unicodedata.name(sign, f"U+{ord(sign):04X}")
    hint = _HINTS.get(sign, _HINTS[""])
    if sign == "/" and not statement.startswith("/*", place):
        hint = _HINTS[""]
    return QueryRefusedError(f"cannot read {sign!r} ({name}) at character {place + 1}: {hint}")
