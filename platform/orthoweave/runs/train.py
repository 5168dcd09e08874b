"""Train a model and keep what it learnt as weights, recorded as a source.

A training is a run whose facts are left out: its Run node has the scores beside baselines and
control, and its source names the weights. These appear in the ledger last, so that a training that
was killed leaves nothing that is half written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from orthoweave.models.base import Model, ModelResult
from orthoweave.models.cost import Approve
from orthoweave.models.device import device_of
from orthoweave.models.options import parse_config
from orthoweave.models.registry import find_model
from orthoweave.models.training.processes import is_leader, joined, wait_for_all
from orthoweave.progress import Progress, Quiet
from orthoweave.runs.identity import identify_training
from orthoweave.runs.learn import Learnt, Training, learn
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
    approve: Approve | None = None,
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
    return train_model(layout, to_train, config, progress, name=name, approve=approve)


def train_model(
    layout: Layout,
    model: Model[Any, Any],
    config: Any,
    progress: Progress,
    *,
    name: str | None = None,
    approve: Approve | None = None,
) -> Trained:
    """Train `model` on the published build and keep its weights as the active ones of a source.

    Among processes that ``torchrun`` started, all train and the leader writes.

    Parameters
    ----------
    name
        Name of the source; by default the model's and a digest of its options but the seed.
    approve
        Told the cost of a training that has to be made, before it starts; may refuse it.

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
    shown = progress if is_leader() else Quiet()
    with (
        joined(device_of(config)),
        read_for(layout, model, model.views(config), shown) as (reads, views),
    ):
        identity = identify_training(model, config, views, reads.license, name=name)
        known = known_entry(Ledger(layout.ledger), identity, TRAINING_JOB)
        if known is not None and is_whole(layout.weights / weights_digest(layout, known)):
            return _recorded(layout, known.name)
        checkpoint = checkpoint_of(layout, identity)
        learnt = learn(Training(model, config, views, reads, identity), checkpoint, shown, approve)
        if is_leader():
            with writing(layout):
                weights, entry = record_weights(layout, learnt)
            checkpoint.clear()
        wait_for_all()
    if not is_leader():
        return _recorded(layout, identity.source.name)
    return Trained(run_key(entry), entry, weights, learnt.recording.result)


def _recorded(layout: Layout, name: str) -> Trained:
    """Return a training that was recorded already, by itself or by the leader."""
    held = find_weights(layout, name)
    return Trained(run_key(held.entry), held.entry, held.weights, None)


def record_weights(layout: Layout, learnt: Learnt) -> tuple[Weights, Entry]:
    """Write weights, then the tables that name them, then the ledger's entry; hold the lock."""
    with pending_folder(layout.weights, learnt.recording.identity.source.name) as folder:
        digest = write_weights(folder, learnt.arrays, learnt.about)
        return name_weights(layout, learnt.recording, folder, digest)


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
