"""The command export: the published build as files for other tools."""

from pathlib import Path
from typing import Annotated

import typer

from orthoweave.cli.options import Kb, SpeciesName, layout_of, progress_of
from orthoweave.cli.output import say
from orthoweave.queries.export_format import ExportFormat


def export(
    *,
    context: typer.Context,
    form: Annotated[ExportFormat, typer.Option("--format", help="What to write.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="New folder to write to.")],
    tables: Annotated[
        list[str] | None,
        typer.Option("--table", help="Node or edge table to export; may be repeated. All if none."),
    ] = None,
    around: Annotated[
        list[str] | None,
        typer.Option("--around", help="Only what is near this gene; may be repeated."),
    ] = None,
    hops: Annotated[int, typer.Option(min=1, help="How near: edges from the gene.")] = 1,
    species: SpeciesName = None,
    kb: Kb = None,
) -> None:
    """Write the published build, or a part of it, to a folder for other tools."""
    from orthoweave.genes.catalogue import GeneCatalogue
    from orthoweave.ids import find_species
    from orthoweave.queries.export import export as write
    from orthoweave.queries.export_source import PublishedBuild
    from orthoweave.queries.genes import require_gene
    from orthoweave.tables.manifest import GENES_FILE, current_build, read_manifest

    layout = layout_of(kb)
    manifest = read_manifest(layout, current_build(layout))
    wanted = find_species(species) if species else None
    keys = []
    if around:
        with GeneCatalogue.open(manifest.folder(layout) / GENES_FILE) as catalogue:
            keys = [require_gene(catalogue, text, wanted).gene for text in around]
    done = write(PublishedBuild(layout, manifest), form, output, progress_of(context),
                 tables=tables or (), around=keys, hops=hops)  # fmt: skip
    counts = ", ".join(f"{count:,} {name}" for name, count in done.counts.items())
    say(f"{done.folder}: {counts or 'no rows'}")
    licenses = ", ".join(f"{name} ({rows:,} rows)" for name, rows in done.licenses.items())
    say(f"licences: {licenses or 'none'}; by source in {done.folder / 'LICENSES.tsv'}")


def add_commands(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    app.command("export")(export)
