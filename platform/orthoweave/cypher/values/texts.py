"""String functions. Positions count Unicode code points from 0."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final

from orthoweave.cypher.values.model import name_of
from orthoweave.errors import QueryError, QueryRefusedError

# blanks as Java defines them: without no-break spaces
_BLANKS: Final = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2008\u2009\u200a\u2028\u2029\u205f\u3000"
)
# characters beyond it take two UTF-16 units in Java
_LAST_SHORT: Final = 0xFFFF


def _text(value: object) -> str:
    if not isinstance(value, str):
        message = f"expected a string, found {name_of(value)}: convert it with toString(…)"
        raise QueryError(message)
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise QueryError(f"expected an integer, found {name_of(value)}")
    if value < 0:
        raise QueryError(f"expected a number of characters from 0, found {value}")
    return value


def _substring(text: object, start: object, length: object = None) -> str:
    first = _count(start)
    rest = _text(text)[first:]
    return rest if length is None else rest[: _count(length)]


def _left(text: object, length: object) -> str:
    return _text(text)[: _count(length)]


def _right(text: object, length: object) -> str:
    whole, kept = _text(text), _count(length)
    return whole[max(0, len(whole) - kept) :]


def _split(text: object, marks: object) -> list[object] | None:
    whole, several = _text(text), marks if isinstance(marks, list) else [marks]
    if None in several:
        return None
    known = [_text(mark) for mark in several]
    if "" in known:
        if len(known) > 1 or any(ord(sign) > _LAST_SHORT for sign in whole):
            message = "split by an empty string would cut characters in half: use substring(…)"
            raise QueryRefusedError(message)
        return list(whole) or [""]
    # where several separators match at the same place, the first of the list wins
    return list(re.split("|".join(map(re.escape, known)), whole)) if known else [whole]


def _replace(text: object, old: object, new: object) -> str:
    return _text(text).replace(_text(old), _text(new))


def _trim(text: object, signs: object = _BLANKS) -> str:
    return _text(text).strip(_text(signs))


def _left_trim(text: object, signs: object = _BLANKS) -> str:
    return _text(text).lstrip(_text(signs))


def _right_trim(text: object, signs: object = _BLANKS) -> str:
    return _text(text).rstrip(_text(signs))


def _normalize(text: object, form: object = "NFC") -> str:
    if form not in {"NFC", "NFD", "NFKC", "NFKD"}:
        raise QueryError(f"normalize expects NFC, NFD, NFKC or NFKD, found {form!r}")
    return unicodedata.normalize(form, _text(text))


def _lower(text: object) -> str:
    return _text(text).lower()


def _upper(text: object) -> str:
    return _text(text).upper()


def _length(text: object) -> int:
    return len(_text(text))


FUNCTIONS: Final[Mapping[str, tuple[Callable[..., object], int, int]]] = {
    "tolower": (_lower, 1, 1),
    "lower": (_lower, 1, 1),
    "toupper": (_upper, 1, 1),
    "upper": (_upper, 1, 1),
    "trim": (_trim, 1, 1),
    "btrim": (_trim, 1, 2),
    "ltrim": (_left_trim, 1, 2),
    "rtrim": (_right_trim, 1, 2),
    "substring": (_substring, 2, 3),
    "left": (_left, 2, 2),
    "right": (_right, 2, 2),
    "split": (_split, 2, 2),
    "replace": (_replace, 3, 3),
    "normalize": (_normalize, 1, 2),
    "char_length": (_length, 1, 1),
    "character_length": (_length, 1, 1),
}
"""Functions by name in lower case, with their minimum and maximum number of arguments."""
