"""Bidirectional state-space mixers: Mamba's block as scMamba has it, and one with scalar decay.

A block projects once to inputs and gates, goes through the sequence forward and backward by two
branches of their own, adds the two, and projects back. Oh et al., scMamba, 2025, arXiv:2502.19429,
after Zhu et al., Vision Mamba, 2024, arXiv:2401.09417.
"""

import math
from typing import Final, TypeAlias

import torch
from torch import nn
from torch.nn import functional

from orthoweave.models.encoder.config import Scan
from orthoweave.models.encoder.mixer import Mixer
from orthoweave.models.encoder.scans.bissd import scalar_scan
from orthoweave.models.encoder.scans.choose import selective_scan

_SLOWEST: Final = 1e-3
_FASTEST: Final = 0.1
_LEAST_STEP: Final = 1e-4


There: TypeAlias = torch.Tensor | None
"""1 for a position and 0 for padding, shape ``(n_batch, length, 1)``; None if nothing is padded."""


class MambaBranch(nn.Module):
    """A causal convolution and a selective scan in one direction, with parameters of its own."""

    def __init__(self, channels: int, rank: int, states: int, taps: int, scan: Scan) -> None:
        super().__init__()
        self.taps, self.scan = taps, scan
        self.convolve = nn.Conv1d(channels, channels, taps, groups=channels)
        self.project = nn.Linear(channels, rank + 2 * states, bias=False)
        self.step = nn.Linear(rank, channels)
        nn.init.uniform_(self.step.weight, -(rank**-0.5), rank**-0.5)
        self.step.bias.data = _step_bias(channels)
        ladder = torch.arange(1, states + 1, dtype=torch.float32).repeat(channels, 1)
        self.log_decay = nn.Parameter(ladder.log())
        self.skip = nn.Parameter(torch.ones(channels))
        self._sizes = (rank, states, states)

    def forward(self, values: torch.Tensor, there: There) -> torch.Tensor:
        """Return the outputs, shape ``(n_batch, length, n_channels)``.

        Parameters
        ----------
        values
            Shape ``(n_batch, length, n_channels)``, 0 where there is padding.
        """
        values = functional.silu(_convolved(self.convolve, values))
        low, write, read = self.project(values).split(self._sizes, dim=-1)
        # a step of no length leaves the state as it is: padding is passed over
        step = _where(functional.softplus(self.step(low).float()), there)
        decay = -torch.exp(self.log_decay.float())
        found = selective_scan(values, step, decay, write, read, scan=self.scan)
        return torch.addcmul(found.to(values.dtype), self.skip.to(values.dtype), values)


class ScalarBranch(nn.Module):
    """A causal convolution and a scan with one decay for each head: the branch of `bissd`."""

    def __init__(self, channels: int, heads: int, states: int, taps: int) -> None:
        super().__init__()
        self.heads, self.states = heads, states
        self.convolve = nn.Conv1d(channels, channels, taps, groups=channels)
        self.project = nn.Linear(channels, heads + 2 * states, bias=False)
        self.step_bias = nn.Parameter(_step_bias(heads))
        self.log_decay = nn.Parameter(torch.linspace(1, 16, heads).log())
        self.skip = nn.Parameter(torch.ones(channels))

    def forward(self, values: torch.Tensor, there: There) -> torch.Tensor:
        """Return the outputs; see `MambaBranch`."""
        values = functional.silu(_convolved(self.convolve, values))
        sizes = (self.heads, self.states, self.states)
        low, write, read = self.project(values).float().split(sizes, dim=-1)
        step = _where(functional.softplus(low + self.step_bias), there)
        by_head = values.unflatten(-1, (self.heads, -1)).to(step.dtype)
        found = scalar_scan(by_head, step, -torch.exp(self.log_decay), write, read)
        return torch.addcmul(found.flatten(-2).to(values.dtype), self.skip.to(values.dtype), values)


