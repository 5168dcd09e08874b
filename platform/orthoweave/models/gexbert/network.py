r"""The network of the residual, which starts at zero: the model starts as the linear path.

``set``: the additive encoder of `orthoweave.models.encoder` reads the profile that the linear path
has completed, and each gene is answered by the product of the sample's vector with one of its own.
``transformer``: the visible genes are tokens, mixed by a bidirectional transformer, and the decoder
of `encoder.objectives.restoration` asks for each gene. In both, the answer for a gene does not
depend on the other genes that are asked for.
"""

from abc import ABC, abstractmethod
from typing import Any, Final

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from orthoweave.models.encoder.config import (
    EncoderConfig,
    LinearValue,
    RandomGenes,
    Restoration,
    Transformer,
)
from orthoweave.models.encoder.network import Start, make_network
from orthoweave.models.encoder.profiles import OBSERVED, PAD, ProfileBatch, Target, whole_profiles
from orthoweave.models.encoder.sets import SetEncoder
from orthoweave.models.encoder.statistics import GeneStatistics
from orthoweave.models.gexbert.config import GexbertConfig

_DROP: Final = 0.3
# share of the profile that the additive encoder does not see in a step


class Residual(nn.Module, ABC):
    """A network whose answers are added to the linear path."""

    @abstractmethod
    def encode(self, scores: torch.Tensor, visible: torch.Tensor, line: torch.Tensor) -> Any:
        """Return what `answer` reads of some samples; see `forward`."""

    @abstractmethod
    def vector(self, encoded: Any) -> torch.Tensor:
        """Return the vector of each sample, shape ``(B, width)``."""

    @abstractmethod
    def answer(self, encoded: Any, genes: torch.Tensor) -> torch.Tensor:
        """Return what is added to each gene that is asked for, shape ``(B, n_asked)``."""

    def forward(
        self, scores: torch.Tensor, visible: torch.Tensor, line: torch.Tensor, genes: torch.Tensor
    ) -> torch.Tensor:
        """Return restored z-scores of the genes asked for, shape ``(B, n_asked)``, float32.

        Parameters
        ----------
        scores
            z-scores, shape ``(B, n_genes)``; only the visible ones are read.
        visible
            Numbers of the visible genes, which all B samples share, shape ``(n_visible,)``.
        line
            All genes by the linear path, shape ``(B, n_genes)``.
        genes
            Numbers of the genes that are asked for, shape ``(n_asked,)``.
        """
        return line[:, genes] + self.answer(self.encode(scores, visible, line), genes).float()


class SetResidual(Residual):
    """The additive encoder on the completed profile, and a vector for each gene."""

    def __init__(self, n_genes: int, hidden: int, width: int) -> None:
        super().__init__()
        self.encoder = SetEncoder(_statistics(n_genes), hidden, width)
        self.genes = nn.Parameter(torch.zeros(n_genes, width))
        self.shift = nn.Parameter(torch.zeros(n_genes))

    def encode(
        self, scores: torch.Tensor, visible: torch.Tensor, line: torch.Tensor
    ) -> torch.Tensor:
        """Return the vectors of the samples, shape ``(B, width)``."""
        del scores, visible
        seen = functional.dropout(line, _DROP, self.training)
        everything = torch.ones_like(line, dtype=torch.bool)
        return functional.gelu(self.encoder(whole_profiles(Target(seen, everything))))

    def vector(self, encoded: Any) -> torch.Tensor:
        """Return the vectors as they are."""
        return encoded

    def answer(self, encoded: Any, genes: torch.Tensor) -> torch.Tensor:
        """Return products of the samples' vectors with those of the genes."""
        return encoded @ self.genes[genes].T + self.shift[genes]


class TokenResidual(Residual):
    """A transformer on the visible genes, and a decoder that asks for others."""

    def __init__(self, n_genes: int, config: GexbertConfig) -> None:
        super().__init__()
        encoder = transformer_config(config)
        self.whole = make_network(encoder, Start(_statistics(n_genes)), config.seed)
        self.gate = nn.Parameter(torch.zeros(1))

    def encode(self, scores: torch.Tensor, visible: torch.Tensor, line: torch.Tensor) -> Any:
        """Return the vectors of samples and of their visible genes."""
        del line
        batch = profiles(scores, visible)
        return self.whole.encode(batch), batch.pad

    def vector(self, encoded: Any) -> torch.Tensor:
        """Return the vector of the token that stands for the sample."""
        found, _ = encoded
        return found.cell

    def answer(self, encoded: Any, genes: torch.Tensor) -> torch.Tensor:
        """Return the answers of the decoder, times a factor that starts at zero."""
        found, pad = encoded
        asked = genes.expand(len(pad), -1)
        return self.gate * self.whole.objectives[0].restored(found, pad, asked)

    def attention(
        self, scores: torch.Tensor, visible: torch.Tensor, genes: torch.Tensor
    ) -> torch.Tensor:
        """Return the attention of genes asked for to visible ones, ``(B, n_asked, n_visible)``.

        The decoder's attention is followed back through the layers of the encoder. What ends at
        the token that stands for the sample is left out.
        """
        found, pad = self.encode(scores, visible, scores)
        last = self.whole.objectives[0].attended(found, pad, genes.expand(len(pad), -1))
        encoder: Any = self.whole.encoder
        return (last.float() @ encoder.rollout(profiles(scores, visible)))[..., 1:]


def transformer_config(config: GexbertConfig) -> EncoderConfig:
    """Return the encoder of the network ``transformer``: tokens of visible genes, restoration."""
    heads = 4 if config.width % 4 == 0 else 1
    return EncoderConfig(
        RandomGenes(1024),
        LinearValue(),
        Transformer(2, heads, config.hidden, 0.1, "llama"),
        ((Restoration(layers=2, heads=heads), 1.0),),
        width=config.width,
        batch=config.batch,
    )


def profiles(scores: torch.Tensor, visible: torch.Tensor) -> ProfileBatch:
    """Return the visible genes of samples as pairs of gene and z-score."""
    n, n_visible = len(scores), max(len(visible), 1)
    gene = visible.expand(n, -1) if len(visible) else visible.new_zeros((n, 1))
    value = scores[:, visible] if len(visible) else scores.new_zeros((n, 1))
    state = torch.full((n, n_visible), OBSERVED if len(visible) else PAD, dtype=torch.uint8)
    return ProfileBatch(gene, value, state.to(scores.device), scores.new_zeros((n, 2)))


def make_residual(config: GexbertConfig, n_genes: int) -> Residual:
    """Return an untrained network; the state of random numbers stays as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        if config.network == "transformer":
            return TokenResidual(n_genes, config)
        return SetResidual(n_genes, config.hidden, config.width)


def _statistics(n_genes: int) -> GeneStatistics:
    """Return statistics of z-scores: their mean is 0."""
    zeros = np.zeros(n_genes, np.float32)
    return GeneStatistics(zeros, zeros, zeros)
