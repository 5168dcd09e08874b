"""Splits a Cypher statement into tokens, and refuses what does not split without doubt.

Two readers of one text may disagree about where a string or a comment ends, and that is how
statements are smuggled past checks. So only what every Cypher dialect reads alike is accepted:
ASCII outside strings and comments, no control characters, only the common escapes in strings.
Comments are replaced by blanks: the engine never sees them.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

from orthoweave.errors import QueryRefusedError

Kind = Literal["word", "quoted", "string", "number", "parameter", "symbol"]

LONGEST_STATEMENT: Final = 20_000
"""Characters that a statement may have; data belong into parameters."""

_PATTERN: Final = re.compile(
    r"""
      (?P<blank>    [ \t\r\n]+ | //[^\r\n]* | /\*.*?\*/ )
    | (?P<string>   '(?:[^'\\]|\\(?:[\\'"bfnrt]|u[0-9a-fA-F]{4}))*'
                  | "(?:[^"\\]|\\(?:[\\'"bfnrt]|u[0-9a-fA-F]{4}))*" )
    | (?P<quoted>   `[\x20-\x5b\x5d-\x5f\x61-\x7e]+` )
    | (?P<parameter> \$[A-Za-z_][A-Za-z0-9_]* )
    | (?P<number>   (?:0x[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*|0o[0-7]+(?:_[0-7]+)*
                    |(?:DIGITS\.DIGITS|\.DIGITS|DIGITS)(?:[eE][+-]?DIGITS)?)(?![A-Za-z0-9_]) )
    | (?P<word>     [A-Za-z_][A-Za-z0-9_]* )
    | (?P<symbol>   <> | <= | >= | =~ | \.\. | \|\| | :: | /(?![*/]) | [()\[\]{},.:|+\-*%^=<>;!&] )
    """.replace("DIGITS", "[0-9]+(?:_[0-9]+)*"),
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_STRING_HINT: Final = (
    "a string is not closed, or holds an escape other than "
    "\\\\ \\' \\\" \\b \\f \\n \\r \\t \\uXXXX"
)
_HINTS: Final = {
    "'": _STRING_HINT,
    '"': _STRING_HINT,
    "`": "backticks hold plain ASCII without '\\', and are closed",
    "/": "a comment /* is not closed",
    "$": "a parameter is $ and a name of letters, digits and '_'",
    "": "outside strings and comments only plain ASCII is accepted",
}
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}


def words(text: str) -> frozenset[str]:
    """Make a set of the words in a text."""
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a statement."""

    kind: Kind
    text: str
    """As written; a quoted name without its backticks."""
    start: int
    """Place in the statement, in characters from 0."""
    end: int
    """Place behind it."""
    inside: str
    """The innermost bracket around it: ``(``, ``[``, ``{`` or empty."""

    @property
    def upper(self) -> str:
        """A word in capitals, for comparison with keywords; empty for anything else."""
        return self.text.upper() if self.kind == "word" else ""

    def is_symbol(self, *texts: str) -> bool:
        """Tell whether it is one of these symbols."""
        return self.kind == "symbol" and self.text in texts


@dataclass(frozen=True, slots=True)
class Tokens:
    """A statement in tokens, and its text with comments blanked out."""

    tokens: tuple[Token, ...]
    text: str
    written: str
    """The statement with its comments."""

    def parameters(self) -> frozenset[str]:
        """Names of the parameters it uses, without ``$``."""
        return frozenset(token.text[1:] for token in self.tokens if token.kind == "parameter")


def tokenize(statement: str) -> Tokens:
    """Split a statement into its tokens.

    Raises
    ------
    QueryRefusedError
        If it is too long, holds characters that belong to no token, or brackets do not match.

    Examples
    --------
    >>> [token.text for token in tokenize("RETURN 'a;b' /* ; */ AS x").tokens]
    ['RETURN', "'a;b'", 'AS', 'x']
    """
    if len(statement) > LONGEST_STATEMENT:
        message = (
            f"the statement has {len(statement):,} characters; expected at most "
            f"{LONGEST_STATEMENT:,}: hand data over as parameters"
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
        message = f"{text!r} at character {place + 1} closes nothing that was opened before"
        raise QueryRefusedError(message)
    inside = brackets[-1] if brackets else ""
    if kind == "symbol" and text in _PAIRS.values():
        brackets.append(text)
    return Token(kind, text.strip("`"), place, place + len(text), inside)  # type: ignore[arg-type]


def hidden(text: str) -> bool:
    """Tell whether a text holds control or invisible formatting characters."""
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
