"""A trained network applied to cells of any dataset, without the cells that it was trained on."""

from collections.abc import Mapping

import numpy as np
import scipy.sparse as sp
import torch

from orthoweave.models.cross_species_gnn.network import CellTypeNetwork
from orthoweave.models.cross_species_gnn.relations import Relation, by_row
from orthoweave.models.device import mixed_precision


def parameter_shapes(n_genes: int, n_classes: int, width: int) -> dict[str, tuple[int, ...]]:
    """Return the shape of each parameter by name."""
    with torch.random.fork_rng(devices=[]):
        network = CellTypeNetwork(n_genes, n_classes, width)
    return {name: tuple(value.shape) for name, value in network.state_dict().items()}


def network_of(
    arrays: Mapping[str, np.ndarray], n_genes: int, n_classes: int, width: int
) -> CellTypeNetwork:
    """Return the network with these parameters; it leaves the state of random numbers alone."""
    with torch.random.fork_rng(devices=[]):
        network = CellTypeNetwork(n_genes, n_classes, width)
    network.load_state_dict(
        {name: torch.from_numpy(arrays[name].astype(np.float32)) for name in network.state_dict()}
    )
    network.eval()
    return network


def applied(
    network: CellTypeNetwork,
    heard: np.ndarray,
    values: sp.csr_matrix,
    ends: tuple[np.ndarray, np.ndarray],
    device: str,
) -> tuple[np.ndarray, np.ndarray]:
    """Return class probabilities and vectors of cells, ``(n_cells, n_classes or width)``, float32.

    Parameters
    ----------
    heard
        What each of the network's genes hears of its training cells, ``(n_genes, width)``.
    values
        Log expression, shape ``(n_cells, n_their_genes)``.
    ends
        For each ortholog pair, the number of their gene and that of the network's.
    """
    shape = (values.shape[1], len(heard))
    degree = np.bincount(ends[1], minlength=shape[1])
    inherits, orthologs = (
        sp.csr_matrix(sp.coo_matrix((weight, ends), shape=shape), dtype=np.float32)
        for weight in (1 / degree[ends[1]], np.ones(len(ends[1])))
    )
    network = network.to(device)
    with torch.no_grad(), mixed_precision(device):
        vectors = Relation(inherits, device)(network.genes)
        cells = network.read(Relation(values, device), vectors)
        found = network.gather(
            cells,
            vectors,
            Relation(by_row(values.T.tocsr()), device)(network.to_genes(cells)),
            Relation(by_row(orthologs), device)(torch.from_numpy(heard).to(device)),
            Relation(by_row(values), device),
        )
        scores = network.classify(found)
    return scores.float().softmax(dim=1).cpu().numpy(), found.float().cpu().numpy()
