"""The tables as nodes and edges in dictionaries: by label, by key and by end."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import pyarrow.parquet as pq
from tests.support.naive.values import Edge, Node

from orthoweave.schema import EdgeType, read_schema
from orthoweave.schema.model import ORIGINAL, PROVENANCE
from orthoweave.storage.layout import Layout
from orthoweave.storage.manifest import current_build, read_manifest

_NONE: Sequence[Edge] = ()


class Graph:
    """All nodes and edges of a graph."""

    def __init__(self, tables: Mapping[str, Iterable[Mapping[str, object]]]) -> None:
        schema = read_schema()
        self.nodes: dict[str, list[Node]] = defaultdict(list)
        self.by_key: dict[tuple[str, object], Node] = {}
        self.outgoing: dict[Node, list[Edge]] = defaultdict(list)
        self.incoming: dict[Node, list[Edge]] = defaultdict(list)
        for name in schema.nodes:
            for row in tables.get(name, ()):
                node = Node(name, row)
                self.nodes[name].append(node)
                self.by_key[name, row["id"]] = node
        for name in schema.edges:
            self._add(schema.edges[name], tables.get(name, ()))

    @classmethod
    def of_build(cls, layout: Layout, *, lean: bool = False) -> "Graph":
        """Read the published build of a knowledge base.

        Parameters
        ----------
        lean
            Leave out who says what, which is most of the columns of a large graph.
        """
        manifest, schema = read_manifest(layout, current_build(layout)), read_schema()
        tables = {}
        for name in manifest.tables:
            left_out = {*PROVENANCE, *ORIGINAL} if lean else set()
            columns = [one.name for one in schema.table(name).columns if one not in left_out]
            paths = manifest.table_paths(layout, name)
            parts = [pq.read_table(path, columns=columns) for path in paths]
            tables[name] = [row for part in parts for row in part.to_pylist()]
        return cls(tables)

    def _add(self, table: EdgeType, rows: Iterable[Mapping[str, object]]) -> None:
        for row in rows:
            start, end = self.by_key[table.start, row["from"]], self.by_key[table.end, row["to"]]
            own = {name: value for name, value in row.items() if name not in {"from", "to"}}
            edge = Edge(table.name, start, end, own)
            self.outgoing[start].append(edge)
            self.incoming[end].append(edge)

    def every_node(self) -> Iterable[Node]:
        """Return all nodes."""
        for nodes in self.nodes.values():
            yield from nodes

    def out_of(self, node: Node) -> Sequence[Edge]:
        """Edges that begin at a node."""
        return self.outgoing.get(node, _NONE)

    def into(self, node: Node) -> Sequence[Edge]:
        """Edges that end at a node."""
        return self.incoming.get(node, _NONE)
