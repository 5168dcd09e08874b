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


class DenseConversion(nn.Module):
    """A conversion with the same initial weights, but with one weight for each pair of genes.

    Transfer has to beat it to show that the mask of orthology helps; `weight` and
    `prior` have the shape ``(n_source, n_target)``.
    """

    def __init__(self, wiring: Wiring, device: str) -> None:
        super().__init__()
        prior = torch.zeros((len(wiring.source_genes), len(wiring.target_genes)))
        edges = torch.as_tensor(wiring.source_index), torch.as_tensor(wiring.target_index)
        prior[edges] = torch.as_tensor(wiring.prior)
        self.register_buffer("prior", prior.to(device))
        self.weight = nn.Parameter(self.prior.clone())
        self.shift = nn.Parameter(torch.zeros(len(prior), device=device))

    def forward(self, cells: torch.Tensor) -> torch.Tensor:
        """Return source-like cells, ``(n_cells, n_source)``, from ``(n_cells, n_target)``."""
        return nn.functional.linear(cells, self.weight, self.shift)


class TowardsPrior(Penalty):
    """``strength * (sum (w - prior)^2 + sum b^2)``."""

    def __init__(self, layer: Conversion | DenseConversion, strength: float) -> None:
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


def adapt(
    network: nn.Module,
    wiring: Wiring,
    data: Labelled,
    strength: float,
    schedule: Schedule,
    *,
    layer_class: type[Conversion] | type[DenseConversion] = Conversion,
) -> Adapted:
    """Train a conversion in front of `network`, which is frozen.

    Parameters
    ----------
    data
        Target cells, genes as in ``wiring.target_genes``. Without training cells the conversion
        keeps its initial weights, the mean of co-orthologs.
    strength
        Weight of the squared distance from the initial weights.
    layer_class
        The conversion: along orthology, or between all genes.
    """
    freeze(network)
    layer = layer_class(wiring, data.inputs.device.type)
    module = Transfer(layer, network)
    epoch = train(module, data, schedule, TowardsPrior(layer, strength))
    return Adapted(module, epoch)


def choose_strength(
    network: nn.Module,
    wiring: Wiring,
    data: Labelled,
    strengths: tuple[float, ...],
    schedule: Schedule,
    *,
    folds: int = 3,
) -> float:
    """Return the strength with the lowest cross-validated loss on training and validation cells."""
    cells = np.random.default_rng(schedule.seed).permutation(
        np.concatenate([data.training, data.validation])
    )
    parts = np.array_split(cells, min(folds, len(cells)))
    if len(parts) < 2 or len(strengths) == 1:
        return strengths[-1]
    losses = []
    for strength in strengths:
        loss = 0.0
        for held in parts:
            rest = cells[~np.isin(cells, held)]
            validation, training = split_cells(rest)
            fold = Labelled(data.inputs, data.classes, training, validation)
            adapted = adapt(network, wiring, fold, strength, schedule)
            loss += _held_loss(adapted.module, data, held)
        losses.append(loss)
    return strengths[int(np.argmin(losses))]


def split_cells(cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a fifth of the cells to stop by, one at least, and the others to learn from."""
    held = max(1, len(cells) // 5) if len(cells) > 1 else 0
    return cells[:held], cells[held:]


def folded(adapted: Adapted, wiring: Wiring) -> tuple[np.ndarray, np.ndarray]:
    """Return the network's first layer on target genes: weights ``(n_hidden, n_target)``, shifts.

    The conversion and the first layer are both linear, so that for many cells one product with
    a sparse matrix of target genes does the work of both.
    """
    first = adapted.module[1][0]
    weight = first.weight.detach().cpu().numpy()
    product = np.zeros((weight.shape[0], len(wiring.target_genes)), weight.dtype)
    np.add.at(product.T, wiring.target_index, (weight[:, wiring.source_index] * adapted.weights).T)
    shift = weight @ adapted.module[0].shift.detach().cpu().numpy()
    return product, shift + first.bias.detach().cpu().numpy()


def _held_loss(module: nn.Module, data: Labelled, held: np.ndarray) -> float:
    chosen = torch.as_tensor(held, device=data.inputs.device)
    with torch.no_grad():
        scores = module(data.inputs[chosen])
    return float(nn.functional.cross_entropy(scores, data.classes[chosen], reduction="sum"))
