"""The network: an encoder with the heads of its objectives, built from a configuration."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import nn

from orthoweave.errors import UsageError
from orthoweave.models.encoder.config import EncoderConfig, Pool, SetMLP
from orthoweave.models.encoder.mixer import Mixer
from orthoweave.models.encoder.mixers import TransformerMixer, make_mixer
from orthoweave.models.encoder.objectives.base import Encoded, LabelSet, Objective
from orthoweave.models.encoder.objectives.make import make_objective
from orthoweave.models.encoder.profiles import ProfileBatch, Target
from orthoweave.models.encoder.sets import SetEncoder
from orthoweave.models.encoder.statistics import GeneStatistics
from orthoweave.models.encoder.values import make_values


@dataclass(frozen=True, slots=True)
class Start:
    """Statistics of genes, and the labels to learn: from these a network is built."""

    genes: GeneStatistics
    labels: Mapping[str, LabelSet] = field(default_factory=dict)


class TokenEncoder(nn.Module):
    """Embed gene and value of each pair, add both, mix the pairs, and pool."""

    def __init__(self, config: EncoderConfig, n_genes: int) -> None:
        super().__init__()
        self.genes = nn.Embedding(n_genes, config.width)
        self.values = make_values(config.value, config.width)
        self.norm = nn.LayerNorm(config.width)
        self.mixer: Mixer = make_mixer(config.mixer, config.width)
        self.pool = config.pool
        self.places = _places(config.pool)
        self.own = nn.Parameter(torch.randn(len(self.places), config.width) * 0.02)
        nn.init.normal_(self.genes.weight, std=0.02)

    def forward(self, batch: ProfileBatch) -> Encoded:
        """Return vectors of cells and of their pairs."""
        pairs = self.genes(batch.gene) + self.values(batch.value, batch.state)
        x, pad, own = with_own(self.norm(pairs), batch.pad, self.own, self.places)
        mixed = self.mixer(x, pad)
        others = torch.ones(mixed.shape[1], dtype=torch.bool, device=mixed.device)
        others[own] = False
        found = mixed[:, others]
        if self.pool == "mean":
            there = (~batch.pad)[..., None].to(found.dtype)
            cell = (found * there).sum(dim=1) / there.sum(dim=1).clamp_min(1)
        else:
            cell = mixed[:, own].flatten(1)
        return Encoded(cell, found)

    def rollout(self, batch: ProfileBatch) -> torch.Tensor:
        """Return the attention of each place to each, followed through all layers.

        The product over the layers of the mean of a layer's attention and of the path around it:
        Abnar and Zuidema, Quantifying attention flow in transformers, 2020, arXiv:2005.00928.
        Rows sum to one, and places without a pair get nothing; shape ``(B, n_own + L, n_own + L)``,
        in the order in which the mixer reads them.

        Raises
        ------
        UsageError
            If the mixer is not a transformer.
        """
        if not isinstance(self.mixer, TransformerMixer):
            message = "attention: expected a transformer, found a mixer that has none"
            raise UsageError(message)
        pairs = self.genes(batch.gene) + self.values(batch.value, batch.state)
        x, pad, _ = with_own(self.norm(pairs), batch.pad, self.own, self.places)
        around = torch.eye(x.shape[1], device=x.device)
        found = around.expand(len(x), -1, -1)
        for weights in self.mixer.attention(x, pad):
            found = (weights.float() + around) / 2 @ found
        return found


def _places(pool: Pool) -> tuple[float, ...]:
    """Return where the cell's own pairs stand, as shares of the length."""
    if pool == "mean":
        return ()
    return (0.0,) if pool == "cls" else (0.0, 0.5, 1.0)


def with_own(
    x: torch.Tensor, pad: torch.Tensor, own: torch.Tensor, places: tuple[float, ...]
) -> tuple[torch.Tensor, torch.Tensor, list[int]]:
    """Return pairs with those of the cell itself put among them, their padding and their numbers.

    Parameters
    ----------
    x, pad
        Shapes ``(B, L, width)`` and ``(B, L)``.
    own
        Shape ``(n_own, width)``.
    places
        Where each of them stands, as a share of the length.
    """
    length, cuts = x.shape[1], [0, *(round(share * x.shape[1]) for share in places)]
    parts, pads, numbers = [], [], []
    for number, vector in enumerate(own):
        parts += [x[:, cuts[number] : cuts[number + 1]], vector.expand(len(x), 1, -1).to(x.dtype)]
        pads += [pad[:, cuts[number] : cuts[number + 1]], pad.new_zeros((len(pad), 1))]
        numbers.append(cuts[number + 1] + number)
    parts.append(x[:, cuts[-1] : length])
    pads.append(pad[:, cuts[-1] : length])
    return torch.cat(parts, dim=1), torch.cat(pads, dim=1), numbers


class ExpressionNetwork(nn.Module):
    """An encoder with its objectives."""

    def __init__(self, config: EncoderConfig, start: Start) -> None:
        super().__init__()
        n_genes = start.genes.n_genes
        self.width = config.width * (3 if config.pool == "cls3" else 1)
        self.n_genes, self.tokens = n_genes, config.tokens
        self.encoder: nn.Module
        if isinstance(config.mixer, SetMLP):
            self.encoder = SetEncoder(start.genes, config.mixer.hidden, config.width)
        else:
            self.encoder = TokenEncoder(config, n_genes)
        self.objectives = nn.ModuleList(
            make_objective(one, config, start.genes, start.labels) for one, _ in config.objectives
        )
        self.weights = tuple(weight for _, weight in config.objectives)

    def encode(self, batch: ProfileBatch) -> Encoded:
        """Return vectors of cells, and of their pairs if the encoder has such."""
        found = self.encoder(batch)
        return found if isinstance(found, Encoded) else Encoded(found, None)

    def losses(self, batch: ProfileBatch, target: Target) -> dict[str, torch.Tensor]:
        """Return the loss of each objective by its name, unweighted.

        Each objective hides what it recovers, by PyTorch's random numbers; all read one encoding.
        """
        objectives: list[Objective] = list(self.objectives)
        for one in objectives:
            batch = one.corrupt(batch)
        encoded = self.encode(batch)
        found: dict[str, torch.Tensor] = {}
        for one in objectives:
            found |= {one.name: one.loss(encoded, batch, target)}
        return found

    def loss(self, batch: ProfileBatch, target: Target) -> torch.Tensor:
        """Return the weighted sum of all losses."""
        values = list(self.losses(batch, target).values())
        return torch.stack(
            [value * weight for value, weight in zip(values, self.weights, strict=True)]
        ).sum()


def make_network(config: EncoderConfig, start: Start, seed: int) -> ExpressionNetwork:
    """Return an untrained network on the processor; the state of random numbers stays."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return ExpressionNetwork(config, start)
