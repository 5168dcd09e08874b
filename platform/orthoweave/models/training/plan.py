"""The plan of a training: its length, its learning rate by step, and how gradients are used."""

import math
from dataclasses import asdict, dataclass
from typing import Literal

from orthoweave.errors import UsageError


@dataclass(frozen=True, slots=True)
class Plan:
    """Length and pace of a training by AdamW.

    Raises
    ------
    UsageError
        If a number is out of its range.
    """

    epochs: int
    """Passes over the data."""
    seed: int = 0
    """Of the random numbers that each batch draws, such as those of dropout."""
    rate: float = 1e-3
    """Highest learning rate."""
    schedule: Literal["constant", "cosine"] = "constant"
    """Learning rate after the warm-up: constant, or half a wave of the cosine down to `floor`."""
    warmup: float = 0.0
    """Share of all steps in which the learning rate rises in equal parts, from 0 to 1."""
    floor: float = 0.0
    """Last learning rate of the cosine, as a share of `rate`."""
    decay: float = 0.0
    """Weight decay, decoupled from the gradient."""
    betas: tuple[float, float] = (0.9, 0.999)
    """Decays of the running means of gradients and of their squares."""
    accumulate: int = 1
    """Batches of each process whose gradients make one step."""
    clip: float | None = None
    """Greatest norm of the gradient of a step; None to leave it as it is."""
    ema: float | None = None
    """Decay of the exponential moving average of parameters, which is kept in place of the last
    ones; None for no average."""
    patience: int | None = None
    """Epochs without a better validation after which training ends; the best epoch's parameters are
    kept. None to train to the end."""
    from_start: bool = False
    """With `patience`, whether the parameters before the first step may be the best, as epoch 0."""
    save_seconds: float = 60.0
    """Time between two saves of the state."""

    def __post_init__(self) -> None:
        given = {name: value for name, value in asdict(self).items() if value is not None}
        for name in ("epochs", "accumulate", "patience"):
            if given.get(name, 1) < 1:
                raise _refused(name, given[name], "a whole number from 1")
        for name in ("warmup", "floor", "ema"):
            if not 0 <= given.get(name, 0) <= 1:
                raise _refused(name, given[name], "a share from 0 to 1")
        for name in ("rate", "clip"):
            if not 0 < given.get(name, 1) < math.inf:
                raise _refused(name, given[name], "a number above 0")

    def rate_at(self, step: int, n_steps: int) -> float:
        """Return the learning rate of a step, which are numbered from 0."""
        rising = round(self.warmup * n_steps)
        if step < rising:
            return self.rate * (step + 1) / rising
        if self.schedule == "constant":
            return self.rate
        done = (step - rising) / max(n_steps - rising, 1)
        return self.rate * (self.floor + (1 - self.floor) * (1 + math.cos(math.pi * done)) / 2)


def _refused(name: str, value: object, expected: str) -> UsageError:
    return UsageError(f"training: {name}={value!r}: expected {expected}")
