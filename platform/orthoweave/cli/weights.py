"""The command weights: what models learnt, listed, exported and imported."""

from pathlib import Path
from typing import Annotated

import typer

from orthoweave.cli.help import MODELS, add_command
from orthoweave.cli.options import Form, HeaderComments, Kb, Output, layout_of
from orthoweave.cli.output import say, write_answer
from orthoweave.errors import UsageError


def weights(
    *,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Show these weights, or export them.")
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option("--export", metavar="FILE", help="Write the weights NAME to a new file."),
    ] = None,
    take: Annotated[
        Path | None,
        typer.Option("--import", metavar="FILE", help="Take weights from a file, checked first."),
    ] = None,
    kb: Kb = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """List the kept weights; show, export or import some.

    With --import, NAME is the name that they get.
    """
    from orthoweave.questions.weights import weights_list, weights_shown
    from orthoweave.runs.exchange import export_weights, import_weights

    layout = layout_of(kb)
    if export is not None and (take is not None or name is None):
        message = "expected `orthoweave weights NAME --export FILE`, without --import"
        raise UsageError(message)
    if export is not None and name is not None:
        written = export_weights(layout, name, export)
        say(f"{export}: weights {name}, digest {written.digest}")
        return
    if take is not None:
        done = import_weights(layout, take, name=name)
        held = "are in already" if done.result is None else "are in; every byte was checked"
        say(f"{done.entry.name} {done.entry.version}: weights {done.weights.digest} {held}")
        return
    answer = weights_list(layout) if name is None else weights_shown(layout, name)
    write_answer(answer, form, output, header_comments=header_comments)


def add_commands(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    example = "orthoweave weights pancreas --export pancreas.zip"
    add_command(app, weights, example, MODELS)
