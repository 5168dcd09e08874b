"""Reads delimited text, plain or gzipped: strings only, every row of the promised width."""

import gzip
import re
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

from orthoweave.errors import HostileFileError, InputError

# 20 GB of text from one file is no gene table: it is a bomb
MAXIMUM_TEXT_BYTES: Final = 20 * 2**30

# symbols that spreadsheets turn into dates, such as SEPT1 → 1-Sep (Ziemann 2016,
# doi:10.1186/s13059-016-1044-7), or into floats, such as 2310009E13 → 2.31E+13
_MANGLED: Final = re.compile(
    r"^(\d{1,2}-(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(-\d{2,4})?"
    r"|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-\d{1,2}"
    r"|\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d{2}-\d{2}( 00:00:00)?|\d(\.\d+)?e\+\d+)$",
    re.IGNORECASE,
)


def read_delimited(
    path: Path, *, columns: Sequence[str] = (), header: bool = True, comment: str = ""
) -> pl.DataFrame:
    """All rows of a tab-separated file as strings; an empty field is an empty string.

    Parameters
    ----------
    columns
        Columns that must be there; other columns are kept too. Without a header they name all.
    header
        Whether the first line names the columns; a leading ``#`` is taken off.
    comment
        Lines that start so are skipped, apart from the header.

    Raises
    ------
    InputError
        If the file is empty, truncated, not text, lacks a column or has rows of another width:
        the message names file, line, what was expected and what was found.
    """
    lines = read_lines(path)
    if header:
        while comment and lines and lines[0].startswith(comment * 2):
            lines.pop(0)
        names = lines.pop(0).lstrip("#").lstrip().split("\t") if lines else []
        first = 2
    else:
        names, first = list(columns), 1
    missing = [column for column in columns if column not in names]
    if missing or len(set(names)) != len(names):
        what = f"columns {', '.join(missing)} are missing" if missing else "a column name repeats"
        message = f"{path}: {what}; the first line has {', '.join(names) or 'nothing'}"
        raise InputError(message)
    rows = []
    for number, line in enumerate(lines, first):
        if not line or (comment and line.startswith(comment)):
            continue
        fields = line.split("\t")
        if len(fields) != len(names):
            message = (
                f"{path}, line {number}: expected {len(names)} tab-separated columns "
                f"({', '.join(names[:4])}, …), found {len(fields)}: {line[:80]!r}"
            )
            raise InputError(message)
        rows.append(fields)
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def read_lines(path: Path) -> list[str]:
    """Lines of a text file in UTF-8, plain or gzipped, without their ends."""
    try:
        with path.open("rb") as raw:
            zipped = raw.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rb") if zipped else path.open("rb") as stream:
            content = stream.read(MAXIMUM_TEXT_BYTES + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        message = f"{path}: the gzip stream is truncated or damaged ({error}): fetch it again"
        raise InputError(message) from error
    if len(content) > MAXIMUM_TEXT_BYTES:
        message = f"{path} holds more than {MAXIMUM_TEXT_BYTES:,} bytes of text: refused"
        raise HostileFileError(message)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{path} is not UTF-8 text (byte {error.start:,}): expected a delimited text file"
        raise InputError(message) from error
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n") if text else []


def mangled_symbols(symbols: Sequence[str]) -> list[str]:
    """The texts among `symbols` that a spreadsheet made of gene symbols, such as ``1-Sep``.

    Examples
    --------
    >>> mangled_symbols(["INS", "1-Sep", "2.31E+13", "SEPTIN1", "MARCH-IV"])
    ['1-Sep', '2.31E+13']
    """
    return [symbol for symbol in symbols if _MANGLED.match(symbol)]
