"""Cypher scripts: files of several statements with parameters and comments.

The form is that of Neo4j's own shell and browser: statements end in ``;``, a line ``:param name =>
value`` sets a parameter for what follows, comments are ``//`` and ``/* */``. A comment ``// name:
top_genes`` above a statement names its answer.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from orthoweave.cypher.syntax.literals import read_literal
from orthoweave.errors import QueryError, QueryRefusedError, UsageError
from orthoweave.gateway.limits import MOST_ROWS
from orthoweave.questions.answer import Answer
from orthoweave.questions.asked import ask_cypher
from orthoweave.questions.session import Session
from orthoweave.stores.neo4j.statement import masked, parameter_names

_NAMED: Final = re.compile(r"^\s*//\s*name:\s*(.*?)\s*$", re.MULTILINE)
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_COMMAND: Final = re.compile(r":(\w*)[ \t]*([^\n]*)")
# quoted text, in which no comment begins, and comments
_QUOTED_OR_COMMENT: Final = re.compile(
    r"""'(?:\\.|[^'\\])*' | "(?:\\.|[^"\\])*" | `[^`]*` | //.* | /\*.*?\*/""", re.VERBOSE
)
_PARAM: Final = re.compile(r"(?:`((?:[^`]|``)+)`|(\w+))\s*=>\s*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a script."""

    name: str
    """From the comment ``// name: …`` above it, else ``statement_<number>``."""
    text: str
    """The statement with the comments above and within it."""
    parameters: Mapping[str, object]
    """The parameters that it uses, of all that were set before it."""
    line: int
    """Line of the file in which it begins, from 1."""


def read_script(text: str, given: Mapping[str, object] | None = None) -> tuple[Statement, ...]:
    r"""Read the statements of a script in order, each with its parameters.

    Parameters
    ----------
    given
        Parameters from elsewhere: they win over those that the script sets.

    Raises
    ------
    QueryRefusedError
        If there is no statement, a command other than ``:param``, or a value that cannot be read.
    UsageError
        If two statements have one name, or no statement uses a given parameter.

    Examples
    --------
    >>> [one] = read_script(":param gene => 'INS'\nMATCH (g:Gene {symbol: $gene}) RETURN g.id;")
    >>> one.name, one.parameters, one.line
    ('statement_1', {'gene': 'INS'}, 2)
    """
    own, statements = {}, list[Statement]()
    chosen = dict(given or {})
    for line, piece in _pieces(text):
        if piece.startswith(":"):
            own.update(_command(piece, line))
            continue
        name = _name(piece, f"statement_{len(statements) + 1}", line)
        known = {**own, **chosen}
        used = {key: known[key] for key in sorted(parameter_names(piece)) if key in known}
        statements.append(Statement(name, piece, used, line))
    _check(statements, chosen)
    return tuple(statements)


def answer_script(
    session: Session, statements: Sequence[Statement], limit: int | None = None
) -> Iterator[tuple[Statement, Answer]]:
    """Answer each statement in order; yield an answer, titled by its name, once it is complete.

    Parameters
    ----------
    limit
        Greatest number of rows of each answer; a cut answer says so. Without a limit an answer is
        complete, or an error.

    Raises
    ------
    QueryError
        If a statement fails; the message begins with its name and line. Also if an answer has more
        rows than can be returned.
    """
    for statement in statements:
        try:
            answer = ask_cypher(session, statement.text, statement.parameters, limit or MOST_ROWS)
        except QueryError as error:
            message = f"{statement.name} (line {statement.line}): {error}"
            raise type(error)(message) from error
        if answer.truncated and limit is None:
            message = (
                f"{statement.name} (line {statement.line}) has more than {MOST_ROWS:,} rows: ask "
                "for less, set a limit, or export whole tables"
            )
            raise QueryError(message)
        yield statement, replace(answer, title=statement.name)


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Yield commands and statements, each with its line: comments above belong to a statement."""
    bare, start, end = masked(text), 0, len(text)
    while start < end:
        code = re.compile(r"\S").search(bare, start)
        if code is None:
            return
        first = code.start()
        line = text.count("\n", 0, first) + 1
        if bare[first] == ":":
            # its value may hold quoted text with any content
            stop = bare.find("\n", first)
            stop = end if stop < 0 else stop
            yield line, _without_comments(text[first:stop])
        else:
            stop = bare.find(";", first)
            stop = end if stop < 0 else stop
            piece = text[start:stop].strip()
            if bare[start:stop].strip():
                yield line, piece
        start = stop + 1


def _without_comments(line: str) -> str:
    """Return `line` of a command without comments and without ``;`` at its end."""
    bare = _QUOTED_OR_COMMENT.sub(lambda found: "" if found[0][0] == "/" else found[0], line)
    return bare.strip().rstrip(";").rstrip()


def _command(line: str, number: int) -> dict[str, object]:
    found = _COMMAND.match(line)
    name, rest = found.groups() if found else ("", "")
    if name != "param":
        message = (
            f"line {number}: {line[:40]!r} is not a command of a script: expected "
            ":param name => value, or a statement"
        )
        raise QueryRefusedError(message)
    pair = _PARAM.fullmatch(rest)
    try:
        if pair is not None:
            quoted, plain, value = pair.groups()
            return {plain or quoted.replace("``", "`"): read_literal(value)}
        values = read_literal(rest)
    except UsageError as error:
        raise QueryRefusedError(f"line {number}: {error}") from error
    if not isinstance(values, dict):
        message = (
            f"line {number}: {line!r}: expected :param name => value, or :param {{name: value}}"
        )
        raise QueryRefusedError(message)
    return values


def _name(piece: str, instead: str, line: int) -> str:
    names: list[str] = _NAMED.findall(piece)
    if not names:
        return instead
    if len(names) > 1 or not _NAME.fullmatch(names[0]):
        message = (
            f"line {line}: the name of a statement is given as {names!r}: expected one, of "
            "letters, digits, dots, dashes and underscores, since its answer's file is called so"
        )
        raise UsageError(message)
    return names[0]


def _check(statements: list[Statement], chosen: Mapping[str, object]) -> None:
    if not statements:
        message = "the script has no statement: expected a question such as MATCH (g:Gene) RETURN g"
        raise QueryRefusedError(message)
    lines: dict[str, int] = {}
    for one in statements:
        first = lines.setdefault(one.name.lower(), one.line)
        if first != one.line:
            message = f"lines {first} and {one.line}: two statements are called {one.name!r}"
            raise UsageError(message)
    used = {name for one in statements for name in one.parameters}
    unused = sorted(chosen.keys() - used)
    if unused:
        message = f"no statement of the script uses a parameter {unused[0]!r}"
        raise UsageError(message)
