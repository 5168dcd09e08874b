"""Spellings of gene names: what a text may mean, before any gene is looked at.

A text is folded (case, white space) to be compared, read as the ids it may be, and recognised as
what a spreadsheet makes of a symbol.
"""

import re
from typing import Final

from orthoweave.errors import UsageError
from orthoweave.files.delimited import mangled_symbols
from orthoweave.ids import curie, strip_ensembl_version

# ids that are written without their prefix; the pattern must match the whole text
_BARE: Final = (
    (re.compile(r"\d+"), "NCBIGene"),
    (re.compile(r"ENS[A-Z]*G\d{6,}(\.\d+)?", re.IGNORECASE), "ENSEMBL"),
    (re.compile(r"FB[a-z]{2}\d{7}", re.IGNORECASE), "FB"),
    (re.compile(r"WBGene\d{8}", re.IGNORECASE), "WB"),
    (re.compile(r"ZDB-[A-Z]+-\d{6}-\d+", re.IGNORECASE), "ZFIN"),
    (re.compile(r"XB-GENE-\d+", re.IGNORECASE), "Xenbase"),
    (re.compile(r"S\d{9}", re.IGNORECASE), "SGD"),
)
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
_DAY_FIRST: Final = re.compile(r"(\d{1,2})-([a-z]{3})(-\d{2,4})?", re.IGNORECASE)
_MONTH_FIRST: Final = re.compile(r"([A-Z][a-z]{2})-(\d{2})")
_ISO: Final = re.compile(r"\d{4}-(\d{2})-(\d{2})( 00:00:00)?")


def clean(text: str) -> str:
    r"""`text` without white space around it and with single spaces within.

    Examples
    --------
    >>> clean(" TP53\u00a0 ")
    'TP53'
    """
    return " ".join(text.split())


def fold(text: str) -> str:
    """Spelling to compare names by: case and white space do not count.

    Examples
    --------
    >>> fold("Trp53 ") == fold("TRP53")
    True
    """
    return clean(text).casefold()


def read_curies(text: str) -> tuple[str, ...]:
    """Ids that a text may be, as CURIEs; none for a symbol.

    Versions are stripped from Ensembl ids only.

    Examples
    --------
    >>> read_curies("7157"), read_curies("GeneID:7157"), read_curies("ENSG00000141510.18")
    (('NCBIGene:7157',), ('NCBIGene:7157',), ('ENSEMBL:ENSG00000141510',))
    >>> read_curies("HGNC:HGNC:11998"), read_curies("FBgn0000008"), read_curies("si:ch73-25f10.6")
    (('HGNC:11998',), ('FB:FBgn0000008',), ())
    """
    text = clean(text)
    for pattern, known in _BARE:
        if pattern.fullmatch(text):
            return (curie(known, strip_ensembl_version(text)),)
    prefix, colon, local = text.partition(":")
    if not colon or not local.strip():
        return ()
    try:
        return (curie(prefix, strip_ensembl_version(local)),)
    except UsageError:
        return ()


def ensembl_curie(text: str) -> str:
    """CURIE of an id as Ensembl gives it: fly and worm genes keep their authority's ids.

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
    """Whether a text is a date or a float, as spreadsheets make of symbols."""
    return bool(mangled_symbols([clean(text)]))


def certainly_mangled(text: str) -> bool:
    """Whether a text is a date or a float that can be no name: all but the form ``Oct-11``."""
    return is_mangled(text) and not _MONTH_FIRST.fullmatch(clean(text))


def mangled_from(text: str) -> tuple[str, ...]:
    """Symbols that a spreadsheet may have turned into this text; none if that cannot be said.

    Examples
    --------
    >>> mangled_from("1-Sep"), mangled_from("Mar-02"), mangled_from("2.31E+13")
    (('SEPT1', 'SEPTIN1'), ('MARCH2', 'MARCHF2', 'MARC2', 'MTARC2'), ())
    """
    text = clean(text)
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
    """Words for a mangled symbol.

    Examples
    --------
    >>> describe_mangled("1-Sep")
    'looks like SEPT1/SEPTIN1 mangled by a spreadsheet'
    """
    origins = mangled_from(text)
    what = "/".join(origins) if origins else "a symbol"
    return f"looks like {what} mangled by a spreadsheet"
