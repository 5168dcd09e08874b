"""A published build as views read it: its tables, as Arrow, and its matrices."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from orthoweave.errors import UnknownNameError
from orthoweave.schema import Schema, read_schema
from orthoweave.tables.layout import Layout
from orthoweave.tables.manifest import Manifest, current_build, read_manifest, verify_files


@dataclass(frozen=True, slots=True)
class Published:
    """A build that was published: it never changes."""

    layout: Layout
    manifest: Manifest
    schema: Schema

    def table(
        self, name: str, columns: Sequence[str], filters: list[tuple[str, str, Any]] | None = None
    ) -> pa.Table:
        """Rows of a node or edge table, in the order of the files; none if there are none.

        Parameters
        ----------
        filters
            Conditions on columns that must all hold, such as ``("dataset", "=", "pbmc3k")``.
        """
        known = self.schema.arrow(name)
        schema = pa.schema([known.field(column) for column in columns])
        parts = [
            pq.read_table(path, columns=list(columns), filters=filters).cast(schema)
            for path in self.manifest.table_paths(self.layout, name)
        ]
        return pa.concat_tables(parts) if parts else schema.empty_table()

    def matrix(self, dataset: str) -> Path:
        """Folder of a dataset's expression matrix.

        Raises
        ------
        UnknownNameError
            If the build has no such dataset; the message lists those it has.
        """
        folder = self.manifest.matrices.get(dataset)
        if folder is None:
            known = ", ".join(self.manifest.matrices) or "none"
            message = f"no dataset {dataset!r} in build {self.manifest.build}: expected one of "
            raise UnknownNameError(message + known)
        return self.layout.root / folder


def open_published(layout: Layout, build: str | None = None) -> Published:
    """Published build for views: that of `build`'s id, by default the current one.

    Raises
    ------
    UnknownNameError
        If there is no such build, or nothing was published yet.
    IntegrityError
        If a file of the build is missing or has another size.
    """
    manifest = read_manifest(layout, build or current_build(layout))
    verify_files(layout, manifest, content=False)
    return Published(layout, manifest, read_schema())
