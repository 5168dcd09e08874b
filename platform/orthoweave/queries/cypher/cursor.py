"""Reads tokens one after the other and says what was expected where another one stands."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, NoReturn

from orthoweave.errors import QueryRefusedError
from orthoweave.queries.cypher.tree import Expression, Query
from orthoweave.queries.tokens import Token, Tokens, words

CLAUSES: Final = words("MATCH OPTIONAL WITH UNWIND RETURN CALL WHERE ORDER SKIP LIMIT UNION OFFSET")
"""Words that end what stands before them."""
_DEEPEST: Final = 40
# expressions that are read in all; some are read twice, since a pattern may begin like a value
_MOST: Final = 20_000


class Cursor:
    """A place in the tokens of a statement.

    Expressions, patterns and clauses may stand within each other. The two that all need are
    handed over here: how an expression is read, and how a question in braces.
    """

    def __init__(
        self, found: Tokens, expression: "Callable[[Cursor], Expression]",
        query: "Callable[[Cursor, bool], Query]",
    ) -> None:  # fmt: skip
        self._expression = expression
        self._query = query
        self.tokens = found.tokens
        self.text = found.text
        self.written = found.written
        self.index = 0
        self.bar_ends = False
        self._depth = 0
        self._read = 0

    @property
    def place(self) -> int:
        """Where the next token begins, in characters from 0."""
        return self.tokens[self.index].start if self.index < len(self.tokens) else len(self.text)

    def peek(self, ahead: int = 0) -> Token | None:
        """Give a token without reading it, or None behind the end."""
        index = self.index + ahead
        return self.tokens[index] if index < len(self.tokens) else None

    def is_symbol(self, *texts: str, ahead: int = 0) -> bool:
        """Tell whether the next token is one of these symbols."""
        token = self.peek(ahead)
        return token is not None and token.is_symbol(*texts)

    def is_word(self, *words: str, ahead: int = 0) -> bool:
        """Tell whether the next token is one of these words, in any case."""
        token = self.peek(ahead)
        return token is not None and token.upper in words

    def symbol(self, *texts: str) -> str:
        """Read one of these symbols if it stands here; empty otherwise."""
        if not self.is_symbol(*texts):
            return ""
        self.index += 1
        return self.tokens[self.index - 1].text

    def word(self, *words: str) -> str:
        """Read one of these words if it stands here, in capitals; empty otherwise."""
        if not self.is_word(*words):
            return ""
        self.index += 1
        return self.tokens[self.index - 1].upper

    def words(self, *words: str) -> bool:
        """Read these words in a row if they stand here."""
        if not all(self.is_word(word, ahead=ahead) for ahead, word in enumerate(words)):
            return False
        self.index += len(words)
        return True

    def expect(self, text: str) -> None:
        """Read this symbol or word.

        Raises
        ------
        QueryRefusedError
            If another one stands here.
        """
        if not (self.word(text) if text.isalpha() else self.symbol(text)):
            self.fail(text)

    def name(self, what: str = "a name") -> str:
        """Read a name, plain or in backticks."""
        token = self.peek()
        if token is None or token.kind not in {"word", "quoted"}:
            self.fail(what)
        self.index += 1
        return token.text

    def fail(self, expected: str) -> NoReturn:
        """Refuse the statement, with what stands here and what was expected."""
        token = self.peek()
        found = "the end" if token is None else repr(self.text[token.start : token.end])
        message = f"cannot read {found} at character {self.place + 1}: expected {expected}"
        raise QueryRefusedError(message)

    def expression(self) -> Expression:
        """Read an expression."""
        self.deeper()
        found = self._expression(self)
        self.shallower()
        return found

    def subquery(self, *, bare_pattern: bool) -> Query:
        """Read a question behind an opening brace, and the closing one."""
        self.deeper()
        found = self._query(self, bare_pattern)
        self.expect("}")
        self.shallower()
        return found

    def deeper(self) -> None:
        """Note that one more expression is within others.

        Raises
        ------
        QueryRefusedError
            If too many are.
        """
        self._depth += 1
        self._read += 1
        if self._depth > _DEEPEST or self._read > _MOST:
            message = (
                f"character {self.place + 1}: expressions are nested more than {_DEEPEST} deep, or "
                "too many; take the statement apart with WITH"
            )
            raise QueryRefusedError(message)

    def shallower(self) -> None:
        """Note that an expression is read."""
        self._depth -= 1

    @contextmanager
    def bar(self, *, ends: bool) -> Iterator[None]:
        """Read with ``|`` as the end of a condition, or as part of a label expression."""
        before, self.bar_ends = self.bar_ends, ends
        try:
            yield
        finally:
            self.bar_ends = before
