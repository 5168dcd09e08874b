r"""The scan with one decay for a head of channels, by products of matrices: not Mamba's.

This is the recurrence of Mamba-2, in which the decay :math:`a_t = \exp(\Delta_t A)` is a number by
head: within a chunk of 64 steps it is

.. math:: y_t = \sum_{s \le t} (C_t \cdot B_s) \exp(S_t - S_s) \Delta_s x_s + \exp(S_t) C_t h,

with :math:`S_t` the sum of :math:`\Delta A` in the chunk up to t and h the state before the chunk.
All exponents are at most 0. Dao and Gu, Transformers are SSMs, 2024, arXiv:2405.21060.
"""

import torch
from torch.nn import functional

CHUNK = 64
"""Steps of a chunk."""


def scalar_scan(
    inputs: torch.Tensor,
    step: torch.Tensor,
    decay: torch.Tensor,
    write: torch.Tensor,
    read: torch.Tensor,
    *,
    chunk: int = CHUNK,
) -> torch.Tensor:
    """Return the outputs, shape ``(n_batch, length, n_heads, n_channels)`` as the inputs.

    Parameters
    ----------
    inputs
        Shape ``(n_batch, length, n_heads, n_channels)``, channels of a head.
    step
        Shape ``(n_batch, length, n_heads)``.
    decay
        Shape ``(n_heads,)``, below 0.
    write, read
        Shape ``(n_batch, length, n_states)``.
    """
    length = inputs.shape[1]
    missing = -length % chunk
    values, sums, puts, takes = (
        functional.pad(one, (0, 0) * (one.ndim - 2) + (0, missing)).unflatten(1, (-1, chunk))
        for one in (inputs * step[..., None], step * decay, write, read)
    )
    # by batch, chunk, head and time
    sums = sums.transpose(2, 3).cumsum(dim=-1)
    gaps = sums[..., :, None] - sums[..., None, :]
    future = torch.ones(chunk, chunk, dtype=torch.bool, device=inputs.device).triu(1)
    weights = torch.exp(gaps.masked_fill(future, -torch.inf))
    likeness = takes @ puts.transpose(-1, -2)
    within = (likeness[:, :, None] * weights) @ values.transpose(2, 3)
    left = torch.exp(sums[..., -1:] - sums)
    ends = torch.einsum("bkts,bkht,bkthc->bkhsc", puts, left, values)
    before = _carried(ends, torch.exp(sums[..., -1]))
    across = torch.einsum("bkts,bkht,bkhsc->bkhtc", takes, torch.exp(sums), before)
    return (within + across).transpose(2, 3).flatten(1, 2)[:, :length]


def _carried(ends: torch.Tensor, reach: torch.Tensor) -> torch.Tensor:
    """Return the state before each chunk."""
    state = torch.zeros_like(ends[:, 0])
    found = []
    for end, factor in zip(ends.unbind(1), reach.unbind(1), strict=True):
        found.append(state)
        state = factor[..., None, None] * state + end
    return torch.stack(found, dim=1)
