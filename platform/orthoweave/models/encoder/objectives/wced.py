"""Whole-profile recovery (WCED): every gene's value and zero from the one vector of a cell."""

import numpy as np
import torch
from torch import nn

from orthoweave.models.encoder.config import WholeProfile
from orthoweave.models.encoder.objectives.base import Encoded, Objective
from orthoweave.models.encoder.objectives.terms import start_at, value_and_zero
from orthoweave.models.encoder.profiles import MASKED, PAD, ProfileBatch, Target
from orthoweave.models.encoder.statistics import GeneStatistics


class WholeObjective(Objective):
    """Show a random share of each cell's pairs; a linear map of its vector gives all genes.

    The map starts at the mean predictor: each gene's mean above zero and the log odds of its zeros.
    """

    name = "whole profile"

    def __init__(self, config: WholeProfile, genes: GeneStatistics, width: int) -> None:
        super().__init__()
        self.config = config
        start = np.concatenate([genes.nonzero_mean, genes.zero_log_odds])
        self.head = start_at(nn.Linear(width, 2 * genes.n_genes), start)

    def corrupt(self, batch: ProfileBatch) -> ProfileBatch:
        """Return the profiles with the other pairs masked or dropped."""
        config, device = self.config, batch.value.device
        spread = config.most_visible - config.least_visible
        visible = config.least_visible + spread * torch.rand((len(batch.gene), 1), device=device)
        hidden = torch.rand(batch.value.shape, device=device) >= visible
        return batch.hide(hidden, PAD if config.dropped else MASKED)

    def recovered(self, cell: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return value and logit of a zero for every gene, shape ``(B, G)`` each."""
        value, zero = self.head(cell).float().chunk(2, dim=1)
        return value, zero

    def loss(self, encoded: Encoded, batch: ProfileBatch, target: Target) -> torch.Tensor:
        """Return the weighted losses over genes in sight, over the others, and over all."""
        config = self.config
        value, zero = self.recovered(encoded.cell)
        found = encoded.cell.new_zeros((), dtype=torch.float32)
        seen = None
        if config.input_weight or config.other_weight:
            seen = torch.zeros_like(target.known).scatter_(1, batch.gene, batch.observed)
        for weight, where in (
            (config.input_weight, seen),
            (config.other_weight, None if seen is None else target.known & ~seen),
            (config.whole_weight, target.known),
        ):
            if weight and where is not None:
                squares, entropy = value_and_zero(value, zero, target.y, where)
                found = found + weight * (squares + config.zero_weight * entropy)
        return found
