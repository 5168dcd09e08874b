"""Write the tables of a source, in this process or in a sandboxed one, and publish them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from orthoweave.errors import RowFloorError
from orthoweave.genes.catalogue import GeneCatalogue
from orthoweave.jobs.accept import check_tables, publish_matrices
from orthoweave.jobs.job import Job, JobContext
from orthoweave.jobs.superseding import Superseding
from orthoweave.jobs.untrusted import Described, SandboxedJob
from orthoweave.jobs.untrusted import start as start_process
from orthoweave.progress import Progress
from orthoweave.schema import Schema
from orthoweave.settings import read_settings
from orthoweave.storage.durable import pending_folder, publish_folder
from orthoweave.storage.layout import Layout
from orthoweave.storage.tableset import TableSet, TableWriter, read_tableset


def write_tables(
    layout: Layout, superseding: Superseding, context: Callable[[TableWriter], JobContext]
) -> TableSet:
    """Run the job into a pending folder and name the folder after the digest of its content."""
    job, schema, source = superseding.job, superseding.schema, superseding.source
    with pending_folder(layout.tables, source.name) as folder:
        with TableWriter(folder, schema, source, matrices=layout.matrices) as out:
            given = context(out)
            job.run(given)
            _check_floor(superseding, out.counts, given.options)
            digest = out.finish()
            _compare(superseding, folder, out.datasets, given.progress)
        publish_folder(folder, layout.tables / digest)
    return read_tableset(layout.tables / digest)


@dataclass(frozen=True, slots=True)
class Apart:
    """A job in a sandboxed process, and the folder that it writes to; see `start`."""

    layout: Layout
    staging: Path
    process: SandboxedJob
    described: Described
    progress: Progress

    def write_tables(
        self,
        superseding: Superseding,
        options: Mapping[str, Any],
        upstream: Sequence[TableSet],
        catalogue: GeneCatalogue | None,
    ) -> TableSet:
        """Run the job as `write_tables` does, and publish what it wrote after checking it."""
        about = {
            "source": asdict(superseding.source),
            "upstream": [tables.digest for tables in upstream],
            "catalogue": None if catalogue is None else str(catalogue.path.resolve()),
        }
        self.process.run(about, self.progress)
        folder = self.staging / "tables"
        digest, found = check_tables(folder, superseding.source, superseding.schema)
        _check_floor(superseding, found["counts"], options)
        _compare(superseding, folder, tuple(found["matrices"]), self.progress)
        publish_matrices(self.staging / "matrices", found, self.layout)
        publish_folder(folder, self.layout.tables / digest)
        return read_tableset(self.layout.tables / digest)


@contextmanager
def start(
    job: Job, layout: Layout, inputs: Sequence[Path], given: Mapping[str, str], progress: Progress
) -> Iterator[Apart]:
    """Start a job on untrusted files in a sandboxed process, and let it describe its source.

    Raises
    ------
    UsageError
        If the job cannot be run so, or this system cannot sandbox it.
    InputError
        If it cannot read the files.
    """
    with (
        pending_folder(layout.tables, "untrusted") as staging,
        start_process(job, layout, staging, (inputs, given), read_settings()) as process,
    ):
        yield Apart(layout, staging, process, process.described(progress), progress)


def _compare(
    superseding: Superseding, folder: Path, datasets: Sequence[str], progress: Progress
) -> None:
    note = superseding.check(folder, datasets)
    if note is not None:
        progress.note(f"{superseding.source.name} {superseding.source.version}: {note}")


def _check_floor(
    superseding: Superseding, counts: Mapping[str, int], options: Mapping[str, Any]
) -> None:
    job, schema = superseding.job, superseding.schema
    main = job.writes[0]
    rows = sum(counts.get(name, 0) for name in _counted(job, schema, main))
    if rows < options["min_rows"]:
        message = (
            f"source {superseding.source.name!r} gave {rows:,} rows of {main}, expected at least "
            f"{options['min_rows']:,}: is the file truncated, or of another kind? "
            "(the floor is --set min_rows=…)"
        )
        raise RowFloorError(message)


def _counted(job: Job, schema: Schema, main: str) -> Sequence[str]:
    # a job that makes vectors fills one of its spaces in each run
    return [main] if main in schema.nodes | schema.edges else job.writes
