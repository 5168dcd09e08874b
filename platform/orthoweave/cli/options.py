"""Options that several commands share, and how they are read."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from orthoweave.cli.output import Format
from orthoweave.progress import Progress, Quiet, TerminalProgress
from orthoweave.settings import read_settings
from orthoweave.storage.layout import Layout


@dataclass(slots=True)
class State:
    """The options given before the command."""

    verbose: bool = False
    quiet: bool = False


Kb = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", help="Folder of the knowledge base [default: $ORTHOWEAVE_KB, then ./kb]."
    ),
]
Store = Annotated[
    str | None,
    typer.Option(
        metavar="URI",
        help="Neo4j server to ask, such as bolt://127.0.0.1:7687 "
        "[default: $ORTHOWEAVE_STORE, else the embedded graph].",
    ),
]
Form = Annotated[
    Format | None,
    typer.Option(
        "--format", help="Format of the answer [default: from the suffix of --output, else table]."
    ),
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write to a file, not to standard output."),
]
HeaderComments = Annotated[
    bool, typer.Option(help="Begin a TSV with '# ' lines that state its provenance.")
]
SpeciesName = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Species: common name, scientific name or NCBI taxon id."),
]
Parameters = Annotated[
    list[str] | None,
    typer.Option(
        "--param", metavar="NAME=VALUE", help="A parameter of the query; may be repeated."
    ),
]


ModelName = Annotated[
    str, typer.Argument(metavar="MODEL", help="A model; `orthoweave models` lists them.")
]
ModelOptions = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="OPTION=VALUE", help="An option of the model; may be repeated."),
]


def state_of(context: typer.Context) -> State:
    """Return the state of a command's context."""
    state = context.find_object(State)
    return state if state is not None else State()


def progress_of(context: typer.Context) -> Progress:
    """Return the progress display: bars on a terminal, nothing with ``--quiet``."""
    return Quiet() if state_of(context).quiet else TerminalProgress()


def layout_of(kb: Path | None) -> Layout:
    """Return the layout of the knowledge base that ``--kb`` names, else the settings."""
    return Layout(kb if kb is not None else read_settings().kb)
