"""The command that evaluates embeddings."""

from pathlib import Path
from typing import Annotated

import typer

from orthoweave.cli.help import MODELS, add_command
from orthoweave.cli.options import Form, HeaderComments, Kb, Output, layout_of, progress_of
from orthoweave.cli.output import say, write_answer
from orthoweave.errors import UsageError
from orthoweave.options import read_pairs

Dataset = Annotated[
    str, typer.Option(metavar="DATASET", help="The dataset whose cells were embedded.")
]
Space = Annotated[
    list[str] | None, typer.Option(metavar="SPACE", help="A space of the build; may be repeated.")
]
File = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="AnnData file with embeddings and columns of the cells."),
]
Obsm = Annotated[
    list[str] | None,
    typer.Option(metavar="KEY", help="A matrix of the file's obsm; may be repeated."),
]
Options = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="OPTION=VALUE",
        help="An option, such as labels=COLUMN, batch=COLUMN, targets=COLUMN, "
        "survival=TIME,EVENT or coordinates=X,Y; may be repeated.",
    ),
]
Name = Annotated[
    str | None, typer.Option(metavar="NAME", help="Name of the run's source [default: a digest].")
]
Build = Annotated[bool, typer.Option(help="Build afterwards, so that the graph has the run.")]


def evaluate(
    *,
    context: typer.Context,
    dataset: Dataset = "",
    space: Space = None,
    file: File = None,
    obsm: Obsm = None,
    options: Options = None,
    name: Name = None,
    build: Build = True,
    kb: Kb = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """Evaluate embeddings of cells beside PCA-50, random projections and depth, as a run."""
    from orthoweave.builds.build import build as make
    from orthoweave.opening import open_knowledge_base

    if not dataset:
        message = (
            "expected the dataset whose cells were embedded, such as --dataset baron_human: "
            "`orthoweave ingest cell_gene` brings one in"
        )
        raise UsageError(message)
    layout, progress = layout_of(kb), progress_of(context)
    given = read_pairs(options, "--set")
    # an evaluation reads the build's files, whichever server holds its graph
    with open_knowledge_base(layout.root, store="") as opened:
        answer = opened.evaluate(
            dataset,
            spaces=tuple(space or ()),
            file=file,
            obsm=tuple(obsm or ()),
            name=name,
            progress=progress,
            **given,
        )
    write_answer(answer, form, output, header_comments=header_comments)
    say(
        f"next: `orthoweave runs {answer.provenance['run']}`"
        if build
        else "next: `orthoweave build`"
    )
    if build:
        say(f"build {make(layout, progress).manifest.build} has this run")


def add_commands(app: typer.Typer) -> None:
    """Add the command to `app`."""
    add_command(
        app, evaluate, "orthoweave evaluate --dataset baron_human --space cell_text", MODELS
    )
