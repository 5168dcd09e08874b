"""The form of an objective, and what it is given."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from orthoweave.models.encoder.profiles import ProfileBatch, Target

UNKNOWN = -100
"""Number of a label that is not known."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """Vectors that an encoder makes of a batch."""

    cell: torch.Tensor
    """Vector of each cell, shape ``(B, width)``."""
    pairs: torch.Tensor | None
    """Vector of each pair, shape ``(B, L, width)``; None of an additive encoder."""


@dataclass(frozen=True, slots=True)
class LabelSet:
    """The labels of one kind."""

    n_classes: int
    """Classes among which a network chooses."""
    compatible: np.ndarray | None = None
    """Classes that fit each label, shape ``(n_labels, n_classes)``, bool: for labels that are
    terms of an ontology. None where each label is a class."""


class Objective(nn.Module, ABC):
    """A part of a network that hides values and returns a loss."""

    name: str
    """Name of the loss."""

    def corrupt(self, batch: ProfileBatch) -> ProfileBatch:
        """Return the profiles with some values hidden, by PyTorch's random numbers."""
        return batch

    @abstractmethod
    def loss(self, encoded: Encoded, batch: ProfileBatch, target: Target) -> torch.Tensor:
        """Return a number, the lower the better.

        Parameters
        ----------
        batch
            The profiles that were encoded.
        target
            The whole profiles.
        """


def mean_over(values: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Return the mean of some values, 0 of none; both have one shape."""
    return (values * mask).sum() / mask.sum().clamp_min(1)
