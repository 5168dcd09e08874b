"""Read single cells of a matrix on disk without AnnData and pandas, which import slowly."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from orthoweave.storage.zarr_groups import not_whole, open_group


@dataclass(frozen=True, slots=True)
class MatrixRows:
    """The cells of a matrix, each read on request."""

    rows: dict[str, int]
    """Row of each barcode."""
    gene_keys: list[str | None]
    """Key of the gene of each column; None where it is not known."""
    _starts: npt.NDArray[np.int64]
    """Place of each row's first value, shape ``(n_cells + 1,)``."""
    _data: Any
    _indices: Any

    def counts(self, barcode: str) -> sp.csr_matrix:
        """Read the counts of a cell, shape ``(1, n_genes)``."""
        row = self.rows[barcode]
        low, high = int(self._starts[row]), int(self._starts[row + 1])
        values = np.asarray(self._data[low:high])
        columns = np.asarray(self._indices[low:high])
        pointers = np.array([0, high - low])
        return sp.csr_matrix((values, columns, pointers), shape=(1, len(self.gene_keys)))


def open_rows(folder: Path) -> MatrixRows:
    """Open a matrix in a folder that `orthoweave.storage.matrix_writer.MatrixWriter` wrote.

    Raises
    ------
    InputError
        If there is none, or a part of it is missing.
    """
    group = open_group(folder)
    try:
        matrix, obs = group["X"], group["obs"]
        barcodes = obs[obs.attrs["_index"]][:]
        return MatrixRows(
            {str(name): row for row, name in enumerate(barcodes)},
            _gene_keys(group["var"]["gene_curie"]),
            np.asarray(matrix["indptr"][:]).astype(np.int64),
            matrix["data"],
            matrix["indices"],
        )
    except (FileNotFoundError, ValueError, KeyError) as error:
        raise not_whole(folder, error) from error


def _gene_keys(column: Any) -> list[str | None]:
    """Read a column of texts: an array, or codes of categories, of which -1 is null."""
    if column.attrs["encoding-type"] == "categorical":
        names = [*column["categories"][:], None]
        texts = [names[code] for code in column["codes"][:]]
    else:
        texts = list(column[:])
    return [str(text) if isinstance(text, str) and text else None for text in texts]
