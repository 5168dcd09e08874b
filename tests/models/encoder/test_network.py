"""The network: built from configurations, the same by seed, and blind to what is hidden."""

from dataclasses import replace

import pytest
import torch

from orthoweave.errors import UsageError
from orthoweave.models.encoder.config import (
    Adversary,
    EncoderConfig,
    ExpressedGenes,
    LabelHead,
    Pool,
    Transformer,
    WholeProfile,
)
from orthoweave.models.encoder.network import Start, make_network, with_own
from orthoweave.models.encoder.profiles import PAD, Target
from orthoweave.models.encoder.sizes import set_wced, tiny_mamba, tiny_mlm, tiny_restore, tiny_wced
from orthoweave.models.encoder.tokens import chosen_profiles


def _small(config: EncoderConfig) -> EncoderConfig:
    return replace(config, tokens=ExpressedGenes(12), width=16)


CONFIGS = {
    "set": replace(set_wced(), width=16),
    "wced": _small(tiny_wced()),
    "mlm": _small(tiny_mlm()),
    "restore": _small(tiny_restore()),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_a_few_steps_lower_the_loss(name: str, start: Start, target: Target) -> None:
    """Each configuration learns: the loss with fixed random numbers falls."""
    config = CONFIGS[name]
    network = make_network(config, start, 0).train()
    optimiser = torch.optim.AdamW(network.parameters(), 5e-3)

    def loss() -> torch.Tensor:
        torch.manual_seed(7)
        return network.loss(chosen_profiles(config.tokens, target, training=True), target)

    before = loss().item()
    for _ in range(40):
        optimiser.zero_grad()
        loss().backward()
        optimiser.step()
    assert loss().item() < 0.8 * before


@pytest.mark.parametrize("name", CONFIGS)
def test_gradients_reach_all_parameters(name: str, start: Start, target: Target) -> None:
    """No parameter is idle: those of states and genes that a batch lacks aside."""
    network = make_network(CONFIGS[name], start, 0)
    torch.manual_seed(0)
    network.loss(chosen_profiles(CONFIGS[name].tokens, target, training=True), target).backward()
    idle = {key for key, value in network.named_parameters() if value.grad is None}
    assert idle <= {"encoder.own"}


@pytest.mark.parametrize("pool", ["cls", "mean", "cls3"])
def test_pools(pool: Pool, start: Start, target: Target) -> None:
    """A cell's vector is that of its own pair, the mean, or three joined; pairs stay aligned."""
    config = replace(CONFIGS["wced"], pool=pool)
    network = make_network(config, start, 0).eval()
    batch = chosen_profiles(config.tokens, target, training=False)
    with torch.no_grad():
        found = network.encode(batch)
    assert found.pairs is not None
    assert found.cell.shape == (6, 48 if pool == "cls3" else 16)
    assert found.pairs.shape[:2] == batch.gene.shape
    if pool == "mean":
        there = ~batch.pad[1]
        assert torch.allclose(found.cell[1], found.pairs[1][there].mean(dim=0), atol=1e-5)


def test_own_pairs_stand_where_they_should() -> None:
    """Head, middle and tail of six pairs are places 0, 4 and 8 of nine."""
    x, own = torch.zeros(2, 6, 3), torch.arange(1.0, 4.0)[:, None].expand(3, 3)
    pad = torch.zeros((2, 6), dtype=torch.bool)
    joined, padding, numbers = with_own(x, pad, own, (0.0, 0.5, 1.0))
    assert numbers == [0, 4, 8]
    assert joined[0, :, 0].tolist() == [1, 0, 0, 0, 2, 0, 0, 0, 3]
    assert padding.shape == (2, 9)


@pytest.mark.parametrize("name", CONFIGS)
def test_dropped_pairs_are_not_read(name: str, start: Start, target: Target) -> None:
    """A pair that is dropped leaves no trace in the cell's vector."""
    network = make_network(CONFIGS[name], start, 0).eval()
    batch = chosen_profiles(CONFIGS[name].tokens, target, training=False)
    mask = torch.zeros_like(batch.pad)
    mask[:, 1] = True
    dropped = batch.hide(mask, PAD)
    other = replace(dropped, gene=dropped.gene.masked_fill(mask, 3))
    with torch.no_grad():
        first, second = network.encode(dropped).cell, network.encode(other).cell
        whole = network.encode(batch).cell
    assert torch.allclose(first, second, atol=1e-5)
    assert not torch.allclose(first, whole, atol=1e-3)


def test_several_objectives_are_weighed(start: Start, target: Target) -> None:
    """The loss is the weighted sum of the losses by name."""
    config = replace(
        CONFIGS["wced"],
        objectives=(
            (WholeProfile(), 1.0),
            (LabelHead("cell_type", "hierarchical"), 0.7),
            (LabelHead("tissue", "focal"), 0.2),
            (Adversary("donor", 1.0), 0.05),
        ),
    )
    network = make_network(config, start, 0).eval()
    batch = chosen_profiles(config.tokens, target, training=False)
    torch.manual_seed(1)
    parts = network.losses(batch, target)
    assert list(parts) == ["whole profile", "label cell_type", "label tissue", "reversed donor"]
    torch.manual_seed(1)
    expected = sum(
        weight * parts[name].item()
        for name, weight in zip(parts, (1.0, 0.7, 0.2, 0.05), strict=True)
    )
    assert network.loss(batch, target).item() == pytest.approx(expected, rel=1e-5)


def test_the_seed_decides(start: Start) -> None:
    """One seed gives one network; the random numbers of others stay as they were."""
    state = torch.get_rng_state()
    first, second, other = (make_network(CONFIGS["set"], start, seed) for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), state)
    pairs = zip(first.parameters(), second.parameters(), strict=True)
    assert all(torch.equal(one, two) for one, two in pairs)
    assert not torch.equal(first.encoder.second.weight, other.encoder.second.weight)


def test_dropout_is_off_when_applied(start: Start, target: Target) -> None:
    """Two passes of an evaluated network are equal, with dropout and without."""
    config = replace(CONFIGS["wced"], mixer=Transformer(dropout=0.5))
    network = make_network(config, start, 0).eval()
    batch = chosen_profiles(config.tokens, target, training=False)
    assert torch.equal(network.encode(batch).cell, network.encode(batch).cell)


def test_attention_is_followed_through_the_layers(start: Start, target: Target) -> None:
    """It is the product of what each layer reads, and gives nothing to places without a pair."""
    config = CONFIGS["restore"]
    network = make_network(config, start, 0).eval()
    batch = chosen_profiles(config.tokens, target, training=False)
    with torch.no_grad():
        found = network.encoder.rollout(batch)
    assert torch.allclose(found.sum(dim=-1), torch.ones(found.shape[:2]), atol=1e-5)
    assert not found[:, 0, 1:][batch.pad].any()
    assert (found[:, 0, 1:][~batch.pad] > 0).all()
    # a place keeps half of itself past each layer
    kept = torch.diagonal(found, dim1=1, dim2=2)
    assert (kept > 0.5**config.mixer.layers - 1e-6).all()  # type: ignore[union-attr]
    mamba = make_network(_small(tiny_mamba()), start, 0)
    with pytest.raises(UsageError, match="expected a transformer"):
        mamba.encoder.rollout(batch)
