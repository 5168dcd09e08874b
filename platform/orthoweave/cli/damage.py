"""Commands about damage and formats: verify, repair, upgrade."""

from typing import Annotated

import pyarrow as pa
import typer

from orthoweave.cli.help import BUILDS, add_command
from orthoweave.cli.options import Form, HeaderComments, Kb, Output, layout_of, progress_of
from orthoweave.cli.output import say, write_answer
from orthoweave.questions.answer import Answer, table_of
from orthoweave.settings import read_settings

_FILES = pa.schema(
    [
        ("file", pa.string()),
        ("state", pa.string()),
        ("part_of", pa.string()),
        ("name", pa.string()),
        ("detail", pa.string()),
    ]
)
_STATES = ("whole", "damaged", "missing", "surplus")
_FAILED = 1


def verify(
    *,
    context: typer.Context,
    deep: Annotated[
        bool,
        typer.Option(
            "--deep", help="Read every file in full; else look at sizes and descriptions only."
        ),
    ] = False,
    build: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Only the files of this build and of its sources."),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="List the files that are whole too.")
    ] = False,
    kb: Kb = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """Compare the files of the knowledge base with their checksums; exit with 1 if one differs."""
    from orthoweave.builds.verify import verify as look

    layout = layout_of(kb)
    layout.require_folder()
    found = look(layout, progress_of(context), deep=deep, build=build)
    rows: list[dict[str, object]] = [
        {
            "file": item.path,
            "state": item.state,
            "part_of": item.kind,
            "name": item.owner,
            "detail": item.detail or None,
        }
        for item in found
        if every or item.state != "whole"
    ]
    counts = {state: sum(item.state == state for item in found) for state in _STATES}
    summary = ", ".join(f"{count:,} {state}" for state, count in counts.items() if count)
    notes = [f"{len(found):,} files: {summary or 'none'}"]
    if not deep:
        notes.append("contents were not read: `orthoweave verify --deep` does that")
    damaged = any(item.is_damage for item in found)
    if damaged:
        notes.append("`orthoweave repair` makes again what can be made again")
    answer = Answer(table_of(rows, _FILES), f"Files of {layout.root}", notes=tuple(notes))
    write_answer(answer, form, output, header_comments=header_comments)
    if damaged:
        raise typer.Exit(_FAILED)


def repair(*, context: typer.Context, kb: Kb = None) -> None:
    """Make damaged files again: from the raw files, the tables or the last whole build.

    Run it again to continue where an interrupted call stopped.
    """
    from orthoweave.builds.repair import repair as mend
    from orthoweave.jobs.discover import discover_jobs

    layout = layout_of(kb)
    layout.require_folder()
    done = mend(layout, discover_jobs(read_settings()), progress_of(context))
    say(f"{len(done.damage):,} files were damaged or missing")
    for line in done.done:
        say(f"  {line}")
    for line in done.left:
        say(f"  not repaired: {line}")
    if done.left:
        raise typer.Exit(_FAILED)


def upgrade(*, context: typer.Context, kb: Kb = None) -> None:
    """Bring a knowledge base of an older format to the present one.

    Run it again to continue where an interrupted call stopped.
    """
    from orthoweave.builds.upgrade import upgrade as bring

    layout = layout_of(kb)
    done = bring(layout, progress_of(context))
    for line in done:
        say(line)
    if not done:
        say(f"{layout.root} has the present format: nothing to do")


def add_commands(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    add_command(app, verify, "orthoweave verify --deep", BUILDS)
    add_command(app, repair, "orthoweave repair", BUILDS)
    add_command(app, upgrade, "orthoweave upgrade", BUILDS)
