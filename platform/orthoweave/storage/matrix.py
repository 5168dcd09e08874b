"""The expression matrix of a dataset on disk, read in blocks of rows.

A folder in zarr version 3 with AnnData's own encoding, so that ``anndata.read_zarr`` opens it:
``X`` in CSR form with raw counts, ``obs`` the cells, ``var`` the genes. `MatrixWriter` of
`orthoweave.storage.matrix_writer` writes it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

from orthoweave.files.matrix_sources import MAXIMUM_BLOCK_VALUES, ROWS
from orthoweave.scales import COUNTS, needs_counts
from orthoweave.storage.zarr_groups import not_whole, open_group


@dataclass(frozen=True, slots=True)
class MatrixReader:
    """A dataset's matrix on disk, cells × genes: counts, or values on a declared scale."""

    folder: Path
    n_cells: int
    n_genes: int
    barcodes: list[str]
    gene_keys: list[str | None]
    """Node key of the gene of each column; None where it is not known."""
    scale: str
    """``counts``, or the scale that was declared."""
    indptr: np.ndarray
    """Place of each row's first value, shape ``(n_cells + 1,)``."""

    def blocks(self, rows: int = ROWS) -> Iterator[tuple[int, sp.csr_matrix]]:
        """Yield blocks of at most `rows` cells in order: the first cell's number and the counts."""
        group = open_group(self.folder)
        data, indices = group["X"]["data"], group["X"]["indices"]
        step = self._step(rows)
        for start in range(0, self.n_cells, step):
            stop = min(start + step, self.n_cells)
            low, high = int(self.indptr[start]), int(self.indptr[stop])
            pointers = (self.indptr[start : stop + 1] - low).astype(np.int32)
            yield (
                start,
                sp.csr_matrix(
                    (np.asarray(data[low:high]), np.asarray(indices[low:high]), pointers),
                    shape=(stop - start, self.n_genes),
                ),
            )

    def obs(self) -> pd.DataFrame:
        """Return the cells with all columns; the index holds the barcodes."""
        return _read_frame(self.folder, "obs")

    def var(self) -> pd.DataFrame:
        """Return the genes with all columns; the index holds the original ids."""
        return _read_frame(self.folder, "var")

    def require_counts(self, dataset: str, what: str) -> None:
        """Check that the matrix holds counts.

        Parameters
        ----------
        what
            What needs them, such as "coexpression".

        Raises
        ------
        ScaleError
            Naming the dataset, its scale and what to do.
        """
        if self.scale != COUNTS:
            raise needs_counts(dataset, self.scale, what)

    def _step(self, rows: int) -> int:
        widest = int(np.diff(self.indptr).max(initial=1))
        return max(1, min(rows, MAXIMUM_BLOCK_VALUES // max(widest, 1)))


def open_matrix(folder: Path) -> MatrixReader:
    """Open the matrix in a folder that `MatrixWriter` wrote.

    Raises
    ------
    InputError
        If there is none, or it is not whole.
    """
    group = open_group(folder)
    try:
        matrix = group["X"]
        shape = [int(edge) for edge in matrix.attrs["shape"]]
        indptr = np.asarray(matrix["indptr"][:]).astype(np.int64)
    except KeyError as error:
        raise not_whole(folder, error) from error
    obs, var = _read_frame(folder, "obs"), _read_frame(folder, "var")
    keys = [key if isinstance(key, str) and key else None for key in var["gene_curie"]]
    barcodes = [str(name) for name in obs.index]
    n_cells, n_genes = shape
    return MatrixReader(folder, n_cells, n_genes, barcodes, keys, _read_scale(group), indptr)


def _read_scale(group: Any) -> str:
    uns = group["uns"]
    return str(uns["scale"][()]) if "scale" in uns else COUNTS


def _read_frame(folder: Path, name: str) -> pd.DataFrame:
    from anndata.io import read_elem

    return read_elem(open_group(folder)[name])
