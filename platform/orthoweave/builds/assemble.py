"""Choose the rows of the graph: merged nodes, and the edges that have both their ends.

Each source's rows are projected once. Rows that depend on several sources are computed from these
projections and kept as well: nodes that several sources name, edges that lack an end in this build,
facts asserted twice.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq

from orthoweave.builds.content import Content
from orthoweave.builds.parts import Part, Workshop
from orthoweave.builds.projection import ENDS, PartTable
from orthoweave.builds.run_times import with_run_times
from orthoweave.schema import EdgeType, NodeType
from orthoweave.storage.engine import literal, parquet, write_rows
from orthoweave.storage.merge import merge_nodes
from orthoweave.storage.tableset import TableSet, verify_tableset
from orthoweave.stores.duckdb.tables import END, NODE, START, quoted

ASIDE_FILE: Final = "aside.parquet"


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows of one table in one part, with the Parquet file of the same rows."""

    part: Part
    table: str
    parquet: Path

    @property
    def known(self) -> PartTable:
        """Facts about the rows."""
        return self.part.tables[self.table]

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.known.content.rows


@dataclass(slots=True)
class Assembled:
    """Slices by table; together they are exactly the rows of the graph."""

    slices: dict[str, list[Slice]] = field(default_factory=dict)
    aside: dict[str, Part] = field(default_factory=dict)
    """Parts whose file holds edges left out for a missing end, by the file's name in the build."""
    set_aside: dict[str, int] = field(default_factory=dict)
    """Their number by edge table."""

    def add(self, table: str, part: Part, path: Path) -> None:
        """Add a part's rows to a table, unless there are none."""
        if part.tables[table].content.rows:
            self.slices.setdefault(table, []).append(Slice(part, table, path))

    def paths(self, table: str) -> list[Path]:
        """Return the Parquet files of a table."""
        return [one.parquet for one in self.slices.get(table, [])]

    def content(self) -> dict[str, Content]:
        """Return the content by table."""
        return {
            name: sum((one.known.content for one in slices), Content())
            for name, slices in self.slices.items()
        }


def assemble(
    workshop: Workshop, sources: Sequence[TableSet], seconds: Mapping[str, float | None]
) -> Assembled:
    """Assemble the tables of all sources for one graph, without what is derived from all of them.

    Parameters
    ----------
    sources
        In order of precedence: where two name a node, the first that has a value supplies it.
    seconds
        Wall time of each run, which its tables do not hold, by key of its source.
    """
    found = Assembled()
    nodes = workshop.schema.nodes.values()
    # before their edges are projected, so that the keys have numbers by then
    for node in (node for node in nodes if not node.bulk):
        _nodes(workshop, found, node, sources, seconds if node.name == "Run" else {})
    parts = [_source_part(workshop, source) for source in sources]
    for node in (node for node in nodes if node.bulk):
        _bulk_nodes(workshop, found, node, sources, parts)
    for edge in workshop.schema.edges.values():
        for source, part in zip(sources, parts, strict=True):
            if part is not None and edge.name in part.tables:
                _edges(workshop, found, edge, source, part)
        if edge.unique:
            _one_per_pair(workshop, found, edge)
    return found


def union(
    workshop: Workshop, slices: Sequence[Slice], columns: Sequence[str], name: str = ""
) -> str:
    """Return a query of some columns of slices; `name` gives the order of an edge table."""
    chosen = ", ".join(map(quoted, columns))
    tables = [f"{workshop.attach(one.part)}.{quoted(name or one.table)}" for one in slices]
    return " UNION ALL ".join(f"SELECT {chosen} FROM {table}" for table in tables)


def _source_part(workshop: Workshop, source: TableSet) -> Part | None:
    """Project the rows that depend on one source alone: its edges, and its bulk nodes."""
    bulk = {node.name for node in workshop.schema.nodes.values() if node.bulk}
    paths = {
        name: path
        for name in (*bulk, *workshop.schema.edges)
        if (path := source.table_path(name)) is not None
    }
    if not paths:
        return None

    def write(folder: Path) -> dict[str, Path]:
        verify_tableset(source)
        found = dict(paths)
        for name in bulk & found.keys():
            query = f"SELECT count(*) - count(DISTINCT id) FROM {parquet([found[name]])}"
            if workshop.engine.sql(query).fetchall()[0][0]:
                found[name] = folder / f"{name}.parquet"
                merge_nodes(
                    [paths[name]], found[name], workshop.schema.nodes[name], keep_single=True
                )
        return found

    return workshop.part({"kind": "source", "tables": source.digest}, write)


def _path(source: TableSet, part: Part, table: str) -> Path:
    """Return the Parquet file of a source's part: its own where the rows had to be merged."""
    own = f"{table}.parquet"
    return part.kept.folder / own if own in part.kept.files else source.folder / own


def _bulk_nodes(
    workshop: Workshop,
    found: Assembled,
    node: NodeType,
    sources: Sequence[TableSet],
    parts: Sequence[Part | None],
) -> None:
    for source, part in zip(sources, parts, strict=True):
        if part is not None and node.name in part.tables:
            found.add(node.name, part, _path(source, part, node.name))
    slices = found.slices.get(node.name, [])
    if len(slices) < 2:
        return
    numbers = quoted(NODE)
    query = f"SELECT count(*) - count(DISTINCT {numbers}) FROM ({union(workshop, slices, [NODE])})"
    if workshop.engine.sql(query).fetchall()[0][0]:
        del found.slices[node.name]
        paths = [one.parquet for one in slices]
        _merged(workshop, found, node, paths, [one.part.digest for one in slices], {})


