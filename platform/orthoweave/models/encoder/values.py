"""Embeddings of values: each keeps observed zero, masked and not measured apart."""

import math
from abc import ABC, abstractmethod
from typing import assert_never

import torch
from torch import nn

from orthoweave.errors import UsageError
from orthoweave.models.encoder.config import (
    BinnedValue,
    GeneVectors,
    LinearValue,
    RankedValue,
    ValueConfig,
    WaveValue,
    ZeroAwareValue,
)
from orthoweave.models.encoder.profiles import N_STATES, OBSERVED

_LOWEST = 2 * math.pi * 0.01


class ValueEncoder(nn.Module, ABC):
    """Vectors of values ``(B, L)`` with their states ``(B, L)``: shape ``(B, L, width)``."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.states = nn.Embedding(N_STATES, width)

    def forward(self, value: torch.Tensor, state: torch.Tensor) -> torch.Tensor:
        """Return the vector of each value, or of its state where no value is in sight."""
        observed = state == OBSERVED
        of_state = self.states(state.long())
        return torch.where(observed[..., None], self.read(value, observed), of_state)

    @abstractmethod
    def read(self, value: torch.Tensor, observed: torch.Tensor) -> torch.Tensor:
        """Return the vectors of observed values, shape ``(B, L, width)``; others are ignored."""


class _Linear(ValueEncoder):
    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.map = nn.Linear(1, width)

    def read(self, value: torch.Tensor, observed: torch.Tensor) -> torch.Tensor:
        del observed
        return self.map(value[..., None])


class _ZeroAware(ValueEncoder):
    """A value to `hidden` numbers, LeakyReLU, then to the width.

    Zero and hidden values enter before the second layer, as learnt vectors.
    """

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__(hidden)
        self.first, self.second = nn.Linear(1, hidden), nn.Linear(hidden, width)
        self.zero = nn.Parameter(torch.randn(hidden) * 0.02)

    def forward(self, value: torch.Tensor, state: torch.Tensor) -> torch.Tensor:
        return self.second(super().forward(value, state))

    def read(self, value: torch.Tensor, observed: torch.Tensor) -> torch.Tensor:
        del observed
        found = nn.functional.leaky_relu(self.first(value[..., None]))
        return torch.where((value == 0)[..., None], self.zero.to(found.dtype), found)


class _Waves(ValueEncoder):
    def __init__(self, width: int, frequencies: int) -> None:
        super().__init__(width)
        self.map = nn.Linear(2 * frequencies, width, bias=False)
        self.register_buffer("frequencies", _LOWEST * 2.0 ** torch.arange(frequencies))

    def read(self, value: torch.Tensor, observed: torch.Tensor) -> torch.Tensor:
        del observed
        # the highest frequency needs more digits than bfloat16 has
        angle = value.float()[..., None] * self.frequencies
        return self.map(torch.cat([angle.sin(), angle.cos()], dim=-1))


class _Binned(ValueEncoder):
    def __init__(self, width: int, bins: int) -> None:
        super().__init__(width)
        self.bins = nn.Embedding(bins, width)

    def read(self, value: torch.Tensor, observed: torch.Tensor) -> torch.Tensor:
        share = rank_shares(value, observed)
        n_bins = self.bins.num_embeddings - 1
        # shares above zero go to the bins from 1 on
        return self.bins((share * n_bins).ceil().long().clamp(0, n_bins))


class _Ranked(ValueEncoder):
    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.map = nn.Linear(1, width)

    def read(self, value: torch.Tensor, observed: torch.Tensor) -> torch.Tensor:
        return self.map(rank_shares(value, observed)[..., None])


def rank_shares(value: torch.Tensor, observed: torch.Tensor) -> torch.Tensor:
    """Return the share of a cell's observed values above zero that a value is not below.

    Shape ``(B, L)``, float32: 0 for zero, 1 for the highest value.
    """
    there = observed & (value > 0)
    ranks = value.masked_fill(~there, math.inf).argsort(dim=1, stable=True).argsort(dim=1)
    count = there.sum(dim=1, keepdim=True).clamp_min(1)
    return ((ranks + 1).float() / count).masked_fill(~there, 0.0)


def make_values(config: ValueConfig, width: int) -> ValueEncoder:
    """Return the untrained embedding of values.

    Raises
    ------
    UsageError
        For `GeneVectors`, which belong to a `SetMLP`.
    """
    match config:
        case LinearValue():
            return _Linear(width)
        case ZeroAwareValue(hidden):
            return _ZeroAware(width, hidden)
        case WaveValue(frequencies):
            return _Waves(width, frequencies)
        case BinnedValue(bins):
            return _Binned(width, bins)
        case RankedValue():
            return _Ranked(width)
        case GeneVectors():
            message = "values: GeneVectors are read by a SetMLP: expected another embedding"
            raise UsageError(message)
        case _:
            assert_never(config)
