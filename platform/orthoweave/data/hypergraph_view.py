"""The cell-gene hypergraph as models read it: a gene is a hyperedge over its cells."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from orthoweave.data.digests import content_digest
from orthoweave.data.expression_view import ExpressionView, Scale


@dataclass(frozen=True, slots=True)
class HypergraphView:
    """Incidence of cells and genes, weighted by expression, compressed in both directions."""

    dataset: str
    species: str
    """Key of the species, such as ``NCBITaxon:9606``."""
    cells: np.ndarray
    """Keys of the cells (the hypergraph's nodes), shape ``(n_cells,)``."""
    genes: np.ndarray
    """Keys of the genes (its hyperedges), shape ``(n_genes,)``."""
    symbols: np.ndarray
    """Symbols of the genes, shape ``(n_genes,)``."""
    by_cell: sp.csr_matrix
    """Weight of each incidence on `scale`, shape ``(n_cells, n_genes)``, float32."""
    by_gene: sp.csr_matrix
    """The same transposed, shape ``(n_genes, n_cells)``, float32."""
    scale: Scale
    totals: np.ndarray
    """Counts of each cell over all genes measured, shape ``(n_cells,)``."""
    cell_types: np.ndarray
    """Key of each cell's CellType or None, shape ``(n_cells,)``."""
    labels: np.ndarray
    """The authors' label of each cell or None, shape ``(n_cells,)``."""
    donors: np.ndarray
    """Donor or animal of each cell or None, shape ``(n_cells,)``."""

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return len(self.cells)

    @property
    def n_genes(self) -> int:
        """Number of genes."""
        return len(self.genes)

    @property
    def digest(self) -> str:
        """SHA-256 over the content; made anew at each call."""
        # by_gene says what by_cell says
        names = [name for name in self.__slots__ if name != "by_gene"]
        return content_digest({name: getattr(self, name) for name in names})


def hypergraph_view(view: ExpressionView) -> HypergraphView:
    """Hypergraph of a dataset's cells and genes; empty cells and genes stay, without incidences."""
    return HypergraphView(
        view.dataset, view.species, view.cells, view.genes, view.symbols, view.values,
        sp.csr_matrix(view.values.T.tocsr()), view.scale, view.totals, view.cell_types,
        view.labels, view.donors,
    )  # fmt: skip
