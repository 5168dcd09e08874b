"""Load the published build's tables into a Neo4j database, changing only what differs.

The tables are the truth. The rows of one source in one table are a unit, and a unit whose content
is already in the database is left alone. Nodes are merged by key, edges of a changed unit are
deleted and created again, and rows that no table has any more are deleted. A load that was killed
continues after the last batch that is in. At the end everything that was written is read back and
compared.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import pyarrow as pa

from orthoweave.builds.content import Content, content_by_source, content_of_rows
from orthoweave.errors import BuildError
from orthoweave.progress import Progress, Task
from orthoweave.schema import EdgeType, NodeType, Schema, read_schema
from orthoweave.storage.engine import literal, parquet, table_engine
from orthoweave.storage.layout import Layout, writing
from orthoweave.storage.manifest import Manifest, current_build, manifests, read_manifest
from orthoweave.storage.published import Published
from orthoweave.stores.neo4j.access import Access
from orthoweave.stores.neo4j.ledger import LedgerUnit, State, distrusted
from orthoweave.stores.neo4j.load import BATCH_ROWS, Loader, loading, marker_at, rows_at

Key = tuple[str, str]
"""Table and key of the Source."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The outcome of a load."""

    build: str
    unchanged: bool
    """The database already held the same content, so nothing was written."""
    written: int = 0
    """Rows that were written by this load."""
    kept: int = 0
    """Rows of units that the database already held."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """The rows of one source in one table of the build that is loaded."""

    table: NodeType | EdgeType
    source: str
    content: Content
    paths: list[Path]

    @property
    def key(self) -> Key:
        return self.table.name, self.source

    @property
    def digest(self) -> str:
        return str(self.content)

    @property
    def rows(self) -> int:
        return self.content.rows


@dataclass(slots=True)
class _Load:
    """A load under way: the wanted units, and those in the database."""

    loader: Loader
    engine: duckdb.DuckDBPyConnection
    schema: Schema
    wanted: dict[Key, _Unit]
    ledger: dict[Key, LedgerUnit] = field(default_factory=dict)
    written: int = 0

    def is_wanted(self, key: Key) -> bool:
        """Return whether a unit in the database has the content that it should have."""
        return key in self.wanted and self.wanted[key].digest == self.ledger[key].digest


def load(layout: Layout, access: Access, progress: Progress, *, force: bool = False) -> Loaded:
    """Load the published build into the Neo4j database at `access`, and verify it there.

    Parameters
    ----------
    force
        Write everything again, even units that the database should already hold.

    Raises
    ------
    BuildError
        If the database holds rows that no load has written, the server refuses a statement, or
        the rows do not read back as written. Repeat the command to continue from there.
    LockedError
        If another process loads into that database, or writes this knowledge base.
    StoreUnavailableError
        If the server cannot be reached or refuses the login.
    """
    with ExitStack() as stack:
        # a garbage collection must not remove the tables meanwhile
        stack.enter_context(writing(layout))
        manifest = read_manifest(layout, current_build(layout))
        marker = marker_at(access)
        if marker.state == "loaded" and marker.digest == manifest.content_digest and not force:
            return Loaded(manifest.build, unchanged=True, kept=sum(manifest.counts.values()))
        schema = read_schema()
        engine = stack.enter_context(table_engine(layout.cache))
        with progress.task("Content of the tables"):
            wanted = _units(engine, Published(layout, manifest, schema))
        loader = stack.enter_context(loading(access, manifest.build))
        state = _Load(loader, engine, schema, wanted)
        _begin(state, layout, force=force)
        _write(state, progress)
        _verify(state, manifest, progress)
        loader.finish(manifest.build, manifest.content_digest)
    total = sum(manifest.counts.values())
    return Loaded(
        manifest.build, unchanged=False, written=state.written, kept=total - state.written
    )


def content_at(access: Access, layout: Layout) -> dict[str, Content]:
    """Read back the content of every table that has rows in a Neo4j database.

    It equals `tables_content` of the build that was loaded, and `graph_content` of that build's
    embedded graph.
    """
    schema = read_schema()
    found = {}
    with table_engine(layout.scratch()) as engine:
        for name in (*schema.nodes, *schema.edges):
            content = content_of_rows(engine, rows_at(access, schema.table(name)))
            if content.rows:
                found[name] = content
    return found


def _units(engine: duckdb.DuckDBPyConnection, build: Published) -> dict[Key, _Unit]:
    """Units of a build, nodes first, in the order of the schema."""
    found = {}
    for name in (*build.schema.nodes, *build.schema.edges):
        paths = build.paths(name)
        for source, (content, files) in content_by_source(engine, paths).items():
            table = build.schema.table(name)
            found[name, source] = _Unit(table, source, content, files)
    return found


def _begin(load: _Load, layout: Layout, *, force: bool) -> None:
    """Find out which units the database holds, and record them there before changing anything."""
    loader = load.loader
    if not loader.lease.ready:
        loader.begin(_baseline(load, layout))
    loader.prepare(load.schema)
    load.ledger = {(unit.table, unit.source): unit for unit in loader.ledger()}
    # all at once: a row may have moved between units, and then neither is as it was
    outdated = [entry for key, entry in load.ledger.items() if not load.is_wanted(key)]
    if force:
        outdated = [*load.ledger.values(), *loader.present(load.schema)]
    loader.distrust(outdated)
    load.ledger |= {(unit.table, unit.source): distrusted(unit) for unit in outdated}


def _baseline(load: _Load, layout: Layout) -> list[LedgerUnit]:
    """Return the units that the database says it holds, by the tables of the build it names."""
    marker, size = load.loader.marker(), load.loader.size()
    if not marker.digest:
        if size:
            message = (
                f"the Neo4j database holds {size:,} nodes and edges that no load of ours has "
                "written: expected an empty database, or one that `orthoweave build --store` has "
                "filled. Name another, or empty it first"
            )
            raise BuildError(message)
        return []
    for manifest in reversed(manifests(layout)):
        if manifest.content_digest == marker.digest and size == sum(manifest.counts.values()):
            units = _units(load.engine, Published(layout, manifest, load.schema))
            return [
                LedgerUnit(*unit.key, unit.digest, unit.rows, unit.rows, "verified")
                for unit in units.values()
            ]
    return load.loader.present(load.schema)


def _write(load: _Load, progress: Progress) -> None:
    """Make nodes and edges as wanted; edges are deleted first and created last."""
    units = {
        kind: [unit for unit in load.wanted.values() if isinstance(unit.table, kind)]
        for kind in (NodeType, EdgeType)
    }
    gone = [entry for entry in load.ledger.values() if not entry.digest]
    edges = [entry for entry in gone if entry.table in load.schema.edges]
    if edges:
        with progress.task("Neo4j: edges that changed or go", len(edges)) as task:
            for entry in edges:
                _remove_edges(load, entry)
                task.advance()
    with progress.task("Neo4j: nodes", sum(unit.rows for unit in units[NodeType])) as task:
        for unit in units[NodeType]:
            _write_unit(load, unit, task)
        for entry in gone:
            if entry.table in load.schema.nodes and (entry.table, entry.source) not in load.wanted:
                _remove_stale_nodes(load, entry)
                load.loader.forget(entry)
    with progress.task("Neo4j: edges", sum(unit.rows for unit in units[EdgeType])) as task:
        for unit in units[EdgeType]:
            _write_unit(load, unit, task)


def _write_unit(load: _Load, unit: _Unit, task: Task) -> None:
    entry = load.ledger.get(unit.key)
    if entry is None or entry.digest != unit.digest:
        state: State = "new" if entry is None else "changed"
        entry = LedgerUnit(*unit.key, unit.digest, unit.rows, 0, state)
    task.advance(entry.done)
    # other rows of the source may have to be deleted
    stays = entry.state == "changed" and isinstance(unit.table, NodeType)
    for rows in _blocks(load.engine, unit, entry.done):
        done = entry.done + rows.num_rows
        state = "complete" if done == unit.rows and not stays else entry.state
        entry = replace(entry, done=done, state=state)
        load.loader.write(unit.table, entry, rows)
        load.written += rows.num_rows
        task.advance(rows.num_rows)
    if stays:
        _remove_stale_nodes(load, entry)
        entry = replace(entry, state="complete")
        load.loader.set_unit(entry)
    load.ledger[unit.key] = entry


def _blocks(engine: duckdb.DuckDBPyConnection, unit: _Unit, start: int) -> Iterator[pa.Table]:
    """Yield the rows of a unit from row `start` on, in the order of its files."""
    if start == unit.rows:
        return
    columns = ", ".join(f'"{column.name}"' for column in unit.table.columns)
    query = (
        f"SELECT {columns} FROM {parquet(unit.paths)} WHERE source = {literal(unit.source)} "
        f"OFFSET {start}"
    )
    for batch in engine.sql(query).to_arrow_reader(BATCH_ROWS):
        yield pa.Table.from_batches([batch])


def _remove_edges(load: _Load, entry: LedgerUnit) -> None:
    load.loader.delete_edges(load.schema.edges[entry.table], entry.source)
    load.loader.forget(entry)
    del load.ledger[entry.table, entry.source]


def _remove_stale_nodes(load: _Load, entry: LedgerUnit) -> None:
    """Delete nodes that a source asserts in the database but that no table has any more."""
    node = load.schema.nodes[entry.table]
    paths = sorted(
        {path for unit in load.wanted.values() if unit.table is node for path in unit.paths}
    )
    stale: list[str] = []
    for keys in load.loader.keys(node, entry.source):
        if not paths:
            stale += keys
            continue
        load.engine.register("keys", pa.table({"id": keys}))
        query = f"SELECT id FROM keys WHERE id NOT IN (SELECT id FROM {parquet(paths)}) ORDER BY id"
        stale += [key for (key,) in load.engine.sql(query).fetchall()]
        load.engine.unregister("keys")
    load.loader.delete_nodes(node, stale)


def _verify(load: _Load, manifest: Manifest, progress: Progress) -> None:
    """Read back what was written since the database was last verified, and count all tables."""
    wrong = _differing(load, progress)
    counts = load.loader.counts(load.schema)
    wrong |= {
        name: f"{name} has {count:,} rows, not {manifest.counts.get(name, 0):,}"
        for name, count in counts.items()
        if count != manifest.counts.get(name, 0)
    }
    others = load.loader.size() - sum(counts.values())
    if others:
        wrong[""] = f"{others:,} nodes and edges are of no table of ours"
    if not wrong:
        return
    every = [*load.ledger.values(), *load.loader.present(load.schema)]
    load.loader.distrust([unit for unit in every if unit.table in wrong])
    message = (
        f"Neo4j does not hold what was written: {'; '.join(wrong.values())}. Does another "
        "program write to that database? Run the same command again: it rewrites these tables"
    )
    raise BuildError(message)


def _differing(load: _Load, progress: Progress) -> dict[str, str]:
    """Return the tables whose rows in the database differ from what was written."""
    fresh: dict[str, list[_Unit]] = {}
    for unit in load.wanted.values():
        if load.ledger[unit.key].state == "complete":
            fresh.setdefault(unit.table.name, []).append(unit)
    found = {}
    total = sum(unit.rows for units in fresh.values() for unit in units)
    with progress.task("Neo4j: verification", total) as task:
        for name, units in fresh.items():
            blocks = load.loader.rows(units[0].table, [unit.source for unit in units])
            expected = sum((unit.content for unit in units), Content())
            if content_of_rows(load.engine, blocks) != expected:
                found[name] = f"{name} has other values"
            task.advance(expected.rows)
    return found
