"""Compare an ingest with the version that it would replace: a newer version, or another sample.

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
from orthoweave.schema import Schema
from orthoweave.storage.layout import Layout
from orthoweave.storage.ledger import Ledger
from orthoweave.storage.provenance import SourceInfo
from orthoweave.storage.tableset import TableSet, read_tableset

# two samples share as many of the barcodes of a kit by chance; two versions share nearly all keys
_CHANCE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Superseding:
    """A source while it is made, and what is active until it is recorded."""

    job: Job
    schema: Schema
    source: SourceInfo
    active: Sequence[TableSet]
    """Its active version and the sources of datasets beside it."""
    replace: bool
    """The user said that the new one takes the place of the old one."""

    def check(self, folder: Path, datasets: Sequence[str]) -> str | None:
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
        self._check_datasets(datasets)
        table = next((name for name in self.job.writes if name in self.schema.nodes), None)
        before = next((one for one in self.active if one.source.name == self.source.name), None)
        if before is None or table is None:
            return None
        return self._compare(table, before, folder / f"{table}.parquet")

    def _compare(self, table: str, active: TableSet, now: Path) -> str | None:
        """Count the keys of a node table that are in both versions."""
        before = active.table_path(table)
        if before is None or not now.is_file():
            return None
        old, new = _keys(before), _keys(now)
        shared = len(old & new)
        version = active.source.version
        place = f"{self.source.name!r} version {version!r}"
        if shared >= _CHANCE * min(len(old), len(new)):
            if version == self.source.version and shared == len(old):
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

    def _check_datasets(self, datasets: Sequence[str]) -> None:
        for other in self.active:
            for name in datasets:
                if name in other.matrices and other.source.name != self.source.name:
                    message = (
                        f"dataset {name!r} is in source {other.source.name!r} already, expected "
                        f"each dataset in one source: give the one of {self.source.name!r} a name "
                        "of its own with --set dataset=NAME"
                    )
                    raise SourceChangedError(message)


def superseded_tables(layout: Layout, ledger: Ledger, name: str) -> tuple[TableSet, ...]:
    """Return the active version of source `name` and the sources of datasets beside it."""
    entry = ledger.find(name)
    own = () if entry is None else (read_tableset(layout.tables / entry.tables_digest),)
    return own + upstream_tables(layout, ledger, {"dataset"}, name)


def own_name(job: Job) -> str:
    """Return the option that names the source or dataset of a job."""
    makes_datasets = "Dataset" in job.writes and any(o.name == "dataset" for o in job.options)
    return "dataset" if makes_datasets else "source"


def _keys(path: Path) -> set[str]:
    return set(pq.read_table(path, columns=["id"])["id"].to_pylist())
