"""Lists of genes from users: pasted text, and gene sets in GMT files."""

import re
from typing import Final

from orthoweave.errors import InputError
from orthoweave.files.gene_lists import gmt_set

LARGEST_FILE: Final = 5 * 2**20
MOST_SETS: Final = 20_000
_SEPARATORS: Final = re.compile(r"[\s,;|]+")


def split_genes(text: str) -> tuple[str, ...]:
    r"""Split a pasted text at white space, comma, ``;`` or ``|``; return each name once, in order.

    Examples
    --------
    >>> split_genes("INS, GCG\nSST;INS")
    ('INS', 'GCG', 'SST')
    """
    return tuple(dict.fromkeys(name for name in _SEPARATORS.split(text) if name))


def read_gmt(content: bytes) -> dict[str, tuple[str, ...]]:
    """Read the gene sets of a GMT file by name: tab-separated name, description and genes.

    Raises
    ------
    InputError
        If it is too large or not text, or a line has another form; the message names the line.
    """
    if len(content) > LARGEST_FILE:
        message = f"the file has {len(content):,} bytes, expected at most {LARGEST_FILE:,}"
        raise InputError(message)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        message = "the file is not text in UTF-8: expected a GMT file, uncompressed"
        raise InputError(message) from None
    sets: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        name, genes = gmt_set(line, f"line {number}")
        if name in sets or len(sets) >= MOST_SETS:
            message = f"line {number}: set {name!r} occurs twice, or there are too many"
            raise InputError(message)
        sets[name] = tuple(dict.fromkeys(genes))
    if not sets:
        message = "the file holds no gene set: expected lines of name, description and genes"
        raise InputError(message)
    return sets
