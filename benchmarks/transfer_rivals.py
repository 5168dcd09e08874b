"""Rivals of orthology transfer, and the choice of its penalty among them."""

import numpy as np
import torch
from torch import nn

from orthoweave.models.orthology_transfer.baselines import one_to_one
from orthoweave.models.orthology_transfer.conversion import adapt, split_cells
from orthoweave.models.orthology_transfer.inputs import Wiring
from orthoweave.models.orthology_transfer.network import (
    Labelled,
    Schedule,
    labelled,
    make_network,
    predict,
    train,
)


class DenseConversion(nn.Module):
    """A conversion begun at the same weights, but with one weight for each pair of genes.

    What transfer has to beat to show that the mask of orthology is worth anything; `weight` and
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
        """Source-like expression ``(n_cells, n_source)`` of cells ``(n_cells, n_target)``."""
        return nn.functional.linear(cells, self.weight, self.shift)


def pooled(
    source: Labelled, target: Labelled, wiring: Wiring, n_classes: int, schedule: Schedule
) -> np.ndarray:
    """Classes of all target cells by one network for both species on one-to-one genes."""
    one = one_to_one(wiring)
    theirs, ours = source.inputs[:, one.source_index], target.inputs[:, one.target_index]
    shift = len(theirs)
    both = labelled(
        torch.cat([theirs, ours]).cpu().numpy(),
        torch.cat([source.classes, target.classes]).cpu().numpy(),
        np.concatenate([source.training, target.training + shift]),
        np.concatenate([source.validation, target.validation + shift]),
        ours.device.type,
    )
    network = make_network(one.n_edges, n_classes, schedule.seed, ours.device.type)
    train(network, both, schedule)
    return predict(network, both.inputs[shift:])


def choose_strength(
    network: nn.Module,
    wiring: Wiring,
    data: Labelled,
    strengths: tuple[float, ...],
    schedule: Schedule,
    *,
    folds: int = 3,
) -> float:
    """Strength with the lowest cross-validated loss on the training and validation cells."""
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


def _held_loss(module: nn.Module, data: Labelled, held: np.ndarray) -> float:
    chosen = torch.as_tensor(held, device=data.inputs.device)
    with torch.no_grad():
        scores = module(data.inputs[chosen])
    return float(nn.functional.cross_entropy(scores, data.classes[chosen], reduction="sum"))
