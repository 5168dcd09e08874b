"""The contract of models as tests; a new model subclasses `ModelTests`.

A subclass provides two fixtures of its class. `case` is a `ModelCase`: the model with small views,
on which a fit takes a second and the signal that the model looks for is strong. `refused` holds a
`Refusal` for each fault that the model must refuse. ``tests/models/`` has the subclasses for the
models that ship.
"""

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
import pyarrow as pa
import pytest

from orthoweave.errors import InputError, OrthoweaveError, UsageError
from orthoweave.models.base import Model, ModelResult, RunContext
from orthoweave.models.registry import find_model
from orthoweave.models.state import State
from orthoweave.runs.outputs import DatasetKeys, prediction_rows, write_outputs
from orthoweave.runs.record import metrics_json, write_result
from orthoweave.schema import read_schema
from orthoweave.storage.provenance import SourceInfo
from orthoweave.storage.tableset import TableWriter
from orthoweave.storage.weights_file import Declared, read_arrays, write_arrays
from orthoweave.testing.code_edits import edited_code
from orthoweave.testing.require import require, require_equal
from orthoweave.views.expression import CellsByGenes
from orthoweave.views.requests import Views

_RUN: Final = "run:tested@1"
_FOUND: Final = 0.9
"""Share of the vocabulary that the views of the case must have, being those of the training."""


@dataclass(frozen=True, slots=True)
class ModelCase:
    """A model, and small views and options to fit it to."""

    model: Model[Any, Any]
    views: Views
    config: Any


@dataclass(frozen=True, slots=True)
class Refusal:
    """Views or options that a model must refuse."""

    about: str
    """The fault, in words."""
    error: type[OrthoweaveError]
    match: str
    """Regular expression that the message matches."""
    config: Any = None
    """Options with the fault; None for those of the case."""
    views: Views | None = None
    """Views with the fault; None if asking for views must fail already."""


@dataclass(slots=True)
class MemoryCheckpoint:
    """A checkpoint in memory; it interrupts a fit after some number of saves."""

    interrupt_after: int = sys.maxsize
    state: dict[str, np.ndarray] | None = None
    saves: int = field(default=0, init=False)

    def load(self) -> dict[str, np.ndarray] | None:
        """Return the state that was saved last."""
        return self.state

    def save(self, state: Mapping[str, np.ndarray]) -> None:
        """Keep a copy of the state.

        Raises
        ------
        KeyboardInterrupt
            As if the user pressed Ctrl-C, after the number of saves.
        """
        self.state = {name: value.copy() for name, value in state.items()}
        self.saves += 1
        if self.saves >= self.interrupt_after:
            raise KeyboardInterrupt


