"""Tensors to scan: random inputs, steps, decays, and what a step writes and reads."""

from collections.abc import Callable

import pytest
import torch

Given = tuple[torch.Tensor, ...]


@pytest.fixture(scope="session")
def given() -> Callable[..., Given]:
    """Maker of the five tensors of a scan, each with a gradient."""

    def make(
        length: int = 77, *, channels: int = 37, kind: torch.dtype = torch.float64, seed: int = 0
    ) -> Given:
        random = torch.Generator().manual_seed(seed)
        states, shape = 5, (3, length, channels)
        tensors = (
            torch.randn(shape, generator=random, dtype=torch.float64),
            torch.rand(shape, generator=random, dtype=torch.float64) * 0.5,
            -torch.rand((channels, states), generator=random, dtype=torch.float64) * 8,
            torch.randn((3, length, states), generator=random, dtype=torch.float64),
            torch.randn((3, length, states), generator=random, dtype=torch.float64),
        )
        return tuple(one.to(kind).requires_grad_() for one in tensors)

    return make
