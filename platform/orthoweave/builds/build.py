"""Builds a knowledge base: the tables of all active sources become one published graph.

Everything is written below a pending name, verified by reading it back, and becomes visible by
two renames: of the build's folder, complete with its manifest, and then of ``CURRENT``. A crash
at any moment leaves the published build as it was.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orthoweave.builds.assemble import Assembled, assemble
from orthoweave.builds.derive import derive_orthology, derive_run_times, derive_sources
from orthoweave.builds.index import index_vectors
from orthoweave.errors import BuildError
from orthoweave.genes.build import build_catalogue
from orthoweave.progress import Progress
from orthoweave.schema import Schema, read_schema
from orthoweave.stores.ladybug import LadybugStore
from orthoweave.tables.durable import (
    file_digest,
    pending_folder,
    publish_folder,
    text_digest,
    write_text,
)
from orthoweave.tables.engine import content_digest, table_engine
from orthoweave.tables.layout import Layout, writing
from orthoweave.tables.ledger import Entry, Ledger
from orthoweave.tables.manifest import (
    GENES_FILE,
    GRAPH_FILE,
    VECTORS_FOLDER,
    BuiltSource,
    Manifest,
    published,
    read_manifest,
    verify_files,
)
from orthoweave.tables.tableset import TableSet, read_tableset, verify_tableset
from orthoweave.version import VERSION

_READER_POOL_MB = 256


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did."""

    manifest: Manifest
    unchanged: bool
    """The very same content was published already: nothing was made."""


def build(layout: Layout, progress: Progress, *, force: bool = False, gpu: bool = False) -> Built:
    """Make the active sources into a graph with its indexes, verify it and publish it.

    Parameters
    ----------
    force
        Make it again even if the same content is published already.
    gpu
        Make the vector indexes on a GPU.

    Raises
    ------
    BuildError
        If nothing is ingested, sources contradict each other, or what was written does not read
        back as it should. What was published stays published.
    IntegrityError
        If a source's tables are not what its ingest wrote.
    LockedError
        If another process is writing the knowledge base.
    """
    layout.require()
    with writing(layout):
        ledger = Ledger(layout.ledger)
        entries = in_precedence(ledger.active())
        if not entries:
            message = "nothing to build: ingest a source first (`orthoweave jobs` lists how)"
            raise BuildError(message)
        name = build_name(entries)
        known = published(layout)
        if name in known and not force:
            manifest = read_manifest(layout, name)
            verify_files(layout, manifest, content=False)
            _publish(layout, ledger, name)
            return Built(manifest, unchanged=True)
        taken = [other for other in known if other.partition("-")[0] == name]
        build_id = f"{name}-{len(taken) + 1}" if taken else name
        with pending_folder(layout.builds, build_id) as folder:
            manifest = _make(layout, entries, build_id, folder, progress, gpu=gpu)
            publish_folder(folder, layout.builds / build_id)
        _publish(layout, ledger, build_id)
    return Built(manifest, unchanged=False)


def in_precedence(entries: Sequence[Entry]) -> list[Entry]:
    """Ledger entries in order of precedence: first those that name genes by themselves, by name."""
    return sorted(entries, key=lambda entry: ("genes" in entry.depends, entry.name))


def build_name(entries: Sequence[Entry]) -> str:
    """Name of the build that these sources give: the same whatever the order of their ingest."""
    content = [entry.tables_digest for entry in in_precedence(entries)]
    content += [VERSION, text_digest(repr(read_schema()))]
    return hashlib.sha256("\n".join(content).encode()).hexdigest()[:12]


def _publish(layout: Layout, ledger: Ledger, build_id: str) -> None:
    current = layout.current.read_text(encoding="utf-8") if layout.current.is_file() else ""
    if current.strip() != build_id:
        write_text(layout.current, build_id + "\n")
        ledger.log("publish", build_id)


