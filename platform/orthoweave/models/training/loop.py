"""The training loop: the same steps whether it is interrupted or not, in one process or several.

A step takes `accumulate` batches of each process and descends along the mean of their gradients.
Before a batch is made, PyTorch's generator is seeded by seed, epoch and place of the batch: its
dropout is the same after an interruption, and in whichever process it is computed.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import numpy as np
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from orthoweave.errors import InputError, UsageError
from orthoweave.models.base import Checkpoint
from orthoweave.models.device import mixed_precision
from orthoweave.models.training.data import Data
from orthoweave.models.training.losses import Loss, LossOf, seed_batch
from orthoweave.models.training.parts import PartOf
from orthoweave.models.training.plan import Plan
from orthoweave.models.training.processes import are_joined, from_leader, n_processes, rank, summed
from orthoweave.models.training.state import TrainingState, load
from orthoweave.progress import Progress, Quiet, Task

B = TypeVar("B")
N = TypeVar("N", bound=nn.Module)

Validation = Callable[[N], float]
"""The distance of a network from its goal; lower is better. It is called without gradients."""

# numbers that make the seed of a validation differ from that of each batch
_VALIDATION: Final = 2**32


@dataclass(frozen=True, slots=True)
class History:
    """The course of a training."""

    losses: np.ndarray
    """Mean loss of the batches of each step, shape ``(n_steps,)``, float64."""
    validation: np.ndarray
    """Validation after each epoch, shape ``(n_epochs,)``, float64; empty without a validation."""
    epoch: int
    """Epoch whose parameters were kept, from 1; 0 if none was better than the start."""


def fit(
    network: N,
    data: Data[B],
    loss: Loss[N, B],
    plan: Plan,
    *,
    device: str,
    progress: Progress | None = None,
    label: str = "training",
    checkpoint: Checkpoint | None = None,
    validate: Validation[N] | None = None,
) -> History:
    """Train a network on the device that it is on, and leave it with the parameters to keep.

    On a GPU the loss is computed in bfloat16 where that serves. PyTorch's global random state is
    left as it was. Among processes that have joined, batches are shared out, and all end with the
    same parameters.

    Parameters
    ----------
    device
        ``cpu`` or ``cuda``.
    label
        Name of the training, for progress and for its part of the checkpoint: each training of a
        run needs one of its own.
    checkpoint
        Where the state is kept; training continues from a state of the same network and plan.
    validate
        Called after each epoch, in the leader.

    Raises
    ------
    InputError
        If the loss, the norm of its gradient or a validation is not a finite number.
    UsageError
        If the saved state is of another number of batches a step, or the plan needs a validation.
    """
    training = _Training(
        network,
        data,
        loss,
        plan,
        device=device,
        checkpoint=None if checkpoint is None else PartOf(checkpoint, label),
        validate=validate,
    )
    try:
        training.restore()
        with (
            torch.random.fork_rng(devices=range(torch.cuda.device_count())),
            (progress or Quiet()).task(label, len(training.state.losses)) as bar,
        ):
            training.run(bar)
    finally:
        training.leave()
    return training.finish()


class _Training(Generic[N, B]):
    """A training under way."""

    def __init__(
        self,
        network: N,
        data: Data[B],
        loss: Loss[N, B],
        plan: Plan,
        *,
        device: str,
        checkpoint: PartOf | None,
        validate: Validation[N] | None,
    ) -> None:
        if not len(data) or (plan.patience is not None and validate is None):
            message = "training: expected a batch at least, and a validation where patience is set"
            raise UsageError(message)
        self.data, self.plan, self.device = data, plan, device
        self.checkpoint, self.validate = checkpoint, validate
        self.free = [value for value in network.parameters() if value.requires_grad]
        # as many processes as have joined: without a group each trains by itself
        self.rank, self.n_processes = (rank(), n_processes()) if are_joined() else (0, 1)
        self.of_step = plan.accumulate * self.n_processes
        self.steps = -(-len(data) // self.of_step)
        average = None
        if plan.ema is not None:
            average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(plan.ema))
        self.state = TrainingState(
            network,
            torch.optim.AdamW(self.free, plan.rate, plan.betas, weight_decay=plan.decay),
            average,
            np.full(plan.epochs * self.steps, np.nan),
            np.full(plan.epochs, np.nan),
            self.of_step,
        )
        self.loss: nn.Module = LossOf(network, loss, device)
        self.alone: Callable[[], AbstractContextManager[None]] = nullcontext
        if self.n_processes > 1:
            self.loss = nn.parallel.DistributedDataParallel(self.loss)
            self.alone = self.loss.no_sync
        self.saved = time.monotonic()

    @property
    def is_done(self) -> bool:
        """Whether all steps were done, or no validation was better for long enough."""
        state, plan = self.state, self.plan
        if state.step == len(state.losses):
            return True
        ended = plan.patience is not None and not state.step % self.steps
        return ended and state.step // self.steps >= state.best_epoch + (plan.patience or 0)

    def restore(self) -> None:
        """Continue from the saved state, if there is one."""
        kept = None
        if self.checkpoint is not None and self.rank == 0:
            kept = self.checkpoint.load()
        if kept is not None and not self._continues(kept):
            kept = None
        if kept is None and self.n_processes == 1:
            return
        found = from_leader(kept, self.state.arrays(), self.device)
        if found is not None:
            self.state.put_back(found)

    def _continues(self, kept: dict[str, np.ndarray]) -> bool:
        """Return whether a state is of this training; another version keeps other arrays."""
        before = int(kept.get("batches_a_step", self.of_step))
        if before != self.of_step:
            message = (
                f"the saved state of this training is of {before} batches a step, and this one has "
                f"{self.of_step}: start as many processes as before"
            )
            raise UsageError(message)
        return self.state.fits(kept)

    def run(self, bar: Task) -> None:
        """Do all steps that are left."""
        n_steps = len(self.state.losses)
        bar.advance(self.state.step)
        if self.plan.from_start and not self.state.step and self.validate is not None:
            self._validate(0)
        while not self.is_done:
            for _ in self.epoch():
                bar.advance()
        bar.advance(n_steps - self.state.step)

    def epoch(self) -> Iterator[None]:
        """Do the rest of the epoch under way; yield after each step."""
        number, done = divmod(self.state.step, self.steps)
        self.state.network.train()
        first = done * self.of_step + self.rank
        batches = self.data.epoch(number, range(first, len(self.data), self.n_processes))
        for step in range(done, self.steps):
            self._step(number, step, batches)
            if step == self.steps - 1 and self.validate is not None:
                self._validate(number + 1)
            self._save(late=self.is_done)
            yield

    def leave(self) -> None:
        """Let go of what joins the processes."""
        del self.loss, self.alone

    def finish(self) -> History:
        """Put the parameters to keep into the network, and return the course of the training."""
        state = self.state
        if self.plan.patience is not None and state.best:
            load(state.network, state.best)
        elif state.average is not None:
            state.network.load_state_dict(state.average.module.state_dict())
        state.network.eval()
        epochs = state.step // self.steps
        kept = state.best_epoch if self.plan.patience is not None else epochs
        n_validated = epochs if self.validate is not None else 0
        return History(state.losses[: state.step], state.validation[:n_validated], kept)

    def _step(self, epoch: int, number: int, batches: Iterator[B]) -> None:
        """Descend along the mean gradient of the batches of a step."""
        state, first = self.state, number * self.of_step
        n_batches = min(self.of_step, len(self.data) - first)
        rounds = range(first, first + n_batches, self.n_processes)
        total = torch.zeros((), device=self.device)
        state.optimiser.zero_grad()
        for start in rounds:
            place = start + self.rank
            # processes meet in the last round only
            with nullcontext() if start == rounds[-1] else self.alone():
                batch = None
                if place < first + n_batches:
                    seed_batch(self.plan.seed, epoch, place)
                    batch = next(batches)
                found = self.loss(batch)
                # the mean over processes is taken of their gradients: here it is the sum
                (found * (self.n_processes / n_batches)).backward()
                total += found.detach() / n_batches
        rate = self.plan.rate_at(state.step, len(state.losses))
        [mean] = summed([float(total)], self.device)
        norm = float(nn.utils.clip_grad_norm_(self.free, self.plan.clip or math.inf))
        if not math.isfinite(mean) or not math.isfinite(norm):
            raise self._not_finite(mean, norm, rate)
        for group in state.optimiser.param_groups:
            group["lr"] = rate
        state.optimiser.step()
        if state.average is not None:
            state.average.update_parameters(state.network)
        state.losses[state.step] = mean
        state.step += 1

    def _validate(self, epoch: int) -> None:
        state = self.state
        value = 0.0
        if self.rank == 0 and self.validate is not None:
            state.kept.eval()
            seed_batch(self.plan.seed, epoch, _VALIDATION)
            with torch.no_grad(), mixed_precision(self.device):
                value = float(self.validate(state.kept))
            state.kept.train()
        [value] = summed([value], self.device)
        if not math.isfinite(value):
            message = f"training: validation {value} after epoch {epoch}: expected a finite number"
            raise InputError(message)
        if epoch:
            state.validation[epoch - 1] = value
        if self.plan.patience is not None and value < state.lowest:
            state.keep_best(epoch, value)

    def _save(self, *, late: bool) -> None:
        """Save the state if it is time, or if it is late to do so."""
        if self.checkpoint is None or self.rank:
            return
        if late or time.monotonic() - self.saved >= self.plan.save_seconds:
            self.checkpoint.save(self.state.arrays())
            self.saved = time.monotonic()

    def _not_finite(self, loss: float, norm: float, rate: float) -> InputError:
        what = f"loss {loss}" if not math.isfinite(loss) else f"norm {norm} of the gradient"
        message = (
            f"training: found {what} at step {self.state.step + 1} of {len(self.state.losses)}, at "
            f"a learning rate of {rate:.3g}: expected a finite number. Lower the rate, clip the "
            "gradient, warm up for longer, or look for values in the data that are not finite"
        )
        return InputError(message)
