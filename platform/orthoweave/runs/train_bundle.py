"""Train from a bundle, without a knowledge base, and write the weights as one file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orthoweave.models.base import ModelResult
from orthoweave.models.cost import Approve
from orthoweave.models.device import device_of
from orthoweave.models.training.processes import is_leader, joined, wait_for_all
from orthoweave.progress import Progress, Quiet
from orthoweave.runs.bundle import read_training
from orthoweave.runs.checkpoint import FileCheckpoint
from orthoweave.runs.learn import Learnt, learn
from orthoweave.storage.durable import pending_folder, require_new
from orthoweave.storage.weights import read_weights, write_weights
from orthoweave.storage.weights_archive import pack


@dataclass(frozen=True, slots=True)
class TrainedElsewhere:
    """A finished training from a bundle."""

    run: str
    """Key of its Run node under the name that it has by default; empty but in the leader."""
    archive: Path
    """The file of its weights, for `orthoweave weights --import`; the leader wrote it."""
    result: ModelResult
    """Scores, measures and notes."""


def train_bundle(
    folder: Path,
    target: Path,
    progress: Progress,
    *,
    settings: Mapping[str, object] | None = None,
    approve: Approve | None = None,
) -> TrainedElsewhere:
    """Train what a bundle holds, and write the weights to the new file `target`.

    The state of the training is kept beside that file: the same call goes on from it after an
    interruption. Among processes that ``torchrun`` started, all train and the leader writes.

    Parameters
    ----------
    settings
        Options in place of the bundle's that do not change what is read.
    approve
        Told the cost before the training starts; may refuse it.

    Raises
    ------
    UsageError, UnknownNameError, InputError, FormatError
        As for `read_training`, and if the file exists already.
    """
    require_new(target, "file")
    shown = progress if is_leader() else Quiet()
    training = read_training(folder, settings or {}, shown)
    state = f"{target.name}.{training.identity.input_digest[:12]}.state"
    checkpoint = FileCheckpoint(target.with_name(state))
    run = ""
    with joined(device_of(training.config)):
        learnt = learn(training, checkpoint, shown, approve)
        if is_leader():
            digest = _write(learnt, target)
            checkpoint.clear()
            run = f"run:{training.identity.source.name}@{digest[:12]}"
        wait_for_all()
    return TrainedElsewhere(run, target, learnt.recording.result)


def _write(learnt: Learnt, target: Path) -> str:
    """Write the file of what was learnt; return the digest of the weights."""
    with pending_folder(target.resolve().parent, target.name) as pending:
        digest = write_weights(pending, learnt.arrays, learnt.about)
        pack(read_weights(pending, named=False), target)
    return digest
