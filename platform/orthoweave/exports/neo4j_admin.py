"""Export for ``neo4j-admin database import full``: header and data files, and the command.

The imported graph is exactly the one that a load of the tables by the driver makes. Each
node table has its own id space, so keys of different tables cannot collide. Fields are separated
by commas; text is quoted and quotes in it are doubled; list elements are separated by the control
character U+001F, which becomes a blank inside an element. Null is an unquoted empty field, which
the importer takes as absent; it has no empty lists, so that ``constraints.cypher`` makes them of
what stands for them. Only if some text has line ends is the importer told to expect them: it is
slower then.
"""

import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from orthoweave.exports.source import ExportSource
from orthoweave.schema import EdgeType, NodeType, Property, Schema
from orthoweave.schema.ddl import neo4j_ddl
from orthoweave.stores.neo4j.marker import marker_statement

_TYPES: Final = {
    "string": "",
    "int64": ":long",
    "float32": ":float",
    "float64": ":double",
    "bool": ":boolean",
    "string[]": ":string[]",
}
DATABASE: Final = "neo4j"
_BETWEEN: Final = "\x1f"
# placeholders for an empty list, and for a list of one empty string
_EMPTY: Final = "\x1e"
_EMPTY_TEXT: Final = f"{_EMPTY}{_BETWEEN}{_EMPTY}"
_ESCAPED: Final = r"'\u001E'"


@dataclass(slots=True)
class _Found:
    """Properties of the exported texts that the importer has to know."""

    multiline: bool = False
    """Whether a string has a line end."""
    lists: dict[str, list[str]] = field(default_factory=dict)
    """List columns by table in which a list is empty, or holds only an empty string."""


def write_neo4j(source: ExportSource, folder: Path) -> None:
    """Write header and data files of all chosen tables, the import command and constraints."""
    options, found = [], _Found()
    for node in source.nodes:
        _write_table(source, node, folder / f"nodes-{node.name}", _node_header(node), found)
        options.append(f"--nodes={node.name}={_files(f'nodes-{node.name}')}")
    for edge in source.edges:
        _write_table(source, edge, folder / f"edges-{edge.name}", _edge_header(edge), found)
        options.append(f"--relationships={edge.name}={_files(f'edges-{edge.name}')}")
    statements = neo4j_ddl(Schema({node.name: node for node in source.nodes}, {}, {}))
    for table in source.tables:
        statements += _mend_lists(table, found.lists.get(table.name, []))
    manifest = source.published.manifest
    if source.rows == manifest.counts:
        # the whole build: from here on it can be queried, and loads can continue from it
        statements.append(marker_statement(manifest.build, manifest.content_digest))
    (folder / "constraints.cypher").write_text("".join(f"{s};\n" for s in statements), "utf-8")
    (folder / "import.sh").write_text(_command(options, multiline=found.multiline), "utf-8")
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
    source: ExportSource, table: NodeType | EdgeType, stem: Path, header: list[str], found: _Found
) -> None:
    """Write the files whose names begin with `stem`: the header and the data of a table."""
    titles = stem.with_name(f"{stem.name}-header.csv")
    titles.write_text(",".join(header) + "\n", encoding="utf-8")
    odd: set[str] = set()
    with stem.with_name(f"{stem.name}.csv").open("wb") as stream:
        for block in source.blocks(table):
            frame = pl.DataFrame(pl.from_arrow(block))
            written = frame.select([_field(frame, column) for column in table.columns])
            for name in written.select(pl.selectors.string()).columns:
                found.multiline |= bool(written[name].str.contains("[\r\n]").any())
                if frame[name].dtype == pl.List:
                    odd |= {name} if written[name].is_in([_EMPTY, _EMPTY_TEXT]).any() else set()
            written.write_csv(
                stream, include_header=False, quote_style="non_numeric", null_value=""
            )
    found.lists[table.name] = sorted(odd)


def _field(frame: pl.DataFrame, column: Property) -> pl.Expr:
    values = pl.col(column.name)
    if column.kind == "string[]":
        element = pl.element().str.replace_all(f"[{_BETWEEN}{_EMPTY}]", " ")
        joined = values.list.eval(element).list.join(_BETWEEN, ignore_nulls=True)
        empty = pl.when(values.list.len() == 0).then(pl.lit(_EMPTY))
        return (
            empty.when(joined == "").then(pl.lit(_EMPTY_TEXT)).otherwise(joined).alias(column.name)
        )
    if column.kind in {"float32", "float64"} and frame[column.name].is_infinite().any():
        infinity = pl.when(values > 0).then(pl.lit("Infinity")).otherwise(pl.lit("-Infinity"))
        figure = values.cast(pl.String)
        return pl.when(values.is_infinite()).then(infinity).otherwise(figure).alias(column.name)
    return values


def _mend_lists(table: NodeType | EdgeType, columns: list[str]) -> list[str]:
    """Return statements that restore empty lists, which the importer cannot read."""
    pattern = f"(x:`{table.name}`)" if isinstance(table, NodeType) else f"()-[x:`{table.name}`]->()"
    return [
        f"MATCH {pattern} WHERE x.`{name}` = [{', '.join([_ESCAPED] * count)}] "
        f"CALL (x) {{ SET x.`{name}` = {value} }} IN TRANSACTIONS"
        for name in columns
        for count, value in ((1, "[]"), (2, "['']"))
    ]


def _command(options: list[str], *, multiline: bool) -> str:
    lines = [
        # before the options, of which the last would take it for another of its files
        f"neo4j-admin database import full {DATABASE}",
        "--overwrite-destination",
        "--id-type=string",
        "--delimiter=,",
        "--array-delimiter=U+001F",
        "--quote='\"'",
        f"--multiline-fields={str(multiline).lower()}",
        *(shlex.quote(option) for option in options),
    ]
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
   database that it names.
3. Start the server and run constraints.cypher with cypher-shell. It makes the indexes, and records
   which build the database holds, so that `orthoweave … --store` accepts it and
   `orthoweave build --store` brings it up to date.

LICENSES.tsv says which sources the rows come from and under which licence they may be used.
"""
