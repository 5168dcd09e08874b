"""Colours that can be told apart with colour vision deficiencies, on light and dark pages.

Categories are the eight colours of Okabe and Ito (https://jfly.uni-koeln.de/color/) without black;
beyond seven the marker's shape changes as well. Amounts are cividis (Nuñez, Anderton and Renslow
2018, doi:10.1371/journal.pone.0199239).
"""

from dataclasses import dataclass
from typing import Final

CATEGORIES: Final = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
SHAPES: Final = ("circle", "diamond", "square", "cross", "triangle-up", "star")
_CIVIDIS: Final = (
    "#00224e",
    "#123570",
    "#3b496c",
    "#575d6d",
    "#707173",
    "#8a8678",
    "#a59c74",
    "#c3b369",
    "#e1cc55",
    "#fee838",
)


@dataclass(frozen=True, slots=True)
class Ground:
    """Colours that depend on the page's background."""

    ink: str
    """Text and lines."""
    quiet: str
    """Secondary marks."""
    faint: str
    """Grid lines and separators."""
    amounts: tuple[str, ...]
    """Colours from low to high; low is near the background."""
    halo: str
    """CSS text shadow in the colour of the background: names stay readable on lines."""


_AROUND: Final = ("1px 1px 2px", "-1px -1px 2px", "1px -1px 2px", "-1px 1px 2px", "0 0 3px")
LIGHT: Final = Ground(
    "#222222",
    "#6b6b6b",
    "#dddddd",
    tuple(reversed(_CIVIDIS)),
    ", ".join(f"{offset} #ffffff" for offset in _AROUND),
)
DARK: Final = Ground(
    "#eeeeee", "#a3a3a3", "#3d3d3d", _CIVIDIS, ", ".join(f"{offset} #181714" for offset in _AROUND)
)


def ground(*, dark: bool) -> Ground:
    """Return the colours for a dark or a light page."""
    return DARK if dark else LIGHT


def look(number: int) -> tuple[str, str]:
    """Return colour and shape of the category with this number, from 0.

    Examples
    --------
    >>> look(0), look(7)
    (('#0072B2', 'circle'), ('#0072B2', 'diamond'))
    """
    colour = CATEGORIES[number % len(CATEGORIES)]
    return colour, SHAPES[number // len(CATEGORIES) % len(SHAPES)]


def amount(share: float, colours: Ground) -> str:
    """Return the colour of an amount from 0 to 1, the nearest of the scale."""
    return colours.amounts[round(share * (len(colours.amounts) - 1))]


def legible_on(colour: str) -> str:
    """Return black or white, whichever has the higher contrast on a colour (WCAG 2.1).

    Examples
    --------
    >>> legible_on("#fee838"), legible_on("#00224e")
    ('#000000', '#ffffff')
    """
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (red, green, blue)
    ]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (luminance + 0.05) ** 2 > 0.05 * 1.05 else "#ffffff"
