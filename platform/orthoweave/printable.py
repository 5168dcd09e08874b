"""Text of foreign files made fit to be shown: nothing in it moves the cursor or hides a letter.

Names in a file can hold escape sequences, which a terminal obeys, and marks that turn the direction
of writing, which show another name than is there. Every message, note, list and table shows them
escaped.
"""

from typing import Final

# control characters of ASCII and Latin-1, as \xNN
_CONTROLS: Final = {code: f"\\x{code:02x}" for code in (*range(32), *range(0x7F, 0xA0))}
# marks that turn the direction of writing (Unicode Technical Report 36), and separators of lines
_MARKS: Final = (
    *(0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)),
    *(0x2028, 0x2029),
)
ESCAPES: Final = (
    _CONTROLS
    | {ord("\t"): "\\t", ord("\n"): "\\n", ord("\r"): "\\r"}
    | {code: f"\\u{code:04x}" for code in _MARKS}
)
"""Text shown in place of a character, by code point."""


def printable(text: str, keep: str = "") -> str:
    r"""Return a text as one line, with its control characters escaped.

    Parameters
    ----------
    keep
        Characters that stay as they are, such as the line ends of a message.

    Examples
    --------
    >>> printable("A\x1b[31mB\n")
    'A\\x1b[31mB\\n'
    """
    shown = ESCAPES if not keep else {k: v for k, v in ESCAPES.items() if chr(k) not in keep}
    # lone surrogates stand for the undecodable bytes of a file's name
    return text.encode(errors="backslashreplace").decode().translate(shown)
