"""Reads delimited text, plain or gzipped: strings only, every row of the promised width.

Files are read in blocks of whole lines, so a table of tens of millions of rows can be filtered
while it is read. Nothing is interpreted: quotes, ``NA`` and ``1e5`` are text like any other.
"""

import gzip
import re
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast

import numpy as np
import polars as pl

from orthoweave.errors import HostileFileError, InputError

# 20 GB of text from one file is no gene table: it is a bomb
MAXIMUM_TEXT_BYTES: Final = 20 * 2**30
# nor is a line of 64 MB
MAXIMUM_LINE_BYTES: Final = 64 * 2**20
BLOCK_BYTES: Final = 16 * 2**20

_TAB, _NEWLINE = 9, 10
_ARCHIVES: Final = {
    rb"PK\x03\x04": "zip",
    rb"BZh\d1A": "bzip2",
    rb"\xfd7zXZ": "xz",
    rb"\x28\xb5\x2f\xfd": "zstandard",
}

# symbols that spreadsheets turn into dates, such as SEPT1 → 1-Sep (Ziemann 2016,
# doi:10.1186/s13059-016-1044-7), or into floats, such as 2310009E13 → 2.31E+13. Month first is
# counted only as spreadsheets write it (Sep-01): apr-1, Oct-4 and APR-5 are names of genes
_MONTH: Final = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_MANGLED: Final = re.compile(
    rf"^((?i:\d{{1,2}}-({_MONTH})(-\d{{2,4}})?|\d(\.\d+)?e\+\d+)"
    rf"|({'|'.join(month.title() for month in _MONTH.split('|'))})-\d{{2}}"
    r"|\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d{2}-\d{2}( 00:00:00)?)$"
)


def read_delimited(
    path: Path,
    *,
    columns: Sequence[str] = (),
    header: bool = True,
    comment: str = "",
    where: Mapping[str, Collection[str]] | None = None,
) -> pl.DataFrame:
    """All rows of a tab-separated file as strings; an empty field is an empty string.

    Parameters
    ----------
    columns
        Columns that must be there; other columns are kept too. Without a header they name all.
    header
        Whether the first line names the columns; a leading ``#`` is taken off.
    comment
        Lines that start so are skipped, apart from the header; before it, those that start with
        it twice.
    where
        Values to keep by column: rows with another value are left out while reading. Their
        width and text are checked all the same.

    Raises
    ------
    InputError
        If the file is empty, truncated, not text, lacks a column or has rows of another width:
        the message names file, line, what was expected and what was found.
    HostileFileError
        If it unpacks to more text than any table would hold.
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
    """Rows as `read_delimited` gives them, block by block; the first block has none."""
    blocks = _text_blocks(path)
    rest, names = None, list(columns)
    if header:
        rest, names = _split_header(next(blocks), comment)
    _check_names(path, names, [*columns, *(where or ())])
    table = _Table(path, names, comment.encode(), where or {})
    yield pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    if rest is not None:
        yield table.parse(rest)
    for block in blocks:
        yield table.parse(block)


def read_header(path: Path, *, comment: str = "#") -> list[str]:
    """Names in the first line of a tab-separated file; a leading ``#`` is taken off."""
    return _split_header(next(_text_blocks(path, first=1 << 16)), comment)[1]


def read_lines(path: Path) -> list[str]:
    """Lines of a text file in UTF-8, plain or gzipped, without their ends; none if it is empty."""
    if path.is_file() and path.stat().st_size == 0:
        return []
    return [line for block in _text_blocks(path) for line in block.content.decode().split("\n")]


def mangled_symbols(symbols: Sequence[str]) -> list[str]:
    """Texts among `symbols` that a spreadsheet made of gene symbols, such as ``1-Sep``.

    Examples
    --------
    >>> mangled_symbols(["INS", "1-Sep", "2.31E+13", "SEPTIN1", "MARCH-IV", "Oct-4", "apr-1"])
    ['1-Sep', '2.31E+13']
    """
    return [symbol for symbol in symbols if _MANGLED.match(symbol)]


@dataclass(frozen=True, slots=True)
class _Block:
    """Whole lines, joined by newlines without one at the end, and the number of the first."""

    content: bytes
    line: int


@dataclass(frozen=True, slots=True)
class _Table:
    """What every block of one file must look like."""

    path: Path
    names: list[str]
    comment: bytes
    where: Mapping[str, Collection[str]]

    def parse(self, block: _Block) -> pl.DataFrame:
        """Rows of a block that `where` keeps."""
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
        """Content of the block without empty lines and comments, every line of the right width."""
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
                f"{self.path}, line {block.line + at:,}: expected {len(self.names)} tab-separated "
                f"columns ({', '.join(self.names[:4])}, …), found {widths[at]}: {line[:80]!r}"
            )
            raise InputError(message)
        if not skip.any():
            return block.content
        kept = np.flatnonzero(~skip)
        return b"\n".join(block.content[starts[at] : ends[at]] for at in kept)


def _copied(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with text of their own: filtered rows hold on to the text of all."""
    copied = pl.from_arrow(rows.to_arrow(compat_level=pl.CompatLevel.oldest()))
    return cast("pl.DataFrame", copied)


def _shape(content: bytes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fields, start and end of each line of `content`."""
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


def _split_header(block: _Block, comment: str) -> tuple[_Block, list[str]]:
    lines, number = block.content, block.line
    while comment and lines.startswith(comment.encode() * 2):
        lines = lines.partition(b"\n")[2]
        number += 1
    first, _, rest = lines.partition(b"\n")
    names = first.decode().lstrip("#").lstrip().split("\t") if first else []
    return _Block(rest, number + 1), names


def _check_names(path: Path, names: list[str], needed: Sequence[str]) -> None:
    missing = [column for column in dict.fromkeys(needed) if column not in names]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if missing or repeated:
        what = (
            f"columns {', '.join(missing)} are missing" if missing
            else f"column {repeated[0]!r} repeats"
        )  # fmt: skip
        found = ", ".join(names)[:300] or "nothing"
        message = f"{path}: {what}; the first line has {found}: is it a file of another kind?"
        raise InputError(message)


def _text_blocks(path: Path, first: int = BLOCK_BYTES) -> Iterator[_Block]:
    """Blocks of whole lines of a text file, checked; at least one, of at least one line."""
    try:
        with path.open("rb") as raw:
            magic = raw.read(6)
        kind = next((name for mark, name in _ARCHIVES.items() if re.match(mark, magic)), None)
        if kind is not None:
            message = f"{path} is a {kind} archive: expected plain or gzipped text; unpack it"
            raise InputError(message)
        with gzip.open(path) if magic[:2] == b"\x1f\x8b" else path.open("rb") as stream:
            yield from _blocks_of(path, cast("BinaryIO", stream), first)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        message = f"{path}: the gzip stream is truncated or damaged ({error}): fetch it again"
        raise InputError(message) from error
    except (FileNotFoundError, IsADirectoryError) as error:
        message = f"{path}: expected a text file, found {error.strerror!r}: check the path"
        raise InputError(message) from error


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
