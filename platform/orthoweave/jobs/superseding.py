"""What an ingest would take the place of: a newer version is one thing, another sample another.

One version of a source is active at a time. Whoever gives a second sample the name of the first
would hide the first without a word, so what is in both is counted before it is recorded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq

from orthoweave.errors import SourceChangedError
from orthoweave.jobs.depends import upstream_tables
from orthoweave.jobs.job import Job
from orthoweave.schema import Schema, read_schema
from orthoweave.storage.layout import Layout
from orthoweave.storage.ledger import Ledger
from orthoweave.storage.provenance import SourceInfo
from orthoweave.storage.tableset import TableSet, read_tableset

# two samples share as many of the barcodes of a kit by chance; two versions share nearly all keys
_CHANCE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Superseding:
    """The active version of a source and what is active beside it, while a new one is made."""

    job: Job
    schema: Schema
    active: TableSet | None
    others: Sequence[TableSet]
    replace: bool
    """The user said that the new one takes the place of the old one."""

    def check(self, folder: Path, source: SourceInfo, datasets: Sequence[str]) -> str | None:
        """Return a line on what a new version takes the place of, if there is something to say.

        Parameters
        ----------
        folder
            The new tables.
        datasets
            Datasets that the new source holds.

        Raises
        ------
        SourceChangedError
            If the new one is of something else, or a dataset is in another source already.
        """
        self._check_datasets(source, datasets)
        table = next((name for name in self.job.writes if name in self.schema.nodes), None)
        if self.active is None or table is None:
            return None
        before, now = self.active.table_path(table), folder / f"{table}.parquet"
        if before is None or not now.is_file():
            return None
        old, new = _keys(before), _keys(now)
        shared = len(old & new)
        version = self.active.source.version
        place = f"{source.name!r} version {version!r}"
        if shared >= _CHANCE * min(len(old), len(new)):
            if version == source.version and shared == len(old):
                return None
            return f"takes the place of {place}: {shared:,} of its {len(old):,} {table} are here"
        if self.replace:
            return f"took the place of {place}, of whose {len(old):,} {table} {shared:,} are here"
        message = (
            f"source {place} is active with {len(old):,} {table}, of which {shared:,} are among "
            f"the {len(new):,} of the new files: expected a newer version of the same. One version "
            "is active at a time, so the new one would hide the other. Give it a name of its own "
            f"with --set {own_name(self.job)}=NAME, or say --replace if it is to take its place"
        )
        raise SourceChangedError(message)

    def _check_datasets(self, source: SourceInfo, datasets: Sequence[str]) -> None:
        for other in self.others:
            for name in datasets:
                if name in other.matrices:
                    message = (
                        f"dataset {name!r} is in source {other.source.name!r} already, expected "
                        f"each dataset in one source: give the one of {source.name!r} a name of "
                        "its own with --set dataset=NAME"
                    )
                    raise SourceChangedError(message)


def find_superseded(
    job: Job,
    layout: Layout,
    name: str,
    replace: bool,  # noqa: FBT001 - handed on as it is
    *,
    remake: bool,
) -> Superseding:
    """Read the active version of source `name` and the sources of datasets beside it.

    Parameters
    ----------
    remake
        The active version is made again: it may be damaged, and is not read.
    """
    schema = read_schema()
    if remake:
        return Superseding(job, schema, None, (), replace)
    ledger = Ledger(layout.ledger)
    entry = ledger.find(name)
    active = None if entry is None else read_tableset(layout.tables / entry.tables_digest)
    beside = upstream_tables(layout, ledger, {"dataset"}, name)
    return Superseding(job, schema, active, beside, replace)


def own_name(job: Job) -> str:
    """Return the option that gives what a job makes a name of its own."""
    makes_datasets = "Dataset" in job.writes and any(o.name == "dataset" for o in job.options)
    return "dataset" if makes_datasets else "source"


def _keys(path: Path) -> set[str]:
    return set(pq.read_table(path, columns=["id"])["id"].to_pylist())
