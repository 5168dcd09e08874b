"""Text from data, escaped so that plotly shows it letter by letter.

Plotly reads a little HTML in labels, legends and hovers (``<b>``, ``<a href>``, ``<br>``) and,
where the page has it, mathematics between dollar signs. Data are text, never markup.
"""

from typing import Final

_MARKUP: Final = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        "$": "&#36;",
        # plotly reads placeholders %{x} only in our own templates, but breaking them costs nothing
        "{": "&#123;",
        "}": "&#125;",
    }
)
_CONTROL: Final = dict.fromkeys((*range(32), *range(127, 160), 8232, 8233), " ")


def plain(value: object, longest: int = 80) -> str:
    """Return `value` as plain text for a plotly label, at most `longest` characters.

    Examples
    --------
    >>> plain("<img src=x>"), plain(None), plain("a" * 9, longest=5)
    ('&lt;img src=x&gt;', '', 'aaaa…')
    """
    text = "" if value is None else str(value)
    if len(text) > longest:
        text = text[: longest - 1] + "…"
    return text.translate(_CONTROL).translate(_MARKUP)
