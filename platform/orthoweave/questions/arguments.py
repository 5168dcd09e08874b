"""Look up the keys of genes, species, cell types and datasets by name."""

from dataclasses import dataclass

from orthoweave.questions.genes import require_gene
from orthoweave.questions.session import Session
from orthoweave.species import find_species


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument that was looked up."""

    key: str
    note: str | None = None
    """Note on how the text was understood; empty if it was exact."""


def look_up(session: Session, kind: str, text: str) -> Argument:
    """Look up the key of a gene, species, cell type or dataset; any other text stays as it is.

    Raises
    ------
    UnknownNameError
        If nothing has that name.
    AmbiguousNameError
        If several genes or cell types fit equally well.
    """
    if kind == "gene":
        return Argument(require_gene(session.genes, text).gene)
    if kind == "species":
        return Argument(find_species(text).key)
    if kind == "cell_type":
        match = session.cell_types.understand(text)
        return Argument(match.key, match.note(text))
    if kind == "dataset":
        return Argument(session.published.require_dataset(text))
    return Argument(text)
