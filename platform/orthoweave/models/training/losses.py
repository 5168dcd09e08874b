"""The loss of a network on a batch, and the seed of the random numbers that it draws."""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import torch
from torch import nn

from orthoweave.models.device import mixed_precision

B = TypeVar("B")
N = TypeVar("N", bound=nn.Module)

Loss = Callable[[N, B], torch.Tensor]
"""The loss of a network on a batch, a single number; its gradient reaches all parameters."""


class LossOf(nn.Module):
    """The loss as a module, so that processes can share its gradient whatever it calls."""

    def __init__(self, network: nn.Module, loss: Loss[Any, Any], device: str) -> None:
        super().__init__()
        self.network = network
        self._loss, self._device = loss, device

    def forward(self, batch: Any) -> torch.Tensor:
        """Return the loss; of no batch, None, it is 0, and so is its gradient."""
        if batch is None:
            free = [value for value in self.network.parameters() if value.requires_grad]
            return torch.stack([(value * 0).sum() for value in free]).sum()
        with mixed_precision(self._device):
            return self._loss(self.network, batch).float()


def seed_batch(seed: int, epoch: int, place: int) -> None:
    """Seed PyTorch's generator by the place of a batch in the order of an epoch."""
    # numpy takes no negative seeds
    [own] = np.random.SeedSequence((seed % 2**64, epoch, place)).generate_state(1, np.uint64)
    # torch.manual_seed keeps a trace of its callers for GPUs that nobody uses: 4 ms each time
    torch.default_generator.manual_seed(int(own))
    if torch.cuda.is_initialized():
        torch.cuda.manual_seed_all(int(own))
