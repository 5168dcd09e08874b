"""Run a model on views of the published build and record its results as a source.

A run is a source like any other: it is listed, diffed and removed by its name, and the next build
has its facts. Views are read from a build, which never changes, so other writers need not wait for
a model: the knowledge base is locked only while the tables are written. Until then only a
checkpoint is written, so an interruption leaves no trace among the facts, and the same run
continues from it.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from orthoweave.errors import ScaleError
from orthoweave.models.base import Model, ModelResult, RunContext
from orthoweave.models.cost import Approve, size_of
from orthoweave.models.options import parse_config
from orthoweave.models.registry import find_model
from orthoweave.progress import Progress
from orthoweave.runs.checkpoint import FileCheckpoint
from orthoweave.runs.identity import Identity, identify_run
from orthoweave.runs.reads import Reads, code_dependency, reads_of
from orthoweave.runs.record import Recording, known_entry, write_run
from orthoweave.storage.layout import Layout, writing
from orthoweave.storage.ledger import Entry, Ledger
from orthoweave.storage.published import open_published
from orthoweave.storage.tableset import TableSet, read_tableset
from orthoweave.views.reading.read import read_views
from orthoweave.views.requests import View, ViewRequest, Views

JOB: Final = "run "
"""Prefix of the ledger's job name for a run, before the model's name."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A finished run and its results."""

    run: str
    """Key of its Run node."""
    entry: Entry
    tables: TableSet
    result: ModelResult | None
    """None if the same run was already recorded, so that nothing was done."""


def run_named(
    layout: Layout,
    model: str,
    settings: Mapping[str, object],
    progress: Progress,
    *,
    name: str | None = None,
    approve: Approve | None = None,
) -> Ran:
    """Run the named model with options by name, each as a value or as its text.

    Raises
    ------
    UnknownNameError
        For an unknown model or option; the message lists the known ones.
    UsageError, InputError, SchemaError, LockedError
        As for `run_model`, and for an option of the wrong kind.
    """
    to_run = find_model(model)
    config = parse_config(to_run.config_class, settings, f"model {model}")
    return run_model(layout, to_run, config, progress, name=name, approve=approve)


def run_model(
    layout: Layout,
    model: Model[Any, Any],
    config: Any,
    progress: Progress,
    *,
    name: str | None = None,
    given: Mapping[str, View] | None = None,
    judged: bool = True,
    approve: Approve | None = None,
) -> Ran:
    """Run `model` on the published build and record its tables as the active version of a source.

    Parameters
    ----------
    name
        Name of the source; by default the model's and a digest of its options but the seed.
    given
        Views that the build does not hold, such as an imported embedding, by name.
    judged
        Add a note on each baseline and control that a score does not beat.
    approve
        Told the cost of a run that has to be made, before it starts; may refuse it.

    Raises
    ------
    UsageError, InputError
        If the build has no such views, or they do not hold what the model needs.
    SchemaError
        If the model returns a result that it may not. No such failure leaves anything behind.
    LockedError
        If another process is writing when the model is done; its state was kept if it keeps any.
    """
    with read_for(layout, model, model.views(config), progress) as (reads, found):
        views = Views({**found.by_name, **(given or {})})
        identity = identify_run(model, config, views, reads.license, name=name)
        known = known_entry(Ledger(layout.ledger), identity, JOB)
        if known is not None:
            tables = read_tableset(layout.tables / known.tables_digest)
            return Ran(identity.key, known, tables, None)
        if approve is not None:
            approve(model.cost(*size_of(views), config))
        checkpoint = checkpoint_of(layout, identity)
        context = RunContext(identity.key, progress, checkpoint)
        started = time.monotonic()
        fitted = model.fit(views, config, context)
        result = model.apply(fitted, views, config, context)
    if judged:
        result = result.judged()
    depends, seconds = reads.depends | code_dependency(model), time.monotonic() - started
    recording = Recording(
        f"{JOB}{model.name}", model, identity, result, depends, seconds, keys=reads.keys
    )
    with writing(layout):
        tables, entry = write_run(layout, recording)
    checkpoint.clear()
    return Ran(identity.key, entry, tables, result)


@contextmanager
def read_for(
    layout: Layout, model: Model[Any, Any], requests: Mapping[str, ViewRequest], progress: Progress
) -> Iterator[tuple[Reads, Views]]:
    """Yield the views of a model from the published build, and the sources behind them.

    The build is held meanwhile: batches of cells are read while they are used.

    Raises
    ------
    UsageError, InputError
        If the build has no such views.
    """
    with open_published(layout) as published:
        reads = reads_of(published, requests.values())
        try:
            views = read_views(published, requests, progress)
        except ScaleError as error:
            raise ScaleError(f"{model.name}: {error}") from error
        yield reads, views


def checkpoint_of(layout: Layout, identity: Identity) -> FileCheckpoint:
    """Return the checkpoint of a run: another code, option or view has another one."""
    return FileCheckpoint(layout.cache / "runs" / f"{identity.input_digest}.npz")
