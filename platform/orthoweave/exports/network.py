"""Exports for network tools: GraphML (Gephi, yEd, igraph, networkx) and Cytoscape JSON.

Desktop tools open a graph whole, so both formats have a limit; choose a smaller part by tables or
around some genes. Lists are joined by ``|`` in GraphML, which has none.
"""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final
from xml.sax.saxutils import escape, quoteattr

from orthoweave.errors import UsageError
from orthoweave.exports.source import ExportSource
from orthoweave.schema import EdgeType, NodeType

GRAPHML_LIMIT: Final = 5_000_000
CYTOSCAPE_LIMIT: Final = 200_000

_GRAPHML: Final = {
    "string": "string",
    "int64": "long",
    "float32": "double",
    "float64": "double",
    "bool": "boolean",
    "string[]": "string",
}
# characters that XML 1.0 forbids, even escaped
_NOT_XML: Final = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF], " ")


def write_graphml(source: ExportSource, folder: Path) -> None:
    """Write ``graph.graphml``; every node and edge has a ``label``, its table's name.

    Raises
    ------
    UsageError
        If there are more nodes and edges than `GRAPHML_LIMIT`.
    """
    _check_size(source, "graphml", GRAPHML_LIMIT)
    with (folder / "graph.graphml").open("w", encoding="utf-8", newline="\n") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        out.write('<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n')
        node_keys = _write_keys(out, "node", source.nodes)
        edge_keys = _write_keys(out, "edge", source.edges)
        out.write('<graph edgedefault="directed">\n')
        seen = 0
        for table, row in _rows(source):
            seen = _count(seen, "graphml", GRAPHML_LIMIT)
            keys = node_keys if isinstance(table, NodeType) else edge_keys
            _write_element(out, table, row, keys)
        out.write("</graph>\n</graphml>\n")


def write_cytoscape(source: ExportSource, folder: Path) -> None:
    """Write ``graph.cyjs``, Cytoscape's JSON; lists stay lists.

    Raises
    ------
    UsageError
        If there are more nodes and edges than `CYTOSCAPE_LIMIT`.
    """
    _check_size(source, "cytoscape", CYTOSCAPE_LIMIT)
    nodes: list[dict[str, object]] = []
    edges: list[dict[str, object]] = []
    for table, row in _rows(source):
        _count(len(nodes) + len(edges), "cytoscape", CYTOSCAPE_LIMIT)
        data = {name: value for name, value in row.items() if value is not None}
        data = {name: _finite(value) for name, value in data.items()}
        if isinstance(table, NodeType):
            name = data.get("symbol") or data.get("name") or data["id"]
            nodes.append({"data": {**data, "label": table.name, "name": name}})
        else:
            ends = {"source": data.pop("from"), "target": data.pop("to")}
            # `source` is an end in Cytoscape; the asserting source is `provided_by`
            data = {
                ("provided_by" if key == "source" else key): value for key, value in data.items()
            }
            about = {"id": f"e{len(edges)}", "label": table.name, "interaction": table.name}
            edges.append({"data": {**data, **about, **ends}})
    graph = {
        "format_version": "1.0",
        "generated_by": "orthoweave",
        "data": {"name": f"orthoweave {source.published.manifest.build}"},
        "elements": {"nodes": nodes, "edges": edges},
    }
    with (folder / "graph.cyjs").open("w", encoding="utf-8", newline="\n") as out:
        json.dump(graph, out, ensure_ascii=False, allow_nan=False)


def _rows(source: ExportSource) -> Iterator[tuple[NodeType | EdgeType, dict[str, object]]]:
    """Yield every node and edge as a dictionary, nodes first."""
    for table in source.tables:
        for block in source.blocks(table):
            for batch in block.to_batches(max_chunksize=10_000):
                for row in batch.to_pylist():
                    yield table, row


def _write_keys(
    out: IO[str], where: str, tables: tuple[NodeType, ...] | tuple[EdgeType, ...]
) -> dict[str, str]:
    """Declare the attributes of all tables, as text where two tables differ; return their ids."""
    kinds = {"label": "string"}
    for table in tables:
        # the ends of an edge, or the key of a node, are not attributes
        for column in table.columns[1 if isinstance(table, NodeType) else 2 :]:
            kind = _GRAPHML[column.kind]
            kinds[column.name] = kind if kinds.setdefault(column.name, kind) == kind else "string"
    keys = {name: f"{where[0]}{number}" for number, name in enumerate(kinds)}
    for name, kind in kinds.items():
        out.write(f'<key id="{keys[name]}" for="{where}" attr.name="{name}" attr.type="{kind}"/>\n')
    return keys


def _write_element(
    out: IO[str], table: NodeType | EdgeType, row: dict[str, object], keys: dict[str, str]
) -> None:
    if isinstance(table, NodeType):
        out.write(f"<node id={_attribute(row.pop('id'))}>")
        end = "</node>\n"
    else:
        out.write(f"<edge source={_attribute(row.pop('from'))} target={_attribute(row.pop('to'))}>")
        end = "</edge>\n"
    for name, value in {"label": table.name, **row}.items():
        if value is not None:
            out.write(f'<data key="{keys[name]}">{escape(_text(value))}</data>')
    out.write(end)


def _attribute(value: object) -> str:
    return quoteattr(str(value).translate(_NOT_XML))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("INF" if value > 0 else "-INF")
    if isinstance(value, list):
        return "|".join(_text(item) for item in value)
    return str(value).translate(_NOT_XML)


def _finite(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _check_size(source: ExportSource, form: str, limit: int) -> None:
    if source.size() > limit:
        raise _too_large(form, f"{source.size():,}", limit)


def _count(seen: int, form: str, limit: int) -> int:
    if seen >= limit:
        raise _too_large(form, f"more than {limit:,}", limit)
    return seen + 1


def _too_large(form: str, found: str, limit: int) -> UsageError:
    message = (
        f"the graph has {found} nodes and edges; {form} is for graphs that a desktop tool opens "
        f"whole, up to {limit:,}. Choose some tables (--table Gene --table ORTHOLOGOUS_TO) or a "
        "neighbourhood (--around INS --species human), or export kgx or parquet"
    )
    return UsageError(message)
