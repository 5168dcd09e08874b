"""The command that opens the browser app."""

from typing import Annotated

import typer

from orthoweave.cli.options import Kb, Store, layout_of


def ui(
    kb: Kb = None,
    store: Store = None,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.", min=0, max=65535)] = 8501,
    *,
    allow_remote: Annotated[
        bool,
        typer.Option("--allow-remote", help="Serve other machines without a login of its own."),
    ] = False,
) -> None:
    """Serve the browser app until it is stopped."""
    from orthoweave.cli.ui import run_ui

    root = layout_of(kb).root
    raise typer.Exit(run_ui(root, host, port, store=store, allow_remote=allow_remote))


def add_commands(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(ui)
