"""Suggestions for misspelt names."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

_MOST: Final = 3
_ALIKE: Final = 0.7


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """Return at most three known names that are similar to a name, the most similar first.

    Examples
    --------
    >>> nearest("symbl", ["id", "symbol", "name"])
    ['symbol']
    """
    by_lower: dict[str, str] = {}
    for candidate in sorted(known):
        by_lower.setdefault(candidate.lower(), candidate)
    lower = name.lower()
    close = get_close_matches(lower, list(by_lower), n=_MOST, cutoff=_ALIKE)
    return [by_lower[match] for match in close]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return an ending for a message, such as ``: did you mean symbol?``; empty if none is near.

    Examples
    --------
    >>> did_you_mean("gene", ["Gene", "Cell"])
    ': did you mean Gene?'
    """
    suggestions = nearest(name, known)
    return f": did you mean {' or '.join(suggestions)}?" if suggestions else ""
