"""Export as KGX: the node and edge files that Monarch's and Translator's tools read.

Columns are those of Biolink 4.4 where it has them; our own properties keep their names. Every
edge has an id made from its content, so an edge has the same id in all exports of a build. In
TSV, lists are joined by ``|`` (which becomes ``/`` inside an element) and each run of tabs, line
ends or control characters in a string is one space.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Self

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from orthoweave.exports.source import ExportSource
from orthoweave.exports.text import joined, one_cell
from orthoweave.schema import EdgeType, NodeType

# our column → KGX column
_NODE_NAMES: Final = {
    "Gene": {
        "name": "full_name",
        "summary": "description",
        "synonyms": "synonym",
        "xrefs": "xref",
        "species": "in_taxon",
    },
    "CellType": {"synonyms": "synonym", "definition": "description"},
    "Species": {"scientific_name": "name"},
    "Dataset": {"title": "name", "species": "in_taxon"},
    "OrthologGroup": {"species": "in_taxon"},
    "Cell": {"barcode": "name"},
}
_ASSOCIATION: Final = {
    "biolink:orthologous_to": "biolink:GeneToGeneHomologyAssociation",
    "biolink:paralogous_to": "biolink:GeneToGeneHomologyAssociation",
    "biolink:coexpressed_with": "biolink:GeneToGeneCoexpressionAssociation",
    "biolink:expressed_in": "biolink:GeneToExpressionSiteAssociation",
    "biolink:member_of": "biolink:GeneToGeneFamilyAssociation",
}
_LISTS: Final = {"in_taxon"}
_AGGREGATOR: Final = "infores:orthoweave"
# bulk tables carry only `source`; the Source node has the rest
_OF_SOURCE: Final = (
    "knowledge_level",
    "agent_type",
    "primary_knowledge_source",
    "license",
    "source_version",
)
_TYPES: Final[dict[str, pl.DataType]] = {
    "string": pl.String(),
    "int64": pl.Int64(),
    "float32": pl.Float64(),
    "float64": pl.Float64(),
    "bool": pl.Boolean(),
    "string[]": pl.List(pl.String),
}


def write_kgx(source: ExportSource, folder: Path, *, parquet: bool = False) -> None:
    """Write ``nodes`` and ``edges`` as TSV or Parquet files."""
    facts = _source_facts(source)
    nodes = _columns(["id", "category", "name"], [_node_types(node) for node in source.nodes])
    first = [
        "id",
        "subject",
        "predicate",
        "object",
        "category",
        "primary_knowledge_source",
        "aggregator_knowledge_source",
        "knowledge_level",
        "agent_type",
    ]
    edges = _columns(first, [_edge_types(edge) for edge in source.edges])
    writer: type[_Parquet | _Tsv] = _Parquet if parquet else _Tsv
    with writer(folder, "nodes", nodes) as out:
        for node in source.nodes:
            for frame in _frames(source, node):
                out.write(_kgx_nodes(frame, node))
    with writer(folder, "edges", edges) as out:
        for edge in source.edges:
            for frame in _frames(source, edge):
                out.write(_kgx_edges(frame, edge, facts))


def _frames(source: ExportSource, table: NodeType | EdgeType) -> Iterator[pl.DataFrame]:
    for block in source.blocks(table):
        frame = pl.from_arrow(block)
        if isinstance(frame, pl.DataFrame):
            yield frame


def _source_facts(source: ExportSource) -> pl.DataFrame:
    """Provenance by Source key, for the rows of bulk tables."""
    schema = dict.fromkeys(("id", *_OF_SOURCE), pl.String)
    frames = [
        pl.read_parquet(path, columns=list(schema)) for path in source.published.paths("Source")
    ]
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema)


def _node_types(node: NodeType) -> dict[str, pl.DataType]:
    names = _NODE_NAMES.get(node.name, {})
    types: dict[str, pl.DataType] = dict.fromkeys(("id", "category", "name"), pl.String())
    for column in node.columns[1:]:
        name = "provided_by" if column.name == "source" else names.get(column.name, column.name)
        types[name] = _type(name, column.kind)
    return types


def _edge_types(edge: EdgeType) -> dict[str, pl.DataType]:
    types: dict[str, pl.DataType] = dict.fromkeys(
        (
            "id",
            "subject",
            "predicate",
            "object",
            "category",
            "aggregator_knowledge_source",
            *_OF_SOURCE,
        ),
        pl.String(),
    )
    for column in edge.columns[2:]:
        name = "provided_by" if column.name == "source" else column.name
        types[name] = _type(name, column.kind)
    return types


def _type(name: str, kind: str) -> pl.DataType:
    return _TYPES["string[]" if name in _LISTS else kind]


def _columns(first: list[str], tables: list[dict[str, pl.DataType]]) -> dict[str, pl.DataType]:
    """Return the columns of all tables together; where two differ in type, the column is text."""
    found: dict[str, pl.DataType] = dict.fromkeys(first, pl.String())
    for types in tables:
        for name, kind in types.items():
            found[name] = kind if found.setdefault(name, kind) == kind else pl.String()
    return found


def _kgx_nodes(frame: pl.DataFrame, node: NodeType) -> pl.DataFrame:
    frame = frame.rename({**_NODE_NAMES.get(node.name, {}), "source": "provided_by"})
    if node.name == "Gene":
        synonyms = [pl.col(name).fill_null([]) for name in ("synonym", "previous_symbols")]
        frame = frame.with_columns(
            pl.coalesce("symbol", "full_name", "id").alias("name"),
            pl.concat_list(synonyms).list.unique(maintain_order=True).alias("synonym"),
        )
    name = pl.coalesce("name", "id") if "name" in frame.columns else pl.col("id")
    frame = frame.with_columns(name.alias("name"), pl.lit(node.biolink).alias("category"))
    return _with_lists(frame)


def _kgx_edges(frame: pl.DataFrame, edge: EdgeType, facts: pl.DataFrame) -> pl.DataFrame:
    content = frame.select(
        pl.concat_str(
            [pl.lit(edge.name), *(_as_text(frame, name).fill_null("") for name in frame.columns)],
            separator="\x1f",
        )
    ).to_series()
    ids = [
        f"orthoweave:{hashlib.blake2b(text.encode(), digest_size=16).hexdigest()}"
        for text in content
    ]
    if edge.bulk:
        frame = frame.join(
            facts, left_on="source", right_on="id", how="left", maintain_order="left"
        )
    frame = frame.rename({"from": "subject", "to": "object", "source": "provided_by"})
    return _with_lists(
        frame.with_columns(
            pl.Series("id", ids, pl.String),
            pl.lit(edge.predicate).alias("predicate"),
            pl.lit(_ASSOCIATION.get(edge.predicate, "biolink:Association")).alias("category"),
            pl.lit(_AGGREGATOR).alias("aggregator_knowledge_source"),
        )
    )


def _with_lists(frame: pl.DataFrame) -> pl.DataFrame:
    single = [name for name in _LISTS & set(frame.columns) if frame.schema[name] == pl.String]
    return frame.with_columns(pl.concat_list(pl.col(name)).alias(name) for name in single)


def _as_text(frame: pl.DataFrame, name: str) -> pl.Expr:
    if isinstance(frame.schema[name], pl.List):
        return joined(name, "|", "/")
    return pl.col(name).cast(pl.String)


class _Tsv:
    """Appends frames to a TSV file with a fixed header."""

    def __init__(self, folder: Path, name: str, columns: dict[str, pl.DataType]) -> None:
        self._columns = columns
        self._stream = (folder / f"{name}.tsv").open("wb")
        self._stream.write(("\t".join(columns) + "\n").encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def write(self, frame: pl.DataFrame) -> None:
        """Append the rows of `frame`; columns that it lacks stay empty."""
        texts = [
            one_cell(_as_text(frame, name)).alias(name)
            if name in frame.columns
            else pl.lit(None, pl.String).alias(name)
            for name in self._columns
        ]
        frame.select(texts).write_csv(
            self._stream, separator="\t", include_header=False, quote_style="never"
        )


class _Parquet:
    """Appends frames to a Parquet file with fixed columns; lists stay lists."""

    def __init__(self, folder: Path, name: str, columns: dict[str, pl.DataType]) -> None:
        self._columns = columns
        schema = pl.DataFrame(schema=columns).to_arrow().schema
        self._schema = pa.schema([pa.field(f.name, _plain(f.type)) for f in schema])
        self._writer = pq.ParquetWriter(folder / f"{name}.parquet", self._schema)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()

    def write(self, frame: pl.DataFrame) -> None:
        """Append the rows of `frame`; columns that it lacks are null."""
        columns = [
            (_as_text(frame, name) if kind == pl.String else pl.col(name).cast(kind)).alias(name)
            if name in frame.columns
            else pl.lit(None, kind).alias(name)
            for name, kind in self._columns.items()
        ]
        self._writer.write_table(frame.select(columns).to_arrow().cast(self._schema))


def _plain(kind: pa.DataType) -> pa.DataType:
    """Return Arrow's plain type in place of one of polars' large types and views."""
    if pa.types.is_large_list(kind):
        return pa.list_(_plain(kind.value_type))
    is_text = pa.types.is_large_string(kind) or kind == pa.string_view()
    return pa.string() if is_text else kind
