"""Export a published build, whole or in part, as files that other tools read.

An export is a folder: the graph in the chosen format, ``LICENSES.tsv`` (which sources its rows
come from, and under which licence they may be used) and ``EXPORT.json``. It appears whole or not
at all. Everything is read from the build's tables, block by block.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from orthoweave.errors import UsageError
from orthoweave.exports.formats import ExportFormat
from orthoweave.exports.h5ad import write_h5ad
from orthoweave.exports.kgx import write_kgx
from orthoweave.exports.neo4j_admin import write_neo4j
from orthoweave.exports.network import write_cytoscape, write_graphml
from orthoweave.exports.parquet import write_parquet
from orthoweave.exports.source import ExportSource, choose_tables
from orthoweave.exports.text import plain_cell
from orthoweave.progress import Progress
from orthoweave.schema import read_schema
from orthoweave.storage.durable import pending_folder, publish_folder
from orthoweave.storage.published import Published


@dataclass(frozen=True, slots=True)
class Exported:
    """An export on disk."""

    folder: Path
    counts: dict[str, int]
    """Rows by node and edge table."""
    licenses: dict[str, int]
    """Rows by licence."""


_WRITERS: dict[ExportFormat, Callable[[ExportSource, Path], None]] = {
    ExportFormat.kgx: write_kgx,
    ExportFormat.kgx_parquet: lambda source, folder: write_kgx(source, folder, parquet=True),
    ExportFormat.parquet: write_parquet,
    ExportFormat.graphml: write_graphml,
    ExportFormat.cytoscape: write_cytoscape,
    ExportFormat.neo4j_admin: write_neo4j,
}


def export(
    published: Published,
    form: ExportFormat | str,
    target: Path,
    progress: Progress,
    *,
    tables: Sequence[str] = (),
    around: Sequence[str] = (),
    hops: int = 1,
    datasets: Sequence[str] = (),
    runs: Sequence[str] = (),
) -> Exported:
    """Write the published build to the new folder `target`.

    Parameters
    ----------
    tables
        Node and edge tables to export; an edge table brings the tables of its ends. All if empty.
    around
        Keys of genes: only rows within `hops` edges of one of them. Everything if empty.
    datasets, runs
        Datasets to write as ``h5ad``, by default all, and runs whose results are in them; see
        `write_h5ad`.

    Raises
    ------
    UnknownNameError
        If there is no such table or gene.
    UsageError
        If the format is unknown, `target` exists, the graph is too large for the format, or an
        option is not one of the format.
    """
    chosen = _format(form)
    if target.exists():
        message = f"{target} exists already: an export is written to a new folder"
        raise UsageError(message)
    if hops < 1:
        message = f"hops is {hops}: expected 1 or more"
        raise UsageError(message)
    cells = chosen is ExportFormat.h5ad
    _require_fitting(chosen, (tables, around) if cells else (datasets, runs))
    source = (
        ExportSource(published, (), ())
        if cells
        else choose_tables(published, read_schema(), tables)
    )
    with (
        progress.task(f"export {chosen}"),
        pending_folder(target.resolve().parent, target.name) as folder,
    ):
        if around:
            source.around(around, hops)
        if cells:
            write_h5ad(source, folder, datasets, runs)
        else:
            _WRITERS[chosen](source, folder)
        licenses = _write_about(source, folder, chosen, around=around, hops=hops)
        publish_folder(folder, target)
    return Exported(target, dict(source.rows), licenses)


def _format(form: str) -> ExportFormat:
    try:
        return ExportFormat(form)
    except ValueError:
        message = f"unknown export format {form!r}: expected one of {', '.join(ExportFormat)}"
        raise UsageError(message) from None


def _require_fitting(form: ExportFormat, unfit: Sequence[Sequence[str]]) -> None:
    """Check that no option of another kind of format is given."""
    if any(unfit):
        given, others = ("tables and genes", "datasets and runs")
        if form is not ExportFormat.h5ad:
            given, others = others, given
        message = (
            f"{form} is an export by {others}, and {given} were named: leave them out, or choose "
            f"{'another format' if form is ExportFormat.h5ad else '--format h5ad'}"
        )
        raise UsageError(message)


def _write_about(
    source: ExportSource, folder: Path, form: ExportFormat, *, around: Sequence[str], hops: int
) -> dict[str, int]:
    """Write LICENSES.tsv and EXPORT.json; return the number of rows by licence."""
    manifest = source.published.manifest
    chosen = {table.name for table in source.tables}
    lines = ["source\tversion\tlicense\tprimary_knowledge_source\trows\ttitle\turl"]
    licenses: dict[str, int] = {}
    for key, made, fields in _sources(source.published):
        rows = source.sources.get(key, 0)
        # a source whose rows were merged into another's has no rows, but its facts are exported
        if rows or (source.keys is None and chosen & made):
            licenses[fields[2]] = licenses.get(fields[2], 0) + rows
            lines.append(
                "\t".join(plain_cell(text) for text in (*fields[:4], str(rows), *fields[4:]))
            )
    (folder / "LICENSES.tsv").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    about = {
        "build": manifest.build,
        "created": manifest.created,
        "format": str(form),
        "code_version": manifest.code_version,
        "counts": dict(sorted(source.rows.items())),
        "around": list(around),
        "hops": hops if around else None,
    }
    text = json.dumps(about, indent=1, sort_keys=True) + "\n"
    (folder / "EXPORT.json").write_text(text, encoding="utf-8")
    return licenses


def _sources(published: Published) -> Iterator[tuple[str, set[str], tuple[str, ...]]]:
    """Yield the sources of the build, also derived ones: key, tables and descriptive fields."""
    columns = ["name", "source_version", "license", "primary_knowledge_source", "title", "url"]
    for path in published.paths("Source"):
        table = pq.read_table(path, columns=["id", "counts", *columns])
        for row in table.to_pylist():
            fields = tuple(row[name] or "" for name in columns)
            yield row["id"], set(json.loads(row["counts"])), fields
