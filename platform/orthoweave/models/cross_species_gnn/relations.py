"""Edges of a ``HeteroData``, or of a mini-batch of one, as sparse matrices to multiply by."""

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
import torch

from orthoweave.models.cross_species_gnn.task import Task
from orthoweave.views.hetero_graph import EXPRESSED_BY, EXPRESSES, ORTHOLOGOUS_TO, hetero_graph

if TYPE_CHECKING:
    from torch_geometric.data import HeteroData


class Relation:
    """A sparse matrix of shape ``(n_receivers, n_senders)`` and its transpose, on a device.

    Both are kept because the gradient of a product needs the transpose, which PyTorch would
    otherwise make again at each step.
    """

    def __init__(self, matrix: sp.csr_matrix, device: str) -> None:
        self.forward = _tensor(matrix, device)
        self.backward = _tensor(matrix.T.tocsr(), device)

    def __call__(self, sent: torch.Tensor) -> torch.Tensor:
        """Return weighted sums over neighbours, shape ``(n_receivers, width)``, float32."""
        # sums over thousands of cells need more digits than bfloat16 has
        with torch.autocast(sent.device.type, enabled=False):
            received: torch.Tensor = _Product.apply(self, sent.float())
        return received


@dataclass(frozen=True, slots=True)
class Relations:
    """All edges among some cells and genes, in the forms that the network multiplies by."""

    reads: Relation
    """Cells × genes: log expression."""
    profile: Relation
    """Cells × genes: log expression, divided by its sum over the genes of the cell."""
    expressers: Relation
    """Genes × cells: log expression, divided by its sum over the cells of the gene."""
    inherits: Relation
    """Target genes × source genes: the edges of a source gene share a weight of 1."""
    orthologs: Relation
    """Genes × genes: the mean over orthologs, both ways."""
    genes: torch.Tensor
    """Number of each gene in the whole graph, shape ``(n_genes,)``."""


def make_graph(task: Task) -> "HeteroData":
    """Return both species' cells and genes as ``HeteroData``; source genes come first.

    Each ORTHOLOGOUS_TO edge has `share`: one over the number of orthologs of its source gene if it
    leads from the source species to the target, else 0.
    """
    data = hetero_graph((task.source, task.target), task.orthology).data
    sender, receiver = data[ORTHOLOGOUS_TO].edge_index
    forward = (sender < task.source.n_genes) & (receiver >= task.source.n_genes)
    degree = torch.bincount(sender, minlength=data["Gene"].num_nodes)
    data[ORTHOLOGOUS_TO].share = forward / degree[sender]
    return data


def relations(data: "HeteroData", device: str) -> Relations:
    """Return the relations of a whole graph or of a mini-batch, by the same code."""
    n_cells, n_genes = data["Cell"].num_nodes, data["Gene"].num_nodes
    reads = _matrix(data[EXPRESSED_BY], data[EXPRESSED_BY].edge_weight, n_cells, n_genes)
    expressers = _matrix(data[EXPRESSES], data[EXPRESSES].edge_weight, n_genes, n_cells)
    edges = data[ORTHOLOGOUS_TO]
    inherits = _matrix(edges, edges.share, n_genes, n_genes)
    pairs = _matrix(edges, torch.ones_like(edges.share), n_genes, n_genes)
    numbers = data["Gene"].get("n_id")
    if numbers is None:
        numbers = torch.arange(n_genes)
    return Relations(
        Relation(reads, device),
        Relation(by_row(reads), device),
        Relation(by_row(expressers), device),
        Relation(inherits, device),
        Relation(by_row(pairs), device),
        numbers.to(device),
    )


class _Product(torch.autograd.Function):
    """Product of sparse and dense matrices, whose gradient uses the stored transpose."""

    @staticmethod
    def forward(context: Any, relation: Relation, sent: torch.Tensor) -> torch.Tensor:
        context.relation = relation
        return relation.forward @ sent

    @staticmethod
    def backward(context: Any, gradient: torch.Tensor) -> tuple[None, torch.Tensor]:
        return None, context.relation.backward @ gradient.contiguous()


def _matrix(edges: Any, weight: torch.Tensor, n_receivers: int, n_senders: int) -> sp.csr_matrix:
    sender, receiver = edges.edge_index.numpy()
    found = sp.coo_matrix((weight.numpy(), (receiver, sender)), shape=(n_receivers, n_senders))
    return sp.csr_matrix(found, dtype=np.float32)


def by_row(matrix: sp.csr_matrix) -> sp.csr_matrix:
    """Return a matrix with each row divided by its sum; empty rows stay empty."""
    sums = np.asarray(matrix.sum(axis=1)).ravel()
    scale = np.divide(1, sums, out=np.zeros_like(sums), where=sums > 0)
    return sp.csr_matrix(sp.diags(scale) @ matrix, dtype=np.float32)


def _tensor(matrix: sp.csr_matrix, device: str) -> torch.Tensor:
    with warnings.catch_warnings():
        # PyTorch warns once that compressed matrices are in beta
        warnings.filterwarnings("ignore", "Sparse CSR tensor", UserWarning)
        return torch.sparse_csr_tensor(
            torch.from_numpy(matrix.indptr.astype(np.int64)),
            torch.from_numpy(matrix.indices.astype(np.int64)),
            torch.from_numpy(matrix.data),
            matrix.shape,
            device=device,
            check_invariants=False,
        )