def _nodes(
    workshop: Workshop,
    found: Assembled,
    node: NodeType,
    sources: Sequence[TableSet],
    seconds: Mapping[str, float | None],
) -> None:
    every = [(source, source.table_path(node.name)) for source in sources]
    paths = [path for _, path in every if path is not None]
    digests = [source.files[path.name] for source, path in every if path is not None]
    if paths:
        _merged(workshop, found, node, paths, digests, seconds)


def _merged(  # noqa: PLR0917 - all from the calls above
    workshop: Workshop,
    found: Assembled,
    node: NodeType,
    paths: Sequence[Path],
    digests: Sequence[str],
    seconds: Mapping[str, float | None],
) -> None:
    """Merge the rows of each key into one; `digests` identify the files at `paths`."""
    name = f"{node.name}.parquet"

    def write(folder: Path) -> dict[str, Path]:
        merge_nodes(paths, folder / name, node, keep_single=True)
        if seconds:
            with_run_times(folder / name, seconds)
        return {node.name: folder / name}

    part = workshop.part(
        {"kind": "nodes", "label": node.name, "of": list(digests), "seconds": dict(seconds)}, write
    )
    found.add(node.name, part, part.kept.folder / name)


def _edges(
    workshop: Workshop, found: Assembled, edge: EdgeType, source: TableSet, part: Part
) -> None:
    path = _path(source, part, edge.name)
    lost = [_lost(workshop, found, edge.name, part, label) for label in (edge.start, edge.end)]
    if not any(lost):
        found.add(edge.name, part, path)
        return
    name = f"{edge.name}.parquet"

    def write(folder: Path) -> dict[str, Path]:
        verify_tableset(source)
        _divide(workshop, edge, path, lost, (folder / name, folder / ASIDE_FILE))
        return {edge.name: folder / name}

    digest = hashlib.sha256(repr(lost).encode()).hexdigest()
    rest = workshop.part(
        {"kind": "edges with ends", "of": part.digest, "edge": edge.name, "lost": digest}, write
    )
    found.add(edge.name, rest, rest.kept.folder / name)
    found.aside[f"{edge.name}-{source.source.name}.parquet"] = rest
    left_out = pq.read_metadata(rest.kept.folder / ASIDE_FILE).num_rows
    found.set_aside[edge.name] = found.set_aside.get(edge.name, 0) + left_out


def _lost(workshop: Workshop, found: Assembled, edge: str, part: Part, label: str) -> list[int]:
    """Return the numbers at the ends of a part's edges that are not nodes of this graph."""
    nodes = union(workshop, found.slices.get(label, []), [NODE]) or f"SELECT 0 AS {quoted(NODE)}"
    rows = workshop.engine.sql(
        f"SELECT {quoted(NODE)} FROM {workshop.attach(part)}.{quoted(ENDS)} "
        f"WHERE edge = {literal(edge)} AND label = {literal(label)} "
        f"AND {quoted(NODE)} NOT IN ({nodes}) ORDER BY 1"
    ).fetchall()
    return [number for (number,) in rows]


def _divide(
    workshop: Workshop,
    edge: EdgeType,
    path: Path,
    lost: Sequence[Sequence[int]],
    targets: tuple[Path, Path],
) -> None:
    """Write a source's edges to two files: those with both ends, and the others."""
    conditions = []
    for column, label, numbers in zip(("from", "to"), (edge.start, edge.end), lost, strict=True):
        listed = ", ".join(map(str, [*numbers, 0]))
        keys = (
            f"SELECT id FROM ({workshop.register.keys(label)}) WHERE {quoted(NODE)} IN ({listed})"
        )
        conditions.append(f"{quoted(column)} IN ({keys})")
    is_lost = " OR ".join(conditions)
    arrow = workshop.schema.arrow(edge.name)
    for condition, target in zip((f"NOT ({is_lost})", is_lost), targets, strict=True):
        query = f"SELECT * FROM {parquet([path])} WHERE {condition}"
        write_rows(workshop.engine, query, target, arrow)


def _one_per_pair(workshop: Workshop, found: Assembled, edge: EdgeType) -> None:
    """Keep, of edges that several sources assert, the first source's: a fact counts once."""
    slices = found.slices.get(edge.name, [])
    if not slices:
        return
    ends = f"{quoted(START)}, {quoted(END)}"
    repeated = f"SELECT count(*) - count(DISTINCT ({ends})) FROM "
    rows = union(workshop, slices, [START, END])
    if not workshop.engine.sql(f"{repeated} ({rows})").fetchall()[0][0]:
        return
    name = f"{edge.name}.parquet"

    def write(folder: Path) -> dict[str, Path]:
        columns = ", ".join(quoted(column.name) for column in edge.columns)
        parts = " UNION ALL ".join(
            f"SELECT {columns}, {number} AS precedence FROM {parquet([one.parquet])}"
            for number, one in enumerate(slices)
        )
        query = (
            f"SELECT {columns} FROM ({parts}) QUALIFY row_number() OVER "
            '(PARTITION BY "from", "to" ORDER BY precedence) = 1 ORDER BY "from", "to"'
        )
        write_rows(workshop.engine, query, folder / name, workshop.schema.arrow(edge.name))
        return {edge.name: folder / name}

    part = workshop.part(
        {"kind": "one for each pair", "edge": edge.name, "of": [one.part.digest for one in slices]},
        write,
    )
    del found.slices[edge.name]
    found.add(edge.name, part, part.kept.folder / name)
