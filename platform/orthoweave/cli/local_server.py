"""Commands that run a private Neo4j server on this machine: start, status, stop."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from orthoweave.cli.help import GroupedCommands, add_command
from orthoweave.cli.options import Kb, layout_of
from orthoweave.cli.output import say

app = typer.Typer(
    cls=GroupedCommands,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Run a private Neo4j server on this machine, without Docker.",
)


def start(
    *,
    port: Annotated[
        int, typer.Option(metavar="N", help="Bolt port; 0 for any free one.", min=0, max=65535)
    ] = 7687,
    heap_mb: Annotated[
        int, typer.Option(metavar="N", help="Java heap of the server, in MiB.", min=256)
    ] = 1024,
    kb: Kb = None,
) -> None:
    """Start the server in the background, and print shell lines that let other commands find it."""
    from orthoweave.stores.neo4j.files import VERSION
    from orthoweave.stores.neo4j.local_server import ServerOptions, start_server

    options = ServerOptions(
        port=port, heap_mb=heap_mb, page_cache_mb=heap_mb // 2, transaction_mb=heap_mb // 2
    )
    server = start_server(_home(kb), options, keep_running=True)
    say(
        f"Neo4j {VERSION} is running at {server.access.uri}; next: `orthoweave build --store "
        f"{server.access.uri}`"
    )
    _print_environment(server.access.uri, server.home)


def status(*, kb: Kb = None) -> None:
    """Show whether the server is running."""
    from orthoweave.stores.neo4j.local_server import find_server

    server = find_server(_home(kb))
    if server is None:
        say("no Neo4j server is running here: `orthoweave neo4j start`")
        raise typer.Exit(1)
    say(f"a Neo4j server is running at {server.access.uri}, process {server.process_id}")
    _print_environment(server.access.uri, server.home)


def stop(*, kb: Kb = None) -> None:
    """Stop the server; its graph is kept."""
    from orthoweave.stores.neo4j.local_server import find_server

    server = find_server(_home(kb))
    if server is None:
        say("no Neo4j server is running here: nothing to do")
        return
    server.stop()
    say(f"the Neo4j server at {server.access.uri} has stopped")


def _home(kb: Path | None) -> Path:
    return layout_of(kb).root / "neo4j"


def _print_environment(uri: str, home: Path) -> None:
    """Print lines for a shell to run; they never hold a password."""
    typer.echo(f"export ORTHOWEAVE_STORE={shlex.quote(uri)}")
    typer.echo(f"export ORTHOWEAVE_NEO4J_PASSWORD_FILE={shlex.quote(str(home / 'password'))}")


add_command(app, start, "orthoweave neo4j start --port 7687")
add_command(app, status, "orthoweave neo4j status")
add_command(app, stop, "orthoweave neo4j stop")
