"""Spellings of gene names, before any gene is looked up.

A text is folded (case, white space) for comparison, read as an id where it has the form of one,
and recognised where a program damaged it.
"""

import re
from typing import Final

from orthoweave.errors import UsageError
from orthoweave.files.damage import (
    is_mangled_symbol,
    is_missing_word,
    serial_date,
    strange_characters,
    without_stray_ends,
)
from orthoweave.ids import curie, strip_ensembl_version

# ids that are written without their prefix, each as a group of that name; all end in a digit
_BARE: Final = re.compile(
    r"(?P<NCBIGene>\d+)|(?P<ENSEMBL>ENS[A-Z]*G\d{6,}(?:\.\d+)?)|(?P<FB>FB[a-z]{2}\d{7})"
    r"|(?P<WB>WBGene\d{8})|(?P<ZFIN>ZDB-[A-Z]+-\d{6}-\d+)|(?P<Xenbase>XB-GENE-\d+)"
    r"|(?P<SGD>S\d{9})",
    re.IGNORECASE,
)
_NCBI_ID: Final = re.compile(r"((NCBIGene|GeneID|Entrez):)*0*[1-9][0-9]{0,11}", re.IGNORECASE)
_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
# families whose symbols look like dates: what each was called, and what HGNC calls it since 2020
# (Bruford 2020, doi:10.1038/s41588-020-0669-3)
_DATED: Final = {
    "sep": ("SEPT{}", "SEPTIN{}"),
    "mar": ("MARCH{}", "MARCHF{}", "MARC{}", "MTARC{}"),
    "dec": ("DEC{}",),
    "oct": ("OCT{}",),
    "apr": ("APR{}",),
    "feb": ("FEB{}",),
    "nov": ("NOV{}",),
    "jun": ("JUN{}",),
}
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[-. ]\s?([a-z]{3})t?\.?([-. ]\d{2,4})?", re.IGNORECASE)
_MONTH_FIRST: Final = re.compile(r"([A-Z][a-z]{2})-(\d{2})")
_ISO: Final = re.compile(r"\d{4}[-/](\d{2})[-/](\d{2})([ T]00:00:00)?")


def clean(text: str) -> str:
    r"""Return `text` with single spaces, and none at its ends.

    Examples
    --------
    >>> clean(" TP53\u00a0 ")
    'TP53'
    """
    return " ".join(text.split())


def fold(text: str) -> str:
    """Return the spelling to compare names by: case and white space do not count.

    Examples
    --------
    >>> fold("Trp53 ") == fold("TRP53")
    True
    """
    return clean(text).casefold()


def read_curies(text: str) -> tuple[str, ...]:
    """Return the ids that a text may be, as CURIEs; none for a symbol.

    Versions are stripped from Ensembl ids only.

    Examples
    --------
    >>> read_curies("7157"), read_curies("GeneID:7157"), read_curies("ENSG00000141510.18")
    (('NCBIGene:7157',), ('NCBIGene:7157',), ('ENSEMBL:ENSG00000141510',))
    >>> read_curies("HGNC:HGNC:11998"), read_curies("FBgn0000008"), read_curies("si:ch73-25f10.6")
    (('HGNC:11998',), ('FB:FBgn0000008',), ())
    """
    text = clean(text)
    bare = _BARE.fullmatch(text) if text[-1:].isdigit() else None
    if bare is not None:
        return (curie(str(bare.lastgroup), strip_ensembl_version(text)),)
    prefix, colon, local = text.partition(":")
    if not colon or not local.strip():
        return ()
    try:
        return (curie(prefix, strip_ensembl_version(local)),)
    except UsageError:
        return ()


def is_ncbi_id(text: str) -> bool:
    """Return whether a text is an NCBI gene id: a positive whole number, with or without prefix.

    Examples
    --------
    >>> [is_ncbi_id(text) for text in ("7157", "NCBIGene:7157", "7157.0", "1e5", "-7", "INS")]
    [True, True, False, False, False, False]
    """
    return bool(_NCBI_ID.fullmatch(text.strip()))


def ensembl_curie(text: str) -> str:
    """Return the CURIE of an id from Ensembl: fly and worm genes keep their authority's ids.

    Examples
    --------
    >>> ensembl_curie("ENSG00000254647.7"), ensembl_curie("FBgn0000008"), ensembl_curie("YAL001C")
    ('ENSEMBL:ENSG00000254647', 'FB:FBgn0000008', 'ENSEMBL:YAL001C')
    """
    read = read_curies(text)
    if read and not read[0].startswith("NCBIGene:"):
        return read[0]
    return curie("ENSEMBL", text)


def is_mangled(text: str) -> bool:
    """Return whether a text is a date or a float that a spreadsheet made of a symbol."""
    return is_mangled_symbol(clean(text))


def certainly_mangled(text: str) -> bool:
    """Return whether a text is a date or a float and cannot be a name (``Oct-11`` can)."""
    return is_mangled(text) and not _MONTH_FIRST.fullmatch(clean(text))


def mangled_from(text: str) -> tuple[str, ...]:
    """Return the symbols that a spreadsheet may have turned into this text, if it shows.

    Examples
    --------
    >>> mangled_from("1-Sep"), mangled_from("Mar-02"), mangled_from("2.31E+13")
    (('SEPT1', 'SEPTIN1'), ('MARCH2', 'MARCHF2', 'MARC2', 'MTARC2'), ())
    """
    text = clean(text)
    serial = serial_date(text)
    if serial is not None:
        text = serial.isoformat()
    if match := _DAY_FIRST.fullmatch(text):
        day, month = match[1], match[2]
    elif match := _MONTH_FIRST.fullmatch(text):
        month, day = match[1], match[2]
    elif match := _ISO.fullmatch(text):
        number, day = int(match[1]), match[2]
        month = _MONTHS[number - 1] if 1 <= number <= len(_MONTHS) else ""
    else:
        return ()
    return tuple(form.format(int(day)) for form in _DATED.get(month.lower(), ()))


def describe_mangled(text: str) -> str:
    """Describe a mangled symbol in words.

    Examples
    --------
    >>> describe_mangled("1-Sep")
    'looks like SEPT1/SEPTIN1 mangled by a spreadsheet'
    """
    origins = mangled_from(text)
    what = "/".join(origins) if origins else "a symbol"
    return f"looks like {what} mangled by a spreadsheet"


def explain_lost(text: str) -> str | None:
    """Say what is wrong with a text that fits no gene; None if it shows no damage.

    Examples
    --------
    >>> explain_lost("NA")
    'is a word for a missing value and not the current symbol of a gene'
    >>> explain_lost("TPЗ53")
    'has the unusual character U+0417 CYRILLIC CAPITAL LETTER ZE'
    >>> explain_lost("INSX") is None
    True
    """
    if is_missing_word(without_stray_ends(text)) or is_missing_word(text):
        return "is a word for a missing value and not the current symbol of a gene"
    if is_mangled(text):
        return describe_mangled(text)
    serial = serial_date(text)
    if serial is not None:
        origins = "/".join(mangled_from(text)) or "a symbol"
        return (
            f"is not a known id and may be a spreadsheet's serial number of the date "
            f"{serial.isoformat()}, made of {origins}"
        )
    strange = strange_characters(text)
    if strange:
        plural = "s" if len(strange) > 1 else ""
        return f"has the unusual character{plural} {', '.join(strange)}"
    return None
