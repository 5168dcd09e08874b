"""Commands about builds: build, status, diff, rollback, remove."""

from typing import TYPE_CHECKING, Annotated

import pyarrow as pa
import typer

from orthoweave.cli.help import BUILDS, add_command
from orthoweave.cli.options import Form, HeaderComments, Kb, Output, layout_of, progress_of
from orthoweave.cli.output import say, write_answer
from orthoweave.progress import Progress
from orthoweave.questions.answer import Answer, table_of
from orthoweave.settings import read_settings
from orthoweave.storage.layout import Layout

if TYPE_CHECKING:
    from orthoweave.builds.collect import Collected
    from orthoweave.builds.difference import Diff
    from orthoweave.builds.history import Status

_SOURCES = pa.schema(
    [
        ("source", pa.string()),
        ("version", pa.string()),
        ("job", pa.string()),
        ("license", pa.string()),
        ("title", pa.string()),
        ("rows", pa.int64()),
        ("published", pa.bool_()),
        ("stale", pa.list_(pa.string())),
        ("ingested", pa.string()),
    ]
)
_BUILDS = pa.schema(
    [
        ("build", pa.string()),
        ("created", pa.string()),
        ("sources", pa.int64()),
        ("bytes", pa.int64()),
        ("current", pa.bool_()),
    ]
)
_DIFF = pa.schema(
    [
        ("kind", pa.string()),
        ("name", pa.string()),
        ("change", pa.string()),
        ("count", pa.int64()),
        ("examples", pa.list_(pa.string())),
    ]
)


def build(
    *,
    context: typer.Context,
    force: Annotated[
        bool, typer.Option("--force", help="Build even if nothing has changed.")
    ] = False,
    gpu: Annotated[bool, typer.Option("--gpu", help="Make the vector indexes on a GPU.")] = False,
    without: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SOURCE",
            help="Leave a source out of this build, such as a damaged one; may be repeated.",
        ),
    ] = None,
    keep: Annotated[
        int | None,
        typer.Option(
            min=0,
            metavar="N",
            help="Older builds to keep [default: $ORTHOWEAVE_KEEP_BUILDS, then 2].",
        ),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(
            metavar="URI",
            help="Also load the build into a Neo4j server, such as bolt://127.0.0.1:7687.",
        ),
    ] = None,
    kb: Kb = None,
) -> None:
    """Build a graph from all sources, verify it and publish it."""
    from orthoweave.builds.build import build as make
    from orthoweave.builds.history import collect_garbage
    from orthoweave.stores.neo4j.access import check_uri

    layout = layout_of(kb)
    if store is not None:
        check_uri(store)
    done = make(layout, progress_of(context), force=force, gpu=gpu, without=without or ())
    manifest = done.manifest
    counts = ", ".join(f"{count:,} {name}" for name, count in manifest.counts.items() if count)
    say(
        f"build {manifest.build}" + (": published already: nothing to do" if done.unchanged else "")
    )
    say(f"  {counts}")
    for table, count in manifest.set_aside.items():
        if count:
            say(f"  set aside: {count:,} {table} with an end that no source names")
    if store is not None:
        # before old builds go: the tables of one of them tell what is in the database
        _load(layout, store, progress_of(context), force=force)
    removed = collect_garbage(layout, read_settings().keep_builds if keep is None else keep)
    _say_collected(removed)


def _say_collected(removed: "Collected") -> None:
    if removed.size:
        freed = f"{removed.size / 2**20:,.1f} MiB"
        say(
            f"  removed what nothing needs: {len(removed.builds)} old builds, "
            f"{removed.tables} table sets, {removed.matrices} matrices, "
            f"{removed.weights} weights, {removed.projections} projections ({freed})"
        )
    if removed.held:
        say(
            f"  kept though old, since some process has them open: {', '.join(removed.held)}; "
            "a build after it has ended removes them"
        )
    for problem in removed.unknown:
        say(
            "  no tables, matrices or weights were removed, since it is not known what is needed: "
            f"{problem}"
        )


def _load(layout: Layout, uri: str, progress: Progress, *, force: bool) -> None:
    from orthoweave.builds.load import load
    from orthoweave.stores.neo4j.access import read_access

    loaded = load(layout, read_access(uri), progress, force=force)
    if loaded.unchanged:
        say(f"  {uri} holds this build already: nothing to do")
    else:
        say(
            f"  {uri} holds it now: {loaded.written:,} rows written, {loaded.kept:,} were there; "
            "verified by reading back"
        )


