"""What an ingest job is: a function from raw files and options to tables, with its description."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from orthoweave.errors import UnknownNameError, UsageError
from orthoweave.genes.catalogue import GeneCatalogue
from orthoweave.jobs.datasets import DatasetFiles
from orthoweave.progress import Progress
from orthoweave.schema import Schema
from orthoweave.tables.layout import Layout
from orthoweave.tables.provenance import SourceInfo
from orthoweave.tables.tableset import TableSet, TableWriter

_EXPECTED: Final = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


@dataclass(frozen=True, slots=True)
class Option:
    """One ``--set name=value`` of a job."""

    name: str
    help: str
    kind: type = str
    default: Any = None
    """None means not set."""
    choices: tuple[str, ...] = ()
    required: bool = False

    def parse(self, text: str) -> Any:
        """Value of the option from its text.

        Raises
        ------
        UsageError
            If the text is not of the option's kind or none of its choices.
        """
        if self.choices and text not in self.choices:
            message = f"{self.name}={text!r}: expected one of {', '.join(self.choices)}"
            raise UsageError(message)
        try:
            if self.kind is bool:
                return {"true": True, "1": True, "false": False, "0": False}[text.lower()]
            return self.kind(text)
        except (ValueError, KeyError):
            message = f"{self.name}={text!r}: expected {_EXPECTED[self.kind]} ({self.help})"
            raise UsageError(message) from None


# options that every job has: who says so
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
    """What a job is given: its inputs and options, where to write, and what is already known."""

    inputs: tuple[Path, ...]
    options: Mapping[str, Any]
    out: TableWriter
    schema: Schema
    layout: Layout
    progress: Progress
    upstream: tuple[TableSet, ...]
    """Table sets of the active sources, for jobs that build on others (see `uses`)."""
    catalogue: GeneCatalogue | None = None
    """The genes named so far; given to jobs that use ``genes``."""
    dataset: DatasetFiles | None = None
    """The dataset named by the option `dataset`; given to jobs that use ``dataset``."""

    def genes(self) -> GeneCatalogue:
        """Gene catalogue, for jobs that cannot do without."""
        if self.catalogue is None:
            message = (
                "this job resolves gene names, but the knowledge base names no genes yet: "
                "run `orthoweave ingest gene_descriptions FILE` first"
            )
            raise UsageError(message)
        return self.catalogue


JobFunction = Callable[[JobContext], None]
Identify = Callable[[tuple[Path, ...], Mapping[str, Any]], SourceInfo]
Uses = Literal["genes", "gene_texts", "cell_types", "dataset"]


@dataclass(frozen=True, slots=True)
class Job:
    """An ingest job with its description."""

    name: str
    help: str
    inputs: str
    """What it reads, in a line."""
    options: tuple[Option, ...]
    writes: tuple[str, ...]
    """Tables and vector spaces it may write; the first is its main table."""
    run: JobFunction
    identify: Identify
    uses: frozenset[Uses] = field(default_factory=frozenset)
    """``genes``: the gene catalogue; ``gene_texts``, ``cell_types``: all Gene or CellType tables;
    ``dataset``: the dataset that the option of that name gives, if it is given."""
    needs_input: bool = True
    path: Path | None = None
    """File it was found in."""

    def parse_options(self, given: Mapping[str, str]) -> dict[str, Any]:
        """All options of the job with their values.

        Raises
        ------
        UnknownNameError
            For an option that the job does not have; the message lists those it has.
        UsageError
            For a value of the wrong kind or a required option that is missing.
        """
        known = {option.name: option for option in (*self.options, *COMMON_OPTIONS)}
        for name in given:
            if name not in known:
                message = f"job {self.name} has no option {name!r}: expected {', '.join(known)}"
                raise UnknownNameError(message)
        missing = [o for o in known.values() if o.required and o.name not in given]
        if missing:
            wanted = "; ".join(f"--set {o.name}=… ({o.help})" for o in missing)
            message = f"job {self.name} needs {wanted}"
            raise UsageError(message)
        return {
            name: option.parse(given[name]) if name in given else option.default
            for name, option in known.items()
        }


def identify_by_file(inputs: tuple[Path, ...], options: Mapping[str, Any]) -> SourceInfo:
    """Name a source after its first file, up to the first dot."""
    return SourceInfo(name=inputs[0].name.split(".")[0])


def job(
    *,
    name: str,
    help: str,  # noqa: A002 - it is the word for it
    inputs: str,
    writes: tuple[str, ...],
    options: tuple[Option, ...] = (),
    uses: frozenset[Uses] = frozenset(),
    identify: Identify = identify_by_file,
    needs_input: bool = True,
) -> Callable[[JobFunction], Job]:
    """Turn the function below it into a Job: the one thing an ingest file must define."""

    def wrap(function: JobFunction) -> Job:
        return Job(name, help, inputs, options, writes, function, identify, uses, needs_input)

    return wrap
