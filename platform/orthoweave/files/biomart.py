"""Column names of Ensembl BioMart: of the web site, of its attributes, and as R writes both."""

import re
from typing import Final

from orthoweave.species import known_species

_ATTRIBUTES: Final = {"ensembl_gene_id": "Gene stable ID", "external_gene_name": "Gene name"}
_HOMOLOG: Final = re.compile(
    r"^([a-z]+)_homolog_(ensembl_gene|associated_gene_name|orthology_type|orthology_confidence)\Z"
)
_HOMOLOG_COLUMNS: Final = {
    "ensembl_gene": "gene stable ID",
    "associated_gene_name": "gene name",
    "orthology_type": "homology type",
    "orthology_confidence": "orthology confidence [0 low, 1 high]",
}


def biomart_column(name: str) -> str:
    """Return a column's name as the BioMart web site writes it; other names stay.

    Examples
    --------
    >>> biomart_column("mmusculus_homolog_ensembl_gene"), biomart_column("Mouse.gene.name")
    ('mouse gene stable ID', 'Mouse gene name')
    """
    text = name.strip()
    if text in _ATTRIBUTES:
        return _ATTRIBUTES[text]
    match = _HOMOLOG.match(text)
    if match:
        species = _dataset_names().get(match[1], match[1])
        return f"{species} {_HOMOLOG_COLUMNS[match[2]]}"
    return re.sub(r"\.+", " ", text).strip() if " " not in text else text


def _dataset_names() -> dict[str, str]:
    """Return the common names of species by Ensembl's short name, such as ``mmusculus``."""
    names: dict[str, str] = {}
    for species in known_species():
        for scientific in (species.scientific, *species.synonyms):
            genus, *rest = scientific.lower().split()
            if rest:
                names.setdefault(genus[0] + rest[0], species.common)
                names.setdefault(
                    "".join(word[0] for word in (genus, *rest[:-1])) + rest[-1], species.common
                )
    return names
