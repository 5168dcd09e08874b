"""Importance of each ortholog pair for the network's output, beside label-permuted fits.

With the network frozen, the data determine the weights only in directions to which the network
responds: co-orthologs with correlated expression can exchange weight freely, and a gene that the
network ignores keeps its initial weight. So importance is reported, shared among pairs with
correlated inputs, and never the bare weight. Neither is evidence of conservation in evolution.
"""

import numpy as np
import torch
from scipy.sparse.csgraph import connected_components
from torch import nn

from orthoweave.models.orthology_transfer.conversion import Adapted
from orthoweave.models.orthology_transfer.inputs import Wiring

TIED: float = 0.8
"""Correlation of standardised inputs above which pairs are ranked together."""


def edge_importance(adapted: Adapted, wiring: Wiring, cells: torch.Tensor) -> np.ndarray:
    """Return ``|w| * mean |d score / d x_s| * sd(z_t)`` of each edge, shape ``(n_edges,)``.

    The score is that of each cell's likeliest class.
    """
    with torch.no_grad():
        converted = adapted.module[0](cells)
    converted.requires_grad = True
    scores = adapted.module[1](converted).max(dim=1).values.sum()
    slope = torch.autograd.grad(scores, converted)[0].abs().mean(dim=0).cpu().numpy()
    spread = cells.std(dim=0, correction=0).cpu().numpy()
    return (
        np.abs(adapted.weights) * slope[wiring.source_index] * spread[wiring.target_index]
    ).astype(np.float64)


def tied_edges(wiring: Wiring, cells: np.ndarray) -> np.ndarray:
    """Return the group of each edge: inputs that correlate above 0.8 are one group."""
    used, place = np.unique(wiring.target_index, return_inverse=True)
    inputs = cells[:, used].astype(np.float64)
    inputs -= inputs.mean(axis=0)
    length = np.linalg.norm(inputs, axis=0)
    inputs /= np.where(length > 0, length, 1)
    together = np.abs(inputs.T @ inputs) > TIED
    _, group = connected_components(together, directed=False)
    return np.asarray(group[place])


def group_sums(importance: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return the importance of each edge's whole group, shape as `importance`."""
    sums = np.zeros((*importance.shape[:-1], groups.max(initial=0) + 1))
    np.add.at(sums.T, groups, importance.T)
    return np.asarray(sums[..., groups])


def null_percentile(importance: np.ndarray, null: np.ndarray) -> np.ndarray:
    """Return the share of label-permuted fits, ``(n_null, n_edges)``, that are below; 0 to 1.

    The fit itself counts as one of them, so that no percentile rests on fewer fits than there
    are: the highest is ``n_null / (n_null + 1)``.
    """
    return np.asarray((null < importance).sum(axis=0) / (len(null) + 1))


def sign_stability(weights: np.ndarray) -> np.ndarray:
    """Return the share of seeds on the commoner side of zero, of ``(n_seeds, n_edges)`` weights."""
    positive = (weights > 0).mean(axis=0)
    return np.asarray(np.maximum(positive, (weights < 0).mean(axis=0)))


def coverage(network: nn.Module, cells: torch.Tensor, wiring: Wiring) -> float:
    """Return the share of attribution (gradient times input) on source genes with an edge."""
    inputs = cells.detach().clone()
    inputs.requires_grad = True
    scores = network(inputs).max(dim=1).values.sum()
    slope = torch.autograd.grad(scores, inputs)[0]
    mass = (slope * inputs.detach()).abs().sum(dim=0).cpu().numpy().astype(np.float64)
    return float(mass[np.unique(wiring.source_index)].sum() / max(mass.sum(), 1e-12))
