"""Masked values (MLM): recover each hidden value from its own place."""

from dataclasses import replace

import torch

from orthoweave.errors import UsageError
from orthoweave.models.encoder.config import MaskedValues
from orthoweave.models.encoder.objectives.base import Encoded, Objective
from orthoweave.models.encoder.objectives.terms import PairHead, value_and_zero
from orthoweave.models.encoder.profiles import ProfileBatch, Target
from orthoweave.models.encoder.statistics import GeneStatistics


class MaskedObjective(Objective):
    """Hide a share of the observed pairs; some of them stay in sight, and are recovered too."""

    name = "masked values"

    def __init__(self, config: MaskedValues, genes: GeneStatistics, width: int) -> None:
        super().__init__()
        self.config = config
        self.head = PairHead(genes, width)

    def corrupt(self, batch: ProfileBatch) -> ProfileBatch:
        """Return the profiles with the chosen pairs hidden, and asked for."""
        drawn = torch.rand(batch.value.shape, device=batch.value.device)
        among = batch.observed
        if self.config.only_nonzero:
            among = among & (batch.value > 0)
        asked = (drawn < self.config.share) & among
        hidden = drawn < self.config.share * (1 - self.config.shown)
        return replace(batch.hide(asked & hidden), asked=asked)

    def loss(self, encoded: Encoded, batch: ProfileBatch, target: Target) -> torch.Tensor:
        """Return squared error above zero plus the weighted cross-entropy of zero or not.

        Raises
        ------
        UsageError
            If the encoder has no vectors of pairs.
        """
        if encoded.pairs is None or batch.asked is None:
            message = "masked values: expected an encoder with a vector of each pair"
            raise UsageError(message)
        found, zero = self.head(encoded.pairs, batch.gene).unbind(dim=-1)
        y = target.y.gather(1, batch.gene)
        value, entropy = value_and_zero(found, zero, y, batch.asked)
        return value + self.config.zero_weight * entropy if self.config.zero_weight else value
