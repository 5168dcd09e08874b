"""The tables of a build as data frames, read on first use."""

from functools import cached_property
from typing import Final

import networkx as nx
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from orthoweave.schema import read_schema
from orthoweave.storage.layout import Layout
from orthoweave.storage.manifest import Manifest, current_build, read_manifest

_CONSENSUS: Final = "consensus"


class World:
    """The tables of the published build of a knowledge base."""

    def __init__(self, layout: Layout, manifest: Manifest | None = None) -> None:
        self._layout = layout
        self._manifest = manifest or read_manifest(layout, current_build(layout))
        self._frames: dict[str, pd.DataFrame] = {}

    def __getitem__(self, table: str) -> pd.DataFrame:
        """Return the rows of a node or edge table, with Python lists and None for null."""
        if table not in self._frames:
            names = [column.name for column in read_schema().table(table).columns]
            paths = self._manifest.table_paths(self._layout, table)
            parts = [pq.read_table(path, columns=names) for path in paths]
            whole = pa.concat_tables([_spelled_out(part) for part in parts]) if parts else None
            frame = pd.DataFrame(columns=names) if whole is None else _frame(whole)
            self._frames[table] = frame
        return self._frames[table]

    def both_ways(self, table: str) -> pd.DataFrame:
        """Return edges in both directions; `edge` is the number of the row, loops occur once."""
        edges = self[table].reset_index(drop=True)
        edges = edges.assign(edge=edges.index)
        turned = edges[edges["from"] != edges["to"]].rename(columns={"from": "to", "to": "from"})
        return pd.concat([edges, turned], ignore_index=True)

    @cached_property
    def consensus(self) -> pd.DataFrame:
        """Consensus ortholog pairs, in both directions."""
        pairs = self.both_ways("ORTHOLOGOUS_TO")
        return pairs[pairs["assertion"] == _CONSENSUS]

    @cached_property
    def coexpression(self) -> "nx.Graph[str]":
        """Graph of genes with an edge for each co-expressed pair."""
        edges = self["COEXPRESSED_WITH"]
        graph: nx.Graph[str] = nx.Graph()
        graph.add_nodes_from(self["Gene"]["id"])
        graph.add_edges_from(zip(edges["from"], edges["to"], strict=True))
        return graph

    @cached_property
    def kinds(self) -> "nx.DiGraph[str]":
        """Graph of cell types with edges to their parents, without loops."""
        edges = self["SUBCLASS_OF"]
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(self["CellType"]["id"])
        pairs = zip(edges["from"], edges["to"], strict=True)
        graph.add_edges_from((child, parent) for child, parent in pairs if child != parent)
        return graph

    def species_of(self, genes: pd.Series) -> pd.Series:
        """Return the species of each gene."""
        return genes.map(self["Gene"].set_index("id")["species"])


def _spelled_out(table: pa.Table) -> pa.Table:
    kinds = [
        field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        for field in table.schema
    ]
    return table.cast(pa.schema(list(zip(table.column_names, kinds, strict=True))))


def _frame(table: pa.Table) -> pd.DataFrame:
    columns = {}
    for field in table.schema:
        column = table[field.name]
        if pa.types.is_list(field.type) or (column.null_count and not _is_number(field.type)):
            columns[field.name] = pd.Series(column.to_pylist(), dtype=object)
        elif pa.types.is_string(field.type):
            columns[field.name] = pd.Series(column.to_numpy(), dtype=object)
        else:
            columns[field.name] = column.to_pandas()
    return pd.DataFrame(columns)


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_floating(kind))
