"""The cell-gene hypergraph as models read it: a gene is a hyperedge over its cells."""

from dataclasses import dataclass, fields

import scipy.sparse as sp

from orthoweave.views.digests import digest_of
from orthoweave.views.expression import CellsByGenes, ExpressionView


@dataclass(frozen=True, slots=True, kw_only=True)
class HypergraphView(CellsByGenes):
    """Incidence of cells (its nodes) and genes (its hyperedges), compressed in both directions."""

    by_cell: sp.csr_matrix
    """Weight of each incidence on `scale`, shape ``(n_cells, n_genes)``, float32."""
    by_gene: sp.csr_matrix
    """The same transposed, shape ``(n_genes, n_cells)``, float32."""

    @property
    def digest(self) -> str:
        """SHA-256 of the content, computed anew at each access."""
        # by_gene holds the same values as by_cell
        return digest_of(self, without=["by_gene"])


def hypergraph_view(view: ExpressionView) -> HypergraphView:
    """Return a hypergraph of cells and genes; empty ones stay, without incidences."""
    named = {field.name: getattr(view, field.name) for field in fields(CellsByGenes)}
    return HypergraphView(
        **named, by_cell=view.values, by_gene=sp.csr_matrix(view.values.T.tocsr())
    )
