"""Which cells a search may find: of a species, a dataset, a cell type with all its subtypes."""

import numpy as np
import numpy.typing as npt

from orthoweave.errors import UnknownNameError
from orthoweave.ids import Species
from orthoweave.queries.search_spaces import Spaces


def allowed_cells(
    spaces: Spaces, species: Species | None, dataset: str | None, cell_type: str | None
) -> npt.NDArray[np.int64]:
    """Rows, in the index of cells, of those that pass all filters, in order.

    Raises
    ------
    UnknownNameError
        For a dataset or cell type that the build does not hold.
    """
    cells = spaces.cells
    keep = np.ones(len(spaces.index("cell_text")), bool)
    if dataset is not None:
        if dataset not in cells.datasets:
            message = (
                f"no dataset {dataset!r}: expected one of {', '.join(cells.datasets) or 'none'}"
            )
            raise UnknownNameError(message)
        keep &= cells.dataset == cells.datasets.index(dataset)
    if species is not None:
        of = np.array([key == species.key for key in cells.species] + [False])
        keep &= of[cells.dataset]
    if cell_type is not None:
        wanted = _with_subtypes(spaces, cell_type)
        codes = [code for code, key in enumerate(cells.types) if key in wanted]
        typed = np.zeros(len(keep), bool)
        typed[cells.has_type[np.isin(cells.has_type[:, 1], codes), 0]] = True
        keep &= typed
    return np.flatnonzero(keep)


def _with_subtypes(spaces: Spaces, text: str) -> set[str]:
    names = {row["id"]: row["name"] for row in spaces.read("CellType", ["id", "name"]).to_pylist()}
    wanted = text.strip().lower()
    found = {key for key, name in names.items() if wanted in {key.lower(), (name or "").lower()}}
    if not found:
        observed = ", ".join(
            f"{key} ({name})"
            for key, name in zip(spaces.cells.types, spaces.cells.type_names, strict=True)
        )
        message = (
            f"no cell type {text!r}: expected a key or a name, such as of {observed or 'none'}"
        )
        raise UnknownNameError(message)
    waiting = list(found)
    while waiting:
        for key in spaces.subclasses.get(waiting.pop(), []):
            if key not in found:
                found.add(key)
                waiting.append(key)
    return found
