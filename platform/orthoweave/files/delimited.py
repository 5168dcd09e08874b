"""Read delimited text, plain or gzipped: strings only, every row of the same width.

Files are read in blocks of whole lines, so a table of tens of millions of rows can be filtered
while it is read. No value is interpreted: ``NA`` and ``1e5`` are text. Files in another dialect
(commas, semicolons, quoted fields, UTF-16) are rewritten first; see `dialect`.
"""

import gzip
import io
import re
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final, cast

import numpy as np
import polars as pl

from orthoweave.errors import HostileFileError, InputError
from orthoweave.files.dialect import (
    Dialect,
    decoded_stream,
    detect_dialect,
    encoding_of,
    rewritten,
    stream_of,
)
from orthoweave.files.plain_files import check_plain

# a file with 20 GB of text is a decompression bomb, not a table of genes
MAXIMUM_TEXT_BYTES: Final = 20 * 2**30
# as is a line of 64 MB
MAXIMUM_LINE_BYTES: Final = 64 * 2**20
BLOCK_BYTES: Final = 16 * 2**20
# number of bytes in which the header is sought to detect the dialect
_START_BYTES: Final = 1 << 16

_TAB, _NEWLINE = 9, 10
_ARCHIVES: Final = {
    rb"PK\x03\x04": "zip",
    rb"BZh\d1A": "bzip2",
    rb"\xfd7zXZ": "xz",
    rb"\x28\xb5\x2f\xfd": "zstandard",
}


def read_delimited(
    path: Path,
    *,
    columns: Sequence[str] = (),
    header: bool = True,
    comment: str = "",
    where: Mapping[str, Collection[str]] | None = None,
) -> pl.DataFrame:
    """Read all rows of a delimited file as strings; an empty field is an empty string.

    Parameters
    ----------
    columns
        Required columns; others are kept too. Without a header they name all columns.
    header
        Whether the first line names the columns; a leading ``#`` is removed. Lines before it
        that start with ``#`` and have another number of fields are comments.
    comment
        Lines after the header that start with this text are skipped.
    where
        Values to keep by column: rows with another value are dropped while reading, after
        their width and text were checked.

    Raises
    ------
    InputError
        If the file is empty, truncated, not text, lacks a column or has rows of another width:
        the message names file, line, what was expected and what was found.
    HostileFileError
        If it unpacks to more text than a table would hold.
    """
    blocks = list(read_blocks(path, columns=columns, header=header, comment=comment, where=where))
    return pl.concat(blocks, rechunk=True)


def read_blocks(
    path: Path,
    *,
    columns: Sequence[str] = (),
    header: bool = True,
    comment: str = "",
    where: Mapping[str, Collection[str]] | None = None,
) -> Iterator[pl.DataFrame]:
    """Yield the rows of `read_delimited` in blocks; the first block is empty."""
    blocks = _text_blocks(path)
    rest, names = _without_comments(next(blocks)), list(columns)
    if header:
        rest, names = _split_header(rest)
    _check_names(path, names, [*columns, *(where or ())])
    table = _Table(path, names, comment.encode(), where or {})
    yield pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    yield table.parse(rest)
    for block in blocks:
        yield table.parse(block)


def read_numbered_blocks(path: Path, *, skip: int = 0) -> tuple[list[str], Iterator[pl.DataFrame]]:
    """Return the texts of the first line, and the rows in blocks with columns ``"0"``, ``"1"``, ….

    The texts of the first line may repeat. Where it has one field fewer than the next, as R writes
    it, the first column has no name.

    Parameters
    ----------
    skip
        Number of lines before the first one that counts.

    Raises
    ------
    InputError, HostileFileError
        As `read_delimited`.
    """
    blocks = _text_blocks(path, blanks=True)
    rest, names = _split_header(_without_lines(next(blocks), skip))
    width = rest.content.split(b"\n", 1)[0].count(b"\t") + 1
    if rest.content and width == len(names) + 1:
        names = ["", *names]
    table = _Table(path, [str(number) for number in range(len(names))], b"", {})
    return names, (table.parse(block) for block in chain((rest,), blocks))


def read_header(path: Path) -> list[str]:
    """Read the column names of a delimited file; a leading ``#`` is removed."""
    return _split_header(next(_text_blocks(path, first=1 << 16)))[1]


def read_lines(path: Path) -> list[str]:
    """Read the lines of a text file, plain or gzipped, without their ends; none if it is empty."""
    if path.is_file() and path.stat().st_size == 0:
        return []
    return [
        line
        for block in _text_blocks(path, table=False)
        for line in block.content.decode().split("\n")
    ]


