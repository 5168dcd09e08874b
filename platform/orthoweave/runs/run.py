"""Run a model on views of the published build and record its results as a source.

A run is a source like any other: it is listed, diffed and removed by its name, and the next build
has its facts. Views are read from a build, which never changes, so other writers need not wait for
a model: the knowledge base is locked only while the tables are written. Until then only a
checkpoint is written, so an interruption leaves no trace among the facts, and the same run
continues from it.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from orthoweave.errors import ScaleError, UsageError
from orthoweave.models.base import Model, ModelResult, RunContext
from orthoweave.models.cost import Approve, size_of
from orthoweave.models.options import config_json, parse_config
from orthoweave.models.registry import find_model
from orthoweave.options import value_text
from orthoweave.progress import Progress
from orthoweave.runs.checkpoint import FileCheckpoint
from orthoweave.runs.reads import Reads, reads_of
from orthoweave.runs.record import run_node, write_result
from orthoweave.schema import read_schema
from orthoweave.storage.durable import pending_folder, publish_folder, text_digest
from orthoweave.storage.layout import Layout, writing
from orthoweave.storage.ledger import Entry, Ledger
from orthoweave.storage.provenance import SourceInfo
from orthoweave.storage.published import open_published
from orthoweave.storage.tableset import TableSet, TableWriter, read_tableset
from orthoweave.version import VERSION
from orthoweave.views.reading.read import read_views
from orthoweave.views.requests import Views

# prefix of the ledger's job name for a run, before the model's name
_JOB: Final = "run "


@dataclass(frozen=True, slots=True)
class Ran:
    """A finished run and its results."""

    run: str
    """Key of its Run node."""
    entry: Entry
    tables: TableSet
    result: ModelResult | None
    """None if the same run was already recorded, so that nothing was done."""


@dataclass(frozen=True, slots=True)
class _Identity:
    """Identity of a run: equal identities have equal names, versions and tables."""

    source: SourceInfo
    input_digest: str
    config_text: str
    view_digests: dict[str, str]
    view_digest: str

    @property
    def key(self) -> str:
        return f"run:{self.source.name}@{self.source.version}"


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
    texts = {key: value_text(value) for key, value in settings.items()}
    config = parse_config(to_run.config_class, texts, f"model {model}")
    return run_model(layout, to_run, config, progress, name=name, approve=approve)


def run_model(
    layout: Layout,
    model: Model[Any, Any],
    config: Any,
    progress: Progress,
    *,
    name: str | None = None,
    approve: Approve | None = None,
) -> Ran:
    """Run `model` on the published build and record its tables as the active version of a source.

    Parameters
    ----------
    name
        Name of the source; by default the model's and a digest of its options but the seed.
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
    requests = model.views(config)
    with open_published(layout) as published:
        reads = reads_of(published, requests.values())
        try:
            views = read_views(published, requests, progress)
        except ScaleError as error:
            raise ScaleError(f"{model.name}: {error}") from error
    identity = _identify(model, config, views, reads.license, name)
    ledger = Ledger(layout.ledger)
    known = _known(ledger, identity)
    if known is not None:
        tables = read_tableset(layout.tables / known.tables_digest)
        return Ran(identity.key, known, tables, None)
    if approve is not None:
        approve(model.cost(*size_of(views), config))
    checkpoint = FileCheckpoint(layout.cache / "runs" / f"{identity.input_digest}.npz")
    context = RunContext(identity.key, progress, checkpoint)
    started = time.monotonic()
    fitted = model.fit(views, config, context)
    result = _judged(model.apply(fitted, views, config, context))
    seconds = time.monotonic() - started
    with writing(layout):
        tables = _write(layout, model, config, identity, result)
        entry = _entry(model, identity, reads, tables, seconds)
        ledger.record(entry)
    checkpoint.clear()
    return Ran(identity.key, entry, tables, result)


def _judged(result: ModelResult) -> ModelResult:
    """Return the result with a note on each baseline and control that it does not beat."""
    shortfalls = tuple(line for score in result.scores for line in score.shortfalls)
    return replace(result, notes=result.notes + shortfalls)


def _known(ledger: Ledger, identity: _Identity) -> Entry | None:
    """Return the active entry of the same run; None if it has to be made."""
    known = ledger.find(identity.source.name)
    if known is not None and not known.job.startswith(_JOB):
        message = (
            f"the name {known.name!r} is taken by a source of job {known.job!r}, which a run must "
            "not replace: choose another --name"
        )
        raise UsageError(message)
    same = known is not None and known.input_digest == identity.input_digest
    return known if same else None


def _identify(
    model: Model[Any, Any], config: Any, views: Views, license_: str, name: str | None
) -> _Identity:
    text = config_json(config)
    settings = {key: value for key, value in json.loads(text).items() if key != "seed"}
    named = name or f"{model.name}-{text_digest(json.dumps(settings, sort_keys=True))[:8]}"
    digests = {key: view.digest for key, view in views.by_name.items()}
    view_digest = text_digest(json.dumps(digests, sort_keys=True))
    content = {
        "model": model.name,
        "name": named,
        "settings": text,
        "view": view_digest,
        "code": VERSION,
    }
    digest = text_digest(json.dumps(content, sort_keys=True))
    source = SourceInfo(
        named,
        version=digest[:12],
        license=license_,
        knowledge_level="prediction",
        agent_type="computational_model",
        title=f"Run of {model.name}: {model.card.title}",
        url=_address(model.card.doi),
    )
    return _Identity(source, digest, text, digests, view_digest)


def _address(doi: str) -> str:
    if not doi:
        return ""
    number = doi.removeprefix("arXiv:")
    return f"https://arxiv.org/abs/{number}" if number != doi else f"https://doi.org/{doi}"


def _write(
    layout: Layout, model: Model[Any, Any], config: Any, identity: _Identity, result: ModelResult
) -> TableSet:
    schema = read_schema()
    with pending_folder(layout.tables, identity.source.name) as folder:
        with TableWriter(folder, schema, identity.source) as out:
            node = run_node(
                identity.key,
                model.name,
                result,
                config_text=identity.config_text,
                seed=config.seed,
                views=identity.view_digests,
                view_digest=identity.view_digest,
            )
            out.write("Run", node)
            write_result(out, schema, model.card, identity.key, result)
            digest = out.finish()
        publish_folder(folder, layout.tables / digest)
    return read_tableset(layout.tables / digest)


def _entry(
    model: Model[Any, Any], identity: _Identity, reads: Reads, tables: TableSet, seconds: float
) -> Entry:
    views = [{"view": name, "sha256": digest} for name, digest in identity.view_digests.items()]
    source = identity.source
    return Entry(
        source.name,
        source.version,
        f"{_JOB}{model.name}",
        identity.input_digest,
        reads.depends,
        json.loads(identity.config_text),
        [*views, {"seconds": round(seconds, 3)}],
        tables.digest,
        tables.counts,
        source.license,
        source.title,
        source.url,
    )
