"""Damage text and bytes: of a line, of a field, of the encoding, of the whole."""

import gzip
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import DataObject

FIELDS: Final = (
    *(
        "",
        " ",
        "NA",
        "nan",
        "inf",
        "-1",
        "1.5",
        "1e400",
        "0x1f",
        "9" * 30,
        "9" * 5000,
        '"',
        '"a',
        "#",
    ),
    *("\ufeff", "\u200b", "\u202eSNI", "é" * 300, "\x00", "\x1b[31m", "=1+1", "INS", "CL:0000000"),
    *("a\tb", "a\nb", "a|b", "a;b", "NCBIGene:3630", "9606", "\u2028", "\x85", "\x0b", "\udcff"),
)
_HOW: Final = (
    *("field", "field", "field", "line", "drop", "repeat", "swap", "column", "separator"),
    *(
        "ends",
        "mark",
        "utf16",
        "latin",
        "cut",
        "flip",
        "zeros",
        "empty",
        "gzip",
        "cut gzip",
        "insert",
    ),
)


def damage_text(data: DataObject, content: bytes, separator: str = "\t") -> bytes:
    """Return the bytes of a text file with one to three parts of it damaged."""
    for _ in range(data.draw(st.integers(1, 3), label="times")):
        how = data.draw(st.sampled_from(_HOW), label="how")
        if how in _OF_BYTES:
            content = _bytes(data, content, how)
        else:
            text = content.decode("utf-8", "surrogateescape")
            content = _lines(data, text, separator, how).encode("utf-8", "surrogateescape")
    return content


_OF_BYTES: Final = {"utf16", "latin", "cut", "flip", "zeros", "empty", "gzip", "cut gzip", "mark"}


def damage_bytes(data: DataObject, content: bytes) -> bytes:
    """Return bytes with one part cut, turned over or zeroed."""
    return _bytes(data, content, data.draw(st.sampled_from(("cut", "flip", "zeros", "empty"))))


def _bytes(data: DataObject, content: bytes, how: str) -> bytes:
    at = data.draw(st.integers(0, max(len(content) - 1, 0)), label="at")
    if how == "utf16":
        return content.decode("utf-8", "replace").encode("utf-16")
    if how == "latin":
        return content[:at] + b"\xe9\xff" + content[at:]
    if how == "cut":
        return content[:at]
    if how == "flip":
        bit = 1 << data.draw(st.integers(0, 7), label="bit")
        return content[:at] + bytes(byte ^ bit for byte in content[at : at + 1]) + content[at + 1 :]
    if how == "zeros":
        return content[:at] + bytes(len(content[at : at + 64])) + content[at + 64 :]
    if how == "mark":
        return b"\xef\xbb\xbf" + content
    if how == "empty":
        return b""
    packed = gzip.compress(content, mtime=0)
    return packed if how == "gzip" else packed[: max(1, at % len(packed))]


def _lines(data: DataObject, text: str, separator: str, how: str) -> str:
    lines = text.split("\n")
    at = data.draw(st.integers(0, len(lines) - 1), label="line")
    other = data.draw(st.integers(0, len(lines) - 1), label="other")
    odd = data.draw(st.sampled_from(FIELDS), label="odd")
    if how in ("field", "column"):
        chosen = range(len(lines)) if how == "column" else [at]
        column = data.draw(st.integers(0, max(lines[at].count(separator), 0)), label="column")
        for one in chosen:
            fields = lines[one].split(separator)
            if column < len(fields) and lines[one]:
                fields[column : column + 1] = [] if how == "column" else [odd]
                lines[one] = separator.join(fields)
    elif how == "line":
        lines[at] = odd
    elif how == "insert":
        lines.insert(at, odd)
    elif how == "drop":
        del lines[at]
    elif how == "repeat":
        lines.insert(other, lines[at])
    elif how == "swap":
        lines[at], lines[other] = lines[other], lines[at]
    elif how == "separator":
        lines[at] = lines[at].replace(separator, data.draw(st.sampled_from((",", ";", " ", "||"))))
    else:
        ends = data.draw(st.sampled_from(("\r", "\r\n", "\n\n", "\n\r")), label="ends")
        return ends.join(lines[:at]) + "\n" + "\n".join(lines[at:])
    return "\n".join(lines)
