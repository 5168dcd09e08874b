"""The state of a training as plain arrays: all that the next step depends on.

The random numbers of a batch follow from its place, so no state of a generator belongs to it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel

_MOMENTS = ("exp_avg", "exp_avg_sq")


@dataclass(slots=True)
class TrainingState:
    """Parameters, moments and moving average, and how far a training has come."""

    network: nn.Module
    optimiser: torch.optim.AdamW
    average: AveragedModel | None
    losses: np.ndarray
    """Loss of each step, NaN for those to come, shape ``(n_steps,)``."""
    validation: np.ndarray
    """Validation of each epoch, NaN for those without, shape ``(n_epochs,)``."""
    batches_a_step: int
    """Of all processes together."""
    step: int = 0
    """Steps done."""
    best_epoch: int = 0
    """Epoch with the best validation, from 1; 0 is the time before the first."""
    lowest: float = math.inf
    """The best validation; infinite before there is one."""
    best: dict[str, np.ndarray] = field(default_factory=dict)
    """Parameters of that epoch, where the best ones are kept."""

    @property
    def kept(self) -> nn.Module:
        """The network that is validated and kept: the average if there is one."""
        return self.network if self.average is None else self.average.module

    def keep_best(self, epoch: int, validation: float) -> None:
        """Keep the present parameters as those of the best epoch."""
        self.best_epoch, self.lowest, self.best = epoch, validation, _copied(self.kept)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return all of it; names and shapes are the same at each step."""
        found = {
            "step": np.array(self.step),
            "batches_a_step": np.array(self.batches_a_step),
            "best_epoch": np.array(self.best_epoch),
            "lowest": np.array(self.lowest),
            "losses": self.losses,
            "validation": self.validation,
        }
        best = self.best or _copied(self.kept)
        parts = {"network": _copied(self.network), "best": best}
        if self.average is not None:
            parts["average"] = _copied(self.average)
        for number, value in enumerate(self._learnt()):
            state = self.optimiser.state.get(value, {})
            parts[f"moments.{number}"] = {
                "step": np.array(float(state.get("step", 0.0)), np.float32),
                **{
                    name: state.get(name, torch.zeros_like(value)).detach().cpu().numpy().copy()
                    for name in _MOMENTS
                },
            }
        for part, arrays in parts.items():
            found |= {f"{part}.{name}": array for name, array in arrays.items()}
        return found

    def fits(self, arrays: Mapping[str, np.ndarray]) -> bool:
        """Return whether arrays are those of a state of this network and plan."""
        own = self.arrays()
        return arrays.keys() == own.keys() and all(
            arrays[name].shape == value.shape and arrays[name].dtype == value.dtype
            for name, value in own.items()
        )

    def put_back(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Take the state of arrays that fit."""
        self.step, self.best_epoch = int(arrays["step"]), int(arrays["best_epoch"])
        self.lowest = float(arrays["lowest"])
        self.losses, self.validation = arrays["losses"].copy(), arrays["validation"].copy()
        load(self.network, _part(arrays, "network"))
        self.best = _part(arrays, "best") if self.lowest < math.inf else {}
        if self.average is not None:
            load(self.average, _part(arrays, "average"))
        for number, value in enumerate(self._learnt()):
            moments = _part(arrays, f"moments.{number}")
            self.optimiser.state[value] = {
                "step": torch.tensor(float(moments["step"])),
                **{name: torch.from_numpy(moments[name].copy()).to(value) for name in _MOMENTS},
            }

    def _learnt(self) -> list[torch.Tensor]:
        return [value for group in self.optimiser.param_groups for value in group["params"]]


def load(module: nn.Module, arrays: Mapping[str, np.ndarray]) -> None:
    """Put arrays by name in place of a module's parameters and buffers."""
    module.load_state_dict({name: torch.from_numpy(value.copy()) for name, value in arrays.items()})


def _copied(module: nn.Module) -> dict[str, np.ndarray]:
    return {
        name: value.detach().cpu().numpy().copy() for name, value in module.state_dict().items()
    }


def _part(arrays: Mapping[str, np.ndarray], part: str) -> dict[str, np.ndarray]:
    start = f"{part}."
    return {
        name.removeprefix(start): value for name, value in arrays.items() if name.startswith(start)
    }