def _make(
    layout: Layout,
    entries: Sequence[Entry],
    build_id: str,
    folder: Path,
    progress: Progress,
    *,
    gpu: bool,
) -> Manifest:
    schema = read_schema()
    sources = [read_tableset(layout.tables / entry.tables_digest) for entry in entries]
    for source in sources:
        verify_tableset(source)
    matrices = _matrices(sources)
    with progress.task("Tables"):
        found = assemble(schema, sources, folder)
        derived = derive_orthology(found)
        derive_run_times(found, entries)
        derive_sources(found, entries, sources, derived)
    for table, rows in found.set_aside.items():
        progress.note(f"{rows:,} edges of {table} were set aside: an end is not in the graph")
    with progress.task("Graph"):
        _write_graph(found, folder / GRAPH_FILE)
    with progress.task("Gene names"):
        if "Gene" in found.paths:
            build_catalogue(found.paths["Gene"], folder / GENES_FILE)
    with progress.task("Vectors"):
        vectors = index_vectors(found, sources, gpu=gpu)
    with progress.task("Verification"):
        counts = found.counts()
        _verify_graph(schema, folder / GRAPH_FILE, counts)
        with table_engine(folder) as engine:
            content = {name: content_digest(engine, paths) for name, paths in found.paths.items()}
    home = f"builds/{build_id}"
    manifest = Manifest(
        build=build_id,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        code_version=VERSION,
        sources=tuple(
            _built_source(entry, source) for entry, source in zip(entries, sources, strict=True)
        ),
        counts=counts,
        tables=_relative(found, layout.root, folder, home),
        files=_files(folder),
        vectors={
            space: {"folder": f"{home}/{VECTORS_FOLDER}/{space}", **about}
            for space, about in vectors.items()
        },
        matrices=matrices,
        set_aside=found.set_aside,
        content=content,
    )
    manifest.write(folder)
    return manifest


def _write_graph(found: Assembled, path: Path) -> None:
    with LadybugStore.create(path, found.schema) as store:
        for table in (*found.schema.nodes, *found.schema.edges):
            if table in found.paths:
                store.copy(table, found.paths[table])


def _verify_graph(schema: Schema, path: Path, counts: dict[str, int]) -> None:
    with LadybugStore.open_read_only(path, buffer_pool_mb=_READER_POOL_MB) as store:
        in_graph = store.counts()
    wrong = [
        f"{name} has {in_graph.get(name)} rows, not {counts.get(name, 0)}"
        for name in (*schema.nodes, *schema.edges)
        if in_graph.get(name) != counts.get(name, 0)
    ]
    if wrong:
        message = f"the graph does not read back as it was written: {'; '.join(wrong)}. Build again"
        raise BuildError(message)


def _matrices(sources: Sequence[TableSet]) -> dict[str, str]:
    found: dict[str, tuple[str, str]] = {}
    for source in sources:
        for dataset, folder in source.matrices.items():
            other = found.setdefault(dataset, (folder, source.source.name))
            if other[1] != source.source.name:
                message = (
                    f"dataset {dataset!r} comes from two sources, {other[1]!r} and "
                    f"{source.source.name!r}: remove one of them"
                )
                raise BuildError(message)
    return {dataset: f"matrices/{folder}" for dataset, (folder, _) in sorted(found.items())}


def _built_source(entry: Entry, tables: TableSet) -> BuiltSource:
    return BuiltSource(
        entry.name, entry.version, entry.job, entry.license, entry.tables_digest, entry.counts,
        entry.title, entry.url, tables.source.primary_knowledge_source,
    )  # fmt: skip


def _relative(found: Assembled, root: Path, folder: Path, home: str) -> dict[str, list[str]]:
    """Files by table, relative to the knowledge base, under the names they will have."""

    def final(path: Path) -> str:
        if path.is_relative_to(folder):
            return f"{home}/{path.relative_to(folder).as_posix()}"
        return path.relative_to(root).as_posix()

    return {table: [final(path) for path in paths] for table, paths in found.paths.items()}


def _files(folder: Path) -> dict[str, dict[str, Any]]:
    return {
        path.relative_to(folder).as_posix(): {
            "sha256": file_digest(path),
            "bytes": path.stat().st_size,
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
