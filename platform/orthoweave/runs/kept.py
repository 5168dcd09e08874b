"""Apply kept weights to a dataset, and record what they say of it as a run.

The data must be of the kind that the weights were learnt from: on their scale, and with enough
genes of their vocabulary, whose share each run reports.
"""

import time
from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from typing import Any

import numpy as np

from orthoweave.errors import ScaleError, UsageError
from orthoweave.models.base import Model, ModelResult, RunContext
from orthoweave.models.options import parse_config
from orthoweave.models.registry import find_model
from orthoweave.models.state import State, found_share
from orthoweave.options import value_text
from orthoweave.progress import Progress
from orthoweave.runs.description import state_in
from orthoweave.runs.identity import Identity, identify_run
from orthoweave.runs.reads import Reads, code_dependency, joined_licences
from orthoweave.runs.record import Recording, known_entry, write_run
from orthoweave.runs.run import JOB, Ran, checkpoint_of, read_for
from orthoweave.storage.layout import Layout, writing
from orthoweave.storage.ledger import Ledger
from orthoweave.storage.tableset import read_tableset
from orthoweave.storage.weights_named import WEIGHTS_DEPENDENCY, NamedWeights, find_weights
from orthoweave.views.expression import ExpressionView
from orthoweave.views.requests import Views

DATASET = "dataset"
"""Name that stands for the option of the dataset of every model that keeps weights."""
FOUND = "vocabulary_found"
"""Name of the measure of the share of the vocabulary's genes that the data have."""


def run_kept(
    layout: Layout,
    model: str,
    weights: str,
    settings: Mapping[str, object],
    progress: Progress,
    *,
    name: str | None = None,
) -> Ran:
    """Apply the weights of a name to a dataset of the published build, and record the result.

    Parameters
    ----------
    model
        Name of the model; it must be that of the weights.
    settings
        The dataset, by the model's own option or as `dataset`, and other options that the model
        lets an application set.
    name
        Name of the source; by default the model's and a digest of its options but the seed.

    Raises
    ------
    UnknownNameError
        For unknown weights, models or options.
    UsageError
        If the weights are of another model, or an option is fixed by them.
    InputError
        If the data are of another kind, or have under 60 % of the vocabulary's genes.
    IntegrityError, FormatError
        If the weights are damaged, or a newer orthoweave wrote them.
    """
    to_run = find_model(model)
    if not to_run.kept_options:
        raise to_run.keeps_none()
    named = find_weights(layout, weights)
    kept = _Application.of(to_run, named, settings)
    requests = to_run.kept_views(kept.restored, kept.config)
    with read_for(layout, to_run, requests, progress) as (reads, views):
        license_ = joined_licences([reads.license, named.entry.license])
        identity = identify_run(to_run, kept.config, views, license_, name=name, weights=named)
        known = known_entry(Ledger(layout.ledger), identity, JOB)
        if known is not None:
            tables = read_tableset(layout.tables / known.tables_digest)
            return Ran(identity.key, known, tables, None)
        started = time.monotonic()
        result = kept.apply(views, identity, layout, progress)
        seconds = time.monotonic() - started
    depends = _depends(reads, to_run, named)
    recording = Recording(
        f"{JOB}{to_run.name}", to_run, identity, result, depends, seconds, keys=reads.keys
    )
    with writing(layout):
        tables, entry = write_run(layout, recording)
    return Ran(identity.key, entry, tables, result)


class _Application:
    """A model with restored weights and the options of their application."""

    def __init__(
        self, model: Model[Any, Any], named: NamedWeights, state: State, config: Any
    ) -> None:
        self.model, self.named, self.state, self.config = model, named, state, config
        self.restored = model.restore(state)

    @classmethod
    def of(
        cls, model: Model[Any, Any], named: NamedWeights, settings: Mapping[str, object]
    ) -> "_Application":
        """Read the weights, and put the options in place of those of the training."""
        trained = named.weights.content["model"]
        if trained != model.name:
            message = (
                f"the weights {named.entry.name!r} are of model {trained!r}, not {model.name!r}: "
                f"`orthoweave run {trained} --weights {named.entry.name}`"
            )
            raise UsageError(message)
        config = kept_config(model, named.weights.content["config"], settings)
        return cls(model, named, state_in(named.weights), config)

    def apply(
        self, views: Views, identity: Identity, layout: Layout, progress: Progress
    ) -> ModelResult:
        """Check that the data fit the weights, and return what these say of them."""
        _require_scale(self.state, views)
        dataset = str(getattr(self.config, self.model.kept_options[0]))
        found = self.model.vocabulary_found(self.restored, views, self.config)
        share, warning = found_share(np.asarray(found), self.state.vocabulary, repr(dataset))
        context = RunContext(identity.key, progress, checkpoint_of(layout, identity))
        result = self.model.apply_kept(self.restored, views, self.config, context).judged()
        notes = [
            f"by the weights {self.named.entry.name} {self.named.entry.version}, whose scores "
            f"`orthoweave weights {self.named.entry.name}` shows",
            warning,
            "" if self.named.weights.content["code"] == identity.code else _OTHER_CODE,
        ]
        return replace(
            result,
            measures={FOUND: round(share, 6), **result.measures},
            notes=(*(note for note in notes if note), *result.notes),
        )


_OTHER_CODE = (
    "the code of the model has changed since these weights were learnt: `orthoweave train` learns "
    "them again"
)


def kept_config(
    model: Model[Any, Any], trained: Mapping[str, Any], settings: Mapping[str, object]
) -> Any:
    """Return the configuration of an application: the training's, with the dataset of its own.

    Parameters
    ----------
    trained
        The training's options by name.
    settings
        Options that were given; `dataset` stands for the model's own option of the dataset.

    Raises
    ------
    UsageError
        If no dataset is given, or an option that the weights fix.
    """
    own = model.kept_options[0]
    given = dict(settings)
    if DATASET in given and own != DATASET and own not in given:
        given[own] = given.pop(DATASET)
    fixed = sorted(given.keys() - set(model.kept_options))
    if fixed:
        message = (
            f"option {fixed[0]!r} is fixed by the weights: expected one of "
            f"{', '.join(model.kept_options)}; `orthoweave train {model.name}` learns others"
        )
        raise UsageError(message)
    if not given.get(own):
        message = f"expected the dataset to apply the weights to: --set {own}=NAME"
        raise UsageError(message)
    texts = {key: value_text(tuple(v) if isinstance(v, list) else v) for key, v in trained.items()}
    defaults = {
        field.name: value_text(field.default)
        for field in fields(model.config_class)
        # the training's device may not be here
        if field.name == "device" and field.default is not MISSING
    }
    texts |= defaults | {key: value_text(value) for key, value in given.items()}
    return parse_config(model.config_class, texts, f"model {model.name}")


def _require_scale(state: State, views: Views) -> None:
    for view in views.by_name.values():
        if isinstance(view, ExpressionView) and view.scale != state.scale:
            message = (
                f"expression of {view.dataset!r} is on the scale {view.scale!r}: expected "
                f"{state.scale!r}, which the weights were learnt on"
            )
            raise ScaleError(message)


def _depends(reads: Reads, model: Model[Any, Any], named: NamedWeights) -> dict[str, str]:
    weights = {f"{WEIGHTS_DEPENDENCY}{named.entry.name}": named.weights.digest}
    return reads.depends | code_dependency(model) | weights
