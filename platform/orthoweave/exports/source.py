"""The tables of a published build that an export reads, whole or around some genes, in blocks.

Exports stream the build's Parquet files and never ask the graph engine. A selection around nodes
grows hop by hop along the chosen edge tables. It includes species, datasets and sources but does
not continue from them, because nearly every node is connected to one.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orthoweave.errors import UnknownNameError
from orthoweave.schema import EdgeType, NodeType, Schema
from orthoweave.storage.published import Published

_BLOCK: Final = 100_000
_HUBS: Final = {"Species", "Dataset", "Source"}


@dataclass(slots=True)
class ExportSource:
    """Chosen tables of a published build, and the sources of their rows."""

    published: Published
    nodes: tuple[NodeType, ...]
    edges: tuple[EdgeType, ...]
    keys: dict[str, pa.Array] | None = None
    """Node keys by node table, for an export around some nodes; None for everything."""
    rows: Counter[str] = field(default_factory=Counter)
    """Rows read so far, by table."""
    sources: Counter[str] = field(default_factory=Counter)
    """Rows read so far, by key of their Source."""

    @property
    def tables(self) -> tuple[NodeType | EdgeType, ...]:
        """The chosen tables, nodes first."""
        return (*self.nodes, *self.edges)

    def blocks(self, table: NodeType | EdgeType) -> Iterator[pa.Table]:
        """Yield the rows of a table in blocks, with all columns."""
        for block in self._read(table, [column.name for column in table.columns]):
            chosen = block if self.keys is None else block.filter(self._inside(table, block))
            if not chosen.num_rows:
                continue
            self.rows[table.name] += chosen.num_rows
            for item in pc.value_counts(chosen["source"]).to_pylist():
                self.sources[item["values"]] += item["counts"]
            yield chosen

    def size(self) -> int:
        """Return an upper bound of the number of nodes and edges, before any is read."""
        counts = self.published.manifest.counts
        if self.keys is not None:
            return sum(len(keys) for keys in self.keys.values())
        return sum(counts.get(table.name, 0) for table in self.tables)

    def around(self, starts: Sequence[str], hops: int) -> None:
        """Limit the export to nodes and edges within `hops` edges of the Gene keys `starts`.

        Raises
        ------
        UnknownNameError
            If a key is not that of a gene of the build.
        """
        found = {node.name: set[str]() for node in self.nodes}
        found["Gene"] = set(starts)
        self._check_starts(found["Gene"])
        frontier = {"Gene": set(starts)}
        for _ in range(hops):
            reached = self._step(frontier)
            frontier = {}
            for name, keys in reached.items():
                new = keys - found[name]
                found[name] |= new
                if name not in _HUBS:
                    frontier[name] = new
        self.keys = {name: pa.array(sorted(keys), pa.string()) for name, keys in found.items()}

    def _step(self, frontier: dict[str, set[str]]) -> dict[str, set[str]]:
        arrays = {name: pa.array(keys, pa.string()) for name, keys in frontier.items()}
        reached: dict[str, set[str]] = {}
        for edge in self.edges:
            for near, far, start, end in (
                ("from", "to", edge.start, edge.end),
                ("to", "from", edge.end, edge.start),
            ):
                if not len(arrays.get(start, ())):
                    continue
                for block in self._read(edge, ["from", "to"]):
                    hit = block.filter(pc.is_in(block[near], arrays[start]))
                    reached.setdefault(end, set()).update(hit[far].to_pylist())
        return reached

    def _check_starts(self, starts: set[str]) -> None:
        gene = next((node for node in self.nodes if node.name == "Gene"), None)
        unknown = set(starts)
        if gene is not None:
            for block in self._read(gene, ["id"]):
                unknown -= set(
                    block.filter(pc.is_in(block["id"], pa.array(starts)))["id"].to_pylist()
                )
        if unknown:
            build = self.published.manifest.build
            message = (
                f"no gene {', '.join(sorted(unknown))} in the chosen tables of build {build}: "
                "expected the key of a gene, such as NCBIGene:3630"
            )
            raise UnknownNameError(message)

    def _inside(self, table: NodeType | EdgeType, block: pa.Table) -> pa.Array:
        keys = self.keys or {}
        if isinstance(table, NodeType):
            return pc.is_in(block["id"], keys[table.name])
        return pc.and_(
            pc.is_in(block["from"], keys[table.start]), pc.is_in(block["to"], keys[table.end])
        )

    def _read(self, table: NodeType | EdgeType, columns: list[str]) -> Iterator[pa.Table]:
        for path in self.published.paths(table.name):
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(_BLOCK, columns=columns):
                    yield pa.Table.from_batches([batch]).select(columns)


def choose_tables(published: Published, schema: Schema, names: Sequence[str]) -> ExportSource:
    """Choose the named tables, or all; an edge table brings the tables of its ends.

    Raises
    ------
    UnknownNameError
        If there is no table with such a name.
    """
    built = {name for name, paths in published.manifest.tables.items() if paths}
    wanted = {schema.table(name).name for name in names} or built
    edges = tuple(edge for name, edge in schema.edges.items() if name in wanted and name in built)
    wanted |= {end for edge in edges for end in (edge.start, edge.end)}
    nodes = tuple(node for name, node in schema.nodes.items() if name in wanted and name in built)
    return ExportSource(published, nodes, edges)
