"""The genes of each cell that enter an encoder.

Values are normalised by the total of the whole profile before any gene is chosen, so that they do
not depend on the choice.
"""

from typing import assert_never

import torch

from orthoweave.models.encoder.config import AllGenes, ExpressedGenes, RandomGenes, TokenConfig
from orthoweave.models.encoder.profiles import PAD, ProfileBatch, Target, whole_profiles

_LAST = 2.0
# above every random number, so that what is not chosen is sorted to the end


def chosen_profiles(
    config: TokenConfig, target: Target, depth: torch.Tensor | None = None, *, training: bool
) -> ProfileBatch:
    """Return the pairs of each cell that enter.

    Parameters
    ----------
    target
        The whole profiles.
    training
        Draw the genes, from PyTorch's random numbers. Otherwise nothing is drawn: the highest
        values enter, and zeros in the order of the vocabulary.
    """
    whole = whole_profiles(target, depth)
    match config:
        case AllGenes():
            return whole
        case ExpressedGenes(length, zeros):
            keys = _keys(target, training=training)
            expressed = target.known & (target.y > 0)
            n_zeros = round(length * zeros)
            chosen = _first(keys, expressed, length - n_zeros)
            chosen |= _first(keys, target.known & ~expressed, n_zeros)
            return _gathered(whole, keys, chosen, length)
        case RandomGenes(length):
            keys = _keys(target, training=training)
            return _gathered(whole, keys, _first(keys, target.known, length), length)
        case _:
            assert_never(config)


def _keys(target: Target, *, training: bool) -> torch.Tensor:
    """Return a number from 0 to 1 for each gene of each cell; the lowest enter."""
    if training:
        return torch.rand(target.y.shape, device=target.y.device)
    highest = target.y.amax(dim=1, keepdim=True).clamp_min(1e-6)
    return 1 - target.y / highest


def _first(keys: torch.Tensor, among: torch.Tensor, n: int) -> torch.Tensor:
    """Return the mask of the `n` lowest keys of each cell among some genes."""
    order = keys.masked_fill(~among, _LAST).argsort(dim=1, stable=True)[:, :n]
    chosen = torch.zeros_like(among).scatter_(1, order, value=True)
    return chosen & among


def _gathered(
    whole: ProfileBatch, keys: torch.Tensor, chosen: torch.Tensor, length: int
) -> ProfileBatch:
    order = keys.masked_fill(~chosen, _LAST).argsort(dim=1, stable=True)
    # no longer than the longest cell needs
    length = min(length, max(1, int(chosen.sum(dim=1).max())))
    order = order[:, :length]
    there = chosen.gather(1, order)
    return ProfileBatch(
        order,
        whole.value.gather(1, order).masked_fill(~there, 0.0),
        whole.state.gather(1, order).masked_fill(~there, PAD),
        whole.depth,
    )
