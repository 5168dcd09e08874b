"""Vectors of cells by a trained encoder, on a processor or a GPU."""

from typing import Final

import numpy as np
import scipy.sparse as sp
import torch

from orthoweave.models.device import mixed_precision
from orthoweave.models.encoder.network import ExpressionNetwork
from orthoweave.models.encoder.profiles import ProfileBatch, Target
from orthoweave.models.encoder.sets import SetEncoder
from orthoweave.models.encoder.tokens import chosen_profiles

# cells that are made dense at a time: 12 MB of 1,500 genes
_SPARSE_BLOCK: Final = 2048
_TOKEN_BLOCK: Final = 64


def embed(
    network: ExpressionNetwork,
    values: sp.csr_matrix,
    known: np.ndarray,
    *,
    totals: np.ndarray | None = None,
    device: str = "cpu",
) -> np.ndarray:
    """Return the vector of each cell with all its genes in sight, ``(n_cells, width)``, float32.

    Nothing is drawn: the same cells have the same vectors, whichever others stand beside them.

    Parameters
    ----------
    values
        log1p of counts per 10 000 over the vocabulary, shape ``(n_cells, n_genes)``.
    known
        Mask of the genes that the dataset measured, shape ``(n_genes,)``.
    totals
        Counts of each cell; None, or NaN, if unknown.
    """
    network = network.to(device).eval()
    encoder = network.encoder
    found = np.empty((values.shape[0], network.width), np.float32)
    additive = isinstance(encoder, SetEncoder)
    size = _SPARSE_BLOCK if additive else _TOKEN_BLOCK
    with torch.no_grad():
        for first in range(0, len(found), size):
            rows = slice(first, first + size)
            if additive:
                part = encoder.of_sparse(values[rows], known)
            else:
                own = None if totals is None else totals[rows]
                with mixed_precision(device):
                    part = network.encode(profiles_of(network, values[rows], known, own)).cell
            found[rows] = part.float().cpu().numpy()
    return found


def profiles_of(
    network: ExpressionNetwork,
    values: sp.csr_matrix,
    known: np.ndarray,
    totals: np.ndarray | None = None,
) -> ProfileBatch:
    """Return the pairs of some cells, without a draw, on the network's device; see `embed`."""
    device = next(network.parameters()).device
    y = torch.from_numpy(values.toarray().astype(np.float32)).to(device)
    there = torch.from_numpy(known).to(device).expand(len(y), -1)
    depth = torch.zeros((len(y), 2), device=device)
    if totals is not None:
        logs = np.log1p(np.nan_to_num(totals)).astype(np.float32)
        depth = torch.from_numpy(np.stack([logs, logs], axis=1)).to(device)
    return chosen_profiles(network.tokens, Target(y, there), depth, training=False)
