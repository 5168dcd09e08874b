"""The form of a mixer."""

from abc import ABC, abstractmethod

import torch
from torch import nn


class Mixer(nn.Module, ABC):
    """Vectors ``(B, L, width)`` and the mask of places without a pair, to as many vectors."""

    @abstractmethod
    def forward(self, x: torch.Tensor, pad: torch.Tensor) -> torch.Tensor:
        """Return mixed vectors, shape ``(B, L, width)``; those at `pad`, ``(B, L)``, are void."""
