"""Run a job: it yields a checked table set and a ledger entry, or nothing at all."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from orthoweave.errors import InputError, SchemaError, UsageError
from orthoweave.jobs.depends import catalogue_of_job, dependencies, find_dataset, upstream_tables
from orthoweave.jobs.job import Job, JobContext
from orthoweave.jobs.superseding import Superseding, own_name, superseded_tables
from orthoweave.jobs.write import Apart, start, write_tables
from orthoweave.progress import Progress
from orthoweave.schema import read_schema
from orthoweave.storage.durable import file_digest, text_digest
from orthoweave.storage.layout import Layout, writing
from orthoweave.storage.ledger import Entry, Ledger
from orthoweave.storage.provenance import SourceInfo
from orthoweave.storage.tableset import TableSet, TableWriter, read_tableset

# a path of it has lost one of its slashes
_ADDRESS: Final = re.compile(r"^(https?|ftp|s3|gs):/+(.+)\Z")


@dataclass(frozen=True, slots=True)
class Ingested:
    """The result of an ingest."""

    entry: Entry
    tables: TableSet
    unchanged: bool
    """True if the same input was ingested before, and nothing was done."""


def ingest(
    layout: Layout,
    job: Job,
    inputs: Sequence[Path],
    given: Mapping[str, str],
    progress: Progress,
    *,
    replace_changed: bool = False,
    remake: bool = False,
    untrusted: bool = False,
) -> Ingested:
    """Run `job` on raw files and record its tables as the active version of their source.

    Parameters
    ----------
    layout
        The knowledge base; created if it does not exist.
    given
        Options as text, as in ``--set key=value``.
    replace_changed
        Accept another content under a version that is already taken.
    remake
        Run the job even if the same input was ingested before: its tables may be damaged.
    untrusted
        Read the files in a sandboxed process with a limit of memory; the result is the same.

    Raises
    ------
    UsageError, InputError, SchemaError, SourceChangedError, LockedError
        Nothing is left behind in any of these cases.
    """
    options, paths = job.parse_options(given), _check_inputs(job, inputs)
    with writing(layout), ExitStack() as opened:
        ledger = Ledger(layout.ledger)
        reading = start(job, layout, paths, given, progress) if untrusted else nullcontext()
        apart = opened.enter_context(reading)
        job, source = _described(job, paths, options, apart)
        # without its previous version, so that a second run gives the same result
        others = upstream_tables(layout, ledger, job.uses, source.name)
        described = opened.enter_context(ThreadPoolExecutor(1)).submit(_describe_inputs, paths)
        digest = partial(_digest_of, job, described, options)
        known = None if remake else _find_known(ledger, job, source, digest, replace_changed)
        catalogue = catalogue_of_job(job, layout, ledger, source.name)
        opened.enter_context(nullcontext() if catalogue is None else catalogue)
        dataset = find_dataset(layout, others, options) if "dataset" in job.uses else None
        depends = dependencies(job, others, catalogue, dataset)
        if known is not None and known.depends == depends:
            return _unchanged(layout, known)
        # a source that is made again may be damaged: it is not read
        active = () if remake else superseded_tables(layout, ledger, source.name)
        superseding = Superseding(job, read_schema(), source, active, replace_changed)
        with _naming_files(job, paths, options):
            if apart is not None:
                tables = apart.write_tables(superseding, options, others, catalogue)
            else:
                about = (superseding.schema, layout, progress, others, catalogue, dataset)
                tables = write_tables(layout, superseding, partial(_context, paths, options, about))
        entry = _entry(job, tables, options, depends, given, described.result())
        ledger.record(entry)
    return Ingested(entry, tables, unchanged=False)


def _context(
    paths: tuple[Path, ...], options: Mapping[str, Any], about: tuple[Any, ...], out: TableWriter
) -> JobContext:
    return JobContext(paths, options, out, *about)


def _unchanged(layout: Layout, known: Entry) -> Ingested:
    tables = read_tableset(layout.tables / known.tables_digest)
    return Ingested(known, tables, unchanged=True)


def _digest_of(
    job: Job, described: Future[list[dict[str, Any]]], options: Mapping[str, Any]
) -> str:
    return _input_digest(job, described.result(), options)


def _find_known(
    ledger: Ledger,
    job: Job,
    source: SourceInfo,
    digest: Callable[[], str],
    replace_changed: bool,  # noqa: FBT001 - named by its only caller
) -> Entry | None:
    """Return the active entry if the same input was already ingested."""
    if ledger.find(source.name, source.version) is None:
        return None
    own = own_name(job)
    return ledger.check(source.name, source.version, digest(), replace=replace_changed, own=own)


def _entry(  # noqa: PLR0917 - the parts of an entry, one after the other
    job: Job,
    tables: TableSet,
    options: Mapping[str, Any],
    depends: dict[str, str],
    given: Mapping[str, str],
    files: list[dict[str, Any]],
) -> Entry:
    source = tables.source
    return Entry(
        source.name,
        source.version,
        job.name,
        _input_digest(job, files, options),
        depends,
        dict(given),
        files,
        tables.digest,
        tables.counts,
        source.license,
        source.title,
        source.url,
    )


@contextmanager
def _naming_files(job: Job, inputs: tuple[Path, ...], options: Mapping[str, Any]) -> Iterator[None]:
    """Put the inputs before the message of an error that names no file."""
    try:
        yield
    except (InputError, SchemaError, UsageError) as error:
        files = [str(path) for path in inputs]
        others = [str(options[o.name]) for o in job.options if o.file and options[o.name]]
        if files and not any(name in str(error) for name in files + others):
            error.args = (f"{', '.join(files)}: {error}",)
        raise


def _check_inputs(job: Job, inputs: Sequence[Path]) -> tuple[Path, ...]:
    if job.needs_input and not inputs:
        message = f"job {job.name} needs an input: {job.inputs}"
        raise UsageError(message)
    if inputs and not job.needs_input:
        message = f"job {job.name} reads no files, but was given {str(inputs[0])!r}: {job.inputs}"
        raise UsageError(message)
    for path in inputs:
        if (address := _ADDRESS.match(str(path))) is not None:
            url = f"{address[1]}://{address[2]}"
            message = (
                f"{url} is an address, expected a file on this machine: download it first "
                f"(curl -L -O {url}; a page of a portal has a download button), and give the file. "
                "`orthoweave fetch` lists what can be fetched by name"
            )
            raise InputError(message)
        if not path.exists():
            message = f"no file {str(path)!r}: job {job.name} reads {job.inputs}"
            raise InputError(message)
        if not path.is_file() and not path.is_dir():
            message = (
                f"{str(path)!r} is a pipe or device, expected a file or folder: write what it "
                "gives to a file first"
            )
            raise InputError(message)
    return tuple(Path(path) for path in inputs)


def _described(
    job: Job, inputs: tuple[Path, ...], options: Mapping[str, Any], apart: Apart | None
) -> tuple[Job, SourceInfo]:
    """Return the job with all its uses, and the source as the files and the user name it."""
    if apart is not None:
        found = apart.described
        uses, source = found.uses, found.source
    else:
        uses, source = job.also_uses(inputs, options), job.identify(inputs, options)
    said = {"name": options["source"]}
    said |= {key: options[key] for key in ("version", "license", "title", "url")}
    named = {key: value for key, value in said.items() if value is not None}
    return replace(job, uses=job.uses | uses), replace(source, **named)


def _describe_inputs(inputs: tuple[Path, ...]) -> list[dict[str, Any]]:
    """Return the files with their checksums: they take seconds, and are made beside the job."""
    described = []
    for path in inputs:
        parts = (
            sorted(item for item in path.rglob("*") if item.is_file()) if path.is_dir() else [path]
        )
        described += [
            {
                "path": str(part),
                "given": str(path),
                "sha256": file_digest(part),
                "bytes": part.stat().st_size,
            }
            for part in parts
        ]
    return described


def _input_digest(job: Job, files: list[dict[str, Any]], options: Mapping[str, Any]) -> str:
    """Return the SHA-256 over what the user gave: files by content, options by value.

    An option that names a file counts with the content of that file.
    """
    content = {
        "job": job.name,
        "files": [file["sha256"] for file in files],
        "options": {key: value for key, value in options.items() if key != "version"},
    }
    paths = {o.name: Path(options[o.name]) for o in job.options if o.file and options[o.name]}
    if paths:
        content["option_files"] = {
            name: file_digest(path) for name, path in paths.items() if path.is_file()
        }
    return text_digest(json.dumps(content, sort_keys=True))
