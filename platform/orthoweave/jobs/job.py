"""Ingest jobs: functions from raw files and options to tables, each with its description."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from orthoweave.errors import UsageError
from orthoweave.genes.catalogue import GeneCatalogue
from orthoweave.ids import name_of_file
from orthoweave.jobs.datasets import DatasetFiles
from orthoweave.options import Option, read_options
from orthoweave.progress import Progress
from orthoweave.schema import Schema
from orthoweave.storage.layout import Layout
from orthoweave.storage.provenance import SourceInfo
from orthoweave.storage.tableset import TableSet, TableWriter

# provenance options shared by all jobs
COMMON_OPTIONS: Final = (
    Option("source", "name of the source in the ledger (default: from the file's name)"),
    Option("version", "version of the source; a changed file needs a new one or --replace"),
    Option("license", "licence of the source"),
    Option("title", "what the source is, in a line"),
    Option("url", "where the source came from"),
    Option("min_rows", "refuse the source if its main table has fewer rows", int, 1),
)


@dataclass(frozen=True, slots=True)
class JobContext:
    """Inputs, options, writer and prior knowledge for one execution of a job."""

    inputs: tuple[Path, ...]
    options: Mapping[str, Any]
    out: TableWriter
    schema: Schema
    layout: Layout
    progress: Progress
    upstream: tuple[TableSet, ...]
    """Table sets of the active sources, for jobs that build on others (see `uses`)."""
    catalogue: GeneCatalogue | None = None
    """The genes named so far; given to jobs that use ``genes`` or ``gene_tables``."""
    dataset: DatasetFiles | None = None
    """The dataset named by the option `dataset`; given to jobs that use ``dataset``."""

    def genes(self) -> GeneCatalogue:
        """Return the gene catalogue, for jobs that need one."""
        if self.catalogue is None:
            message = (
                "this job resolves gene names, but the knowledge base names no genes yet: "
                "run `orthoweave ingest gene_descriptions FILE` first"
            )
            raise UsageError(message)
        return self.catalogue


JobFunction = Callable[[JobContext], None]
Identify = Callable[[tuple[Path, ...], Mapping[str, Any]], SourceInfo]
Uses = Literal["genes", "gene_tables", "gene_texts", "cell_types", "ontology", "dataset"]
AlsoUses = Callable[[tuple[Path, ...], Mapping[str, Any]], frozenset[Uses]]


def uses_nothing_else(_: tuple[Path, ...], __: Mapping[str, Any]) -> frozenset[Uses]:
    """Return no further uses, whatever the inputs and options."""
    return frozenset()


@dataclass(frozen=True, slots=True)
class Job:
    """An ingest job with its description."""

    name: str
    help: str
    inputs: str
    """Its input files, in one line."""
    options: tuple[Option, ...]
    writes: tuple[str, ...]
    """Tables and vector spaces it may write; the first is its main table."""
    run: JobFunction
    identify: Identify
    uses: frozenset[Uses] = field(default_factory=frozenset)
    """``genes``: the gene catalogue; ``gene_tables``: one of gene tables alone, for a job that
    itself describes genes; ``gene_texts``, ``cell_types``: all Gene or CellType tables;
    ``ontology``: the CellType tables of sources that name cell types and observe none;
    ``dataset``: the dataset that the option of that name gives, if it is given."""
    needs_input: bool = True
    path: Path | None = None
    """File that defines it."""
    also_uses: AlsoUses = uses_nothing_else
    """Further uses that depend on the inputs and options."""

    def parse_options(self, given: Mapping[str, str]) -> dict[str, Any]:
        """Return the value of every option of the job, by name.

        Raises
        ------
        UnknownNameError, UsageError
            As for `read_options`.
        """
        return read_options((*self.options, *COMMON_OPTIONS), given, f"job {self.name}")


def identify_by_file(inputs: tuple[Path, ...], options: Mapping[str, Any]) -> SourceInfo:
    """Name a source after its first file, up to the first dot."""
    return SourceInfo(name=name_of_file(inputs[0]))


def job(
    *,
    name: str,
    help: str,  # noqa: A002 - the usual word
    inputs: str,
    writes: tuple[str, ...],
    options: tuple[Option, ...] = (),
    uses: frozenset[Uses] = frozenset(),
    identify: Identify = identify_by_file,
    needs_input: bool = True,
    also_uses: AlsoUses = uses_nothing_else,
) -> Callable[[JobFunction], Job]:
    """Turn the decorated function into a Job, which every ingest file has to define."""

    def wrap(function: JobFunction) -> Job:
        return Job(
            name,
            help,
            inputs,
            options,
            writes,
            function,
            identify,
            uses,
            needs_input,
            also_uses=also_uses,
        )

    return wrap
