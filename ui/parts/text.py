"""Escape text from data for places that read Markdown."""

import re
from typing import Final

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&@^='\"/])")
_SPACE: Final = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")


def md(value: object, longest: int = 400) -> str:
    """Return `value` as one line of Markdown that is displayed literally."""
    text = _SPACE.sub(" ", "" if value is None else str(value))
    if len(text) > longest:
        text = text[: longest - 1] + "…"
    return _SPECIAL.sub(r"\\\1", text)
