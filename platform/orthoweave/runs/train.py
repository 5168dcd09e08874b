"""Train a model and keep what it learnt as weights, recorded as a source.

A training is a run whose facts are left out: its Run node has the scores beside baselines and
control, and its source names the weights. These appear in the ledger last, so that a training that
was killed leaves nothing that is half written.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from orthoweave.models.base import Model, ModelResult, RunContext
from orthoweave.models.options import parse_config
from orthoweave.models.registry import find_model
from orthoweave.models.state import State
from orthoweave.progress import Progress
from orthoweave.runs.description import describe
from orthoweave.runs.identity import identify_training
from orthoweave.runs.reads import code_dependency
from orthoweave.runs.record import Recording, known_entry, write_run
from orthoweave.runs.run import checkpoint_of, read_for
from orthoweave.storage.durable import pending_folder
from orthoweave.storage.layout import Layout, writing
from orthoweave.storage.ledger import Entry, Ledger
from orthoweave.storage.weights import Weights, is_whole, publish_weights, write_weights
from orthoweave.storage.weights_named import TRAINING_JOB, find_weights, weights_digest


@dataclass(frozen=True, slots=True)
class Trained:
    """A finished training."""

    run: str
    """Key of its Run node."""
    entry: Entry
    weights: Weights
    result: ModelResult | None
    """Scores, measures and notes; None if the same training was recorded already."""


def train_named(
    layout: Layout,
    model: str,
    settings: Mapping[str, object],
    progress: Progress,
    *,
    name: str | None = None,
) -> Trained:
    """Train the named model with options by name, each as a value or as its text.

    Raises
    ------
    UnknownNameError
        For an unknown model or option; the message lists the known ones.
    UsageError, InputError, SchemaError, LockedError
        As for `train_model`, and for an option of the wrong kind.
    """
    to_train = find_model(model)
    config = parse_config(to_train.config_class, settings, f"model {model}")
    return train_model(layout, to_train, config, progress, name=name)


def train_model(
    layout: Layout,
    model: Model[Any, Any],
    config: Any,
    progress: Progress,
    *,
    name: str | None = None,
) -> Trained:
    """Train `model` on the published build and keep its weights as the active ones of a source.

    Parameters
    ----------
    name
        Name of the source; by default the model's and a digest of its options but the seed.

    Raises
    ------
    UsageError
        If the model keeps no weights, or the build has no such views.
    InputError
        If the views do not hold what the model needs.
    LockedError
        If another process is writing when the model is done.
    """
    if not model.kept_options:
        raise model.keeps_none()
    reads, views = read_for(layout, model, model.views(config), progress)
    identity = identify_training(model, config, views, reads.license, name=name)
    known = known_entry(Ledger(layout.ledger), identity, TRAINING_JOB)
    if known is not None and is_whole(layout.weights / weights_digest(layout, known)):
        return Trained(run_key(known), known, find_weights(layout, known.name).weights, None)
    checkpoint = checkpoint_of(layout, identity)
    context = RunContext(identity.key, progress, checkpoint)
    started = time.monotonic()
    fitted = model.fit(views, config, context)
    found = model.apply(fitted, views, config, context).judged()
    result = replace(found, tables={})
    state = model.state(fitted, views, config)
    model.restore(state)
    seconds = time.monotonic() - started
    recording = Recording(
        f"{TRAINING_JOB}{model.name}",
        model,
        identity,
        result,
        reads.depends | code_dependency(model),
        seconds,
    )
    about = describe(model, state, identity, result, reads)
    with writing(layout):
        weights, entry = record_weights(layout, recording, state, about)
    checkpoint.clear()
    return Trained(run_key(entry), entry, weights, result)


def record_weights(
    layout: Layout, recording: Recording, state: State, about: Mapping[str, Any]
) -> tuple[Weights, Entry]:
    """Write weights, then the tables that name them, then the ledger's entry; hold the lock."""
    with pending_folder(layout.weights, recording.identity.source.name) as folder:
        digest = write_weights(folder, state.arrays, about)
        return name_weights(layout, recording, folder, digest)


def name_weights(
    layout: Layout, recording: Recording, pending: Path, digest: str
) -> tuple[Weights, Entry]:
    """Publish weights, and record the source that holds them; the digest is its version."""
    weights = publish_weights(pending, layout.weights, digest)
    source = replace(recording.identity.source, version=digest[:12])
    identity = replace(recording.identity, source=source)
    _, entry = write_run(layout, replace(recording, identity=identity, weights=digest))
    return weights, entry


def run_key(entry: Entry) -> str:
    """Return the key of the Run node of a training."""
    return f"run:{entry.name}@{entry.version}"