class ModelTests:
    """Tests that every model must pass; see the module."""

    saves: ClassVar[bool] = False
    """Whether a fit of the case saves its state, from which it resumes."""

    @pytest.fixture(scope="class")
    @classmethod
    def unread(cls) -> Sequence[Views]:
        """Return the views of the case with other labels where the model may not read them."""
        return ()

    @pytest.fixture(scope="class")
    @classmethod
    def result(cls, case: ModelCase) -> ModelResult:
        """Return the result of the case."""
        return run_case(case)

    def test_card(self, case: ModelCase) -> None:
        """The model is declared under its name, and its card is whole."""
        card = case.model.card
        require_equal(type(find_model(case.model.name)), type(case.model))
        for part in (card.title, card.paper, card.question.endswith("?"), card.reads, card.limits):
            require(part, card)

    def test_requests(self, case: ModelCase) -> None:
        """The model asks for the views of the case by their names."""
        requested = set(case.model.views(case.config))
        require(requested <= set(case.views.by_name), requested)

    def test_rows_may_be_written(
        self, result: ModelResult, case: ModelCase, tmp_path: Path
    ) -> None:
        """Tables fit schema and card, rows are the run's own, and other outputs have known keys."""
        schema = read_schema()
        with TableWriter(tmp_path, schema, SourceInfo("tested")) as out:
            write_result(out, schema, case.model.card, _RUN, result)
            write_outputs(out, case.model.name, result, _keys(case.views))
        json.dumps(dict(result.measures))

    def test_same_seed_same_bytes(self, result: ModelResult, case: ModelCase) -> None:
        """A second fit gives the same bytes, whatever random numbers others drew meanwhile."""
        np.random.seed(1)  # noqa: NPY002 - the state that all code shares
        before = _shared_random_state()
        require_equal(fingerprint(run_case(case)), fingerprint(result))
        require_equal(_shared_random_state(), before)

    def test_hidden_labels_are_not_read(
        self, result: ModelResult, case: ModelCase, unread: Sequence[Views]
    ) -> None:
        """Labels that the model may not read change neither its tables nor its weights."""
        if not unread:
            pytest.skip("the model reads all labels of its views, or there are none")
        for views in unread:
            other = replace(case, views=views)
            require_equal(facts(run_case(other)), facts(result))
            if case.model.kept_options:
                require(_arrays(_state(other)) == _arrays(_state(case)), "other weights")

    def test_control_destroys_the_signal(self, result: ModelResult) -> None:
        """Each score is above its control, by the interval of their difference."""
        for score in result.scores:
            require(score.beats(score.control_name), score)

    def test_interrupted_fit_resumes(self, result: ModelResult, case: ModelCase) -> None:
        """A fit that was interrupted after any save gives the bytes of an undisturbed one."""
        whole = MemoryCheckpoint()
        run_case(case, whole)
        require_equal(bool(whole.saves), self.saves)
        for number in sorted({1, (whole.saves + 1) // 2, whole.saves}) if self.saves else ():
            stopped = MemoryCheckpoint(interrupt_after=number)
            with pytest.raises(KeyboardInterrupt):
                run_case(case, stopped)
            resumed = MemoryCheckpoint(state=stopped.state)
            require_equal(fingerprint(run_case(case, resumed)), fingerprint(result))
            require_equal(resumed.saves, whole.saves - number)

    def test_faults_are_refused(self, case: ModelCase, refused: Sequence[Refusal]) -> None:
        """Views and options with a fault are refused with a sentence that names it."""
        require(refused, "expected at least one fault that the model refuses")
        for fault in refused:
            with pytest.raises(fault.error, match=fault.match):
                _meet(case, fault)

    def test_cost_is_positive(self, case: ModelCase) -> None:
        """An estimate of the cost, where there is one, is positive and grows with the cells."""
        less, more = (case.model.cost(n, 2000, case.config) for n in (1000, 8000))
        require_equal(less is None, more is None)
        if less is not None and more is not None:
            require(0 < less.minutes < more.minutes, (less, more))
            require(0 < less.gigabytes < more.gigabytes, (less, more))

    def test_weights_survive_a_round_trip(self, case: ModelCase, tmp_path: Path) -> None:
        """Weights from a file find all their genes and give the bytes that they gave before."""
        if not case.model.kept_options:
            with pytest.raises(UsageError, match=f"{case.model.name!r} keeps no weights"):
                _state(case)
            return
        state = _state(case)
        about = write_arrays(tmp_path, state.arrays)
        read = replace(state, arrays=read_arrays(tmp_path, Declared.of(about)))
        require_equal(fingerprint(_applied(case, read)), fingerprint(_applied(case, state)))

    def test_damaged_weights_are_refused(self, case: ModelCase) -> None:
        """Weights that lack an array, or part of one, are refused."""
        if not case.model.kept_options:
            pytest.skip("the model keeps no weights")
        state = _state(case)
        for name in state.arrays:
            fewer = {key: value for key, value in state.arrays.items() if key != name}
            with pytest.raises(InputError, match=f"array {name!r}"):
                case.model.restore(replace(state, arrays=fewer))

    def test_edited_code_is_another_run(self, case: ModelCase, tmp_path: Path) -> None:
        """An edit of any module of the model changes its digest; one that is undone does not."""
        code = edited_code(type(case.model).__module__, tmp_path)
        require_equal(code.after, code.before)
        require(code.edited, "expected modules to edit")
        require(code.before not in code.edited.values(), code)


def run_case(case: ModelCase, checkpoint: MemoryCheckpoint | None = None) -> ModelResult:
    """Return the result of a fit to the views of a case."""
    context = RunContext(_RUN, checkpoint=checkpoint or MemoryCheckpoint())
    fitted = case.model.fit(case.views, case.config, context)
    return case.model.apply(fitted, case.views, case.config, context).judged()


def _meet(case: ModelCase, fault: Refusal) -> None:
    """Ask for views, or run on those that are given, with the fault."""
    config = case.config if fault.config is None else fault.config
    if fault.views is None:
        case.model.views(config)
    else:
        run_case(replace(case, views=fault.views, config=config))


def _keys(views: Views) -> dict[str, DatasetKeys]:
    """Return the keys of cells and genes that views have, by dataset."""
    return {
        view.dataset: DatasetKeys(
            pa.chunked_array([pa.array(view.cells, pa.string())]),
            pa.chunked_array([pa.array(view.genes, pa.string())]),
        )
        for view in views.by_name.values()
        if isinstance(view, CellsByGenes)
    }


def facts(result: ModelResult) -> str:
    """Return the SHA-256 of the tables, vectors, predictions and arrays of a result."""
    found = hashlib.sha256()
    for part in result.vectors:
        found.update("\n".join([part.name, *part.keys]).encode() + part.values.tobytes())
    for array in result.arrays:
        keys = [array.name, *array.rows, *array.columns]
        found.update("\n".join(keys).encode() + array.values.tobytes())
    predictions = {one.dataset: prediction_rows(one) for one in result.predictions}
    for name, table in sorted([*result.tables.items(), *predictions.items()]):
        stream = pa.BufferOutputStream()
        with pa.ipc.new_stream(stream, table.schema) as out:
            out.write_table(table.combine_chunks())
        found.update(name.encode() + stream.getvalue().to_pybytes())
    return found.hexdigest()


def fingerprint(result: ModelResult) -> str:
    """Return the SHA-256 of all of a result: also of scores, measures and notes."""
    rest = [metrics_json(result.scores), dict(result.measures), result.notes]
    return hashlib.sha256((facts(result) + json.dumps(rest, sort_keys=True)).encode()).hexdigest()


def _state(case: ModelCase) -> State:
    fitted = case.model.fit(case.views, case.config, RunContext(_RUN))
    return case.model.state(fitted, case.views, case.config)


def _applied(case: ModelCase, state: State) -> ModelResult:
    """Return the result of weights on the views that they are applied to."""
    model, kept = case.model, case.model.restore(state)
    views = Views({name: case.views.by_name[name] for name in model.kept_views(kept, case.config)})
    found = model.vocabulary_found(kept, views, case.config)
    require_equal((found.shape, found.dtype), (state.vocabulary.genes.shape, np.dtype(bool)))
    require(found.mean() > _FOUND, found)
    return model.apply_kept(kept, views, case.config, RunContext(_RUN))


def _arrays(state: State) -> dict[str, bytes]:
    return {name: value.tobytes() for name, value in state.arrays.items()}


def _shared_random_state() -> bytes:
    """Return the state of the random numbers that all code shares."""
    state = np.random.get_state(legacy=False)  # noqa: NPY002
    return bytes(state["state"]["key"].tobytes())
