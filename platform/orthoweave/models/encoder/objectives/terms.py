"""The two losses of values: squared error where expressed, cross-entropy of zero or not.

Sums are taken in float32 also where the network computes in bfloat16.
"""

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from orthoweave.models.encoder.objectives.base import mean_over
from orthoweave.models.encoder.statistics import GeneStatistics


def value_and_zero(
    found: torch.Tensor, zero: torch.Tensor, y: torch.Tensor, where: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return mean squared error of values above zero, and mean cross-entropy of zero or not.

    Parameters
    ----------
    found, zero, y
        Recovered values, logits of a zero, and true values, all of one shape.
    where
        Mask of the places that count.
    """
    is_zero = (y == 0).float()
    squares = (found.float() - y) ** 2
    entropy = functional.binary_cross_entropy_with_logits(zero.float(), is_zero, reduction="none")
    return mean_over(squares, where * (1 - is_zero)), mean_over(entropy, where.float())


def start_at(layer: nn.Linear, bias: np.ndarray) -> nn.Linear:
    """Return a layer whose bias is set to an array of its shape."""
    with torch.no_grad():
        layer.bias.copy_(torch.from_numpy(np.asarray(bias, np.float32)))
    return layer


class PairHead(nn.Module):
    """Recover a value and the logit of a zero from the vector of a pair.

    Both start at the gene's mean above zero and the log odds of its zeros.
    """

    def __init__(self, genes: GeneStatistics, width: int) -> None:
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.LayerNorm(width))
        self.out = start_at(nn.Linear(width, 2), np.zeros(2))
        start = np.stack([genes.nonzero_mean, genes.zero_log_odds], axis=1)
        self.start = nn.Embedding.from_pretrained(torch.from_numpy(start), freeze=False)

    def forward(self, pairs: torch.Tensor, gene: torch.Tensor) -> torch.Tensor:
        """Return both for each pair, shape ``(B, L, 2)``, float32."""
        return self.out(self.trunk(pairs)).float() + self.start(gene)
