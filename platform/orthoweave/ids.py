"""Identifiers: CURIEs with Biolink's casing, and the species we know by name.

Every node key in the graph is one of these. A gene's key is ``NCBIGene`` where there is one,
else the species authority's id, else ``ENSEMBL``; a cell's is its dataset and barcode, never a
row number.
"""

import re
from dataclasses import dataclass
from typing import Final

from orthoweave.errors import UnknownNameError, UsageError

# the casing of Biolink 4.4's prefix map; lower-case key for tolerant reading
PREFIXES: Final = {
    prefix.lower(): prefix
    for prefix in (
        "NCBIGene", "ENSEMBL", "HGNC", "MGI", "RGD", "ZFIN", "FB", "WB", "SGD", "Xenbase",
        "UniProtKB", "CL", "UBERON", "NCBITaxon", "GO", "MONDO", "infores",
    )
}  # fmt: skip
_ALIASES: Final = {"ensembl_gene": "ENSEMBL", "entrez": "NCBIGene", "geneid": "NCBIGene",
                   "flybase": "FB", "wormbase": "WB", "taxon": "NCBITaxon"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Species:
    """A species by its NCBI Taxonomy id, scientific and common name."""

    taxon: int
    scientific: str
    common: str
    authority: str
    """CURIE prefix of the nomenclature authority's gene ids."""
    ensembl: str
    """What Ensembl gene ids of this species start with; model organisms keep their own ids."""

    @property
    def key(self) -> str:
        """Node key, such as ``NCBITaxon:9606``."""
        return f"NCBITaxon:{self.taxon}"


SPECIES: Final = (
    Species(9606, "Homo sapiens", "human", "HGNC", "ENSG"),
    Species(10090, "Mus musculus", "mouse", "MGI", "ENSMUSG"),
    Species(10116, "Rattus norvegicus", "rat", "RGD", "ENSRNOG"),
    Species(7955, "Danio rerio", "zebrafish", "ZFIN", "ENSDARG"),
    Species(7227, "Drosophila melanogaster", "fly", "FB", "FBgn"),
    Species(6239, "Caenorhabditis elegans", "worm", "WB", "WBGene"),
    Species(559292, "Saccharomyces cerevisiae S288C", "yeast", "SGD", ""),
    Species(8364, "Xenopus tropicalis", "frog", "Xenbase", "ENSXETG"),
    Species(9031, "Gallus gallus", "chicken", "", "ENSGALG"),
    Species(9823, "Sus scrofa", "pig", "", "ENSSSCG"),
    Species(9544, "Macaca mulatta", "macaque", "", "ENSMMUG"),
    Species(9598, "Pan troglodytes", "chimpanzee", "", "ENSPTRG"),
)
_BY_NAME: Final = {
    name.lower(): species
    for species in SPECIES
    for name in (species.common, species.scientific, species.scientific.replace(" ", "_"),
                 str(species.taxon), species.key)
}  # fmt: skip


def find_species(text: str | int) -> Species:
    """The species meant by a common name, a scientific name, a taxon id or its CURIE.

    Raises
    ------
    UnknownNameError
        If it is none of those we know; the message lists them.

    Examples
    --------
    >>> find_species("Mouse").key, find_species(7227).common, find_species("Homo sapiens").taxon
    ('NCBITaxon:10090', 'fly', 9606)
    """
    found = _BY_NAME.get(str(text).strip().lower())
    if found is None:
        known = ", ".join(species.common for species in SPECIES)
        message = (
            f"unknown species {str(text)!r}: expected a common name, a scientific name or an NCBI "
            f"taxon id. Known: {known}"
        )
        raise UnknownNameError(message)
    return found


def curie(prefix: str, local: str | int) -> str:
    """``prefix:local`` with Biolink's casing; a doubled prefix is taken once.

    Examples
    --------
    >>> curie("hgnc", "HGNC:1100"), curie("ncbigene", 7157)
    ('HGNC:1100', 'NCBIGene:7157')
    """
    known = PREFIXES.get(prefix.lower()) or _ALIASES.get(prefix.lower())
    if known is None:
        message = f"unknown id prefix {prefix!r}: expected one of {', '.join(PREFIXES.values())}"
        raise UsageError(message)
    text = str(local).strip()
    while text.lower().startswith(known.lower() + ":"):
        text = text[len(known) + 1 :]
    if not text:
        message = f"empty id after prefix {known!r}"
        raise UsageError(message)
    return f"{known}:{text}"


# versions are stripped from Ensembl ids only: worm and yeast ids have dots that mean something
_ENSEMBL: Final = re.compile(r"^(ENS[A-Z]*[GTP]\d{6,})(?:\.\d+)?$", re.IGNORECASE)


def strip_ensembl_version(text: str) -> str:
    """An Ensembl id without its version; any other text unchanged.

    Examples
    --------
    >>> strip_ensembl_version("ENSG00000254647.7"), strip_ensembl_version("Y105E8A.7")
    ('ENSG00000254647', 'Y105E8A.7')
    """
    match = _ENSEMBL.match(text.strip())
    return match[1].upper() if match else text


def cell_key(dataset: str, barcode: str) -> str:
    """Node key of a cell: its dataset's name and its barcode.

    Examples
    --------
    >>> cell_key("baron_human", "human1_lib1.final_cell_0001")
    'baron_human:human1_lib1.final_cell_0001'
    """
    return f"{dataset}:{barcode}"


_NAME: Final = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")


def check_name(text: str, what: str) -> str:
    """`text` if it may name a source or a dataset (letters, digits, ``_ . -``), else an error."""
    if not _NAME.match(text):
        message = (
            f"{what} {text!r} is not usable: expected up to 100 letters, digits, '_', '.' or '-', "
            "starting with a letter or digit"
        )
        raise UsageError(message)
    return text
