"""Brings a knowledge base of an older format to the present one.

Each step is whole or absent, and is not repeated once it is done: an upgrade that was interrupted
is continued by saying it again. Older files stay until a collection finds that nothing needs them.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orthoweave.builds.build import build
from orthoweave.builds.kept import link
from orthoweave.errors import SchemaError
from orthoweave.jobs.depends import tables_dependency
from orthoweave.progress import Progress
from orthoweave.schema import Schema, read_schema
from orthoweave.storage.durable import file_digest, pending_folder, publish_folder
from orthoweave.storage.integrity import FORMAT, format_of
from orthoweave.storage.layout import Layout, writing
from orthoweave.storage.ledger import Entry, Ledger
from orthoweave.storage.manifest import MANIFEST_FILE, current_build
from orthoweave.storage.tableset import TableSet, describe, read_tableset, verify_tableset
from orthoweave.storage.zarr_groups import NAME_DIGITS, ROOT_FILE, read_checksums, write_checksums


def upgrade(layout: Layout, progress: Progress) -> list[str]:
    """Upgrade the ledger and the sources' tables; build if the published build is older.

    Returns
    -------
    list[str]
        Lines on what was done; empty if there was nothing to do.

    Raises
    ------
    UnknownNameError
        If the folder does not hold a knowledge base.
    FormatError
        If it is of a newer format.
    IntegrityError, BuildError
        If a source is damaged, or the build fails: the same call goes on once that is mended.
    SchemaError
        If today's schema demands of a source what its tables lack.
    """
    layout.require()
    done: list[str] = []
    with writing(layout, upgrading=True):
        ledger = Ledger(layout.ledger)
        older = ledger.format
        if ledger.upgrade():
            done.append(f"ledger: format {older} became {FORMAT}")
        done += _upgrade_tables(layout, ledger, progress)
        ledger.keep_beside_tables(ledger.active())
    if layout.current.is_file():
        old = current_build(layout)
        number = format_of(layout.builds / old / MANIFEST_FILE)
        if number < FORMAT:
            made = build(layout, progress, force=True).manifest.build
            done.append(f"build {made}: published in place of {old}, which has format {number}")
    return done


def _upgrade_tables(layout: Layout, ledger: Ledger, progress: Progress) -> list[str]:
    """Write the tables of all sources again that are older; the ledger takes them all at once."""
    entries, schema = ledger.active(), read_schema()
    before = [read_tableset(layout.tables / entry.tables_digest) for entry in entries]
    if all(tables.format == FORMAT for tables in before):
        return []
    after = []
    with progress.task("Tables", len(before)) as task:
        for tables in before:
            after.append(tables if tables.format == FORMAT else _again(layout, schema, tables))
            task.advance()
    new = [_moved(entry, before, after) for entry in entries]
    changed = [entry for entry, old in zip(new, entries, strict=True) if entry != old]
    ledger.replace(changed, "upgrade")
    return [f"source {entry.name} {entry.version}: tables of format {FORMAT}" for entry in changed]


def _moved(entry: Entry, before: Sequence[TableSet], after: Sequence[TableSet]) -> Entry:
    """Return the entry of a source whose tables, and those that it depends on, were written again.

    A dependency that had changed since the ingest stays one that has changed.
    """
    old, new = (
        [tables for tables in every if tables.source.name != entry.name]
        for every in (before, after)
    )
    depends = {
        name: str(tables_dependency(name, new))
        if digest == tables_dependency(name, old)
        else digest
        for name, digest in entry.depends.items()
    }
    [own] = [tables for tables in after if tables.source.name == entry.name]
    return replace(entry, depends=depends, tables_digest=own.digest)


def _again(layout: Layout, schema: Schema, tables: TableSet) -> TableSet:
    """Write a table set in the present format: new columns are null, all else is as it was."""
    verify_tableset(tables)
    matrices = {
        dataset: _checked_matrix(layout, dataset, folder)
        for dataset, folder in tables.matrices.items()
    }
    with pending_folder(layout.tables, tables.source.name) as folder:
        files = {}
        for name, digest in tables.files.items():
            written = _widened(schema, tables.folder / name, folder / name)
            if not written:
                link(tables.folder / name, folder / name)
            files[name] = file_digest(folder / name) if written else digest
        digest = describe(replace(tables, folder=folder, files=files, matrices=matrices))
        publish_folder(folder, layout.tables / digest)
    return read_tableset(layout.tables / digest)


def _widened(schema: Schema, source: Path, target: Path) -> bool:
    """Write a table with the columns that the schema has got since; return whether it has any."""
    if source.suffix != ".parquet" or source.stem not in {*schema.nodes, *schema.edges}:
        return False
    wanted = schema.arrow(source.stem)
    with pq.ParquetFile(source) as file:
        lacking = [field for field in wanted if field.name not in file.schema_arrow.names]
        if not lacking:
            return False
        required = {c.name for c in schema.table(source.stem).columns if c.required}
        if demanded := sorted(required & {field.name for field in lacking}):
            message = (
                f"{str(source)!r} has no column {', '.join(demanded)}, which the graph schema "
                "demands: ingest that source again"
            )
            raise SchemaError(message)
        with pq.ParquetWriter(target, wanted, compression="zstd", compression_level=1) as writer:
            for batch in file.iter_batches():
                columns = _columns(batch, wanted)
                writer.write_table(pa.table(columns, schema=wanted))
    return True


def _columns(batch: pa.RecordBatch, wanted: pa.Schema) -> Mapping[str, pa.Array]:
    known = set(batch.schema.names)
    return {
        field.name: batch[field.name].cast(field.type)
        if field.name in known
        else pa.nulls(batch.num_rows, field.type)
        for field in wanted
    }


def _checked_matrix(layout: Layout, dataset: str, name: str) -> str:
    """Return the folder of a matrix with checksums; the first format had none."""
    old = layout.matrices / name
    if read_checksums(old):
        return name
    with pending_folder(layout.matrices, dataset) as folder:
        sums = {}
        for path in sorted(item for item in old.rglob("*") if item.is_file()):
            inside = path.relative_to(old)
            if path == old / ROOT_FILE:
                shutil.copy2(path, folder / inside)
                continue
            link(path, folder / inside)
            sums[inside.as_posix()] = file_digest(path)
        digest = write_checksums(folder, sums)
        new = f"{dataset}-{digest[:NAME_DIGITS]}"
        publish_folder(folder, layout.matrices / new)
    return new
