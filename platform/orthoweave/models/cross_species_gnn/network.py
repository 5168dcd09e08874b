"""The graph network: messages between orthologs, from genes to cells, and from cells to genes."""

from typing import Final

import torch
from torch import nn
from torch.nn import functional

from orthoweave.models.cross_species_gnn.relations import Relation, Relations

# log expression is scaled to a variance near one, for which Adam's step size is meant
_SCALE: Final = 0.3
_LEAK: Final = 0.05
_FIRST: Final = 0.1


class CellTypeNetwork(nn.Module):
    """Scores of cell types from log expression and orthology.

    Each source gene s has a vector e_s that is learnt. With log expression x of cell c, orthologs
    O(g) of gene g, and f the leaky rectifier (slope 0.05) ::

        e_t = sum over s in O(t) of e_s / |O(s)|                       a target gene inherits
        h_c = f(0.3 * sum over g of x_cg e_g + b)                      a cell reads its genes
        m_g = mean of A h_c over the cells c of its species, weighted by x_cg
        u_g = f(m_g + B e_g + C * mean of m_o over o in O(g))          a gene hears of its cells
        z_c = h_c + mean of D u_g over genes g, weighted by x_cg       and the cells of its genes
        scores = E z_c + d

    All weights are shared by both species: a species differs by its edges only. Relational
    convolution after Schlichtkrull et al., 2018, doi:10.1007/978-3-319-93417-4_38.

    Parameters
    ----------
    n_source_genes
        Genes with their own vector; they have the lowest numbers.
    width
        Numbers that describe a node.
    """

    def __init__(self, n_source_genes: int, n_classes: int, width: int) -> None:
        super().__init__()
        self.genes = nn.Parameter(torch.randn(n_source_genes, width) * _FIRST / n_source_genes**0.5)
        self.shift = nn.Parameter(torch.zeros(width))
        self.to_genes = nn.Linear(width, width)
        self.own_gene = nn.Linear(width, width)
        self.from_orthologs = nn.Linear(width, width)
        self.to_cells = nn.Linear(width, width, bias=False)
        self.classify = nn.Linear(width, n_classes)

    def forward(self, edges: Relations) -> torch.Tensor:
        """Return the class scores of each cell, shape ``(n_cells, n_classes)``."""
        scores: torch.Tensor = self.classify(self.embed(edges))
        return scores

    def embed(self, edges: Relations) -> torch.Tensor:
        """Return the vector z of each cell, shape ``(n_cells, width)``."""
        own = edges.genes < len(self.genes)
        vectors = self.genes[edges.genes.clamp(max=len(self.genes) - 1)] * own[:, None]
        vectors = vectors + edges.inherits(vectors)
        cells = self.read(edges.reads, vectors)
        heard = edges.expressers(self.to_genes(cells))
        return self.gather(cells, vectors, heard, edges.orthologs(heard), edges.profile)

    def read(self, reads: Relation, vectors: torch.Tensor) -> torch.Tensor:
        """Return cells by the vectors of their genes, shape ``(n_cells, width)``."""
        return _rectified(_SCALE * reads(vectors) + self.shift)

    def gather(
        self,
        cells: torch.Tensor,
        vectors: torch.Tensor,
        heard: torch.Tensor,
        of_orthologs: torch.Tensor,
        profile: Relation,
    ) -> torch.Tensor:
        """Return the vectors z of cells by what their genes hear, shape ``(n_cells, width)``.

        Parameters
        ----------
        cells
            From `read`, shape ``(n_cells, width)``.
        vectors, heard, of_orthologs
            Vectors of the genes, what these hear of their cells, and the mean of what their
            orthologs hear; shape ``(n_genes, width)``.
        profile
            Cells × genes: expression by its sum over the genes of the cell.
        """
        own = self.own_gene(vectors) + self.from_orthologs(of_orthologs)
        genes = _rectified(heard + own)
        found: torch.Tensor = cells + profile(self.to_cells(genes))
        return found


def _rectified(values: torch.Tensor) -> torch.Tensor:
    return functional.leaky_relu(values, _LEAK)
