"""The contract of a model: a frozen configuration, requests for views, a fit, and result tables.

A model is a function of views. It sees neither a store nor a file: its requests describe its input,
and it returns its facts as tables of the graph schema, which a run writes as a source. A score
cannot be made without a baseline and without a control in which the signal was destroyed.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Generic, Protocol, TypeVar

import numpy as np
import pyarrow as pa

from orthoweave.errors import UsageError
from orthoweave.models.cost import Cost
from orthoweave.progress import Progress, Quiet
from orthoweave.views.requests import ViewRequest, Views


@dataclass(frozen=True, slots=True)
class ModelCard:
    """Purpose, origin and limits of a model."""

    title: str
    paper: str
    """Authors, title, year; "ours" if there is no paper."""
    doi: str
    """DOI or arXiv number, such as ``arXiv:2510.15837``; empty if there is no paper."""
    question: str
    """The question that it answers, in the words of the field."""
    reads: tuple[str, ...]
    """Views it reads, in words."""
    writes: tuple[str, ...]
    """Tables of the graph that it may write."""
    limits: tuple[str, ...]
    """Limits of its results, and where it fails."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with the ends of its 95 % interval."""

    value: float
    low: float
    high: float

    def __post_init__(self) -> None:
        numbers = (self.low, self.value, self.high)
        if not all(map(math.isfinite, numbers)) or not self.low <= self.value <= self.high:
            message = f"{self!r}: expected finite numbers with low <= value <= high"
            raise UsageError(message)

    def __str__(self) -> str:
        """Return value and interval with three digits each."""
        return f"{self.value:.3g} ({self.low:.3g} to {self.high:.3g})"


@dataclass(frozen=True, slots=True)
class Score:
    """A model's score, beside its baselines and a control with destroyed signal."""

    metric: str
    """The metric, such as ``macro-F1`` or ``ARI``; higher is better."""
    context: str
    """Classes, data and number of seeds or draws."""
    estimate: Estimate
    baselines: Mapping[str, Estimate]
    """The same metric of simpler methods, by their name; at least one."""
    control: Estimate
    """The same metric of the model after its signal was destroyed."""
    control_name: str
    """Method that destroyed the signal, such as ``orthology rewired with degrees kept``."""

    def __post_init__(self) -> None:
        if not self.baselines:
            message = f"score {self.metric!r}: expected at least one baseline beside it"
            raise UsageError(message)
        if not isinstance(self.control, Estimate) or not self.control_name:
            message = (
                f"score {self.metric!r}: expected a control with destroyed signal and its name"
            )
            raise UsageError(message)

    @property
    def shortfalls(self) -> tuple[str, ...]:
        """Baselines and controls that the model did not beat, in sentences."""
        found = []
        if self.estimate.low <= self.control.high:
            found.append(
                f"{self.metric} {self.estimate} is not clearly above its control, "
                f"{self.control_name}: {self.control}. The model is not shown to work here."
            )
        found += [
            f"{self.metric} {self.estimate} is not above that of {name}: {other}."
            for name, other in self.baselines.items()
            if self.estimate.value <= other.value
        ]
        return tuple(found)


@dataclass(frozen=True, slots=True)
class ModelResult:
    """Results of a model: tables, scores, measures and notes."""

    tables: Mapping[str, pa.Table]
    """Rows by table of the graph schema, without the provenance columns."""
    scores: tuple[Score, ...] = ()
    measures: Mapping[str, float | int | str] = field(default_factory=dict)
    """Quantities that are not scores, such as coverage or a solved exponent, by name."""
    notes: tuple[str, ...] = ()
    """Notes for the user, in sentences."""


class Checkpoint(Protocol):
    """The store of a training's state, so that it can continue after an interruption."""

    def load(self) -> dict[str, np.ndarray] | None:
        """Return the last saved state of this run, or None."""

    def save(self, state: Mapping[str, np.ndarray]) -> None:
        """Save this state in place of the last one."""


class NoCheckpoint:
    """A checkpoint that saves nothing."""

    def load(self) -> dict[str, np.ndarray] | None:
        """Return None: nothing was saved."""
        return None

    def save(self, state: Mapping[str, np.ndarray]) -> None:
        """Do nothing."""


@dataclass(frozen=True, slots=True)
class RunContext:
    """Context of a run: its key, its progress and the checkpoint."""

    run: str = "run:unnamed"
    """Key of the Run node; keys of nodes that the model makes begin with it."""
    progress: Progress = field(default_factory=Quiet)
    checkpoint: Checkpoint = field(default_factory=NoCheckpoint)


class Config(Protocol):
    """Options that every model has; a configuration is a frozen dataclass of `option` fields."""

    @property
    def seed(self) -> int:
        """Seed of all random numbers."""

    @property
    def device(self) -> str:
        """``auto``, ``cpu`` or ``cuda``."""


C = TypeVar("C", bound=Config)
F = TypeVar("F")


class Model(ABC, Generic[C, F]):
    """A model with configuration `C` that is fitted to an `F`."""

    name: ClassVar[str]
    card: ClassVar[ModelCard]
    config_class: type[C]

    @abstractmethod
    def views(self, config: C) -> Mapping[str, ViewRequest]:
        """Return the requests of the views, by the names under which `fit` and `apply` find them.

        Raises
        ------
        UsageError
            If the configuration contradicts itself.
        """

    @abstractmethod
    def fit(self, views: Views, config: C, context: RunContext) -> F:
        """Learn from the views. The result is the same for the same arguments.

        Raises
        ------
        InputError
            If the views do not hold what the model needs; the message says what.
        """

    @abstractmethod
    def apply(self, fitted: F, views: Views, config: C, context: RunContext) -> ModelResult:
        """Return tables, scores and notes of a fitted model."""

    def cost(self, n_cells: int, n_genes: int, config: C) -> Cost | None:
        """Return an estimate of the time and memory of a run; None if it is unknown.

        Parameters
        ----------
        n_cells, n_genes
            Cells of all views together, and the most genes of one.
        """
        del n_cells, n_genes, config
        return None
