"""Intervals over what varies for a user: seeds of fitting, donors, and the cells of a donor.

A hierarchical bootstrap. Each resampling draws seeds, donors, and cells within each donor, all with
replacement, and it draws the same ones for all methods: their differences are paired. Saravanan,
Berman and Sober, Application of the hierarchical bootstrap to multi-level data in neuroscience,
2020. Where there is one donor, cells are drawn alone, and where there is one seed, none; `about`
says so, because such an interval says less.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from orthoweave.errors import UsageError
from orthoweave.models.base import Estimate, Score

RESAMPLINGS: Final = 500
Statistic = Callable[[np.ndarray], np.ndarray]
"""From weights of the cells, shape ``(n_cells,)``, to a metric of each seed, ``(n_seeds,)``."""


@dataclass(frozen=True, slots=True)
class Resampled:
    """Values of several methods, over the same resamplings."""

    values: Mapping[str, float]
    """Mean over seeds on all cells, by method."""
    drawn: Mapping[str, np.ndarray]
    """The same on each resampling, shape ``(n_resamplings,)``, by method."""
    about: str
    """Units that were resampled, in words."""

    def estimate(self, method: str) -> Estimate:
        """Return a method's value with its 95 % percentile interval."""
        return _interval(self.values[method], self.drawn[method])

    def difference(self, first: str, second: str) -> Estimate:
        """Return the paired difference of two methods with its 95 % percentile interval."""
        return _interval(
            self.values[first] - self.values[second], self.drawn[first] - self.drawn[second]
        )


def resample(
    statistics: Mapping[str, Statistic],
    groups: np.ndarray,
    *,
    seed: int,
    n: int = RESAMPLINGS,
    unit: str = "donors",
) -> Resampled:
    """Return the values of several methods with what they are on resampled seeds and donors.

    Parameters
    ----------
    statistics
        By method. Methods with several seeds have equally many, in the same order; a method with
        one has no random numbers.
    groups
        Donor of each cell or None, shape ``(n_cells,)``.
    unit
        Name of the groups, in the plural.

    Raises
    ------
    UsageError
        If two methods have different numbers of seeds, none of them one.
    """
    plain = {name: of(np.ones(len(groups))) for name, of in statistics.items()}
    sizes = {len(values) for values in plain.values()} - {1}
    if len(sizes) > 1:
        message = f"seeds of the methods: expected one number of them, found {sorted(sizes)}"
        raise UsageError(message)
    n_seeds = max(sizes, default=1)
    random = np.random.default_rng(seed)
    members = _members(groups)
    drawn = {name: np.empty(n) for name in statistics}
    for number in range(n):
        weights = _weights(members, len(groups), random)
        seeds = random.integers(0, n_seeds, n_seeds)
        for name, of in statistics.items():
            found = of(weights)
            drawn[name][number] = found[seeds].mean() if len(found) > 1 else found[0]
    values = {name: float(found.mean()) for name, found in plain.items()}
    return Resampled(values, drawn, _about(n_seeds, len(members), unit))


def score_of(
    metric: str,
    context: str,
    found: Resampled,
    *,
    model: str,
    control: str,
    control_name: str,
    baselines: Sequence[str] | None = None,
    of: str = "the model",
) -> Score:
    """Return a score from resampled methods.

    Parameters
    ----------
    model, control
        Names of these methods in `found`.
    baselines
        Names of the baselines there; all others if None.
    of
        What was scored, if not a model.
    """
    if baselines is None:
        baselines = [name for name in found.values if name not in (model, control)]
    differences = {name: found.difference(model, name) for name in baselines}
    return Score(
        metric,
        f"{context}; intervals over {found.about}",
        found.estimate(model),
        {name: found.estimate(name) for name in baselines},
        found.estimate(control),
        control_name,
        differences | {control_name: found.difference(model, control)},
        of,
    )


def _members(groups: np.ndarray) -> list[np.ndarray]:
    """Return the cells of each donor; all cells as one if there are none, or some without."""
    if any(group is None for group in groups):
        return [np.arange(len(groups))]
    names, numbers = np.unique(np.asarray(groups).astype(str), return_inverse=True)
    return [np.flatnonzero(numbers == number) for number in range(len(names))]


def _weights(members: list[np.ndarray], n_cells: int, random: np.random.Generator) -> np.ndarray:
    weights = np.zeros(n_cells)
    for number in random.integers(0, len(members), len(members)):
        cells = members[number]
        drawn = cells[random.integers(0, len(cells), len(cells))]
        weights += np.bincount(drawn, minlength=n_cells)
    return weights


def _about(n_seeds: int, n_groups: int, unit: str) -> str:
    seeds = f"{n_seeds} seeds" if n_seeds > 1 else "one seed"
    return f"{seeds}, {n_groups} {unit} and their cells" if n_groups > 1 else f"{seeds} and cells"


def _interval(value: float, drawn: np.ndarray) -> Estimate:
    low, high = (float(end) for end in np.quantile(drawn, [0.025, 0.975]))
    return Estimate(value, min(low, value), max(high, value))
