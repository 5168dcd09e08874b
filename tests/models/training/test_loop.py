"""The training loop against plain PyTorch, interrupted at each step, and refused."""

from collections.abc import Mapping

import numpy as np
import pytest
import torch
from tests.support.small_training import (
    ROWS,
    SIZE,
    StoppedError,
    full_plan,
    held_out,
    loss,
    make_network,
    parameters,
    stop_after,
    train,
    values,
)
from torch import nn

from orthoweave.errors import InputError, UsageError
from orthoweave.models.training.data import Shuffled, Whole
from orthoweave.models.training.loop import fit
from orthoweave.models.training.plan import Plan


class Kept:
    """A checkpoint in memory."""

    def __init__(self) -> None:
        self.state: dict[str, np.ndarray] | None = None
        self.saves = 0

    def load(self) -> dict[str, np.ndarray] | None:
        """Return the last state."""
        return None if self.state is None else dict(self.state)

    def save(self, state: Mapping[str, np.ndarray]) -> None:
        """Keep a copy."""
        self.state = {name: value.copy() for name, value in state.items()}
        self.saves += 1


def plain(n_epochs: int, *, ema: float | None = None) -> np.ndarray:
    """Parameters by a loop of plain PyTorch: Adam, pairs of batches, the norm cut to 0.5."""
    network = make_network()
    network[2].p = 0.0
    optimiser = torch.optim.Adam(network.parameters(), lr=0.02)
    inputs, wanted = values()
    average = None
    for epoch in range(n_epochs):
        order = np.random.default_rng((4, epoch)).permutation(ROWS)
        batches = [order[start : start + SIZE] for start in range(0, ROWS, SIZE)]
        for pair in (batches[0:2], batches[2:4], batches[4:6], batches[6:]):
            errors = [((network(inputs[rows]) - wanted[rows]) ** 2).mean() for rows in pair]
            optimiser.zero_grad()
            torch.stack(errors).mean().backward()
            norm = torch.sqrt(sum((value.grad**2).sum() for value in network.parameters()))
            for value in network.parameters():
                value.grad *= min(1.0, 0.5 / float(norm))
            optimiser.step()
            now = parameters(network)
            average = now if average is None or ema is None else ema * average + (1 - ema) * now
    assert average is not None
    return average


@pytest.mark.parametrize("ema", [None, 0.7])
def test_steps_are_those_of_a_plain_loop(ema: float | None) -> None:
    """Accumulation, clipping and the moving average equal a loop that is written out."""
    network = make_network()
    network[2].p = 0.0
    plan = Plan(3, seed=4, rate=0.02, accumulate=2, clip=0.5, ema=ema)
    history = train(network, plan)
    np.testing.assert_allclose(parameters(network), plain(3, ema=ema), rtol=2e-4, atol=1e-6)
    assert history.losses.shape == (12,)
    assert history.losses[-4:].mean() < history.losses[:4].mean()
    assert history.epoch == 3
    assert not network.training


@pytest.mark.parametrize("stop", range(2, 21, 3))
def test_interrupted_and_continued_gives_the_same_bytes(stop: int) -> None:
    """At whatever batch it stops: dropout, moments, average, order and history come back."""
    network, kept = make_network(), Kept()
    whole = train(network, full_plan(2), validate=held_out)
    with pytest.raises(StoppedError):
        train(
            make_network(),
            full_plan(2),
            checkpoint=kept,
            validate=held_out,
            before=stop_after(stop),
        )
    assert kept.saves == stop // 7 * 4 + stop % 7 // 2
    # nothing but the state is left: another beginning, and another global generator
    torch.manual_seed(stop)
    other = make_network(stop + 1)
    again = train(other, full_plan(2), checkpoint=kept, validate=held_out)
    assert parameters(other).tobytes() == parameters(network).tobytes()
    assert again.losses.tobytes() == whole.losses.tobytes()
    assert again.validation.tobytes() == whole.validation.tobytes()
    # a training that is done is not repeated
    saves = kept.saves
    train(make_network(), full_plan(2), checkpoint=kept, validate=held_out, before=stop_after(0))
    assert kept.saves == saves


def test_it_leaves_the_global_generator_alone() -> None:
    """Equal seeds give equal bytes, other seeds others, whatever was drawn before."""
    found: list[bytes] = []
    for seed in (0, 0, 1, -1):
        torch.manual_seed(len(found))
        before = torch.get_rng_state()
        network = make_network()
        train(network, Plan(1, seed=seed))
        assert torch.equal(before, torch.get_rng_state())
        found.append(parameters(network).tobytes())
    assert found[0] == found[1]
    assert len(set(found)) == 3


