"""Why a cell was found: what each of its genes adds to the score, exactly.

A cell's vector is a weighted sum of gene vectors, so its inner product with any query is a sum
over its genes. The counts come from the dataset's matrix, the genes' factors from the report of
the run that made the cell vectors.
"""

import json
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import zarr
from scipy import sparse

from orthoweave.data.cell_vectors import Weighting, contributions, top_genes
from orthoweave.errors import InputError
from orthoweave.files.matrix import MatrixReader, open_matrix
from orthoweave.queries.search_spaces import Spaces

SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Reasons:
    """The genes that add most to a score, best first, and what they add."""

    genes: list[str]
    parts: list[float]


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains hits among the cells of one dataset."""

    matrix: MatrixReader
    rows: dict[str, int]
    """Row of each barcode."""
    factors: npt.NDArray[np.float64]
    vectors: npt.NDArray[np.float32]
    """Centred gene vectors by column, shape ``(n_genes, dimension)``."""
    top: int
    weighting: Weighting

    def reasons(
        self, barcode: str, query: npt.NDArray[np.float32]
    ) -> tuple[list[tuple[str, float]], float]:
        """List what each gene of a cell adds to its score, largest first, and the sum of all."""
        genes = top_genes(
            _counts(self.matrix, self.rows[barcode]), self.factors, top=self.top,
            weighting=self.weighting,
        )  # fmt: skip
        parts = contributions(genes, self.vectors, query)[0]
        used = [(column, part) for column, part in zip(genes.columns[0], parts, strict=True)
                if column >= 0]  # fmt: skip
        used.sort(key=lambda item: (-item[1], item[0]))
        keys = self.matrix.gene_keys
        return [(str(keys[column]), float(part)) for column, part in used], float(parts.sum())


def open_explainer(spaces: Spaces, dataset: str) -> Explainer | None:
    """Open the explainer of a dataset; None if the build lacks what it needs."""
    report = _report(spaces, dataset)
    folder = spaces.manifest.matrices.get(dataset)
    if report is None or folder is None or not spaces.has("gene_text"):
        return None
    try:
        matrix = open_matrix(spaces.layout.root / folder)
    except InputError:
        return None
    factors = np.array(report["factors"])
    index = spaces.index("gene_text")
    if len(factors) != matrix.n_genes:
        return None
    known = [column for column, key in enumerate(matrix.gene_keys) if key in index.rows]
    distinct = sorted({str(matrix.gene_keys[column]) for column in known})
    vectors = np.zeros((matrix.n_genes, index.dimension), np.float32)
    vectors[known] = index.vectors_of([str(matrix.gene_keys[column]) for column in known])
    vectors[known] -= index.vectors_of(distinct).mean(axis=0)
    rows = {barcode: row for row, barcode in enumerate(matrix.barcodes)}
    return Explainer(matrix, rows, factors, vectors, report["top_genes"], report["weighting"])


def _report(spaces: Spaces, dataset: str) -> dict[str, Any] | None:
    """Report of the run that made a dataset's cell vectors."""
    for source in spaces.manifest.sources:
        path = spaces.layout.tables / source.tables_digest / "report-cell_text.json"
        if "cell_text" in source.counts and path.is_file():
            found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            if found["dataset"] == dataset:
                return found
    return None


def _counts(matrix: MatrixReader, row: int) -> sparse.csr_matrix:
    """Read the counts of one cell, shape ``(1, n_genes)``."""
    group = zarr.open_group(matrix.folder, mode="r", use_consolidated=False)
    low, high = int(matrix.indptr[row]), int(matrix.indptr[row + 1])
    values, columns = (
        np.asarray(_array(group, f"X/{name}")[low:high]) for name in ("data", "indices")
    )
    return sparse.csr_matrix((values, columns, [0, high - low]), shape=(1, matrix.n_genes))


def _array(group: zarr.Group, name: str) -> zarr.Array[Any]:
    found = group[name]
    if not isinstance(found, zarr.Array):
        message = f"{name} of a matrix is no array, but {type(found).__name__}: ingest it again"
        raise InputError(message)
    return found
