"""The contract of a model: a frozen configuration, requests for views, a fit, and result tables.

A model is a function of views. It sees neither a store nor a file: its requests describe its input,
and it returns its facts as tables of the graph schema, which a run writes as a source. A score
cannot be made without a baseline and without a control in which the signal was destroyed.

A model may also keep what it learnt: `state` returns it as arrays, `restore` takes it back, and
`apply_kept` applies it to other data. A model that defines none of these says so by name.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import numpy as np
import pyarrow as pa

from orthoweave.errors import UsageError
from orthoweave.models.cost import Cost
from orthoweave.models.outputs import Array, Predictions, Vectors
from orthoweave.models.state import State
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
    differences: Mapping[str, Estimate] = field(default_factory=dict)
    """The model minus a baseline or the control, paired, by the name of either."""
    of: str = "the model"
    """Name of the thing that was scored: the model, or an embedding."""

    def __post_init__(self) -> None:
        if not self.baselines:
            message = f"score {self.metric!r}: expected at least one baseline beside it"
            raise UsageError(message)
        if not isinstance(self.control, Estimate) or not self.control_name:
            message = (
                f"score {self.metric!r}: expected a control with destroyed signal and its name"
            )
            raise UsageError(message)
        unknown = sorted(set(self.differences) - {*self.baselines, self.control_name})
        if unknown:
            message = (
                f"score {self.metric!r}: a difference from {unknown[0]!r}, which is neither a "
                "baseline nor the control"
            )
            raise UsageError(message)

    def beats(self, name: str) -> bool:
        """Return whether the score is above a baseline's or the control's.

        It is if the 95 % interval of their paired difference is above 0; without a paired
        difference, if the two intervals do not meet.
        """
        other = self.control if name == self.control_name else self.baselines[name]
        difference = self.differences.get(name)
        return self.estimate.low > other.high if difference is None else difference.low > 0

    @property
    def shortfalls(self) -> tuple[str, ...]:
        """Baselines and controls that the model did not beat, in sentences."""
        found = []
        if not self.beats(self.control_name):
            found.append(
                f"{self.metric} {self.estimate} {self._place(self.control_name)} its control, "
                f"{self.control_name}: {self._beside(self.control_name, self.control)}. "
                "The model is not shown to work here."
            )
        found += [
            f"{self.metric} {self.estimate} {self._place(name)} that of {name}: "
            f"{self._beside(name, other)}."
            for name, other in self.baselines.items()
            if not self.beats(name)
        ]
        return tuple(found)

    def _place(self, name: str) -> str:
        """Return the place of a score that does not beat another."""
        difference = self.differences.get(name)
        below = difference is not None and difference.high < 0
        return "is below" if below else "is not clearly above"

    def _beside(self, name: str, other: Estimate) -> str:
        difference = self.differences.get(name)
        return f"{other}" if difference is None else f"{other}, a difference of {difference}"


@dataclass(frozen=True, slots=True)
class ModelResult:
    """Results of a model: tables, scores, measures and notes; vectors, predictions and arrays."""

    tables: Mapping[str, pa.Table]
    """Rows by table of the graph schema, without the provenance columns."""
    scores: tuple[Score, ...] = ()
    measures: Mapping[str, float | int | str] = field(default_factory=dict)
    """Quantities that are not scores, such as coverage or a solved exponent, by name."""
    notes: tuple[str, ...] = ()
    """Notes for the user, in sentences."""
    vectors: tuple[Vectors, ...] = ()
    """Vectors of cells and genes, which become spaces named by the run."""
    predictions: tuple[Predictions, ...] = ()
    """Predictions of all cells, those of each dataset once."""
    arrays: tuple[Array, ...] = ()
    """Matrices that are kept as files."""

    def judged(self) -> "ModelResult":
        """Return the result with a note on each baseline and control that it does not beat."""
        shortfalls = tuple(line for score in self.scores for line in score.shortfalls)
        return replace(self, notes=self.notes + shortfalls)

    def without_facts(self) -> "ModelResult":
        """Return scores, measures and notes alone."""
        return ModelResult({}, self.scores, self.measures, self.notes)


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
    kept_options: ClassVar[tuple[str, ...]] = ()
    """Options that may be set where kept weights are applied, that of the dataset first.

    Empty for a model that keeps no weights, which `not_kept` explains.
    """
    not_kept: ClassVar[str] = "its class defines no `state` and no `apply_kept`"

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

    def state(self, fitted: F, views: Views, config: C) -> State:
        """Return what a fit has learnt, as arrays by name, to be kept as weights.

        Raises
        ------
        UsageError
            If the model keeps no weights.
        """
        del fitted, views, config
        raise self.keeps_none()

    def restore(self, state: State) -> Any:
        """Return what `kept_views`, `vocabulary_found` and `apply_kept` take, from kept weights.

        It is the same for the same state, and it holds nothing of another kind than that.

        Raises
        ------
        InputError
            If arrays are missing or have another shape or type than the model needs.
        """
        del state
        raise self.keeps_none()

    def kept_views(self, kept: Any, config: C) -> Mapping[str, ViewRequest]:
        """Return the requests of the views that kept weights are applied to.

        Raises
        ------
        UsageError
            If the configuration contradicts itself.
        """
        del kept, config
        raise self.keeps_none()

    def vocabulary_found(self, kept: Any, views: Views, config: C) -> np.ndarray:
        """Return the mask of genes of the vocabulary that the views have, shape ``(n_genes,)``.

        Raises
        ------
        InputError
            If the views are of another kind than the weights, such as of another species.
        """
        del kept, views, config
        raise self.keeps_none()

    def apply_kept(self, kept: Any, views: Views, config: C, context: RunContext) -> ModelResult:
        """Return tables, measures and notes of kept weights on other views."""
        del kept, views, config, context
        raise self.keeps_none()

    def keeps_none(self) -> UsageError:
        """Return the error of a model that keeps no weights, with its name and the reason."""
        message = f"model {self.name!r} keeps no weights: {self.not_kept}. `orthoweave run` runs it"
        return UsageError(message)