def status(
    *,
    builds: Annotated[
        bool, typer.Option("--builds", help="List the builds, not the sources.")
    ] = False,
    security: Annotated[
        bool, typer.Option("--security", help="Show how statements are sandboxed on this system.")
    ] = False,
    kb: Kb = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """List the sources or builds, and what is not built yet or out of date."""
    from orthoweave.builds.history import status as look
    from orthoweave.cli.security import security_of_this_system

    if security:
        found_here = security_of_this_system()
        write_answer(found_here, form, output, header_comments=header_comments)
        return
    layout = layout_of(kb)
    found = look(layout)
    table = _table_of_builds(found) if builds else _table_of_sources(found)
    disk = ", ".join(f"{name} {size / 2**20:,.1f} MiB" for name, size in found.size.items())
    notes = (
        f"published: {found.current or 'nothing yet, run `orthoweave build`'}",
        *found.problems,
        *(f"{item.entry.name}: {item.problem}" for item in found.sources if item.problem),
        *(f"not in the published build: {change}" for change in found.not_built),
        *(
            f"{item.entry.name} is out of date: {change}"
            for item in found.sources
            for change in item.stale
        ),
        f"on disk: {disk}",
    )
    what = "Builds" if builds else "Sources"
    answer = Answer(
        table, f"{what} of {layout.root}", notes=notes, provenance={"build": found.current or ""}
    )
    write_answer(answer, form, output, header_comments=header_comments)


def _table_of_builds(found: "Status") -> pa.Table:
    rows: list[dict[str, object]] = [
        {
            "build": item.id,
            "created": item.created,
            "sources": item.n_sources,
            "bytes": item.size,
            "current": item.current,
        }
        for item in found.builds
    ]
    return table_of(rows, _BUILDS)


def _table_of_sources(found: "Status") -> pa.Table:
    rows: list[dict[str, object]] = [
        {
            "source": item.entry.name,
            "version": item.entry.version,
            "job": item.entry.job,
            "license": item.entry.license,
            "title": item.entry.title or None,
            "rows": sum(item.entry.counts.values()),
            "published": item.published,
            "stale": list(item.stale),
            "ingested": item.entry.recorded,
        }
        for item in found.sources
    ]
    return table_of(rows, _SOURCES)


def diff(
    *,
    older: Annotated[
        str,
        typer.Argument(metavar="OLDER", help="A build; `orthoweave status --builds` lists them."),
    ],
    newer: Annotated[str, typer.Argument(metavar="NEWER", help="The build to compare it with.")],
    examples: Annotated[
        int, typer.Option(min=0, metavar="N", help="Keys to list for each difference.")
    ] = 5,
    kb: Kb = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """List what changed from one build to another, by source and by table."""
    from orthoweave.builds.history import diff as compare

    found = compare(layout_of(kb), older, newer, examples=examples)
    rows = _differences(found)
    notes = () if rows else ("the two builds have the same content",)
    answer = Answer(
        table_of(rows, _DIFF),
        f"From build {older} to {newer}",
        notes=notes,
        provenance={"older": older, "newer": newer},
    )
    write_answer(answer, form, output, header_comments=header_comments)


def _differences(found: "Diff") -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [
        {
            "kind": "source",
            "name": name.split()[0],
            "change": change,
            "count": 1,
            "examples": [name],
        }
        for change, names in (
            ("added", found.sources_added),
            ("removed", found.sources_removed),
            ("changed", found.sources_changed),
        )
        for name in names
    ]
    return rows + [
        {
            "kind": "table",
            "name": item.table,
            "change": change,
            "count": count,
            "examples": list(keys),
        }
        for item in found.tables
        for change, count, keys in (
            ("added", item.n_added, item.added),
            ("removed", item.n_removed, item.removed),
            ("changed", item.n_changed, item.changed),
        )
        if count
    ]


def rollback(
    *,
    context: typer.Context,
    build_id: Annotated[
        str, typer.Argument(metavar="ID", help="A build; `orthoweave status --builds` lists them.")
    ],
    kb: Kb = None,
) -> None:
    """Publish an older build again, after verifying all of its files."""
    from orthoweave.builds.history import rollback as go_back

    manifest = go_back(layout_of(kb), build_id, progress_of(context))
    say(
        f"published: {manifest.build} of {manifest.created}; the sources stay as they are, and "
        "the next `orthoweave build` has them again"
    )


def remove(
    *,
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="Name of the source.")],
    kb: Kb = None,
) -> None:
    """Remove a source; the next build has none of its facts."""
    from orthoweave.builds.history import remove_source

    entry = remove_source(layout_of(kb), source)
    say(f"{entry.name} {entry.version} is out; next: `orthoweave build`")


def add_commands(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    for command, example in (
        (build, "orthoweave build --keep 3"),
        (status, "orthoweave status --builds"),
        (diff, "orthoweave diff OLDER NEWER --examples 10"),
        (rollback, "orthoweave rollback ID"),
        (remove, "orthoweave remove baron_human"),
    ):
        add_command(app, command, example, BUILDS)
