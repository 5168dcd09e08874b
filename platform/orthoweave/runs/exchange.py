"""Hand weights on as one file, and take them in: all of it is checked before it is published."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orthoweave.errors import InputError, OrthoweaveError, UsageError
from orthoweave.jobs.depends import tables_dependency
from orthoweave.models.code import CODE_DEPENDENCY, module_of
from orthoweave.models.registry import find_model
from orthoweave.runs.description import identity_in, result_in, state_in
from orthoweave.runs.kept import DATASET, kept_config
from orthoweave.runs.record import Recording, known_entry
from orthoweave.runs.train import Trained, name_weights, run_key
from orthoweave.storage.durable import file_digest, pending_folder
from orthoweave.storage.layout import Layout, writing
from orthoweave.storage.ledger import Ledger
from orthoweave.storage.tableset import read_tableset
from orthoweave.storage.weights import Weights, is_whole
from orthoweave.storage.weights_archive import pack, unpack
from orthoweave.storage.weights_named import TRAINING_JOB, find_weights, weights_digest


def export_weights(layout: Layout, name: str, target: Path) -> Weights:
    """Write the weights of a name to a new file, and return them.

    Raises
    ------
    UnknownNameError
        If there are none of that name; the message lists those that exist.
    UsageError
        If the file exists already.
    IntegrityError
        If the weights are damaged.
    """
    weights = find_weights(layout, name).weights
    pack(weights, target)
    return weights


def import_weights(layout: Layout, archive: Path, *, name: str | None = None) -> Trained:
    """Take weights from a file into the knowledge base, as a source of their own.

    The model must be installed: it restores them before anything is published.

    Parameters
    ----------
    name
        Name of the source; by default the model's and a digest of its options but the seed.

    Raises
    ------
    InputError
        If the file is not an archive of weights, is damaged, or does not fit the model.
    FormatError
        If a newer orthoweave wrote the weights.
    UnknownNameError
        If the model is not installed.
    UsageError
        If the name is taken by a source that is not a training.
    """
    layout.require()
    if not archive.is_file():
        message = (
            f"no file {str(archive)!r}: expected one that `orthoweave weights NAME --export FILE` "
            "wrote"
        )
        raise UsageError(message)
    with writing(layout), pending_folder(layout.weights, "imported") as folder:
        weights = unpack(archive, folder)
        recording = _recording(layout, weights, archive, name)
        known = known_entry(Ledger(layout.ledger), recording.identity, TRAINING_JOB)
        if known is not None and weights_digest(layout, known) == weights.digest:
            held = find_weights(layout, known.name).weights
            if is_whole(held.folder):
                return Trained(run_key(known), known, held, None)
        published, entry = name_weights(layout, recording, folder, weights.digest)
    return Trained(run_key(entry), entry, published, recording.result)


def _recording(layout: Layout, weights: Weights, archive: Path, name: str | None) -> Recording:
    """Return what is recorded of imported weights, after the model restored them."""
    content = weights.content
    model = find_model(content["model"])
    if not model.kept_options:
        raise model.keeps_none()
    try:
        model.restore(state_in(weights))
        kept_config(model, content["config"], {DATASET: "any"})
        result = result_in(content)
        identity = identity_in(model, content, name)
    except OrthoweaveError as error:
        message = f"{str(archive)!r} cannot be imported: {error}. Nothing was written"
        raise InputError(message) from error
    inputs = ({"path": str(archive), "sha256": file_digest(archive)},)
    depends = _depends_here(layout, content)
    depends[f"{CODE_DEPENDENCY}{module_of(model)}"] = content["code"]
    return Recording(
        f"{TRAINING_JOB}{model.name}", model, identity, result, depends, None, inputs=inputs
    )


def _depends_here(layout: Layout, content: Mapping[str, Any]) -> dict[str, str]:
    """Return what the weights were learnt from, if this knowledge base has all of it by name.

    They are then compared with it, as those that were learnt here. Elsewhere there is nothing that
    they could be compared with.
    """
    sources = [
        read_tableset(layout.tables / entry.tables_digest)
        for entry in Ledger(layout.ledger).active()
    ]
    # an earlier version did not say it
    depends = dict(content.get("depends", {}))
    return depends if all(tables_dependency(name, sources) != "" for name in depends) else {}
