"""Restoration (GexBERT): a decoder recovers the genes that it is asked for from those in sight."""

import math

import torch
from torch import nn
from torch.nn import functional

from orthoweave.errors import UsageError
from orthoweave.models.encoder.config import Restoration
from orthoweave.models.encoder.mixers import mean_weights
from orthoweave.models.encoder.objectives.base import Encoded, Objective, mean_over
from orthoweave.models.encoder.objectives.terms import start_at
from orthoweave.models.encoder.profiles import PAD, ProfileBatch, Target
from orthoweave.models.encoder.statistics import GeneStatistics


class RestorationObjective(Objective):
    """Show a random number of genes, and ask for others."""

    name = "restoration"

    def __init__(self, config: Restoration, genes: GeneStatistics, width: int) -> None:
        super().__init__()
        self.config = config
        self.queries = nn.Embedding(genes.n_genes, width)
        self.blocks = nn.ModuleList(_Ask(width, config.heads) for _ in range(config.layers))
        self.out = start_at(nn.Linear(width, 1), genes.mean[:1] * 0)
        self.mean = nn.Embedding.from_pretrained(
            torch.from_numpy(genes.mean.copy())[:, None], freeze=False
        )

    def corrupt(self, batch: ProfileBatch) -> ProfileBatch:
        """Return the profiles with all but some pairs dropped, how many is drawn for each cell."""
        drawn = torch.rand((len(batch.gene), 1), device=batch.value.device)
        low, high = (math.log(n) for n in (self.config.least, self.config.most))
        n_seen = (low + (high - low) * drawn).exp().round()
        keys = torch.rand(batch.value.shape, device=batch.value.device)
        keys = keys.masked_fill(~batch.observed, 2.0)
        return batch.hide(keys.argsort(dim=1).argsort(dim=1) >= n_seen, PAD)

    def restored(self, encoded: Encoded, pad: torch.Tensor, genes: torch.Tensor) -> torch.Tensor:
        """Return the value of each gene that is asked for, shape ``(B, n_asked)``, float32.

        The answer for a gene does not depend on the other genes that are asked for.

        Parameters
        ----------
        pad
            Mask of the encoder's places without a pair, shape ``(B, L)``.
        genes
            Numbers of the genes, shape ``(B, n_asked)``.

        Raises
        ------
        UsageError
            If the encoder has no vectors of pairs.
        """
        states, seen = self._states(encoded, pad)
        asked = self.queries(genes).to(states.dtype)
        for block in self.blocks:
            asked = block(asked, states, seen)
        return self.out(asked).float()[..., 0] + self.mean(genes)[..., 0]

    def attended(self, encoded: Encoded, pad: torch.Tensor, genes: torch.Tensor) -> torch.Tensor:
        """Return the attention of each gene asked for, shape ``(B, n_asked, 1 + L)``.

        It is the mean over the heads and layers of the decoder: first that to the cell's own
        vector, then that to each pair. Rows sum to one.
        """
        states, seen = self._states(encoded, pad)
        asked, found = self.queries(genes).to(states.dtype), []
        for block in self.blocks:
            found.append(block.attention(asked, states, seen))
            asked = block(asked, states, seen)
        return torch.stack(found).mean(dim=0)

    def _states(self, encoded: Encoded, pad: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return what can be asked, and the mask of what is there."""
        if encoded.pairs is None:
            message = "restoration: expected an encoder with a vector of each pair"
            raise UsageError(message)
        # the cell's vector is always there: a cell without pairs would have nothing to ask
        states = torch.cat([encoded.cell[:, None, : encoded.pairs.shape[-1]], encoded.pairs], 1)
        gone = torch.cat([pad.new_zeros((len(pad), 1)), pad], dim=1)
        return states, ~gone[:, None, None, :]

    def loss(self, encoded: Encoded, batch: ProfileBatch, target: Target) -> torch.Tensor:
        """Return the mean squared error of known genes that are asked for at random."""
        seen = torch.zeros_like(target.known).scatter_(1, batch.gene, batch.observed)
        n_asked = min(self.config.targets, target.y.shape[1])
        n_same = round(n_asked * self.config.identity)
        drawn = torch.rand(target.y.shape, device=target.y.device)
        others = drawn.masked_fill(~target.known | seen, 2.0).argsort(dim=1)[:, : n_asked - n_same]
        same = drawn.masked_fill(~seen, 2.0).argsort(dim=1)[:, :n_same]
        genes = torch.cat([others, same], dim=1)
        allowed = torch.cat([(target.known & ~seen).gather(1, others), seen.gather(1, same)], dim=1)
        found = self.restored(encoded, batch.pad, genes)
        return mean_over((found - target.y.gather(1, genes)) ** 2, allowed)


class _Ask(nn.Module):
    """Attention of the genes that are asked for to those in sight, and two layers."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.ask, self.read = nn.Linear(width, width), nn.Linear(width, 2 * width)
        self.out = nn.Linear(width, width)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))
        self.layers = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        )

    def forward(
        self, asked: torch.Tensor, states: torch.Tensor, seen: torch.Tensor
    ) -> torch.Tensor:
        """Return vectors of the genes asked for, shape ``(B, n_asked, width)``."""
        first, second, third = self.norms
        n_cells, _, width = asked.shape
        query = self._parts(self.ask(first(asked)))
        key, value = (self._parts(part) for part in self.read(second(states)).chunk(2, dim=-1))
        found = functional.scaled_dot_product_attention(query, key, value, attn_mask=seen)
        asked = asked + self.out(found.transpose(1, 2).reshape(n_cells, -1, width))
        return asked + self.layers(third(asked))

    def attention(
        self, asked: torch.Tensor, states: torch.Tensor, seen: torch.Tensor
    ) -> torch.Tensor:
        """Return the mean weight of each state over the heads, shape ``(B, n_asked, n_states)``."""
        first, second, _ = self.norms
        query = self._parts(self.ask(first(asked)))
        key = self._parts(self.read(second(states)).chunk(2, dim=-1)[0])
        return mean_weights(query, key, seen)

    def _parts(self, x: torch.Tensor) -> torch.Tensor:
        n_cells, length, width = x.shape
        return x.view(n_cells, length, self.heads, width // self.heads).transpose(1, 2)
