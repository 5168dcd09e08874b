"""Identifiers: CURIEs with Biolink's casing, keys of cells, names of sources.

Every node key in the graph is one of these. A gene's key is ``NCBIGene`` where there is one,
else the species authority's id, else ``ENSEMBL``; a cell's is its dataset and barcode, never a
row number.
"""

import re
import unicodedata
from pathlib import Path
from typing import Final

from orthoweave.errors import UsageError
from orthoweave.species import authorities

# the casing of Biolink 4.4's prefix map; lower-case key for tolerant reading
PREFIXES: Final = {
    prefix.lower(): prefix
    for prefix in (
        "NCBIGene",
        "ENSEMBL",
        "HGNC",
        "MGI",
        "RGD",
        "ZFIN",
        "FB",
        "WB",
        "SGD",
        "Xenbase",
        "PomBase",
        "TAIR",
        "UniProtKB",
        "CL",
        "UBERON",
        "NCBITaxon",
        "GO",
        "MONDO",
        "infores",
    )
}
_ALIASES: Final = {
    "ensembl_gene": "ENSEMBL",
    "entrez": "NCBIGene",
    "geneid": "NCBIGene",
    "flybase": "FB",
    "wormbase": "WB",
    "taxon": "NCBITaxon",
}


def curie(prefix: str, local: str | int) -> str:
    """Return ``prefix:local`` with Biolink's casing; a doubled prefix is taken once.

    Examples
    --------
    >>> curie("hgnc", "HGNC:1100"), curie("ncbigene", 7157)
    ('HGNC:1100', 'NCBIGene:7157')
    """
    lower = prefix.lower()
    known = PREFIXES.get(lower) or _ALIASES.get(lower) or authorities().get(lower)
    if known is None:
        listed = sorted({*PREFIXES.values(), *authorities().values()})
        message = f"unknown id prefix {prefix!r}: expected one of {', '.join(listed)}"
        raise UsageError(message)
    text = str(local).strip()
    while text.lower().startswith(known.lower() + ":"):
        text = text[len(known) + 1 :]
    if not text:
        message = f"empty id after prefix {known!r}"
        raise UsageError(message)
    return f"{known}:{text}"


# versions are stripped from Ensembl ids only: worm and yeast ids have dots that mean something
_ENSEMBL: Final = re.compile(r"^(ENS[A-Z]*[GTP]\d{6,})(?:\.\d+)?\Z", re.IGNORECASE | re.ASCII)


def strip_ensembl_version(text: str) -> str:
    """Return an Ensembl id without its version; any other text unchanged.

    Examples
    --------
    >>> strip_ensembl_version("ENSG00000254647.7"), strip_ensembl_version("Y105E8A.7")
    ('ENSG00000254647', 'Y105E8A.7')
    """
    match = _ENSEMBL.match(text.strip())
    return match[1].upper() if match else text


def cell_key(dataset: str, barcode: str) -> str:
    """Return the node key of a cell from its dataset's name and its barcode.

    Examples
    --------
    >>> cell_key("baron_human", "human1_lib1.final_cell_0001")
    'baron_human:human1_lib1.final_cell_0001'
    """
    return f"{dataset}:{barcode}"


def space_of_run(run: str, name: str) -> str:
    """Return the name of a run's vector space from those of the run's source and of the space.

    Examples
    --------
    >>> space_of_run("cell_text-1a2b3c4d", "cells")
    'cell_text-1a2b3c4d:cells'
    """
    return f"{run}:{name}"


def name_on_disk(space: str) -> str:
    """Return the name of a vector space in a file's name, which must not have a colon.

    Examples
    --------
    >>> name_on_disk("gene_text"), name_on_disk("cell_text-1a2b3c4d:cells")
    ('gene_text', 'cell_text-1a2b3c4d+cells')
    """
    # no name of a source or of a space has a plus sign
    return space.replace(":", "+")


_LONGEST_NAME: Final = 100
_NAME: Final = re.compile(rf"^[A-Za-z0-9][A-Za-z0-9_.-]{{0,{_LONGEST_NAME - 1}}}\Z")


def check_name(text: str, what: str) -> str:
    """Return `text` if it may name a source or a dataset (letters, digits, ``_ . -``)."""
    if not _NAME.match(text):
        message = (
            f"{what} {text!r} is not usable: expected up to 100 letters, digits, '_', '.' or '-', "
            "starting with a letter or digit"
        )
        raise UsageError(message)
    return text


def name_of_file(path: Path) -> str:
    """Return the name that a source or dataset gets from its file's: the part before the first dot.

    What may not stand in a name becomes ``_``, accents go. A name of which nothing is left stays
    as it is, and `check_name` refuses it.

    Examples
    --------
    >>> name_of_file(Path("Größe (1) sample.h5ad")), name_of_file(Path("pbmc.v2.h5"))
    ('Grosse_1_sample', 'pbmc')
    """
    stem = path.absolute().name.split(".")[0]
    plain = unicodedata.normalize("NFKD", stem.replace("ß", "ss"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    made = re.sub(r"[^A-Za-z0-9_-]+", "_", plain).strip("_-")[:_LONGEST_NAME]
    return stem if not made or _NAME.match(stem) else made
