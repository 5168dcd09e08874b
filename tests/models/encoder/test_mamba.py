"""The bidirectional mixers: padding, directions, sizes, and the first state of the parameters."""

import pytest
import torch

from orthoweave.models.encoder.mamba import BidirectionalMixer, bissd_mixer, mamba_mixer

WIDTH = 16


def mixers() -> dict[str, BidirectionalMixer]:
    """Return one mixer of each kind."""
    torch.manual_seed(0)
    return {"mamba": mamba_mixer(WIDTH, 2, states=4), "bissd": bissd_mixer(WIDTH, 2, heads=4)}


@pytest.mark.parametrize("name", ["mamba", "bissd"])
def test_padding_changes_nothing(name: str) -> None:
    """A sequence that is padded on the right has the outputs that it has alone."""
    mixer = mixers()[name]
    lengths = (9, 4, 1)
    x = torch.randn(3, 9, WIDTH)
    pad = torch.arange(9)[None, :] >= torch.tensor(lengths)[:, None]
    together = mixer(x, pad)
    for row, length in enumerate(lengths):
        alone = mixer(x[row : row + 1, :length], torch.zeros(1, length, dtype=torch.bool))
        torch.testing.assert_close(together[row, :length], alone[0], rtol=1e-5, atol=1e-6)
    # what stands in the padding is not read
    other = mixer(torch.where(pad[..., None], 100.0, x), pad)
    torch.testing.assert_close(other[~pad], together[~pad])


@pytest.mark.parametrize("name", ["mamba", "bissd"])
def test_each_position_hears_both_sides(name: str) -> None:
    """The output in the middle depends on the first input and on the last one."""
    mixer = mixers()[name]
    x = torch.randn(1, 7, WIDTH, requires_grad=True)
    found = mixer(x, torch.zeros(1, 7, dtype=torch.bool))
    [slope] = torch.autograd.grad(found[0, 3].square().sum(), x)
    assert bool((slope[0].abs().sum(dim=1) > 0).all())


def test_the_order_of_positions_counts() -> None:
    """Positions in another order have other outputs: the order is the position code."""
    mixer = mixers()["mamba"]
    x, order = torch.randn(1, 8, WIDTH), torch.tensor([3, 1, 7, 0, 2, 6, 5, 4])
    pad = torch.zeros(1, 8, dtype=torch.bool)
    assert not torch.allclose(mixer(x, pad)[:, order], mixer(x[:, order], pad), atol=1e-3)


def test_sizes_are_those_of_the_measured_setting() -> None:
    """Four blocks of width 128 have the 539 thousand parameters of the description."""
    assert sum(value.numel() for value in mamba_mixer(128, 4).parameters()) == 539_264


def test_first_steps_are_short() -> None:
    """Before training the steps lie from 0.001 to 0.1, and decays are -1 to -16."""
    branch = mamba_mixer(WIDTH, 1).blocks[0].ahead
    steps = torch.nn.functional.softplus(branch.step.bias.detach())
    assert 0.9e-3 < float(steps.min()) < float(steps.max()) < 0.11
    torch.testing.assert_close(branch.log_decay.exp()[0], torch.arange(1.0, 17.0))
