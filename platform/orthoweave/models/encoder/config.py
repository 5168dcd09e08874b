"""Configurations of encoders as data: a frozen dataclass for each choice, a union for each axis.

They hold numbers and no code. The functions that build from them choose by `match`. A named
configuration is a function that returns an `EncoderConfig`; sizes of papers are in `sizes`.
"""

from dataclasses import dataclass, field
from typing import Literal

from orthoweave.errors import UsageError
from orthoweave.models.training.plan import Plan

Pool = Literal["cls", "mean", "cls3"]
"""The vector of a cell: that of a pair of its own, the mean over its pairs, or three such pairs at
head, middle and tail, joined."""


@dataclass(frozen=True, slots=True)
class AllGenes:
    """All genes of the vocabulary enter, in its order."""


@dataclass(frozen=True, slots=True)
class ExpressedGenes:
    """Expressed genes enter, at random where more than fit, and some measured zeros."""

    length: int = 1024
    """Most pairs of a cell."""
    zeros: float = 0.1
    """Share of the pairs that are for measured zeros."""


@dataclass(frozen=True, slots=True)
class RandomGenes:
    """As many measured genes as fit enter, at random."""

    length: int = 1024
    """Most pairs of a cell."""


TokenConfig = AllGenes | ExpressedGenes | RandomGenes


@dataclass(frozen=True, slots=True)
class LinearValue:
    """One linear map of the value."""


@dataclass(frozen=True, slots=True)
class ZeroAwareValue:
    """Two layers, in which zero and hidden values enter as learnt vectors (BMFM-RNA)."""

    hidden: int = 128
    """Numbers between the layers."""


@dataclass(frozen=True, slots=True)
class WaveValue:
    """Sines and cosines of the value at doubling frequencies (scale-adapt of BMFM-RNA)."""

    frequencies: int = 12
    """Number of frequencies; the lowest is 0.01 for each unit."""


@dataclass(frozen=True, slots=True)
class BinnedValue:
    """Equal bins of a cell's values above zero, and one for zero (scGPT)."""

    bins: int = 51
    """Number of bins, with the one for zero."""


@dataclass(frozen=True, slots=True)
class RankedValue:
    """The rank of a value among a cell's pairs, as a share (after Geneformer)."""


@dataclass(frozen=True, slots=True)
class GeneVectors:
    """The distance from the gene's mean times a vector of the gene: for `SetMLP` alone."""


ValueConfig = LinearValue | ZeroAwareValue | WaveValue | BinnedValue | RankedValue | GeneVectors


@dataclass(frozen=True, slots=True)
class SetMLP:
    """The sum over pairs, then two layers: an additive function of the set."""

    hidden: int = 256
    """Numbers that a sum has."""


@dataclass(frozen=True, slots=True)
class Transformer:
    """A bidirectional transformer without positions."""

    layers: int = 1
    heads: int = 4
    inner: int = 256
    """Width of the inner layer of each block."""
    dropout: float = 0.1
    style: Literal["bert", "llama"] = "bert"
    """``bert``: LayerNorm after each part, GELU. ``llama``: RMSNorm before each part, SwiGLU."""


Scan = Literal["auto", "fused", "numba", "blocked", "loop"]
"""Ways to compute a selective scan: what suits the device, kernels of CUDA, compiled loops, blocks
of tensors, or step by step."""


@dataclass(frozen=True, slots=True)
class BiMamba:
    """Bidirectional Mamba: the order of the pairs counts."""

    layers: int = 2
    states: int = 16
    """States of each channel."""
    taps: int = 4
    """Width of the convolution."""
    expand: int = 2
    """Channels of a branch, in multiples of the width."""
    scan: Scan = "auto"


@dataclass(frozen=True, slots=True)
class BiSSD:
    """Bidirectional blocks of Mamba-2, with one decay for each head: not scMamba's block."""

    layers: int = 2
    heads: int = 8
    states: int = 16
    taps: int = 4
    expand: int = 2


MixerConfig = SetMLP | Transformer | BiMamba | BiSSD


@dataclass(frozen=True, slots=True)
class MaskedValues:
    """Hide some values and recover each from its own place (MLM)."""

    share: float = 0.15
    """Share of the observed pairs that are recovered."""
    shown: float = 0.05
    """Share of these whose value is left in sight."""
    zero_weight: float = 1.5
    """Weight of the cross-entropy of zero or not; 0 for none."""
    only_nonzero: bool = False
    """Recover values above zero alone."""


@dataclass(frozen=True, slots=True)
class WholeProfile:
    """Recover every gene from the vector of the cell (WCED)."""

    least_visible: float = 0.3
    most_visible: float = 0.9
    """The visible share of a cell's pairs is drawn between both."""
    dropped: bool = False
    """Drop the other pairs; else they stay as masked ones."""
    zero_weight: float = 1.0
    """Weight of the cross-entropy of zero or not."""
    input_weight: float = 0.0
    other_weight: float = 0.0
    whole_weight: float = 1.0
    """Weights of the losses over genes in sight, over all others, and over all."""


@dataclass(frozen=True, slots=True)
class Restoration:
    """Show some genes and recover others by a decoder that asks for them (GexBERT)."""

    least: int = 16
    most: int = 1024
    """The number of genes in sight is drawn between both, evenly on a logarithmic scale."""
    targets: int = 256
    """Genes that are asked for."""
    identity: float = 0.1
    """Share of them that are in sight."""
    layers: int = 2
    heads: int = 4


@dataclass(frozen=True, slots=True)
class LabelHead:
    """Name the label of a cell from its vector."""

    label: str
    """Kind of label, such as ``cell_type``."""
    loss: Literal["cross_entropy", "focal", "hierarchical"] = "cross_entropy"
    gamma: float = 2.0
    """Exponent of the focal loss."""


@dataclass(frozen=True, slots=True)
class Adversary:
    """Name a label from a cell's vector while the encoder learns to hide it."""

    label: str = "donor"
    strength: float = 1.0
    """Factor of the reversed gradient."""


RecoveryConfig = MaskedValues | WholeProfile | Restoration
ObjectiveConfig = RecoveryConfig | LabelHead | Adversary


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """An encoder with its objectives and its training.

    Raises
    ------
    UsageError
        If the parts do not fit each other.
    """

    tokens: TokenConfig
    value: ValueConfig
    mixer: MixerConfig
    objectives: tuple[tuple[ObjectiveConfig, float], ...]
    """Objectives with the weights of their losses."""
    pool: Pool = "cls"
    width: int = 64
    """Numbers that describe a pair, and a cell (three times as many for ``cls3``)."""
    batch: int = 128
    """Cells of a batch."""
    plan: Plan = field(default_factory=lambda: Plan(epochs=12, rate=2e-3, decay=0.01))

    def __post_init__(self) -> None:
        additive = isinstance(self.mixer, SetMLP)
        if additive != isinstance(self.value, GeneVectors):
            message = (
                f"encoder: {self.mixer} with {self.value}: expected a SetMLP with GeneVectors, or "
                "another mixer with another embedding of values"
            )
            raise UsageError(message)
        if additive and any(
            isinstance(one, MaskedValues | Restoration) for one, _ in self.objectives
        ):
            message = (
                "encoder: a SetMLP keeps no vector of a single pair: expected the objective "
                "WholeProfile, or a mixer that does"
            )
            raise UsageError(message)
        if self.width < 1 or self.batch < 1 or not self.objectives:
            message = (
                f"encoder: width={self.width!r}, batch={self.batch!r}: expected whole numbers from "
                "1, and an objective at least"
            )
            raise UsageError(message)
