"""The selective scan in blocks: all blocks at once step by step, then what blocks hand on.

Within a block of length C the state is found as if it began at zero, for all blocks together in C
steps. The state at the end of each block is then carried to the next in ``length / C`` steps, and
added where it has decayed to. All factors are products of decays, at most 1: nothing overflows,
as the closed form ``exp(S) * cumsum(x * exp(-S))`` does.
"""

import torch
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

BLOCK = 32
"""Steps of a block."""


def blocked_scan(
    inputs: torch.Tensor,
    step: torch.Tensor,
    decay: torch.Tensor,
    write: torch.Tensor,
    read: torch.Tensor,
    *,
    block: int = BLOCK,
    recompute: bool = True,
) -> torch.Tensor:
    """Return the outputs of the recurrence; parameters as for `loop_scan`.

    Parameters
    ----------
    block
        Steps of a block.
    recompute
        Whether states are computed again for the gradient in place of being kept, which saves
        ``2 * n_states`` times the memory of the inputs.
    """
    given = (inputs, step, decay, write, read)
    if recompute and torch.is_grad_enabled() and any(one.requires_grad for one in given):
        found: torch.Tensor = checkpoint(_blocked, *given, block, use_reentrant=False)
        return found
    return _blocked(*given, block)


def _blocked(  # noqa: PLR0917 - as checkpoints pass them
    inputs: torch.Tensor,
    step: torch.Tensor,
    decay: torch.Tensor,
    write: torch.Tensor,
    read: torch.Tensor,
    block: int,
) -> torch.Tensor:
    n_batch, length, n_channels = inputs.shape
    padded = (inputs * step, step, write, read)
    missing = -length % block
    # steps of no length at the end change no state
    gain, moves, puts, takes = (
        functional.pad(one, (0, 0, 0, missing)).unflatten(1, (-1, block)) for one in padded
    )
    state = gain.new_zeros(n_batch, gain.shape[1], n_channels, decay.shape[1])
    reach, states, reaches = torch.ones_like(state), [], []
    for value, move, put in zip(gain.unbind(2), moves.unbind(2), puts.unbind(2), strict=True):
        factor = torch.exp(move[..., None] * decay)
        state = factor * state + value[..., None] * put[:, :, None, :]
        reach = factor * reach
        states.append(state)
        reaches.append(reach)
    before = _carried(state, reach)
    outputs = [
        ((own + far * before) @ take[..., None]).squeeze(-1)
        for own, far, take in zip(states, reaches, takes.unbind(2), strict=True)
    ]
    return torch.stack(outputs, dim=2).flatten(1, 2)[:, :length]


def _carried(ends: torch.Tensor, reach: torch.Tensor) -> torch.Tensor:
    """Return the state before each block, from the states at the ends and the decay of blocks."""
    before = torch.zeros_like(ends[:, 0])
    found = []
    for end, factor in zip(ends.unbind(1), reach.unbind(1), strict=True):
        found.append(before)
        before = factor * before + end
    return torch.stack(found, dim=1)
