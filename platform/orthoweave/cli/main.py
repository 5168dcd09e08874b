"""The command line: its commands, and what an error looks like.

Commands import what they need when they run, so that help appears at once. Every orthoweave error
is one message on standard error and an exit code: 1 if something failed, 2 if the command was
wrong, 130 if it was interrupted, 70 if no code foresaw the failure.
"""

import sys
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
    evaluate,
    export,
    genes,
    ingest,
    local_server,
    models,
    samples,
    search,
    setup,
    training,
    weights,
)
from orthoweave.cli.help import QUESTIONS, TOOLS, GroupedCommands
from orthoweave.cli.options import State, state_of
from orthoweave.cli.output import say
from orthoweave.failures.endings import FAILED, end, flushed
from orthoweave.version import __version__


class Commands(GroupedCommands):
    """All commands; what Typer would end in its own way becomes a message and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except (EOFError, KeyboardInterrupt, OSError) as error:
            raise SystemExit(end(error, verbose=state_of(ctx).verbose)) from None


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
    state = state_of(context)
    state.verbose, state.quiet = verbose, quiet


for part in (
    setup,
    ingest,
    builds,
    damage,
    models,
    evaluate,
    training,
    weights,
    ask,
    samples,
    cypher,
    browser,
    export,
):
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
    """Show a warning of a library on standard error; it may repeat a text of a file."""
    del file
    say(warnings.formatwarning(message, category, filename, lineno, line or "").rstrip())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; by default on the arguments of the process."""
    state = State()
    given = list(sys.argv[1:] if arguments is None else arguments)
    with warnings.catch_warnings():
        warnings.showwarning = _show_warning
        try:
            typer.main.get_command(app).main(args=given, prog_name="orthoweave", obj=state)
        except SystemExit as left:
            code = left.code
            return flushed(code if isinstance(code, int) else 0 if code is None else FAILED)
        except BaseException as error:  # noqa: BLE001 - the last line of defence
            return end(error, verbose=state.verbose)
        return flushed(0)
