"""Export for ``neo4j-admin database import full``: header and data files, and the command.

Each node table has its own id space, so keys of different tables cannot collide. Fields are
separated by commas; text is quoted and quotes in it are doubled; list elements are separated by
``;`` (which becomes ``,`` inside an element); each run of line ends, tabs or control characters
in a text is one space, so that no field spans lines. Null is an unquoted empty field, which the
importer takes as absent.
"""

import shlex
from pathlib import Path
from typing import Final

import polars as pl

from orthoweave.queries.export_source import ExportSource
from orthoweave.queries.export_text import joined, one_line
from orthoweave.schema import EdgeType, NodeType, Property, Schema
from orthoweave.schema.ddl import neo4j_ddl

_TYPES: Final = {"string": "", "int64": ":long", "float32": ":float", "float64": ":double",
                 "bool": ":boolean", "string[]": ":string[]"}  # fmt: skip
DATABASE: Final = "neo4j"


def write_neo4j(source: ExportSource, folder: Path) -> None:
    """Write header and data files of all chosen tables, the import command and constraints."""
    options = []
    for node in source.nodes:
        _write_table(source, node, folder, f"nodes-{node.name}", _node_header(node))
        options.append(f"--nodes={node.name}={_files(f'nodes-{node.name}')}")
    for edge in source.edges:
        _write_table(source, edge, folder, f"edges-{edge.name}", _edge_header(edge))
        options.append(f"--relationships={edge.name}={_files(f'edges-{edge.name}')}")
    constraints = neo4j_ddl(Schema({node.name: node for node in source.nodes}, {}, {}))
    (folder / "constraints.cypher").write_text("".join(f"{c};\n" for c in constraints), "utf-8")
    (folder / "import.sh").write_text(_command(options), encoding="utf-8")
    (folder / "README.txt").write_text(_README, encoding="utf-8")


def _files(stem: str) -> str:
    return f"{stem}-header.csv,{stem}.csv"


def _node_header(node: NodeType) -> list[str]:
    return [f"id:ID({node.name})", *(_named(column) for column in node.columns[1:])]


def _edge_header(edge: EdgeType) -> list[str]:
    ends = [f":START_ID({edge.start})", f":END_ID({edge.end})"]
    return [*ends, *(_named(column) for column in edge.columns[2:])]


def _named(column: Property) -> str:
    return f"{column.name}{_TYPES[column.kind]}"


def _write_table(
    source: ExportSource, table: NodeType | EdgeType, folder: Path, stem: str, header: list[str]
) -> None:
    (folder / f"{stem}-header.csv").write_text(",".join(header) + "\n", encoding="utf-8")
    with (folder / f"{stem}.csv").open("wb") as stream:
        for block in source.blocks(table):
            frame = pl.DataFrame(pl.from_arrow(block))
            fields = [_field(column) for column in table.columns]
            frame.select(fields).write_csv(
                stream, include_header=False, quote_style="non_numeric", null_value=""
            )


def _field(column: Property) -> pl.Expr:
    if column.kind == "string[]":
        return joined(column.name, ";", ",")
    if column.kind == "string":
        return one_line(pl.col(column.name)).alias(column.name)
    if column.kind in {"float32", "float64"}:
        # an infinity is spelled otherwise in Java; our figures have none, and none is better
        figure = pl.col(column.name)
        return pl.when(~figure.is_infinite()).then(figure).alias(column.name)
    return pl.col(column.name)


def _command(options: list[str]) -> str:
    lines = [
        "neo4j-admin database import full", "--overwrite-destination", "--id-type=string",
        "--delimiter=,", "--array-delimiter=';'", "--quote='\"'", "--multiline-fields=false",
        *(shlex.quote(option) for option in options), DATABASE,
    ]  # fmt: skip
    joined_lines = " \\\n  ".join(lines)
    return (
        "#!/bin/sh\n"
        "# Run in this folder, where the server's data folder is writable, the server stopped.\n"
        f"# It replaces the database {DATABASE!r}.\n"
        f'set -eu\ncd "$(dirname "$0")"\n{joined_lines}\n'
    )


_README: Final = """\
For Neo4j 5.26 (`neo4j-admin database import full`, offline).

1. Stop the server.
2. Run `sh import.sh` in this folder, as the user who owns the server's data. It REPLACES the
   database named in its last line.
3. Start the server and run constraints.cypher with cypher-shell.

LICENSES.tsv says which sources the rows come from and under which licence they may be used.
"""
