"""Options that several commands share, and what they mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from orthoweave.cli.output import Format
from orthoweave.errors import UsageError
from orthoweave.progress import Progress, Quiet, TerminalProgress
from orthoweave.settings import read_settings
from orthoweave.tables.layout import Layout


@dataclass(slots=True)
class State:
    """What the options before the command say."""

    verbose: bool = False
    quiet: bool = False


Kb = Annotated[
    Path | None,
    typer.Option(help="Folder of the knowledge base [default: $ORTHOWEAVE_KB, then ./kb]."),
]
Store = Annotated[
    str | None,
    typer.Option(
        help="Neo4j server to ask, such as bolt://127.0.0.1:7687 "
        "[default: $ORTHOWEAVE_STORE, else the embedded graph]."
    ),
]
Form = Annotated[
    Format | None,
    typer.Option("--format", help="How to write the answer [default: by --output, else table]."),
]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="File to write to, not standard output.")
]
HeaderComments = Annotated[
    bool, typer.Option(help="Begin a TSV with '# ' lines that say where it comes from.")
]
SpeciesName = Annotated[
    str | None, typer.Option(help="Common name, scientific name or NCBI taxon id.")
]
Parameters = Annotated[
    list[str] | None, typer.Option("--param", help="NAME=VALUE of a parameter; may be repeated.")
]


def state_of(context: typer.Context) -> State:
    """Give the state of a command's context."""
    found = context.find_object(State)
    return found if found is not None else State()


def progress_of(context: typer.Context) -> Progress:
    """Give the progress to show: bars on a terminal, nothing with ``--quiet``."""
    return Quiet() if state_of(context).quiet else TerminalProgress()


def layout_of(kb: Path | None) -> Layout:
    """Give the knowledge base of ``--kb``, else of the settings."""
    return Layout(kb if kb is not None else read_settings().kb)


def pairs(texts: Sequence[str] | None, option: str) -> dict[str, str]:
    """Read repeated ``NAME=VALUE`` texts.

    Raises
    ------
    UsageError
        If a text has no ``=``, or a name is given twice.

    Examples
    --------
    >>> pairs(["species=human", "url=http://x?a=b"], "--set")
    {'species': 'human', 'url': 'http://x?a=b'}
    """
    found: dict[str, str] = {}
    for text in texts or ():
        name, equals, value = text.partition("=")
        if not equals or not name:
            message = f"{option} {text!r}: expected NAME=VALUE, such as {option} species=human"
            raise UsageError(message)
        if name in found:
            message = f"{option} {name} is given twice: {found[name]!r} and {value!r}"
            raise UsageError(message)
        found[name] = value
    return found
