"""Damaged texts: words for "missing", dates and serial numbers, look-alike characters."""

import pytest

from orthoweave.files.damage import (
    is_missing_word,
    mangled_symbols,
    mended_spellings,
    serial_date,
    strange_characters,
)


@pytest.mark.parametrize("text", ["NA", "nan", "None", "NULL", "#N/A", "<NA>", " n/a ", "-", "nil"])
def test_words_for_missing_are_known_in_any_case(text: str) -> None:
    """Every program's word for "no value" is one."""
    assert is_missing_word(text)


@pytest.mark.parametrize("text", ["NAT1", "nanos", "NONO", "1", "INS", "NaN1"])
def test_symbols_are_not_words_for_missing(text: str) -> None:
    """A symbol that only begins like such a word is a symbol."""
    assert not is_missing_word(text)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("NKX2\u20115", "NKX2-5"),
        ("HLA\u2010DRA", "HLA-DRA"),
        ("HLA\u2212DRA", "HLA-DRA"),
        ("HLA_DRA", "HLA-DRA"),
        ("IFN-γ", "IFN-gamma"),
        ("AMPK\u0391", "AMPKalpha"),
        ("IL1\u03f5", "IL1epsilon"),
        ("\u00b5-crystallin", "mu-crystallin"),
        ('"INS"', "INS"),
        ("\u201cINS\u201d", "INS"),
        ("GCG,", "GCG"),
        ("GCG;", "GCG"),
        ("TP53\u200b", "TP53"),
        ("\ufeffTP53", "TP53"),
        ("TP\u00ad53", "TP53"),
        ("ＩＮＳ", "INS"),
    ],
)
def test_look_alike_characters_are_mended(text: str, plain: str) -> None:
    """The plain spelling is among those that a text is mended to."""
    assert plain in mended_spellings(text)


def test_plain_names_are_not_mended() -> None:
    """A name in plain characters stays; letters of other scripts are named, not replaced."""
    assert mended_spellings("NKX2-5") == ()
    assert mended_spellings("\u0422P53") == ()
    assert strange_characters("\u0422P53") == ("U+0422 CYRILLIC CAPITAL LETTER TE",)


def test_serial_numbers_of_dates_are_recognised() -> None:
    """44440 is 1 September 2021 in a spreadsheet; a gene id of another size is not a date."""
    day = serial_date("44440")
    assert day is not None
    assert day.isoformat() == "2021-09-01"
    assert serial_date("44440.0") == day
    assert serial_date("7157") is None
    assert serial_date("99999") is None


def test_mangled_symbols_are_told_from_names() -> None:
    """Dates and floats are what a spreadsheet made; apr-1, Oct-4 and APR-5 are names of genes."""
    mangled = [
        "1-Sep",
        "2-MAR",
        "15-Sep-2021",
        "Sep-01",
        "2.31E+13",
        "3/1/2020",
        "2021-09-01 00:00:00",
        "01-Dec",
        "1 Sep",
        "1.Mrz",
        "01.09.2021",
        "2021/09/01",
    ]
    genes = ["apr-1", "Oct-4", "APR-5", "sep-1", "HLA-A", "SEPTIN1", "MARCH1", "7SK", "1e5", ""]
    assert mangled_symbols(mangled + genes) == mangled
