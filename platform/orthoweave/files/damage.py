"""Recognise texts that programs put in place of gene names: "missing", dates, stray characters.

This module knows no genes; `orthoweave.genes` decides what a string means. Spreadsheets turn
symbols into dates, such as SEPT1 into 1-Sep (Ziemann 2016, doi:10.1186/s13059-016-1044-7).
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

# spellings of pandas, R, Excel, SQL and people; compared in lower case
MISSING_WORDS: Final = frozenset(
    {
        *("na", "n/a", "n.a.", "n.a", "#n/a", "#na", "<na>", "nan", "-nan", "#nan", "1.#qnan"),
        *("none", "null", "<null>", "(null)", "nil", "missing", "unknown", "#value!", "#ref!"),
        *("#name?", "#div/0!", "#null!", "#num!", "-", "--", "---", ".", "..", "?", "#n/a n/a"),
        "\\n",
    }
)

_MONTH: Final = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
# Month first is counted only as spreadsheets write it (Sep-01): apr-1, Oct-4 and APR-5 are genes
_MANGLED: Final = re.compile(
    rf"^((?i:\d{{1,2}}[-. ]\s?({_MONTH}|sept|mrz|mär|mai|okt|dez)\.?([-. ]\d{{2,4}})?"
    r"|\d(\.\d+)?e\+\d+)"
    rf"|({'|'.join(month.title() for month in _MONTH.split('|'))})-\d{{2}}"
    r"|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\d{4}[-/]\d{2}[-/]\d{2}([ T]00:00:00)?)\Z"
)
MAY_BE_MANGLED: Final = f"^([^A-Za-z]|{'|'.join(month.title() for month in _MONTH.split('|'))})"
"""Pattern that every text fits which `is_mangled_symbol` finds, to leave the others out at once."""
_SERIAL: Final = re.compile(r"\d{5}(\.0)?")
# days since this date are what Excel stores for a date
_EPOCH: Final = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = date(2000, 1, 1), date(2040, 1, 1)

_DASHES: Final = "‐‑‒–—―−﹘﹣－⁃"
_INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u180e"
_QUOTES: Final = "\"'`´‘’‚‛“”„‟«»"
_STRAY_ENDS: Final = _QUOTES + ",;"
# characters that may surround an id without being part of it
STRAY: Final = _STRAY_ENDS + _INVISIBLE + " \t\r\n\xa0"
_GREEK: Final = {
    chr(code): unicodedata.name(chr(code)).rpartition(" ")[2].lower()
    for code in range(0x3B1, 0x3CA)
    if code != 0x3C2
} | {"λ": "lambda", "Λ": "lambda"}
_GREEK_CAPITALS: Final = {
    letter.upper(): name for letter, name in _GREEK.items() if letter.upper() != letter
}
# HGNC's spellings of Greek letters in symbols (Bruford 2020, doi:10.1038/s41588-020-0669-3)
_LATIN: Final = dict(zip("αβγδεζκ", "ABGDEZK", strict=True))
# lists of many thousand names are mended: the tables are made once
_WITHOUT_INVISIBLE: Final = str.maketrans("", "", _INVISIBLE)
_TO_HYPHENS: Final = str.maketrans(dict.fromkeys(_DASHES, "-"))
_TO_NAMES: Final = str.maketrans(_GREEK | _GREEK_CAPITALS)
_TO_LATIN: Final = str.maketrans(_LATIN)


def is_missing_word(text: str) -> bool:
    """Return whether a string is a word for "no value", in any case.

    Examples
    --------
    >>> is_missing_word("NA"), is_missing_word(" #N/A"), is_missing_word("NAT1")
    (True, True, False)
    """
    return text.strip().lower() in MISSING_WORDS


def mangled_symbols(symbols: Sequence[str]) -> list[str]:
    """Return the texts in `symbols` that a spreadsheet made from symbols, such as ``1-Sep``.

    Examples
    --------
    >>> mangled_symbols(["INS", "1-Sep", "2.31E+13", "SEPTIN1", "MARCH-IV", "Oct-4", "apr-1"])
    ['1-Sep', '2.31E+13']
    """
    return [symbol for symbol in symbols if is_mangled_symbol(symbol)]


def is_mangled_symbol(text: str) -> bool:
    """Return whether a spreadsheet made a text, without white space around it, from a symbol."""
    return _MANGLED.match(text) is not None


def serial_date(text: str) -> date | None:
    """Return the date whose serial number in a spreadsheet a string is; None if it is not one.

    Examples
    --------
    >>> serial_date("44440").isoformat(), serial_date("7157") is None
    ('2021-09-01', True)
    """
    if not _SERIAL.fullmatch(text.strip()):
        return None
    day = _EPOCH + timedelta(days=int(text.strip()[:5]))
    return day if _FIRST_SERIAL <= day < _LAST_SERIAL else None


def without_stray_ends(text: str) -> str:
    """Return a string without invisible characters, and without quotes and commas at its ends."""
    visible = text if text.isascii() else text.translate(_WITHOUT_INVISIBLE)
    return visible.strip().strip(_STRAY_ENDS).strip()


def mended_spellings(text: str) -> tuple[str, ...]:
    """Return plain spellings of a string with look-alike characters, the closest first.

    Dashes become hyphens, Greek letters their names or HGNC's Latin letters, wide letters plain
    ones; quotes, trailing commas and invisible characters go; underscores become hyphens.

    Examples
    --------
    >>> mended_spellings("NKX2\u20115"), mended_spellings("IFN-γ"), mended_spellings("INS")
    (('NKX2-5',), ('IFN-gamma', 'IFN-G'), ())
    """
    bare = without_stray_ends(text.replace("´", ""))
    if bare == text and text.isascii() and "_" not in text:
        return ()  # nearly every name: none of what follows would change it
    plain = unicodedata.normalize("NFKC", bare).translate(_TO_HYPHENS)
    plain = plain.replace("ϵ", "ε").replace("ς", "σ").replace("ϕ", "φ")
    named = plain.translate(_TO_NAMES)
    latin = plain.translate(_TO_LATIN)
    spellings = [plain, named, latin]
    spellings += [spelling.replace("_", "-") for spelling in spellings if "_" in spelling]
    return tuple(dict.fromkeys(one for one in spellings if one and one != text and one.isascii()))


def strange_characters(text: str) -> tuple[str, ...]:
    """Return the code points and names of a string's characters that no gene name should have.

    Examples
    --------
    >>> strange_characters("TP53\u200b"), strange_characters("TP53")
    (('U+200B ZERO WIDTH SPACE',), ())
    """
    strange = [letter for letter in text if not letter.isascii() or letter in '",;_`']
    return tuple(
        f"U+{ord(letter):04X} {unicodedata.name(letter, 'UNNAMED')}"
        for letter in dict.fromkeys(strange)
    )
