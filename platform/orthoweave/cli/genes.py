"""Commands about genes: what names mean, and all that is known of one gene."""

import json
import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from orthoweave.cli.options import (
    Form,
    HeaderComments,
    Kb,
    Output,
    SpeciesName,
    Store,
    layout_of,
)
from orthoweave.cli.output import say, write_answer
from orthoweave.errors import InputError, UsageError
from orthoweave.queries.answer import Answer

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="What gene names mean, and one gene in full."
)


class OnAmbiguous(StrEnum):
    """What to do about a name that fits several genes."""

    all = "all"
    best = "best"
    error = "error"


@app.command()
def resolve(
    *,
    texts: Annotated[list[str] | None, typer.Argument(help="Names or ids of genes.")] = None,
    file: Annotated[
        Path | None, typer.Option(help="A file with one name in each line; - is standard input.")
    ] = None,
    species: SpeciesName = None,
    on_ambiguous: Annotated[
        OnAmbiguous,
        typer.Option(help="all: every candidate; best: one each, marked; error: fail."),
    ] = OnAmbiguous.all,
    report: Annotated[
        Path | None, typer.Option(help="File to write the coverage report to, as JSON.")
    ] = None,
    sssom: Annotated[
        Path | None, typer.Option(help="File to write the mapping to, as SSSOM TSV.")
    ] = None,
    kb: Kb = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """Say which genes names mean: all candidates with their reasons, and what was lost."""
    from orthoweave.genes.catalogue import GeneCatalogue
    from orthoweave.genes.sssom import write_sssom
    from orthoweave.ids import find_species
    from orthoweave.tables.durable import write_text
    from orthoweave.tables.manifest import GENES_FILE, current_build, read_manifest

    names = [*(texts or ()), *_names_in(file)]
    if not names:
        message = "no names given: expected some as arguments or in --file"
        raise UsageError(message)
    wanted = find_species(species) if species else None
    layout = layout_of(kb)
    manifest = read_manifest(layout, current_build(layout))
    with GeneCatalogue.open(manifest.folder(layout) / GENES_FILE) as catalogue:
        found = catalogue.resolve_many(names, wanted, on_ambiguous=on_ambiguous.value)
    provenance = {
        "build": manifest.build, "query": "genes resolve",
        "parameters": json.dumps({"species": wanted.key if wanted else None,
                                  "on_ambiguous": str(on_ambiguous)}),
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }  # fmt: skip
    if report is not None:
        about = {**provenance, **found.report.as_dict()}
        write_text(report, json.dumps(about, indent=1, ensure_ascii=False) + "\n")
        say(f"{report}: coverage report")
    if sssom is not None:
        write_sssom(found, sssom)
        say(f"{sssom}: mapping as SSSOM")
    answer = Answer(found.rows, "Genes that the names mean", notes=(found.report.summary(),),
                    provenance=provenance)  # fmt: skip
    write_answer(answer, form, output, header_comments=header_comments)


@app.command()
def show(
    *,
    gene: Annotated[str, typer.Argument(help="Name or id of a gene.")],
    species: SpeciesName = None,
    kb: Kb = None,
    store: Store = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """Show all that is known of one gene."""
    from orthoweave.queries.knowledge_base import open_knowledge_base

    with open_knowledge_base(layout_of(kb).root, store=store) as opened:
        answer = opened.gene(gene, species)
    write_answer(answer, form, output, header_comments=header_comments, upright=True)


def _names_in(file: Path | None) -> list[str]:
    if file is None:
        return []
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = f"--file {file} cannot be read as text, one name in each line: {error}"
        raise InputError(message) from error
    return [line.strip() for line in text.splitlines() if line.strip()]
