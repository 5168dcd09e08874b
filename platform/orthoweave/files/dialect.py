"""Rewrite delimited text of other dialects as tab-separated UTF-8 without quotes.

A file is in another dialect if it begins with the byte-order mark of UTF-16, if its header is
separated by commas or semicolons, or if every field of a tab-separated header is quoted.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from orthoweave.errors import InputError

if TYPE_CHECKING:
    from typing_extensions import Buffer

_MARKS: Final = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_UTF16_LETTERS: Final = 1 << 20
_LONGEST_FIELD: Final = 1 << 26
_FLUSH_ROWS: Final = 20_000
_QUOTED: Final = re.compile(r'"(?:[^"]|"")*"')
_SPACES: Final = re.compile(r"[\t\r\n\x0b\x0c\x85\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Dialect:
    """Separator and quoting of a file's fields."""

    separator: str = "\t"
    quoted: bool = False

    @property
    def plain(self) -> bool:
        """Return whether the text needs no rewriting."""
        return self.separator == "\t" and not self.quoted


def encoding_of(start: bytes) -> str:
    """Return the encoding named by the byte-order mark of a file, else UTF-8."""
    return _MARKS.get(start[:2], "utf-8")


def decoded_stream(path: Path, stream: BinaryIO, encoding: str) -> Iterator[bytes]:
    """Yield the text of a UTF-16 stream as UTF-8, part by part.

    Raises
    ------
    InputError
        If the bytes are not UTF-16.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while part := stream.read(_UTF16_LETTERS):
            yield decoder.decode(part).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError as error:
        message = f"{path}: expected text in {encoding.upper()}, as its first bytes say: {error}"
        raise InputError(message) from error


def detect_dialect(line: str, *, blanks: bool = False) -> Dialect:
    r"""Return the dialect of a file by its header or first line.

    Parameters
    ----------
    blanks
        Whether blanks separate fields where nothing else does, as R's ``write.table`` has it.

    Examples
    --------
    >>> detect_dialect("human,mouse").separator, detect_dialect('"human"\t"mouse"').quoted
    (',', True)
    """
    unquoted = _QUOTED.sub("", line)
    for separator in ("\t", ",", ";", " ") if blanks else ("\t", ",", ";"):
        if separator in unquoted:
            fields = line.split(separator)
            all_quoted = all(_QUOTED.fullmatch(field.strip()) for field in fields if field.strip())
            return Dialect(separator, separator != "\t" or all_quoted)
    return Dialect(quoted=bool(_QUOTED.fullmatch(line.strip())))


def rewritten(path: Path, parts: Iterator[bytes], dialect: Dialect) -> Iterator[bytes]:
    """Yield text of a dialect as tab-separated lines without quotes.

    White space within a field, such as a line end, becomes a single space.

    Raises
    ------
    InputError
        If a quote is never closed.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    lines = _lines(parts)
    reader = csv.reader(lines, delimiter=dialect.separator, quotechar='"', strict=True)
    rows: list[str] = []
    try:
        for row in reader:
            rows.append("\t".join(_SPACES.sub(" ", field) for field in row))
            if len(rows) >= _FLUSH_ROWS:
                yield _bytes_of(rows) + b"\n"
                rows = []
    except csv.Error as error:
        message = (
            f"{path}, line {reader.line_num:,}: {error}: expected fields separated by "
            f"{dialect.separator!r}, with text in double quotes where needed"
        )
        raise InputError(message) from error
    yield _bytes_of(rows)


def _bytes_of(rows: list[str]) -> bytes:
    # bytes that are not UTF-8 come out as they went in: the reader of the text names them
    return "\n".join(rows).encode("utf-8", "surrogateescape")


def _lines(parts: Iterator[bytes]) -> Iterator[str]:
    rest = ""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    for part in chain(parts, (b"",)):
        text = rest + decoder.decode(part)
        *whole, rest = text.split("\n")
        for line in whole:
            yield line.removesuffix("\r").removeprefix("\ufeff") + "\n"
    if rest:
        yield rest


def stream_of(parts: Iterator[bytes]) -> io.BufferedReader:
    """Return a binary stream over parts of bytes."""
    return io.BufferedReader(_Parts(parts), 1 << 16)


class _Parts(io.RawIOBase):
    """A raw stream over an iterator of bytes."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "Buffer") -> int:
        while not self._rest:
            part = next(self._parts, None)
            if part is None:
                return 0
            self._rest = part
        target = memoryview(buffer)
        n = min(len(target), len(self._rest))
        target[:n] = self._rest[:n]
        self._rest = self._rest[n:]
        return n
