"""String functions in SQL; where the engine differs from Cypher they run in Python."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from orthoweave.cypher.sql.frame import Shared
from orthoweave.cypher.sql.own import plain_function, python_call
from orthoweave.cypher.sql.types import (
    BOOL,
    FLOAT,
    INT,
    NULL,
    STRING,
    NotCompiledError,
    Value,
    list_of,
)
from orthoweave.cypher.values.operators import as_text, matches

Native = Callable[[Shared, Sequence[Value]], Value | None]
"""Function that returns a call as SQL, or None if it has no SQL for these arguments."""

# matches patterns that RE2 and Java may interpret differently even on plain ASCII
_ODD_PATTERN: Final = re.compile(r"\\[sSbBv1-9kpPQEGZzAhHRX]|\(\?[^:i]|\(\?i[^)]|[*+?}]\+|\n|\r")
_PLAIN_TEXT: Final = "(strlen({0}) = length({0}) AND NOT contains({0}, chr(13)))"


def regular(shared: Shared, text: Value, pattern: Value) -> Value:
    """Return ``=~`` as SQL; strings that RE2 and Java may read differently are left to Python."""
    if NULL in (text.type, pattern.type):
        return Value("CAST(NULL AS BOOLEAN)", BOOL)
    if text.type != STRING or pattern.type != STRING:
        raise NotCompiledError
    in_python = python_call(shared, "matches", matches, [text, pattern], BOOL)
    known = pattern.known
    if pattern.constant and isinstance(known, str) and not _ODD_PATTERN.search(known):
        matches("", known)  # refuses a pattern that is not valid
        if known.isascii():
            plain = _PLAIN_TEXT.format(text.sql)
            sql = (
                f"CASE WHEN {plain} THEN regexp_full_match({text.sql}, {pattern.sql}) "
                f"ELSE {in_python.sql} END"
            )
            return Value(sql, BOOL, nullable=text.nullable)
    return in_python


def joinable(shared: Shared, value: Value) -> Value:
    """Return a value in the form in which ``+`` joins it to a string."""
    if value.type != FLOAT:
        return value
    return python_call(shared, "as_text", as_text, [value], STRING, nullable=value.nullable)


def _cased(engine: str, name: str) -> Callable[[Shared, Sequence[Value]], Value | None]:
    def make(shared: Shared, values: Sequence[Value]) -> Value | None:
        (value,) = values
        if value.type != STRING:
            return None
        own = python_call(shared, name, plain_function(name), [value], STRING)
        ascii_only = f"strlen({value.sql}) = length({value.sql})"
        sql = f"CASE WHEN {ascii_only} THEN {engine}({value.sql}) ELSE {own.sql} END"
        return Value(sql, STRING, nullable=value.nullable)

    return make


def _to_string(shared: Shared, values: Sequence[Value]) -> Value | None:
    (value,) = values
    if value.type == STRING:
        return value
    if value.type in (INT, BOOL):
        return Value(f"CAST({value.sql} AS VARCHAR)", STRING, value.nullable)
    if value.type == FLOAT:
        return python_call(shared, "as_text", as_text, [value], STRING, nullable=value.nullable)
    return None


def _part_of_text(engine: str) -> Callable[[Shared, Sequence[Value]], Value | None]:
    """Return the maker of substring, left or right, for constant numbers from 0."""

    def make(shared: Shared, values: Sequence[Value]) -> Value | None:
        subject, *counts = values
        known = [count.known for count in counts]
        if subject.type != STRING or not all(
            type(count) is int and 0 <= count < 2**31 for count in known
        ):
            return None
        if engine == "substring":
            known[0] = int(str(known[0])) + 1
        places = ", ".join(map(str, known))
        return Value(f"{engine}({subject.sql}, {places})", STRING, subject.nullable)

    return make


def _replace(shared: Shared, values: Sequence[Value]) -> Value | None:
    if any(value.type != STRING for value in values) or not values[1].known:
        return None
    return Value(
        f"replace({', '.join(value.sql for value in values)})",
        STRING,
        any(value.nullable for value in values),
    )


def _split(_: Shared, values: Sequence[Value]) -> Value | None:
    text, mark = values
    if text.type != STRING or not mark.constant or not isinstance(mark.known, str):
        return None
    if not mark.known:
        return None
    return Value(f"string_split({text.sql}, {mark.sql})", list_of(STRING), text.nullable)


TEXTS: Final[Mapping[str, Native]] = {
    "tolower": _cased("lower", "tolower"),
    "lower": _cased("lower", "tolower"),
    "toupper": _cased("upper", "toupper"),
    "upper": _cased("upper", "toupper"),
    "tostring": _to_string,
    "replace": _replace,
    "split": _split,
    "substring": _part_of_text("substring"),
    "left": _part_of_text("left"),
    "right": _part_of_text("right"),
}
"""Functions by name in lower case."""
