"""The scan with scalar decay is the sequential recurrence with equal decays within a head."""

import pytest
import torch

from orthoweave.models.encoder.scans.bissd import scalar_scan
from orthoweave.models.encoder.scans.loop import loop_scan

HEADS, CHANNELS, STATES = 3, 4, 5


@pytest.mark.parametrize("length", [1, 16, 37])
def test_agrees_with_the_reference(length: int) -> None:
    """Values and gradients are those of the loop with a head's decay for all its channels."""
    torch.manual_seed(0)
    shapes = ((2, length, HEADS, CHANNELS), (2, length, HEADS), (HEADS,))
    inputs, step, decay = (torch.rand(shape, dtype=torch.float64) for shape in shapes)
    places = torch.randn(2, 2, length, STATES, dtype=torch.float64)
    given = tuple(one.requires_grad_() for one in (inputs, step, -8 * decay, *places))

    def by_loop(*parts: torch.Tensor) -> torch.Tensor:
        values, steps, rates, write, read = parts
        found = loop_scan(
            values.flatten(-2),
            steps.repeat_interleave(CHANNELS, dim=-1),
            rates.repeat_interleave(CHANNELS)[:, None].expand(-1, STATES),
            write,
            read,
        )
        return found.unflatten(-1, (HEADS, CHANNELS))

    def gradients(found: torch.Tensor) -> tuple[torch.Tensor, ...]:
        weights = torch.cos(torch.arange(found.numel(), dtype=torch.float64))
        return torch.autograd.grad((found.flatten() * weights).sum(), given)

    found, expected = scalar_scan(*given, chunk=16), by_loop(*given)
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-12)
    for own, other in zip(gradients(found), gradients(expected), strict=True):
        torch.testing.assert_close(own, other, rtol=1e-11, atol=1e-11)


def test_long_decays_do_not_overflow() -> None:
    """Decays far beyond the range of float32 give finite gradients."""
    inputs = torch.ones(1, 130, 2, 3, requires_grad=True)
    step = torch.full((1, 130, 2), 50.0, requires_grad=True)
    places = torch.ones(1, 130, STATES)
    found = scalar_scan(inputs, step, torch.tensor([-16.0, -1.0]), places, places)
    found.sum().backward()
    assert bool(torch.isfinite(found).all())
    assert all(bool(torch.isfinite(one.grad).all()) for one in (inputs, step))