@dataclass(frozen=True, slots=True)
class _Block:
    """Whole lines, joined by newlines without a last one, and the number of the first line."""

    content: bytes
    line: int


@dataclass(frozen=True, slots=True)
class _Table:
    """The layout that every block of a file must have."""

    path: Path
    names: list[str]
    comment: bytes
    where: Mapping[str, Collection[str]]

    def parse(self, block: _Block) -> pl.DataFrame:
        """Return the rows of a block that `where` keeps."""
        content = self._checked(block)
        schema = dict.fromkeys(self.names, pl.String)
        if not content:
            return pl.DataFrame(schema=schema)
        rows = pl.read_csv(
            content, separator="\t", has_header=False, quote_char=None, schema=schema
        ).fill_null("")
        keep = [pl.col(name).is_in(sorted(values)) for name, values in self.where.items()]
        return _copied(rows.filter(*keep)) if keep else rows

    def _checked(self, block: _Block) -> bytes:
        """Return the content without empty lines and comments; check the width of every line."""
        if not block.content:
            return b""
        widths, starts, ends = _shape(block.content)
        skip = ends == starts
        if self.comment:
            skip |= _starts_with(block.content, starts, self.comment)
        wrong = np.flatnonzero((widths != len(self.names)) & ~skip)
        if len(wrong):
            at = int(wrong[0])
            line = block.content[starts[at] : ends[at]].decode()
            message = (
                f"{self.path}, line {block.line + at:,}: expected {len(self.names)} columns "
                f"({', '.join(self.names[:4])}, …), found {widths[at]}: {line[:80]!r}"
            )
            if widths[at] == len(self.names) + 1:
                message += ". If R wrote row names, write the table with row.names=FALSE"
            raise InputError(message)
        if not skip.any():
            return block.content
        kept = np.flatnonzero(~skip)
        return b"\n".join(block.content[starts[at] : ends[at]] for at in kept)


def _copied(rows: pl.DataFrame) -> pl.DataFrame:
    """Copy rows, since filtered rows keep the text of all rows in memory."""
    copied = pl.from_arrow(rows.to_arrow(compat_level=pl.CompatLevel.oldest()))
    return cast("pl.DataFrame", copied)