class BidirectionalBlock(nn.Module):
    """One projection in, two branches, one projection out.

    The outputs of the branches are gated and added, not averaged.
    """

    def __init__(self, width: int, channels: int, ahead: nn.Module, back: nn.Module) -> None:
        super().__init__()
        self.enter = nn.Linear(width, 2 * channels, bias=False)
        self.ahead, self.back = ahead, back
        self.leave = nn.Linear(channels, width, bias=False)

    def forward(self, x: torch.Tensor, pad: torch.Tensor) -> torch.Tensor:
        """Return the outputs, shape of `x`; see `BidirectionalMixer`."""
        # most batches have no padding, and masks take as much memory as the values
        there = (~pad)[..., None] if bool(pad.any()) else None
        values, gates = self.enter(x).chunk(2, dim=-1)
        values = _where(values, there)
        back = self.back(values.flip(1), None if there is None else there.flip(1))
        found = self.ahead(values, there) + back.flip(1)
        return self.leave(found * functional.silu(gates))


class BidirectionalMixer(Mixer):
    """Blocks with a residual and a norm before each, and a norm at the end.

    Sequences may be padded on the right, as all of a batch have one length: a sequence gets the
    outputs that it has alone.
    """

    def __init__(self, width: int, blocks: list[BidirectionalBlock]) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(blocks)
        self.norms = nn.ModuleList(nn.RMSNorm(width, eps=1e-5) for _ in blocks)
        self.last = nn.RMSNorm(width, eps=1e-5)

    def forward(self, x: torch.Tensor, pad: torch.Tensor) -> torch.Tensor:
        """Return the mixed positions, shape ``(n_batch, length, width)``.

        Parameters
        ----------
        x
            Shape ``(n_batch, length, width)``.
        pad
            Mask of padding, shape ``(n_batch, length)``.
        """
        residual = x.float() if x.dtype == torch.bfloat16 else x
        for norm, block in zip(self.norms, self.blocks, strict=True):
            residual = residual + block(norm(residual), pad)
        return self.last(residual)


def mamba_mixer(
    width: int, depth: int, *, states: int = 16, taps: int = 4, expand: int = 2, scan: Scan = "auto"
) -> BidirectionalMixer:
    """Return the mixer of scMamba.

    Parameters
    ----------
    width
        Numbers that describe a position.
    depth
        Number of blocks.
    states, taps
        States of each channel, and width of the convolution.
    expand
        Channels of a branch, in multiples of the width.
    scan
        As for `selective_scan`.
    """
    channels, rank = expand * width, math.ceil(width / 16)

    def branch() -> MambaBranch:
        return MambaBranch(channels, rank, states, taps, scan)

    blocks = [BidirectionalBlock(width, channels, branch(), branch()) for _ in range(depth)]
    return BidirectionalMixer(width, blocks)


def bissd_mixer(
    width: int, depth: int, *, heads: int = 8, states: int = 16, taps: int = 4, expand: int = 2
) -> BidirectionalMixer:
    """Return the mixer with one decay for each head, which is another model than scMamba.

    Parameters
    ----------
    heads
        Heads of a branch, which share out its channels; the others as for `mamba_mixer`.
    """
    channels = expand * width

    def branch() -> ScalarBranch:
        return ScalarBranch(channels, heads, states, taps)

    blocks = [BidirectionalBlock(width, channels, branch(), branch()) for _ in range(depth)]
    return BidirectionalMixer(width, blocks)


def _convolved(convolve: nn.Conv1d, values: torch.Tensor) -> torch.Tensor:
    """Return a causal convolution over time, which is the second axis."""
    missing = convolve.kernel_size[0] - 1
    return convolve(functional.pad(values.transpose(1, 2), (missing, 0))).transpose(1, 2)


def _where(values: torch.Tensor, there: There) -> torch.Tensor:
    return values if there is None else values * there.to(values.dtype)


def _step_bias(channels: int) -> torch.Tensor:
    """Return biases whose softplus is spread evenly in its logarithm from 0.001 to 0.1."""
    low, high = math.log(_SLOWEST), math.log(_FASTEST)
    step = torch.exp(torch.rand(channels) * (high - low) + low).clamp(min=_LEAST_STEP)
    return step + torch.log(-torch.expm1(-step))
