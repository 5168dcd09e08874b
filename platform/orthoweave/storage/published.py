"""A published build as views read it: its tables, as Arrow, and its matrices."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import pyarrow as pa
import pyarrow.parquet as pq

from orthoweave.errors import SchemaError, UnknownNameError
from orthoweave.scales import COUNTS
from orthoweave.schema import Schema, read_schema
from orthoweave.storage.integrity import Checks
from orthoweave.storage.layout import Layout
from orthoweave.storage.locks import share
from orthoweave.storage.manifest import (
    MANIFEST_FILE,
    Manifest,
    current_build,
    read_manifest,
    verify_files,
)
from orthoweave.storage.place import Place
from orthoweave.storage.tableset import read_tableset

# a build that is collected while it is opened gives way to the one published since
_ATTEMPTS: Final = 100


@dataclass(frozen=True, slots=True)
class Published:
    """A published build, which never changes.

    One that `open_published` opened stays on disk, and can be found even after its folder was
    moved, until it is closed: close it, or use it as a context manager.
    """

    layout: Layout
    manifest: Manifest
    schema: Schema
    checks: Checks = field(default_factory=Checks)
    held: ExitStack = field(default_factory=ExitStack, repr=False)
    """The open folder and the lock of the build."""

    def close(self) -> None:
        """Let the build go; what was opened from it stays open."""
        self.held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def paths(self, table: str) -> list[Path]:
        """Parquet files of a node or edge table, each checked when it is first asked for.

        Raises
        ------
        IntegrityError
            If one of them is missing or is not what was written.
        """
        return [self.checked(path) for path in self.manifest.tables.get(table, ())]

    def checked(self, name: str) -> Path:
        """Path of a file of the build or of its sources' tables, checked on first use.

        Parameters
        ----------
        name
            Path relative to the knowledge base, such as ``builds/<id>/genes.sqlite``.

        Raises
        ------
        IntegrityError
            If the file is missing or is not what was written.
        """
        path = self.layout.root / name
        kind, owner, rest = name.split("/", 2)
        if kind == "builds" and owner == self.manifest.build:
            return self.checks.require(path, self.manifest.files[rest]["sha256"])
        return self.checks.require(path, read_tableset(self.layout.tables / owner).files[rest])

    def own_file(self, name: str) -> Path:
        """Path of a file in the build's own folder, checked on first use; see `checked`."""
        return self.checked(f"builds/{self.manifest.build}/{name}")

    def table(
        self, name: str, columns: Sequence[str], filters: list[tuple[str, str, Any]] | None = None
    ) -> pa.Table:
        """Return the rows of a node or edge table, in the order of the files.

        Parameters
        ----------
        filters
            Conditions on columns that must all hold, such as ``("dataset", "=", "pbmc3k")``.
        """
        known = self.schema.arrow(name)
        schema = pa.schema([known.field(column) for column in columns])
        parts = [_read(path, list(columns), filters).cast(schema) for path in self.paths(name)]
        return pa.concat_tables(parts) if parts else schema.empty_table()

    def matrix(self, dataset: str) -> Path:
        """Return the folder of a dataset's expression matrix.

        Raises
        ------
        UnknownNameError
            If the build has no such dataset; the message lists those it has.
        """
        folder = self.manifest.matrices.get(self.require_dataset(dataset))
        if folder is None:
            message = f"dataset {dataset!r} has no expression matrix in build {self.manifest.build}"
            raise UnknownNameError(message)
        return self.layout.root / folder

    def stored_scale(self, dataset: str) -> str:
        """Return the scale of a dataset's matrix: counts, or the one that was declared.

        Raises
        ------
        UnknownNameError
            If the build has no such dataset; the message lists those it has.
        """
        where = [("id", "=", self.require_dataset(dataset))]
        found = self.table("Dataset", ["id", "scale"], where)["scale"].to_pylist()
        return str(found[0]) if found else COUNTS

    def datasets(self) -> list[str]:
        """Return the names of the datasets of the build, sorted."""
        named = self.table("Dataset", ["id"])["id"].to_pylist()
        return sorted({*named, *self.manifest.matrices})

    def require_dataset(self, name: str) -> str:
        """Return the name of a dataset of the build.

        Raises
        ------
        UnknownNameError
            If the build has no such dataset; the message lists those it has.
        """
        known = self.datasets()
        if name not in known:
            message = f"no dataset {name!r} in build {self.manifest.build}: expected one of "
            raise UnknownNameError(message + (", ".join(known) or "none"))
        return name


def _read(path: Path, columns: list[str], filters: list[tuple[str, str, Any]] | None) -> pa.Table:
    if filters is not None:
        return pq.read_table(path, columns=columns, filters=filters)
    # not `read_table`: it imports pandas, which takes a third of a second
    with pq.ParquetFile(path) as file:
        return file.read(columns)


def open_published(layout: Layout, build: str | None = None) -> Published:
    """Open the build with the id `build` for views, by default the current one.

    It is held until it is closed: collection keeps it with its sources' tables and matrices, and
    moving the knowledge base does not matter (on Linux).

    Raises
    ------
    UnknownNameError
        If there is no such build, or nothing was published yet.
    IntegrityError
        If a file of the build is missing or has another size.
    SchemaError
        If the build has tables that no schema defines, such as those of a package that is no longer
        installed.
    """
    layout.require()
    with ExitStack() as stack:
        place = stack.enter_context(Place(layout.root))
        manifest = _hold(Layout(place.path), build, stack)
        return _open(Layout(place.path), manifest, stack.pop_all())


def _hold(layout: Layout, build: str | None, stack: ExitStack) -> Manifest:
    """Return the manifest of a build that collection leaves alone from now on."""
    for _ in range(_ATTEMPTS):
        name = build or current_build(layout)
        lease = share(layout.builds / name / MANIFEST_FILE)
        if lease is not None:
            stack.enter_context(lease)
            break
    return read_manifest(layout, name)


def _open(layout: Layout, manifest: Manifest, held: ExitStack) -> Published:
    verify_files(layout, manifest, content=False)
    schema = read_schema()
    missing = sorted(manifest.tables.keys() - schema.nodes.keys() - schema.edges.keys())
    if missing:
        message = (
            f"build {manifest.build} has the tables {', '.join(missing)}, which the graph schema "
            "lacks: install the package that defines them, or name the folder of their schema in "
            "ORTHOWEAVE_SCHEMA_PATH"
        )
        raise SchemaError(message)
    return Published(layout, manifest, schema, held=held)
