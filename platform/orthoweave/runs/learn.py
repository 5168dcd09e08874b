"""Learn from views, in a knowledge base or away from it: weights, their description, scores."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from orthoweave.models.base import Checkpoint, Model, RunContext
from orthoweave.models.cost import Approve, size_of
from orthoweave.models.training.processes import is_leader
from orthoweave.progress import Progress
from orthoweave.runs.checkpoint import FileCheckpoint
from orthoweave.runs.description import describe
from orthoweave.runs.identity import Identity
from orthoweave.runs.reads import Reads, code_dependency
from orthoweave.runs.record import Recording
from orthoweave.storage.weights_named import TRAINING_JOB
from orthoweave.views.requests import Views


@dataclass(frozen=True, slots=True)
class Training:
    """Everything that decides what is learnt, and where it comes from."""

    model: Model[Any, Any]
    config: Any
    views: Views
    reads: Reads
    identity: Identity


@dataclass(frozen=True, slots=True)
class Learnt:
    """The result of a training, to be written."""

    recording: Recording
    arrays: Mapping[str, np.ndarray]
    about: Mapping[str, Any]
    """The description of the weights, without that of their file."""


def learn(
    training: Training, checkpoint: FileCheckpoint, progress: Progress, approve: Approve | None
) -> Learnt:
    """Fit the model, score it, and return its weights with their description.

    Each of several processes does so. The leader alone asks for approval and saves its state.

    Parameters
    ----------
    approve
        Told the cost before the training starts; may refuse it.

    Raises
    ------
    InputError
        If the views do not hold what the model needs.
    """
    model, config, views = training.model, training.config, training.views
    if approve is not None and is_leader():
        approve(model.cost(*size_of(views), config))
    kept: Checkpoint = checkpoint if is_leader() else _ReadOnly(checkpoint)
    context = RunContext(training.identity.key, progress, kept)
    started = time.monotonic()
    fitted = model.fit(views, config, context)
    found = model.apply(fitted, views, config, context).judged()
    result = found.without_facts()
    state = model.state(fitted, views, config)
    model.restore(state)
    recording = Recording(
        f"{TRAINING_JOB}{model.name}",
        model,
        training.identity,
        result,
        training.reads.depends | code_dependency(model),
        time.monotonic() - started,
    )
    about = describe(model, state, training.identity, result, training.reads)
    return Learnt(recording, state.arrays, about)


@dataclass(frozen=True, slots=True)
class _ReadOnly:
    """The leader's checkpoint as the other processes have it."""

    of: FileCheckpoint

    def load(self) -> dict[str, np.ndarray] | None:
        """Return the last saved state, or None."""
        return self.of.load()

    def save(self, state: Mapping[str, np.ndarray]) -> None:
        """Do nothing: the leader saves it."""
