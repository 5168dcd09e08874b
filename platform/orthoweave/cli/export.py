"""The command export: write the published build as files for other tools."""

from pathlib import Path
from typing import Annotated

import typer

from orthoweave.cli.help import TOOLS, add_command
from orthoweave.cli.options import Kb, SpeciesName, layout_of, progress_of
from orthoweave.cli.output import say
from orthoweave.exports.formats import ExportFormat

Datasets = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="Dataset to write as h5ad; may be repeated [default: all]."),
]
Runs = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME", help="Run whose results go into the h5ad, or `all`; may be repeated."
    ),
]


def export(
    *,
    context: typer.Context,
    form: Annotated[ExportFormat, typer.Option("--format", help="Format of the files.")],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="DIR", help="Folder to write; it must not exist."),
    ],
    tables: Annotated[
        list[str] | None,
        typer.Option(
            "--table",
            metavar="NAME",
            help="Node or edge table to export; may be repeated [default: all].",
        ),
    ] = None,
    around: Annotated[
        list[str] | None,
        typer.Option(
            "--around",
            metavar="GENE",
            help="Export only the surroundings of this gene; may be repeated.",
        ),
    ] = None,
    hops: Annotated[
        int, typer.Option(min=1, metavar="N", help="Most edges between a node and the gene.")
    ] = 1,
    species: SpeciesName = None,
    dataset: Datasets = None,
    runs: Runs = None,
    kb: Kb = None,
) -> None:
    """Write the published build, or a part of it, as files for other tools."""
    from orthoweave.opening import open_knowledge_base

    # an export reads the tables of the build, never a Neo4j server
    with open_knowledge_base(layout_of(kb).root, store="") as opened:
        done = opened.export(
            form,
            output,
            tables=tables or (),
            around=around or (),
            hops=hops,
            species=species,
            datasets=dataset or (),
            runs=runs or (),
            progress=progress_of(context),
        )
    counts = ", ".join(f"{count:,} {name}" for name, count in done.counts.items())
    say(f"{done.folder}: {counts or 'no rows'}")
    licenses = ", ".join(f"{name} ({rows:,} rows)" for name, rows in done.licenses.items())
    say(f"licences: {licenses or 'none'}; by source in {done.folder / 'LICENSES.tsv'}")


def add_commands(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    example = "orthoweave export --format graphml --around INS -o insulin"
    add_command(app, export, example, TOOLS)
