"""Commands about a Neo4j server of one's own on this machine: start, status, stop."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from orthoweave.cli.options import Kb, layout_of
from orthoweave.cli.output import say

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None,
    help="A Neo4j server of your own on this machine, without Docker.",
)  # fmt: skip


@app.command()
def start(
    *,
    port: Annotated[int, typer.Option(help="Port of Bolt; 0 for any.", min=0, max=65535)] = 7687,
    heap_mb: Annotated[int, typer.Option(help="Memory for its objects, in MiB.", min=256)] = 1024,
    kb: Kb = None,
) -> None:
    """Start a server and leave it running; give the lines that tell the others where it is."""
    from orthoweave.stores.local_neo4j import ServerOptions, start_server
    from orthoweave.stores.neo4j_files import VERSION

    options = ServerOptions(port=port, heap_mb=heap_mb, page_cache_mb=heap_mb // 2,
                            transaction_mb=heap_mb // 2)  # fmt: skip
    server = start_server(_home(kb), options, keep_running=True)
    say(f"Neo4j {VERSION} runs at {server.access.uri}; next: `orthoweave build --store "
        f"{server.access.uri}`")  # fmt: skip
    _tell(server.access.uri, server.home)


@app.command()
def status(*, kb: Kb = None) -> None:
    """Say whether the server runs."""
    from orthoweave.stores.local_neo4j import find_server

    server = find_server(_home(kb))
    if server is None:
        say("no Neo4j server runs here: `orthoweave neo4j start`")
        raise typer.Exit(1)
    say(f"a Neo4j server runs at {server.access.uri}, process {server.process_id}")
    _tell(server.access.uri, server.home)


@app.command()
def stop(*, kb: Kb = None) -> None:
    """End the server; its graph stays."""
    from orthoweave.stores.local_neo4j import find_server

    server = find_server(_home(kb))
    if server is None:
        say("no Neo4j server runs here: nothing to do")
        return
    server.stop()
    say(f"the Neo4j server at {server.access.uri} has ended")


def _home(kb: Path | None) -> Path:
    return layout_of(kb).root / "neo4j"


def _tell(uri: str, home: Path) -> None:
    """Lines for a shell to run; a password is never among them."""
    typer.echo(f"export ORTHOWEAVE_STORE={shlex.quote(uri)}")
    typer.echo(f"export ORTHOWEAVE_NEO4J_PASSWORD_FILE={shlex.quote(str(home / 'password'))}")