def _shape(content: bytes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the number of fields, the start and the end of each line of `content`."""
    letters = np.frombuffer(content, np.uint8)
    ends = np.append(np.flatnonzero(letters == _NEWLINE), len(letters))
    starts = np.append(0, ends[:-1] + 1)
    tabs = np.searchsorted(np.flatnonzero(letters == _TAB), ends)
    return np.diff(tabs, prepend=0) + 1, starts, ends


def _starts_with(content: bytes, starts: np.ndarray, text: bytes) -> np.ndarray:
    letters = np.frombuffer(content, np.uint8)
    padded = np.append(letters, np.zeros(len(text), np.uint8))
    found = np.ones(len(starts), bool)
    for offset, letter in enumerate(text):
        found &= padded[starts + offset] == letter
    return found


def _split_header(block: _Block) -> tuple[_Block, list[str]]:
    """Split a file's first block into rows and column names."""
    body = _without_comments(block)
    first, _, rest = body.content.partition(b"\n")
    names = first.decode().lstrip("#").lstrip().split("\t") if first else []
    return _Block(rest, body.line + 1), names


def _without_lines(block: _Block, count: int) -> _Block:
    """Return a block without its first lines."""
    lines = block.content.split(b"\n", count)
    return _Block(lines[count] if len(lines) > count else b"", block.line + count)


def _without_comments(block: _Block) -> _Block:
    """Drop leading comments, and those after a header that itself starts with ``#``.

    The header is the last line with a single ``#`` that has as many fields as the first line
    without one; a file of comments alone keeps its last line.
    """
    content, skipped = block.content, list[bytes]()
    while content.startswith((b"#", b"\n")):
        line, _, content = content.partition(b"\n")
        skipped.append(line)
    width = content.partition(b"\n")[0].count(b"\t")
    headers = [
        at
        for at, line in enumerate(skipped)
        if line.startswith(b"#")
        and not line.startswith(b"##")
        and (line.count(b"\t") == width or not content)
    ]
    if not headers:
        return _Block(content, block.line + len(skipped))
    # the lines between header and rows stay, empty, so that line numbers keep their meaning
    empty = [b""] * (len(skipped) - headers[-1] - 1)
    rows = [content] if content else []
    return _Block(b"\n".join([skipped[headers[-1]], *empty, *rows]), block.line + headers[-1])


def _check_names(path: Path, names: list[str], needed: Sequence[str]) -> None:
    missing = [column for column in dict.fromkeys(needed) if column not in names]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if missing or repeated:
        what = (
            f"columns {', '.join(missing)} are missing"
            if missing
            else f"column {repeated[0]!r} repeats"
        )
        found = ", ".join(names)[:300] or "nothing"
        message = f"{path}: {what}; the first line has {found}: is it a file of another kind?"
        raise InputError(message)


def _text_blocks(
    path: Path, first: int = BLOCK_BYTES, *, table: bool = True, blanks: bool = False
) -> Iterator[_Block]:
    """Yield checked blocks of whole lines of a text file, at least one of at least one line."""
    try:
        with check_plain(path).open("rb") as raw:
            magic = raw.read(6)
        kind = next((name for mark, name in _ARCHIVES.items() if re.match(mark, magic)), None)
        if kind is not None:
            message = f"{path} is a {kind} archive: expected plain or gzipped text; unpack it"
            raise InputError(message)
        with gzip.open(path) if magic[:2] == b"\x1f\x8b" else path.open("rb") as stream:
            buffered = cast("io.BufferedReader", stream)
            readable = _plain_stream(path, buffered, table=table, blanks=blanks)
            yield from _blocks_of(path, readable, first)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        message = f"{path}: the gzip stream is truncated or damaged ({error}): fetch it again"
        raise InputError(message) from error
    except (FileNotFoundError, IsADirectoryError) as error:
        message = f"{path}: expected a text file, found {error.strerror!r}: check the path"
        raise InputError(message) from error


def _plain_stream(
    path: Path, stream: io.BufferedReader, *, table: bool, blanks: bool = False
) -> BinaryIO:
    """Return a stream of UTF-8 text; fields of a table are separated by tabs and not quoted."""
    start = stream.peek(_START_BYTES)[:_START_BYTES]
    encoding = encoding_of(start)
    if encoding != "utf-8":
        stream = stream_of(decoded_stream(path, stream, encoding))
        start = stream.peek(_START_BYTES)[:_START_BYTES]
    dialect = detect_dialect(_first_line(start), blanks=blanks) if table else Dialect()
    if dialect.plain:
        return stream
    return stream_of(rewritten(path, iter(lambda: stream.read(1 << 20), b""), dialect))


def _first_line(start: bytes) -> str:
    """Return the first line that is not a comment, else the last comment."""
    text = start.removeprefix(b"\xef\xbb\xbf").decode(errors="replace")
    lines = [line.removesuffix("\r") for line in text.split("\n") if line.strip()]
    return next((line for line in lines if not line.startswith("#")), lines[-1] if lines else "")


def _blocks_of(path: Path, stream: BinaryIO, first: int) -> Iterator[_Block]:
    line, read, rest, wanted = 1, 0, b"", first
    while part := stream.read(wanted):
        if read == 0:
            part = part.removeprefix(b"\xef\xbb\xbf")
        wanted = BLOCK_BYTES
        read += len(part)
        if read > MAXIMUM_TEXT_BYTES:
            message = f"{path} holds more than {MAXIMUM_TEXT_BYTES:,} bytes of text: refused"
            raise HostileFileError(message)
        whole, newline, rest = (rest + part).rpartition(b"\n")
        if len(rest) > MAXIMUM_LINE_BYTES:
            message = f"{path}, a line has more than {MAXIMUM_LINE_BYTES:,} bytes: refused"
            raise HostileFileError(message)
        if newline:
            block = _Block(_checked_text(path, whole, line), line)
            line += whole.count(b"\n") + 1
            yield block
    if rest:
        yield _Block(_checked_text(path, rest, line), line)
    elif read == 0:
        message = f"{path} is empty: expected a table; fetch it again"
        raise InputError(message)


def _checked_text(path: Path, content: bytes, line: int) -> bytes:
    nul = content.find(b"\0")
    try:
        content.decode()
        wrong, what = nul, "NUL bytes"
    except UnicodeDecodeError as error:
        first = error.start if nul < 0 else min(error.start, nul)
        wrong, what = first, f"byte {content[first]:#04x}"
    if wrong >= 0:
        place = line + content.count(b"\n", 0, wrong)
        message = (
            f"{path}, line {place:,}: {what} where UTF-8 text was expected: is it a binary file, "
            "or saved in another encoding?"
        )
        raise InputError(message)
    return content.replace(b"\r\n", b"\n").removesuffix(b"\r") if b"\r" in content else content
