"""A cursor over the tokens of a statement, which reports what it expected and what it found."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, NoReturn

from orthoweave.cypher.syntax.tokens import Token, Tokens, words
from orthoweave.cypher.syntax.tree import Expression, Query
from orthoweave.errors import QueryRefusedError

CLAUSES: Final = words("MATCH OPTIONAL WITH UNWIND RETURN CALL WHERE ORDER SKIP LIMIT UNION OFFSET")
"""Keywords that begin a clause and so end the expression before them."""
_DEEPEST: Final = 40
# limit for all expressions read; some are read twice, since a pattern may begin like a value
_MOST: Final = 20_000


class Cursor:
    """A position in the tokens of a statement.

    Expressions, patterns and clauses can contain each other. To avoid import cycles, the readers
    of expressions and of queries in braces are passed in here.
    """

    def __init__(
        self,
        tokens: Tokens,
        expression: "Callable[[Cursor], Expression]",
        query: "Callable[[Cursor, bool], Query]",
    ) -> None:
        self._expression = expression
        self._query = query
        self.tokens = tokens.tokens
        self.text = tokens.text
        self.written = tokens.written
        self.index = 0
        self.bar_ends = False
        self._depth = 0
        self._read = 0

    @property
    def place(self) -> int:
        """Offset of the next token, in characters from 0."""
        return self.tokens[self.index].start if self.index < len(self.tokens) else len(self.text)

    def peek(self, ahead: int = 0) -> Token | None:
        """Return a token without reading it; None after the end."""
        index = self.index + ahead
        return self.tokens[index] if index < len(self.tokens) else None

    def is_symbol(self, *texts: str, ahead: int = 0) -> bool:
        """Return whether the next token is one of these symbols."""
        token = self.peek(ahead)
        return token is not None and token.is_symbol(*texts)

    def is_word(self, *words: str, ahead: int = 0) -> bool:
        """Return whether the next token is one of these words, in any case."""
        token = self.peek(ahead)
        return token is not None and token.upper in words

    def symbol(self, *texts: str) -> str:
        """Read and return one of these symbols; empty if the next token is another one."""
        if not self.is_symbol(*texts):
            return ""
        self.index += 1
        return self.tokens[self.index - 1].text

    def word(self, *words: str) -> str:
        """Read and return one of these words in capitals; empty if the next token is another."""
        if not self.is_word(*words):
            return ""
        self.index += 1
        return self.tokens[self.index - 1].upper

    def words(self, *words: str) -> bool:
        """Read these words in a row, and return whether they were there."""
        if not all(self.is_word(word, ahead=ahead) for ahead, word in enumerate(words)):
            return False
        self.index += len(words)
        return True

    def expect(self, text: str) -> None:
        """Read this symbol or word.

        Raises
        ------
        QueryRefusedError
            If the next token is another one.
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
        """Refuse the statement, naming what was found here and what was expected."""
        token = self.peek()
        found = "the end" if token is None else repr(self.text[token.start : token.end])
        message = f"cannot read {found} at character {self.place + 1}: expected {expected}"
        raise QueryRefusedError(message)

    def expression(self) -> Expression:
        """Read an expression."""
        self.deeper()
        expression = self._expression(self)
        self.shallower()
        return expression

    def subquery(self, *, bare_pattern: bool) -> Query:
        """Read a query after an opening brace, and the closing brace."""
        self.deeper()
        query = self._query(self, bare_pattern)
        self.expect("}")
        self.shallower()
        return query

    def deeper(self) -> None:
        """Count one more level of nesting.

        Raises
        ------
        QueryRefusedError
            If expressions are nested too deeply, or there are too many.
        """
        self._depth += 1
        self._read += 1
        if self._depth > _DEEPEST or self._read > _MOST:
            message = (
                f"character {self.place + 1}: expressions are nested more than {_DEEPEST} deep, or "
                "there are too many: split the statement with WITH"
            )
            raise QueryRefusedError(message)

    def shallower(self) -> None:
        """Count one level of nesting less."""
        self._depth -= 1

    @contextmanager
    def bar(self, *, ends: bool) -> Iterator[None]:
        """Set within a block whether ``|`` ends a condition or belongs to a label expression."""
        before, self.bar_ends = self.bar_ends, ends
        try:
            yield
        finally:
            self.bar_ends = before
