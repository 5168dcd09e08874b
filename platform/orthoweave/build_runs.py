"""Runs of models in an opened build: what is known of each, and starting one beside it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from orthoweave.builds.stale import changes_since
from orthoweave.errors import OrthoweaveError, UsageError
from orthoweave.options import Option
from orthoweave.questions.answer import Answer
from orthoweave.questions.clusters import clusters
from orthoweave.questions.run_details import built_source, run_details
from orthoweave.questions.run_results import facts, score_table
from orthoweave.questions.runs import find_run, run_scores, runs, source_of
from orthoweave.questions.session import Session
from orthoweave.settings import Settings
from orthoweave.storage.layout import Layout
from orthoweave.storage.ledger import Ledger
from orthoweave.stores.base import AnyStore

if TYPE_CHECKING:
    from orthoweave.background.start import StartedRun
    from orthoweave.background.state import RunState
    from orthoweave.runs.estimate import Estimated

_ON_SERVER = (
    "the graph of this knowledge base is asked on a server, which a build here does not change: "
    "use `orthoweave run`, then `orthoweave build --store`"
)


class BuildRuns(ABC):
    """The part of a knowledge base about runs of models.

    Notes
    -----
    * `run`: key of a run, the name of its source, or the beginning of one of these.
    * `level`: cell types, by key or name, that their kinds are pooled into; the finest that authors
      and model have in common if empty.
    * `model`: name of a model, as `models` lists it.

    Of an unknown run, an `UnknownNameError` lists those that exist; if several begin so, an
    `AmbiguousNameError` does.
    """

    settings: Settings

    @property
    @abstractmethod
    def session(self) -> Session:
        """The opened build."""

    @property
    @abstractmethod
    def layout(self) -> Layout:
        """The folder layout of the knowledge base."""

    @property
    @abstractmethod
    def store(self) -> AnyStore:
        """The store that holds the graph."""

    def runs(self) -> Answer:
        """List the runs of models with seed, settings, metrics and measures."""
        return runs(self.session)

    def run_details(self, run: str) -> Answer:
        """Return what is known of a run: settings, notes, scores, origin, what it wrote, its state.

        Returns
        -------
        Answer
            ``part``, ``name``, ``value``; see `orthoweave.questions.run_details`.
        """
        name = source_of(str(find_run(self.session, run)["run"]))
        return run_details(self.session, run, self._changes(name))

    def _changes(self, name: str) -> tuple[str, ...] | None:
        """Return what has changed since a run of this build was made; None if it is not known."""
        layout, source = self.session.layout, built_source(self.session, name)
        try:
            ledger = Ledger(layout.ledger)
            entry, now = ledger.find(name, source.version), ledger.find(name)
            if entry is None or now is None:
                return ("it was removed since: the next build leaves it out",)
            if now.version != entry.version:
                return (f"it was replaced by version {now.version} since: `orthoweave build`",)
            return changes_since(layout, ledger, entry)
        except OrthoweaveError:
            return None

    def scores(self, run: str | None = None) -> Answer:
        """List the scores of all runs or of one, each beside its baselines and its control.

        Parameters
        ----------
        run
            The run; all if None.
        """
        return run_scores(self.session, run)

    def run_scores(self, run: str) -> Answer:
        """List the scores of one run, a row for each baseline."""
        return score_table(self.session, run)

    def run_facts(self, run: str) -> dict[str, Answer]:
        """Return the facts that a run put into the graph, by table."""
        return facts(self.session, run)

    def clusters(self, dataset: str | None = None, run: str | None = None) -> Answer:
        """List the clusters of cells that runs found, the largest of each run first.

        Parameters
        ----------
        run
            The run; all if None.
        """
        return clusters(self.session, dataset, run)

    def predictions(self, run: str) -> Answer:
        """List the predictions of a run beside what the authors say, a row for each cell.

        Cells on which the model abstained have a row too.

        Returns
        -------
        Answer
            ``cell``, ``label``, ``name``, ``probability``, ``verdict``, ``abstained``, ``value``,
            ``author_label``, ``author_type``, ``author_name``, ``dataset``.
        """
        from orthoweave.questions.run_outputs import predictions

        return predictions(self.session, run)

    def confusion(self, run: str, *, level: Sequence[str] = ()) -> Answer:
        """Count cells by what their authors call them and what a run does, also nothing.

        Returns
        -------
        Answer
            ``author``, ``author_name``, ``predicted``, ``predicted_name``, ``abstained``,
            ``n_cells``, ``share`` (of the author's cells).

        Raises
        ------
        UsageError, InputError
            If the run predicts numbers only, or the level is none.
        """
        from orthoweave.questions.run_agreement import confusion

        return confusion(self.session, run, level)

    def reliability(self, run: str, *, level: Sequence[str] = (), bins: int = 10) -> Answer:
        """Return how often predictions of each probability are right, with 95 % intervals.

        Parameters
        ----------
        bins
            Number of bins of equal width from 0 to 1, at most 100.

        Returns
        -------
        Answer
            ``cells`` (*named* or *abstained*), ``bin_low``, ``bin_high``, ``mean_probability``,
            ``n_cells``, ``n_right``, ``right``, ``low``, ``high``.

        Raises
        ------
        UsageError, InputError
            As for `confusion`, and if `bins` is out of its range.
        """
        from orthoweave.questions.run_agreement import reliability

        return reliability(self.session, run, level, bins)

    def verdicts(self, run: str, *, level: Sequence[str] = ()) -> Answer:
        """Count cells by their distance from those that a model learnt from: near, far, outside.

        Returns
        -------
        Answer
            ``verdict``, ``n_cells``, ``share``, ``n_named``, ``n_compared``, ``n_right``,
            ``right``, ``low``, ``high``.

        Raises
        ------
        UsageError, InputError
            As for `confusion`.
        """
        from orthoweave.questions.run_agreement import verdicts

        return verdicts(self.session, run, level)

    def models(self) -> Answer:
        """List the models that can be run, with what they answer, read, write and cannot do."""
        from orthoweave.questions.models import models

        return models()

    def model_options(self, model: str) -> tuple[Option, ...]:
        """Return the options of a model.

        Raises
        ------
        UnknownNameError
            If the model does not exist; the message lists those that do.
        """
        from orthoweave.questions.models import model_options

        return model_options(model)

    def run_estimate(self, model: str, **settings: object) -> "Estimated":
        """Check the options of a run and estimate its cost, without reading any values.

        Parameters
        ----------
        settings
            Options of the model, such as ``dataset="baron_human"``.

        Raises
        ------
        UnknownNameError, UsageError
            If the model, an option or a dataset is unknown or wrong.
        """
        from orthoweave.runs.estimate import estimate_run

        return estimate_run(self.session.published, model, settings, self.settings)

    def start_refusal(self) -> str:
        """Return the reason why no run can be started here now; empty if one can."""
        from orthoweave.background.start import check_start

        if self.store.language == "cypher":
            return _ON_SERVER
        try:
            check_start(self.layout)
        except OrthoweaveError as error:
            return str(error)
        return ""

    def start_run(
        self,
        model: str,
        settings: Mapping[str, object],
        *,
        name: str | None = None,
        weights: str | None = None,
        yes: bool = False,
    ) -> "StartedRun":
        """Start a run in a process of its own, which then makes the build with its facts.

        There is one at a time. It ends with this process, or when what is returned is closed.

        Parameters
        ----------
        settings
            Options of the model, by name.
        name
            Name of the run's source; by default the model's and a digest of its options.
        weights
            Name of kept weights to apply; by default the model is fitted.
        yes
            Start it even if its estimated cost is above the limits of the settings.

        Raises
        ------
        UnknownNameError, UsageError
            If the model, an option or a dataset is unknown or wrong, or the cost is too high.
        LedgerError, LockedError
            If the knowledge base can only be read, or a run is under way.
        """
        from orthoweave.background.start import start_run

        if self.store.language == "cypher":
            raise UsageError(_ON_SERVER)
        if weights is None:
            refusal = self.run_estimate(model, **settings).refusal
            if refusal and not yes:
                raise UsageError(refusal)
        return start_run(self.layout, model, settings, name=name, weights=weights or "", yes=yes)

    def started_run(self) -> "RunState | None":
        """Return the state of the run that was started last by `start_run`; None if none was."""
        from orthoweave.background.state import read_state

        return read_state(self.session.layout)
