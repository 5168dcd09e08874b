"""The command that opens the browser app."""

from typing import Annotated

import typer

from orthoweave.cli.help import TOOLS, add_command
from orthoweave.cli.options import Kb, Store, layout_of


def ui(
    kb: Kb = None,
    store: Store = None,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Address to listen on.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="N", help="Port to listen on.", min=0, max=65535)
    ] = 8501,
    *,
    allow_remote: Annotated[
        bool,
        typer.Option(
            "--allow-remote", help="Serve other machines even though no login is configured."
        ),
    ] = False,
) -> None:
    """Serve the browser app until you stop it."""
    from orthoweave.cli.ui import run_ui

    root = layout_of(kb).root
    raise typer.Exit(run_ui(root, host, port, store=store, allow_remote=allow_remote))


def add_commands(app: typer.Typer) -> None:
    """Add this command to `app`."""
    add_command(app, ui, "orthoweave ui --port 8502", TOOLS)
