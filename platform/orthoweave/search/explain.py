"""Explanations of hits: what each gene of a cell adds to its score, exactly.

A cell's vector is a weighted sum of gene vectors, so its inner product with any query is a sum
over its genes. The counts come from the dataset's matrix, and the genes' factors from the report
of the run that made the cell vectors.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from orthoweave.numerics.cell_vectors import TopGenes, Weighting, contributions, top_genes
from orthoweave.search.spaces import Spaces
from orthoweave.storage.matrix_rows import MatrixRows, open_rows
from orthoweave.storage.tableset import read_tableset
from orthoweave.vectors.base import VectorIndex

SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains hits among the cells of one dataset."""

    cells: MatrixRows
    factors: npt.NDArray[np.float64]
    """Factor of each gene in its weights, by column of the matrix."""
    genes: VectorIndex
    """Vectors of genes, not centred."""
    centre: npt.NDArray[np.float32]
    """Mean vector of the dataset's genes, shape ``(dimension,)``."""
    top: int
    weighting: Weighting

    def reasons(
        self, barcode: str, query: npt.NDArray[np.float32]
    ) -> tuple[list[tuple[str, float]], float]:
        """List what each gene of a cell adds to its score, largest first, and the sum of all."""
        genes = top_genes(
            self.cells.counts(barcode), self.factors, top=self.top, weighting=self.weighting
        )
        columns = genes.columns[0][genes.columns[0] >= 0]
        keys = [str(self.cells.gene_keys[column]) for column in columns]
        numbered = TopGenes(
            np.arange(len(keys), dtype=np.int32)[None], genes.weights[:, : len(keys)]
        )
        vectors = self.genes.vectors_of(keys) - self.centre
        parts = contributions(numbered, vectors, query)[0]
        pairs = [(key, float(part)) for key, part in zip(keys, parts, strict=True)]
        order = sorted(zip(pairs, columns, strict=True), key=lambda pair: (-pair[0][1], pair[1]))
        return [pair for pair, _ in order], float(parts.sum())


def open_explainer(spaces: Spaces, dataset: str) -> Explainer | None:
    """Open the explainer of a dataset; None if the build lacks what it needs."""
    report = _report(spaces, dataset)
    folder = spaces.published.manifest.matrices.get(dataset)
    if report is None or folder is None or not spaces.has("gene_text"):
        return None
    cells = open_rows(spaces.published.layout.root / folder)
    factors = np.array(report["factors"])
    if len(factors) != len(cells.gene_keys):
        return None
    index = spaces.index("gene_text")
    known = np.array([key in index.rows for key in cells.gene_keys])
    distinct = {str(key) for key in cells.gene_keys if key in index.rows}
    centre = index.vectors_of(sorted(distinct)).mean(axis=0)
    return Explainer(
        cells, factors * known, index, centre, report["top_genes"], report["weighting"]
    )


def _report(spaces: Spaces, dataset: str) -> dict[str, Any] | None:
    """Read the report of the run that made a dataset's cell vectors."""
    for source in spaces.published.manifest.sources:
        if "cell_text" in source.counts:
            tables = read_tableset(spaces.published.layout.tables / source.tables_digest)
            report = tables.report("cell_text")
            if report is not None and report["dataset"] == dataset:
                return report
    return None
