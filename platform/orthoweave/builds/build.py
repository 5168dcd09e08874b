"""Build a knowledge base: the tables of all active sources become one published graph.

Everything is written below a pending name, verified by reading it back, and becomes visible by
two renames: of the build's folder, complete with its manifest, and then of ``CURRENT``. A crash
at any moment leaves the published build as it was.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orthoweave.builds.assemble import Assembled, assemble
from orthoweave.builds.content import Content
from orthoweave.builds.derive import derive_orthology, derive_sources
from orthoweave.builds.graph import PARTS_FOLDER, part_name, write_graph
from orthoweave.builds.index import gene_names, index_vectors
from orthoweave.builds.kept import Kept, files_of
from orthoweave.builds.linked import Linked
from orthoweave.builds.names import build_name, free_id, in_precedence, made_before, published_id
from orthoweave.builds.numbers import Register
from orthoweave.builds.parts import PART_FILE, Part, Workshop
from orthoweave.builds.run_times import run_times
from orthoweave.errors import BuildError, IntegrityError, UnknownNameError
from orthoweave.progress import Progress
from orthoweave.schema import Schema, read_schema
from orthoweave.storage.durable import pending_folder, publish_folder, write_text
from orthoweave.storage.engine import table_engine
from orthoweave.storage.integrity import REPAIR
from orthoweave.storage.layout import Layout, writing
from orthoweave.storage.ledger import Entry, Ledger
from orthoweave.storage.manifest import (
    GRAPH_FILE,
    BuiltSource,
    Manifest,
    read_manifest,
    vectors_folder,
    verify_files,
)
from orthoweave.storage.tableset import TableSet, read_tableset, verify_tableset
from orthoweave.stores.duckdb.store import DuckdbStore
from orthoweave.stores.duckdb.tables import BUILD_MEMORY_MB, orders, quoted
from orthoweave.version import VERSION

_VERIFY_MEMORY_MB = 1024


@dataclass(frozen=True, slots=True)
class Built:
    """The outcome of a build."""

    manifest: Manifest
    unchanged: bool
    """The same content was already published, so nothing was made."""


def build(
    layout: Layout,
    progress: Progress,
    *,
    force: bool = False,
    gpu: bool = False,
    without: Collection[str] = (),
) -> Built:
    """Build a graph with its indexes from the active sources, verify it and publish it.

    Parameters
    ----------
    force
        Build again even if the same content is already published.
    gpu
        Make the vector indexes on a GPU.
    without
        Names of active sources to leave out of this build, such as damaged ones.

    Raises
    ------
    BuildError
        If nothing is ingested, sources contradict each other, or the files do not read back as
        they were written. The published build stays as it was.
    IntegrityError
        If the tables of some sources are not what their ingests wrote; all are named.
    UnknownNameError
        If a source to leave out is not active.
    LockedError
        If another process is writing the knowledge base.
    """
    layout.require()
    with writing(layout):
        ledger = Ledger(layout.ledger)
        entries = in_precedence(_chosen(ledger.active(), without))
        ledger.keep_beside_tables(entries)
        if not entries:
            message = "nothing to build: ingest a source first (`orthoweave jobs` lists how)"
            raise BuildError(message)
        name = build_name(entries)
        made = None if force else made_before(layout, name)
        if made is not None:
            manifest = read_manifest(layout, made)
            verify_files(layout, manifest, content=False)
            _publish(layout, ledger, made)
            return Built(manifest, unchanged=True)
        build_id = free_id(layout, name)
        with pending_folder(layout.builds, build_id) as folder:
            manifest = _make(layout, entries, build_id, folder, progress, gpu=gpu, check=force)
            publish_folder(folder, layout.builds / build_id)
        _publish(layout, ledger, build_id)
    return Built(manifest, unchanged=False)


def _chosen(active: Sequence[Entry], without: Collection[str]) -> list[Entry]:
    known = [entry.name for entry in active]
    if unknown := sorted(set(without) - set(known)):
        message = f"no source {unknown[0]!r} to leave out: expected one of {', '.join(known)}"
        raise UnknownNameError(message)
    return [entry for entry in active if entry.name not in without]


def _whole(
    layout: Layout, schema: Schema, entries: Sequence[Entry], *, check: bool
) -> list[TableSet]:
    """Return the tables of all sources, or raise an error that names each damaged source."""
    sources, damaged, problems = [], [], []
    for entry in entries:
        try:
            source = read_tableset(layout.tables / entry.tables_digest)
            verify_tableset(source, () if check else _unread(schema, source))
            sources.append(source)
        except IntegrityError as error:
            damaged.append(entry.name)
            problems.append(str(error).removesuffix(f": {REPAIR}").removesuffix(f" {REPAIR}"))
    if damaged:
        left_out = " ".join(f"--without {name}" for name in sorted(damaged))
        message = (
            f"damaged sources: {', '.join(sorted(damaged))} ({'; '.join(problems)}). {REPAIR}; "
            f"`orthoweave build {left_out}` builds the others"
        )
        raise IntegrityError(message)
    return sources


def _publish(layout: Layout, ledger: Ledger, build_id: str) -> None:
    if published_id(layout) != build_id:
        write_text(layout.current, build_id + "\n")
        ledger.log("publish", build_id)


@dataclass(frozen=True, slots=True)
class _Made:
    """The parts of a build before they are linked into its folder."""

    found: Assembled
    parts: list[Part]
    names: Kept | None
    vectors: Mapping[str, Kept]
    used: set[str]
    """Digests of the kept projections that went in."""


def _make(
    layout: Layout,
    entries: Sequence[Entry],
    build_id: str,
    folder: Path,
    progress: Progress,
    *,
    gpu: bool,
    check: bool,
) -> Manifest:
    schema = read_schema()
    sources = _whole(layout, schema, entries, check=check)
    matrices = _matrices(sources)
    made = _make_parts(layout, entries, sources, folder, progress, gpu=gpu, check=check)
    linked = Linked(layout, folder)
    for part in made.parts:
        linked.add(part.kept, PART_FILE, f"{PARTS_FOLDER}/{part_name(part)}")
    linked.all_of(made.names, "")
    home = f"builds/{build_id}"
    about = _link_vectors(linked, made.vectors, home)
    tables = linked.tables(made.found)
    content = made.found.content()
    with progress.task("Verification"):
        _verify_graph(schema, folder / GRAPH_FILE, content)
    manifest = Manifest(
        build=build_id,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        code_version=VERSION,
        sources=tuple(
            _built_source(entry, source) for entry, source in zip(entries, sources, strict=True)
        ),
        counts={name: one.rows for name, one in content.items()},
        tables={name: [path.format(home=home) for path in paths] for name, paths in tables.items()},
        files=files_of(folder, linked.files),
        vectors=about,
        matrices=matrices,
        set_aside=made.found.set_aside,
        content={name: str(one) for name, one in content.items()},
        projections=tuple(sorted(made.used | linked.digests)),
    )
    manifest.write(folder)
    return manifest


def _make_parts(
    layout: Layout,
    entries: Sequence[Entry],
    sources: Sequence[TableSet],
    folder: Path,
    progress: Progress,
    *,
    gpu: bool,
    check: bool,
) -> _Made:
    """Make the tables, the graph, the gene names and the indexes, or take those that were kept."""
    with table_engine(layout.projections, memory_mb=BUILD_MEMORY_MB) as engine:
        workshop = Workshop(layout, read_schema(), Register(layout.numbers), engine, check)
        with progress.task("Tables"):
            found = assemble(workshop, sources, run_times(entries))
            derived = derive_orthology(workshop, found)
            derive_sources(workshop, found, entries, sources, derived)
        with progress.task("Graph"):
            parts = write_graph(workshop, found, folder / GRAPH_FILE)
        with progress.task("Gene names"):
            names = gene_names(workshop, found)
        with progress.task("Vectors"):
            vectors = index_vectors(workshop, found, sources, gpu=gpu)
    return _Made(found, parts, names, vectors, workshop.used)


def _link_vectors(
    linked: Linked, vectors: Mapping[str, Kept], home: str
) -> dict[str, dict[str, Any]]:
    """Link the indexes of all spaces, and return what the manifest says of each."""
    for space, kept in vectors.items():
        linked.all_of(kept, f"{vectors_folder(space)}/")
    return {
        space: {"folder": f"{home}/{vectors_folder(space)}", **kept.about}
        for space, kept in vectors.items()
    }


def _unread(schema: Schema, source: TableSet) -> set[str]:
    """Return the bulk files: each is checked when a part is first made of it."""
    tables = [
        *(node.name for node in schema.nodes.values() if node.bulk),
        *(edge.name for edge in schema.edges.values() if edge.bulk),
    ]
    paths = [source.vector_path(space) for space in source.vectors]
    return {f"{name}.parquet" for name in tables} | {path.name for path in paths if path}


def _verify_graph(schema: Schema, path: Path, content: Mapping[str, Content]) -> None:
    """Open the graph as readers do, and count the rows of every table in both edge orders.

    Their content was read back when the parts were made.
    """
    wrong = []
    with DuckdbStore.open_read_only(path, memory_mb=_VERIFY_MEMORY_MB) as store:
        for name in (*schema.nodes, *schema.edges):
            expected = content[name].rows if name in content else 0
            for table in orders(schema.table(name)):
                text = f"SELECT count(*) AS n FROM {quoted(table)}"
                rows = store.sql(text, timeout_s=3600, row_limit=1).table["n"][0].as_py()
                if rows != expected or store.counts()[name] != expected:
                    wrong.append(f"{table} has {rows:,} rows, not {expected:,}")
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
        entry.name,
        entry.version,
        entry.job,
        entry.license,
        entry.tables_digest,
        entry.counts,
        entry.title,
        entry.url,
        tables.source.primary_knowledge_source,
    )