def test_the_best_epoch_is_kept_and_training_ends_early() -> None:
    """Validation decides; without patience it is noted only."""
    course = iter([3.0, 2.0, 2.5, 2.2, 1.0])
    seen = []

    def validate(network: nn.Module) -> float:
        assert not network.training
        seen.append(parameters(network))
        return next(course)

    network = make_network()
    history = train(network, Plan(9, patience=2), validate=validate)
    assert history.epoch == 2
    assert history.validation.tolist() == [3.0, 2.0, 2.5, 2.2]
    assert np.array_equal(parameters(network), seen[1])
    course = iter([1.0, 2.0])
    history = train(network, Plan(2), validate=validate)
    assert history.epoch == 2
    assert np.array_equal(parameters(network), seen[-1])


def test_the_start_may_be_the_best() -> None:
    """A training that only makes it worse leaves the network as it was, interrupted or not."""
    network, kept = make_network(), Kept()
    start = parameters(network)
    plan = Plan(9, patience=2, from_start=True, save_seconds=0)

    def validate(network: nn.Module) -> float:
        return float(np.abs(parameters(network) - start).sum())

    history = train(network, plan, validate=validate)
    assert history.epoch == 0
    assert len(history.validation) == 2
    assert np.array_equal(parameters(network), start)
    with pytest.raises(StoppedError):
        train(make_network(), plan, validate=validate, checkpoint=kept, before=stop_after(9))
    again = make_network(1)
    assert train(again, plan, validate=validate, checkpoint=kept).epoch == 0
    assert np.array_equal(parameters(again), start)


def test_what_is_not_finite_is_refused() -> None:
    """A loss, a gradient and a validation; the parameters of before are still there."""

    def nowhere(network: nn.Module, rows: torch.Tensor) -> torch.Tensor:
        return loss(network, rows) * float("nan")

    def steep(network: nn.Module, _: object) -> torch.Tensor:
        # the root of 0 has no finite slope
        return torch.sqrt(network[0].weight.sum() * 0)

    def given(wrong: object) -> None:
        network = make_network()
        fit(network, Whole(torch.arange(3)), wrong, Plan(2, rate=0.5), device="cpu")  # type: ignore[arg-type]

    with pytest.raises(InputError, match=r"loss nan at step 1 of 2, .* rate of 0\.5:.*Lower"):
        given(nowhere)
    with pytest.raises(InputError, match="norm nan of the gradient at step 1"):
        given(steep)
    with pytest.raises(InputError, match="validation inf after epoch 1: expected a finite"):
        train(make_network(), Plan(2), validate=lambda _: float("inf"))


def test_a_state_of_another_training_is_not_taken() -> None:
    """Other shapes count as none; another number of batches a step is refused by name."""
    kept = Kept()
    train(make_network(), Plan(1, save_seconds=0), checkpoint=kept)
    wide, again = nn.Linear(5, 1), nn.Linear(5, 1)
    again.load_state_dict(wide.state_dict())
    train(wide, Plan(1), checkpoint=kept)
    train(again, Plan(1))
    assert np.array_equal(parameters(wide), parameters(again))
    with pytest.raises(UsageError, match="of 1 batches a step, and this one has 3: start as many"):
        train(wide, Plan(1, accumulate=3), checkpoint=kept)


def test_trainings_of_a_run_share_a_checkpoint() -> None:
    """Each goes on from its own state, under its label."""
    kept, networks = Kept(), [make_network(), make_network(1)]
    for number, network in enumerate(networks):
        train(network, Plan(1, seed=number), checkpoint=kept, label=f"seed {number}")
    for number, network in enumerate(networks):
        again = make_network(5)
        label = f"seed {number}"
        train(again, Plan(1, seed=number), checkpoint=kept, label=label, before=stop_after(0))
        assert np.array_equal(parameters(again), parameters(network))


def test_a_plan_must_be_possible() -> None:
    """No batch, and patience without a validation, are refused."""
    with pytest.raises(UsageError, match="a batch at least"):
        fit(
            make_network(), Shuffled(np.arange(0), 4, torch.from_numpy), loss, Plan(1), device="cpu"
        )
    with pytest.raises(UsageError, match="a validation where patience is set"):
        train(make_network(), full_plan(1))
