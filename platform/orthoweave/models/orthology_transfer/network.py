"""The source species' network: from expression to cell types, trained once and frozen."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from orthoweave.models.training.data import Shuffled
from orthoweave.models.training.loop import fit
from orthoweave.models.training.plan import Plan

HIDDEN = (512, 128)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Length and pace of a training, and its seed."""

    seed: int = 0
    epochs: int = 200
    patience: int = 20
    rate: float = 1e-3
    batch: int = 64
    decay: float = 0.0


@dataclass(frozen=True, slots=True)
class Labelled:
    """Standardised cells with their classes, on the device, split for training and validation."""

    inputs: torch.Tensor
    """Shape ``(n_cells, n_genes)``, float32."""
    classes: torch.Tensor
    """Number of each cell's class, shape ``(n_cells,)``, int64."""
    training: np.ndarray
    """Numbers of the cells to learn from."""
    validation: np.ndarray
    """Numbers of the cells that determine when to stop."""


def labelled(
    inputs: np.ndarray,
    classes: np.ndarray,
    training: np.ndarray,
    validation: np.ndarray,
    device: str,
) -> Labelled:
    """Return the cells on the device."""
    return Labelled(
        torch.as_tensor(inputs, device=device),
        torch.as_tensor(classes.astype(np.int64), device=device),
        training,
        validation,
    )


def make_network(n_genes: int, n_classes: int, seed: int, device: str) -> nn.Sequential:
    """Return an untrained network: hidden layers of 512 and 128, GELU and dropout of 0.2."""
    torch.manual_seed(seed)
    first, second = HIDDEN
    return nn.Sequential(
        nn.Linear(n_genes, first),
        nn.GELU(),
        nn.Dropout(0.2),
        nn.Linear(first, second),
        nn.GELU(),
        nn.Dropout(0.2),
        nn.Linear(second, n_classes),
    ).to(device)


def train(
    module: nn.Module, data: Labelled, schedule: Schedule, penalty: "Penalty | None" = None
) -> int:
    """Fit a module's free parameters by cross-entropy; keep the best epoch and return its number.

    The best epoch has the lowest loss on the validation cells, the start included; training ends
    `patience` epochs after it. Without training or validation cells nothing is changed.
    """
    if not len(data.training) or not len(data.validation):
        module.eval()
        return 0
    plan = Plan(
        schedule.epochs,
        schedule.seed,
        schedule.rate,
        decay=schedule.decay,
        patience=schedule.patience,
        from_start=True,
    )

    def loss(module: nn.Module, cells: np.ndarray) -> torch.Tensor:
        found = _loss(module, data, cells)
        return found if penalty is None else found + penalty()

    def validate(module: nn.Module) -> float:
        return float(_loss(module, data, data.validation))

    cells = Shuffled(data.training, schedule.batch, np.asarray, schedule.seed)
    device = data.inputs.device.type
    return fit(module, cells, loss, plan, device=device, validate=validate).epoch


class Penalty(nn.Module):
    """Term added to the loss; called without arguments."""


def freeze(module: nn.Module) -> None:
    """Freeze a module: its parameters and dropout."""
    module.eval()
    for value in module.parameters():
        value.requires_grad = False


def predict(module: nn.Module, inputs: torch.Tensor) -> np.ndarray:
    """Return the number of the likeliest class of each cell, shape ``(n_cells,)``."""
    module.eval()
    with torch.no_grad():
        return module(inputs).argmax(dim=1).cpu().numpy()


def _loss(module: nn.Module, data: Labelled, cells: np.ndarray) -> torch.Tensor:
    batch = torch.as_tensor(cells, device=data.inputs.device)
    return nn.functional.cross_entropy(module(data.inputs[batch]), data.classes[batch])
