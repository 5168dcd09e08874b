"""Looks up what people call things: the keys of genes, species, cell types and datasets."""

from typing import Final, Protocol

from orthoweave.errors import AmbiguousNameError, UnknownNameError
from orthoweave.genes.catalogue import GeneCatalogue
from orthoweave.ids import find_species
from orthoweave.queries.gateway import Gateway
from orthoweave.queries.genes import require_gene

_TYPE_BY_ID: Final = "MATCH (t:CellType {id: $text}) RETURN t.id AS id"
# the engine takes no parameter within any(…)
_TYPE_BY_NAME: Final = """
WITH toLower($text) AS wanted
MATCH (t:CellType)
WHERE toLower(t.name) = wanted OR any(s IN t.synonyms WHERE toLower(s) = wanted)
RETURN t.id AS id, toLower(t.name) = wanted AS by_name
ORDER BY id
"""
_DATASETS: Final = "MATCH (d:Dataset) RETURN d.id AS id ORDER BY id"


class Known(Protocol):
    """What names are looked up in."""

    @property
    def genes(self) -> GeneCatalogue:
        """The catalogue of genes by name."""

    @property
    def gateway(self) -> Gateway:
        """The one way to the graph."""


def look_up(known: Known, kind: str, text: str) -> str:
    """Give the key of a gene, species, cell type or dataset; any other text as it is.

    Raises
    ------
    UnknownNameError
        If nothing has that name.
    AmbiguousNameError
        If several genes or cell types fit equally well.
    """
    if kind == "gene":
        return require_gene(known.genes, text).gene
    if kind == "species":
        return find_species(text).key
    if kind == "cell_type":
        return _cell_type(known.gateway, text)
    if kind == "dataset":
        return _dataset(known.gateway, text)
    return text


def _cell_type(gateway: Gateway, text: str) -> str:
    if gateway.ask(_TYPE_BY_ID, {"text": text}).table.num_rows:
        return text
    rows = gateway.ask(_TYPE_BY_NAME, {"text": text}).table.to_pylist()
    found = [row["id"] for row in rows if row["by_name"]] or [row["id"] for row in rows]
    if not found:
        message = (
            f"no cell type {text!r} here: expected a Cell Ontology id such as CL:0000169, a name "
            "or a synonym. `orthoweave ask shared_cell_types` lists those that were observed"
        )
        raise UnknownNameError(message)
    if len(found) > 1:
        message = f"{text!r} names several cell types: give one of {', '.join(found)}"
        raise AmbiguousNameError(message)
    return str(found[0])


def _dataset(gateway: Gateway, text: str) -> str:
    known = gateway.ask(_DATASETS).table["id"].to_pylist()
    if text not in known:
        message = f"no dataset {text!r} here: expected one of {', '.join(known) or 'none'}"
        raise UnknownNameError(message)
    return text
