"""Names of orthology resources, in one spelling.

A resource is a method or database that infers orthology. HCOP writes ``Panther``, the Alliance
``PANTHER``; a count of supporting resources must not count it twice.
"""

from typing import Final

# our spelling of each name, by its letters and digits in lower case
_RESOURCES: Final = {
    "".join(filter(str.isalnum, spelling.lower())): name
    for name, spellings in {
        "Alliance": ["alliance", "agr"],
        "EggNOG": ["eggnog"],
        "Ensembl": ["ensembl", "compara", "ensembl compara", "biomart"],
        "FlyBase": ["flybase"],
        "HCOP": ["hcop"],
        "HGNC": ["hgnc"],
        "Hieranoid": ["hieranoid"],
        "HomoloGene": ["homologene"],
        "InParanoid": ["inparanoid"],
        "MGI": ["mgi"],
        "NCBI": ["ncbi", "ncbi gene", "ncbi orthologs", "gene_orthologs"],
        "OMA": ["oma"],
        "OrthoDB": ["orthodb"],
        "OrthoFinder": ["orthofinder"],
        "OrthoInspector": ["orthoinspector"],
        "OrthoMCL": ["orthomcl"],
        "PANTHER": ["panther"],
        "PhylomeDB": ["phylomedb"],
        "PomBase": ["pombase"],
        "RGD": ["rgd"],
        "Roundup": ["roundup"],
        "SGD": ["sgd"],
        "SonicParanoid": ["sonicparanoid"],
        "TreeFam": ["treefam"],
        "VGNC": ["vgnc"],
        "WormBase": ["wormbase"],
        "Xenbase": ["xenbase"],
        "ZFIN": ["zfin"],
    }.items()
    for spelling in spellings
}


def resource_name(text: str) -> str:
    """Return our spelling of a resource's name; an unknown one keeps its own.

    Examples
    --------
    >>> resource_name("Panther"), resource_name("Ensembl Compara"), resource_name("MyTrees")
    ('PANTHER', 'Ensembl', 'MyTrees')
    """
    return _RESOURCES.get(_letters(text), text.strip())


def is_known_resource(text: str) -> bool:
    """Return whether `text` is a spelling of a known resource."""
    return _letters(text) in _RESOURCES


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))
