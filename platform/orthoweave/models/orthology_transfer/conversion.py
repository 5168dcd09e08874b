"""The conversion layer: target expression becomes source-like expression, along orthology only.

One weight for each ortholog pair and one shift for each source gene, in front of the frozen
network of the source species::

    x_s = sum over pairs (s, t) of w_st z_t + b_s          class scores = f(x)

Transfer Orthology Networks: V. Singh 2025, arXiv:2510.15837. The paper speaks of a map from
source to target gene space; since the layer stands in front of a network trained on the source,
values flow from target to source.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from orthoweave.models.orthology_transfer.inputs import Wiring
from orthoweave.models.orthology_transfer.network import Labelled, Penalty, Schedule, freeze, train


class Conversion(nn.Module):
    """Orthology-wired linear layer; exactly one weight for each edge.

    Attributes
    ----------
    weight, prior
        Weight of each edge and what it begins with, shape ``(n_edges,)``.
    shift
        Shift of each source gene, shape ``(n_source,)``.
    """

    def __init__(self, wiring: Wiring, device: str) -> None:
        super().__init__()
        self.n_source = len(wiring.source_genes)
        self.register_buffer("source", torch.as_tensor(wiring.source_index, device=device))
        self.register_buffer("target", torch.as_tensor(wiring.target_index, device=device))
        prior = torch.as_tensor(wiring.prior, device=device)
        self.register_buffer("prior", prior)
        self.weight = nn.Parameter(prior.clone())
        self.shift = nn.Parameter(torch.zeros(self.n_source, device=device))

    def forward(self, cells: torch.Tensor) -> torch.Tensor:
        """Return source-like cells, ``(n_cells, n_source)``, from ``(n_cells, n_target)``."""
        # genes as rows: whole rows are added, which is several times faster than columns
        along = cells.T[self.target] * self.weight[:, None]
        found = torch.zeros((self.n_source, len(cells)), device=cells.device)
        return found.index_add(0, self.source, along).T + self.shift


class TowardsPrior(Penalty):
    """``strength * (sum (w - prior)^2 + sum b^2)``.

    Parameters
    ----------
    layer
        A conversion, with `weight`, `prior` and `shift`.
    """

    def __init__(self, layer: nn.Module, strength: float) -> None:
        super().__init__()
        self._layer = [layer]  # in a list: the layer is not part of the penalty
        self._strength = strength

    def forward(self) -> torch.Tensor:
        """Return the value of the penalty."""
        layer = self._layer[0]
        away = ((layer.weight - layer.prior) ** 2).sum()
        return self._strength * (away + (layer.shift**2).sum())


class Transfer(nn.Sequential):
    """A conversion and the network behind it, whose dropout stays off."""

    def train(self, mode: bool = True) -> "Transfer":  # noqa: FBT001, FBT002 (PyTorch's own)
        """Set the conversion's mode; the network is frozen."""
        super().train(mode)
        self[1].eval()
        return self


@dataclass(frozen=True, slots=True)
class Adapted:
    """A trained conversion in front of its network."""

    module: Transfer
    epoch: int
    """Number of epochs up to the best one; 0 if none improved."""

    @property
    def weights(self) -> np.ndarray:
        """Weight of each edge, shape ``(n_edges,)``."""
        return np.asarray(self.module[0].weight.detach().cpu().numpy())

    @property
    def shifts(self) -> np.ndarray:
        """Shift of each source gene, shape ``(n_source,)``."""
        return np.asarray(self.module[0].shift.detach().cpu().numpy())


def adapt(
    network: nn.Module, wiring: Wiring, data: Labelled, strength: float, schedule: Schedule
) -> Adapted:
    """Train a conversion along orthology in front of `network`, which is frozen.

    Parameters
    ----------
    data
        Target cells, genes as in ``wiring.target_genes``. Without training cells the conversion
        keeps its initial weights, the mean of co-orthologs.
    strength
        Weight of the squared distance from that beginning.
    """
    layer = Conversion(wiring, data.inputs.device.type)
    return adapt_layer(layer, network, data, strength, schedule)


def adapt_layer(
    layer: nn.Module, network: nn.Module, data: Labelled, strength: float, schedule: Schedule
) -> Adapted:
    """Train any conversion in front of `network`; see `adapt`."""
    freeze(network)
    module = Transfer(layer, network)
    epoch = train(module, data, schedule, TowardsPrior(layer, strength))
    return Adapted(module, epoch)


def split_cells(cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a fifth of the cells to stop by, one at least, and the others to learn from."""
    held = max(1, len(cells) // 5) if len(cells) > 1 else 0
    return cells[:held], cells[held:]
