"""Filters of searches: genes of a species; cells of a species, a dataset or a cell type."""

import numpy as np
import numpy.typing as npt

from orthoweave.questions.session import Session
from orthoweave.search.spaces import CELL_TEXT, GENE_TEXT, Spaces
from orthoweave.species import Species
from orthoweave.vectors.base import Subset


def allowed_groups(
    session: Session,
    spaces: Spaces,
    species: Species | None,
    dataset: str | None,
    cell_type: str | None,
    *,
    space: str = CELL_TEXT,
) -> npt.NDArray[np.bool_]:
    """Return whether each group of cells passes all filters, shape ``(n_groups,)``.

    Parameters
    ----------
    cell_type
        Key of a cell type, which stands for all types below it too.
    space
        Space whose cells are in groups.

    Raises
    ------
    UnknownNameError
        For a dataset that the build does not hold.
    """
    cells = spaces.cells(space)
    if dataset is not None:
        session.published.require_dataset(dataset)
    wanted = session.cell_types.below(cell_type) if cell_type is not None else None
    passing = [
        (dataset is None or group.dataset == dataset)
        and (species is None or cells.species.get(group.dataset or "") == species.key)
        and (wanted is None or not wanted.isdisjoint(group.types))
        for group in cells.groups
    ]
    return np.array(passing, bool)


def allowed_genes(spaces: Spaces, species: Species | None, space: str = GENE_TEXT) -> Subset | None:
    """Return the genes of a species, as a subset of the index of a space; None for all."""
    if species is None:
        return None
    subset = spaces.genes_of.get((space, species.key))
    if subset is None:
        index = spaces.index(space)
        genes = spaces.published.table("Gene", ["id"], [("species", "=", species.key)])
        rows = [index.rows[key] for key in genes["id"].to_pylist() if key in index.rows]
        subset = index.subset(np.array(rows, np.int64))
        spaces.genes_of[space, species.key] = subset
    return subset
