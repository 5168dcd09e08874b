"""Gradient reversal: a head learns a label while the encoder learns to hide it.

Ganin and Lempitsky, Unsupervised domain adaptation by backpropagation, 2015, arXiv:1409.7495.
"""

from typing import Any

import torch
from torch import nn

from orthoweave.models.encoder.config import Adversary
from orthoweave.models.encoder.objectives.base import (
    UNKNOWN,
    Encoded,
    LabelSet,
    Objective,
    mean_over,
)
from orthoweave.models.encoder.profiles import ProfileBatch, Target


class _Reversed(torch.autograd.Function):
    """The same values, with the gradient turned round."""

    @staticmethod
    def forward(context: Any, values: torch.Tensor, strength: float) -> torch.Tensor:
        context.strength = strength
        return values.view_as(values)

    @staticmethod
    def backward(context: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, None]:
        return -context.strength * gradient, None


def reverse(values: torch.Tensor, strength: float) -> torch.Tensor:
    """Return the same values; their gradient is multiplied by minus `strength`."""
    return _Reversed.apply(values, strength)


class AdversaryObjective(Objective):
    """Name a label, such as the donor, by two layers behind a reversed gradient."""

    def __init__(self, config: Adversary, labels: LabelSet, width: int) -> None:
        super().__init__()
        self.config, self.name = config, f"reversed {config.label}"
        self.head = nn.Sequential(
            nn.Linear(width, width), nn.GELU(), nn.Linear(width, labels.n_classes)
        )

    def loss(self, encoded: Encoded, batch: ProfileBatch, target: Target) -> torch.Tensor:
        """Return the mean cross-entropy of the cells whose label is known; 0 of none."""
        del batch
        labels = target.labels[self.config.label]
        chance = self.head(reverse(encoded.cell, self.config.strength)).float().log_softmax(dim=1)
        right = chance.gather(1, labels.clamp_min(0)[:, None])[:, 0]
        return mean_over(-right, labels != UNKNOWN)
