"""Mixers: what turns the vectors of pairs into vectors that know of the other pairs."""

import math
from typing import assert_never

import torch
from torch import nn
from torch.nn import functional

from orthoweave.errors import UsageError
from orthoweave.models.encoder.config import BiMamba, BiSSD, MixerConfig, SetMLP, Transformer
from orthoweave.models.encoder.mamba import bissd_mixer, mamba_mixer
from orthoweave.models.encoder.mixer import Mixer


class TransformerMixer(Mixer):
    """A bidirectional transformer without positions: the order of the pairs means nothing."""

    def __init__(self, config: Transformer, width: int) -> None:
        super().__init__()
        if width % config.heads:
            message = f"transformer: {config.heads} heads do not divide a width of {width}"
            raise UsageError(message)
        self.blocks = nn.ModuleList(_Block(config, width) for _ in range(config.layers))
        self.last = _norm(config, width) if config.style == "llama" else nn.Identity()

    def forward(self, x: torch.Tensor, pad: torch.Tensor) -> torch.Tensor:
        """Return mixed vectors; no pair attends to a place without one."""
        # without such places the faster kernels need no mask
        seen = None if not bool(pad.any()) else ~pad[:, None, None, :]
        for block in self.blocks:
            x = block(x, seen)
        return self.last(x)

    def attention(self, x: torch.Tensor, pad: torch.Tensor) -> list[torch.Tensor]:
        """Return the attention of each layer, the mean over its heads, shape ``(B, L, L)`` each.

        A row is the attention of one place to all, and sums to one.
        """
        seen, found = ~pad[:, None, None, :], []
        for block in self.blocks:
            found.append(block.attention(x, seen))
            x = block(x, seen)
        return found


class _Block(nn.Module):
    """Attention and two layers, each beside a path around it."""

    def __init__(self, config: Transformer, width: int) -> None:
        super().__init__()
        self.heads, self.before = config.heads, config.style == "llama"
        self.rate = config.dropout
        self.ask, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.norms = nn.ModuleList(_norm(config, width) for _ in range(2))
        # SwiGLU has a gate beside its inner layer
        n_inner = config.inner * (2 if self.before else 1)
        self.inner, self.outer = nn.Linear(width, n_inner), nn.Linear(config.inner, width)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, x: torch.Tensor, seen: torch.Tensor | None) -> torch.Tensor:
        first, second = self.norms
        if self.before:
            x = x + self.drop(self._attended(first(x), seen))
            return x + self.drop(self._layers(second(x)))
        x = first(x + self.drop(self._attended(x, seen)))
        return second(x + self.drop(self._layers(x)))

    def attention(self, x: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
        """Return the mean weight over the heads of each place for each, shape ``(B, L, L)``."""
        query, key, _ = self._parts(self.norms[0](x) if self.before else x)
        return mean_weights(query, key, seen)

    def _parts(self, x: torch.Tensor) -> torch.Tensor:
        n_cells, length, width = x.shape
        parts = self.ask(x).view(n_cells, length, 3, self.heads, width // self.heads)
        return parts.permute(2, 0, 3, 1, 4)

    def _attended(self, x: torch.Tensor, seen: torch.Tensor | None) -> torch.Tensor:
        n_cells, length, width = x.shape
        query, key, value = self._parts(x)
        found = functional.scaled_dot_product_attention(
            query, key, value, attn_mask=seen, dropout_p=self.rate if self.training else 0.0
        )
        return self.out(found.transpose(1, 2).reshape(n_cells, length, width))

    def _layers(self, x: torch.Tensor) -> torch.Tensor:
        inner = self.inner(x)
        if self.before:
            gate, inner = inner.chunk(2, dim=-1)
            return self.outer(functional.silu(gate) * inner)
        return self.outer(functional.gelu(inner))


def mean_weights(query: torch.Tensor, key: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
    """Return the weights of attention, the mean over the heads, shape ``(B, n_asked, n_keys)``.

    Parameters
    ----------
    query, key
        Shapes ``(B, heads, n_asked, d)`` and ``(B, heads, n_keys, d)``.
    seen
        Mask of the keys that are there, which spreads to ``(B, heads, n_asked, n_keys)``.
    """
    found = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])
    return found.masked_fill(~seen, -math.inf).softmax(dim=-1).mean(dim=1)


def _norm(config: Transformer, width: int) -> nn.Module:
    return nn.RMSNorm(width, 1e-6) if config.style == "llama" else nn.LayerNorm(width, 1e-12)


def make_mixer(config: MixerConfig, width: int) -> Mixer:
    """Return the untrained mixer.

    Raises
    ------
    UsageError
        For a `SetMLP`, which adds pairs up and is an encoder by itself; or for a wrong width.
    """
    match config:
        case Transformer():
            return TransformerMixer(config, width)
        case BiMamba(layers, states, taps, expand, scan):
            return mamba_mixer(width, layers, states=states, taps=taps, expand=expand, scan=scan)
        case BiSSD(layers, heads, states, taps, expand):
            return bissd_mixer(width, layers, heads=heads, states=states, taps=taps, expand=expand)
        case SetMLP():
            message = "mixer: a SetMLP is an encoder by itself: expected another mixer"
            raise UsageError(message)
        case _:
            assert_never(config)
