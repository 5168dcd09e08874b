"""A training of a second on drawn numbers, alone or, as a program, among several processes."""

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from orthoweave.models.base import Checkpoint
from orthoweave.models.training.data import Shuffled
from orthoweave.models.training.loop import History, fit
from orthoweave.models.training.plan import Plan
from orthoweave.models.training.processes import is_leader, joined
from orthoweave.runs.checkpoint import FileCheckpoint

ROWS, SIZE = 27, 4
"""Seven batches an epoch: the last one is smaller, and has no partner among two."""


class StoppedError(Exception):
    """An interruption."""


def make_network(seed: int = 0) -> nn.Sequential:
    """Return a network with dropout."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Dropout(0.3), nn.Linear(8, 1))


def values() -> tuple[torch.Tensor, torch.Tensor]:
    """Return inputs and what is to be learnt from them."""
    random = np.random.default_rng(0)
    inputs: np.ndarray = random.normal(size=(ROWS, 5)).astype(np.float32)
    return torch.from_numpy(inputs), torch.from_numpy(inputs[:, :1] - inputs[:, 1:2])


def loss(network: nn.Module, rows: torch.Tensor) -> torch.Tensor:
    """Return the mean squared error of some rows."""
    inputs, wanted = values()
    return nn.functional.mse_loss(network(inputs[rows]), wanted[rows])


def train(
    network: nn.Module,
    plan: Plan,
    *,
    checkpoint: Checkpoint | None = None,
    before: Callable[[], None] = lambda: None,
    **options: Any,
) -> History:
    """Train on the drawn numbers; `before` is called before each batch."""

    def batch_loss(network: nn.Module, rows: torch.Tensor) -> torch.Tensor:
        before()
        return loss(network, rows)

    data = Shuffled(np.arange(ROWS), SIZE, torch.from_numpy, seed=plan.seed)
    return fit(network, data, batch_loss, plan, device="cpu", checkpoint=checkpoint, **options)


def stop_after(calls: int) -> Callable[[], None]:
    """Return a function that interrupts at one of its calls."""
    left = [calls]

    def count() -> None:
        left[0] -= 1
        if left[0] < 0:
            raise StoppedError

    return count


def held_out(network: nn.Module) -> float:
    """Return the error on all rows."""
    return float(loss(network, torch.arange(ROWS)))


def parameters(network: nn.Module) -> np.ndarray:
    """Return all parameters as one array."""
    return np.concatenate([value.detach().numpy().ravel() for value in network.parameters()])


def full_plan(accumulate: int) -> Plan:
    """Return a plan that uses all there is: 3 epochs of 4 steps with two batches a step."""
    return Plan(
        3,
        seed=4,
        rate=0.02,
        schedule="cosine",
        warmup=0.2,
        decay=0.01,
        accumulate=accumulate,
        clip=0.5,
        ema=0.8,
        patience=2,
        save_seconds=0,
    )


def main(folder: Path) -> None:
    """Train among the processes of ``torchrun``, interrupted once; the leader writes the result."""
    checkpoint = FileCheckpoint(folder / "state.npz")
    with joined("cpu"):
        given: dict[str, Any] = {"checkpoint": checkpoint, "validate": held_out}
        with suppress(StoppedError):
            train(make_network(), full_plan(1), before=stop_after(2), **given)
        network = make_network(9)
        history = train(network, full_plan(1), **given)
    if is_leader():
        np.savez(
            folder / "found.npz",
            parameters=parameters(network),
            losses=history.losses,
            validation=history.validation,
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
