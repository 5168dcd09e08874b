"""The command line: its commands, and what an error looks like.

Commands import what they need when they run, so that help appears at once. Every orthoweave error
is one message on standard error and an exit code: 1 if something failed, 2 if the command was
wrong, 130 if it was interrupted.
"""

import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from typing import Annotated, Any, TextIO

import typer

from orthoweave.cli import (
    ask,
    browser,
    builds,
    cypher,
    damage,
    export,
    genes,
    ingest,
    local_server,
    models,
    search,
    setup,
)
from orthoweave.cli.help import QUESTIONS, TOOLS, GroupedCommands
from orthoweave.cli.options import State, state_of
from orthoweave.cli.output import say
from orthoweave.errors import MissingParameterError, OrthoweaveError, UsageError
from orthoweave.version import __version__

FAILED, USAGE, INTERRUPTED = 1, 2, 130


class Commands(GroupedCommands):
    """All commands; an orthoweave error becomes a message and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except KeyboardInterrupt:
            say("interrupted")
            raise SystemExit(INTERRUPTED) from None
        except BrokenPipeError:
            # the reader went away, as `| head` does: nothing to say, and nothing more to flush
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(FAILED) from None
        except OrthoweaveError as error:
            if state_of(ctx).verbose:
                say(traceback.format_exc().rstrip())
            say(f"error: {error}")
            wrong_command = isinstance(error, UsageError | MissingParameterError)
            raise SystemExit(USAGE if wrong_command else FAILED) from None
        return result


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Species, genes and cells in one graph that you can ask questions.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"orthoweave {__version__}")
        raise typer.Exit


@app.callback()
def _before(
    context: typer.Context,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show the traceback of an error.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Do not show progress.")] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Show the version and exit.", callback=_show_version, is_eager=True
        ),
    ] = False,
) -> None:
    context.obj = State(verbose=verbose, quiet=quiet)


for part in (setup, ingest, builds, damage, models, ask, cypher, browser, export):
    part.add_commands(app)
app.add_typer(genes.app, name="genes", rich_help_panel=QUESTIONS)
app.add_typer(search.app, name="search", rich_help_panel=QUESTIONS)
app.add_typer(local_server.app, name="neo4j", rich_help_panel=TOOLS)


def _show_warning(  # noqa: PLR0917 - as the standard library calls it
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Show a warning of a library, which may repeat a text of a file."""
    say(warnings.formatwarning(message, category, filename, lineno, line or "").rstrip())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; by default on the arguments of the process."""
    command = typer.main.get_command(app)
    with warnings.catch_warnings():
        warnings.showwarning = _show_warning
        try:
            command.main(
                args=list(sys.argv[1:] if arguments is None else arguments), prog_name="orthoweave"
            )
        except SystemExit as end:
            return end.code if isinstance(end.code, int) else (0 if end.code is None else FAILED)
    return 0
