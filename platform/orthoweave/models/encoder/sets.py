"""The additive encoder: a sum over pairs, then two layers. Sparse data are multiplied as they are.

The sum over a cell's pairs of ::

    shown * (value - mean of the gene) * A[gene] + s * B[gene]

with s = 1/2 for an observed pair, -1/2 for a masked one and 0 for a gene that was not measured, is
one product of two matrices. Where all measured genes are in sight it is the product of the sparse
matrix of values with A, plus a vector that is the same for all cells.
"""

import numpy as np
import scipy.sparse as sp
import torch
from torch import nn
from torch.nn import functional

from orthoweave.models.encoder.profiles import MASKED, ProfileBatch
from orthoweave.models.encoder.statistics import GeneStatistics


class SetEncoder(nn.Module):
    """Vectors of cells from their pairs of gene and value, whatever the order of the pairs."""

    def __init__(self, genes: GeneStatistics, hidden: int, width: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.from_numpy(genes.mean.copy()))
        self.first = nn.Linear(2 * genes.n_genes, hidden)
        self.second = nn.Linear(hidden, width)

    def forward(self, batch: ProfileBatch) -> torch.Tensor:
        """Return the vector of each cell, shape ``(B, width)``."""
        shown, n_genes = batch.observed, len(self.mean)
        excess = (batch.value - self.mean[batch.gene]) * shown
        sight = 0.5 * (shown.float() - (batch.state == MASKED).float())
        if batch.gene.stride(0):
            # not all genes in their order: each pair goes to the place of its gene
            space = batch.value.new_zeros((len(shown), n_genes))
            excess = space.scatter_add(1, batch.gene, excess)
            sight = space.scatter_add(1, batch.gene, sight)
        return self.second(functional.gelu(self.first(torch.cat([excess, sight], dim=1))))

    def of_sparse(self, values: sp.csr_matrix, known: np.ndarray) -> torch.Tensor:
        """Return the vectors of cells with all measured genes in sight, as `forward` does.

        Parameters
        ----------
        values
            Expression of the vocabulary, shape ``(n_cells, n_genes)``.
        known
            Mask of the measured genes, shape ``(n_genes,)``.
        """
        n_genes = len(known)
        weight = self.first.weight.detach().cpu().numpy()
        each = np.where(known, 1.0, 0.0).astype(np.float32)
        constant = weight[:, n_genes:] @ (each / 2)
        constant -= weight[:, :n_genes] @ (each * self.mean.cpu().numpy())
        product = values @ np.ascontiguousarray(weight[:, :n_genes].T)
        sums = torch.from_numpy(product).add_(
            torch.from_numpy(constant) + self.first.bias.detach().cpu()
        )
        return self.second(functional.gelu(sums.to(self.first.weight.device)))
