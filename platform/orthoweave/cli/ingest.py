"""Commands that bring data in: demo, jobs, fetch, ingest."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import pyarrow as pa
import typer

from orthoweave.cli.help import DATA, add_command
from orthoweave.cli.options import Form, HeaderComments, Kb, Output, layout_of, progress_of
from orthoweave.cli.output import say, write_answer
from orthoweave.options import read_pairs
from orthoweave.questions.answer import Answer, table_of
from orthoweave.settings import read_settings

if TYPE_CHECKING:
    from orthoweave.files.originals import Held, Original

_JOBS = pa.schema(
    [
        ("job", pa.string()),
        ("help", pa.string()),
        ("reads", pa.string()),
        ("gives", pa.list_(pa.string())),
        ("options", pa.list_(pa.string())),
    ]
)
_OPTIONS = pa.schema(
    [
        ("option", pa.string()),
        ("help", pa.string()),
        ("default", pa.string()),
        ("choices", pa.list_(pa.string())),
        ("required", pa.bool_()),
    ]
)
_ORIGINALS = pa.schema(
    [
        ("original", pa.string()),
        ("title", pa.string()),
        ("job", pa.string()),
        ("license", pa.string()),
        ("version", pa.string()),
        ("url", pa.string()),
        ("sha256", pa.string()),
        ("file", pa.string()),
        ("bytes", pa.int64()),
        ("fetched", pa.string()),
    ]
)
# entries of a list that are shown; the stored report has all of them
_SHOWN_LOST = 5


def demo(context: typer.Context, kb: Kb = None) -> None:
    """Build a small bundled knowledge base of human and mouse pancreas, and query it."""
    from orthoweave.cli.demo import run_demo

    layout = layout_of(kb)
    for shown in run_demo(layout.root, progress_of(context)):
        typer.echo(f"\n{shown.question}\n    {shown.command}\n")
        write_answer(shown.answer)
    where = "" if str(layout.root) == "kb" else f" --kb {layout.root}"
    say(
        f"\nThe knowledge base is in {layout.root}.\n"
        f"Open it in the browser: `orthoweave ui{where}`\n"
        f"Ask it more here: `orthoweave queries{where}` lists saved queries"
    )


def jobs(
    *,
    name: Annotated[
        str | None, typer.Argument(metavar="JOB", help="Show the options of this job.")
    ] = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """List the ingest jobs and the files they read, or the options of one job."""
    from orthoweave.jobs.discover import discover_jobs, find_job
    from orthoweave.jobs.job import COMMON_OPTIONS

    settings = read_settings()
    if name is None:
        rows = [
            {
                "job": job.name,
                "help": job.help,
                "reads": job.inputs,
                "gives": list(job.writes),
                "options": [option.name for option in job.options],
            }
            for job in discover_jobs(settings).values()
        ]
        answer = Answer(table_of(rows, _JOBS), "Ingest jobs")
    else:
        job = find_job(settings, name)
        options = [
            {
                "option": option.name,
                "help": option.help,
                "choices": list(option.choices),
                "default": None if option.default is None else str(option.default),
                "required": option.required,
            }
            for option in (*job.options, *COMMON_OPTIONS)
        ]
        answer = Answer(
            table_of(options, _OPTIONS),
            f"Options of {job.name}: --set option=value",
            notes=(f"{job.name}: {job.help}", f"reads {job.inputs}"),
        )
    write_answer(answer, form, output, header_comments=header_comments)


def fetch(
    *,
    context: typer.Context,
    originals: Annotated[
        list[str] | None,
        typer.Argument(metavar="ORIGINAL", help="Files to download; without any, list them."),
    ] = None,
    refresh: Annotated[bool, typer.Option(help="Download a newer file if there is one.")] = False,
    manifest: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Use this list of files, not the bundled one."),
    ] = None,
    kb: Kb = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """Download public data files into the knowledge base, or list those that are known."""
    from orthoweave.files.originals import (
        fetch_original,
        fetched_files,
        find_original,
        read_originals,
    )

    folder = layout_of(kb).sources
    known = read_originals(manifest)
    wanted = [find_original(known, name) for name in originals or ()]
    progress = progress_of(context)
    offline = read_settings().offline
    for original in wanted:
        held = fetch_original(original, folder, progress, refresh=refresh, offline=offline)
        _say_fetched(original, held)
    records = fetched_files(folder)
    rows = [
        {
            "original": item.name,
            "title": item.title,
            "job": item.job,
            "license": item.license,
            "version": item.version,
            "url": item.url,
            **_record(folder / item.file, records.get(item.name)),
        }
        for item in wanted or known.values()
    ]
    title = "Originals fetched" if wanted else "Originals that can be fetched"
    write_answer(
        Answer(table_of(rows, _ORIGINALS), title), form, output, header_comments=header_comments
    )


def _say_fetched(original: "Original", held: "Held") -> None:
    if not original.sha256 and not held.unchanged:
        say(f"{original.name}: no checksum was known; recorded {held.fetched.sha256}")
    version = original.version or held.fetched.fetched[:10]
    say(
        f"{original.name}: next `orthoweave ingest {original.job} {held.path} "
        f"--set version={version}`"
    )


def ingest(
    *,
    context: typer.Context,
    job: Annotated[str, typer.Argument(metavar="JOB", help="A job; `orthoweave jobs` lists them.")],
    inputs: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH", help="Raw files or folders.")
    ] = None,
    options: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="OPTION=VALUE", help="An option of the job; may be repeated."
        ),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Accept a changed file under the same version.")
    ] = False,
    untrusted: Annotated[
        bool,
        typer.Option(
            "--untrusted",
            help="Read the files in a sandboxed process, for files that may be hostile.",
        ),
    ] = False,
    kb: Kb = None,
) -> None:
    """Convert raw files into tables, which the next build will contain."""
    from orthoweave.jobs.discover import find_job
    from orthoweave.jobs.ingest import ingest as run

    found = find_job(read_settings(), job)
    done = run(
        layout_of(kb),
        found,
        inputs or [],
        read_pairs(options, "--set"),
        progress_of(context),
        replace_changed=replace,
        untrusted=untrusted,
    )
    entry = done.entry
    if done.unchanged:
        say(f"{entry.name} {entry.version}: the same input is in already: nothing to do")
        return
    counts = ", ".join(f"{count:,} {name}" for name, count in sorted(entry.counts.items()))
    say(f"{entry.name} {entry.version} ({entry.license}): {counts}")
    for path in sorted(done.tables.folder.glob("report-*.json")):
        report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        for line in report_lines(report):
            say(f"  {line}")
        say(f"  report: {path}")
    say("next: `orthoweave build`")


def report_lines(report: Mapping[str, Any]) -> list[str]:
    """Return a stored report as lines; a long list ends with the number of entries left out.

    Examples
    --------
    >>> report_lines({"n_in": 1200, "lost": ["A", "B"], "reasons": {"symbol": 7}})
    ['n in: 1,200', 'lost: A, B', 'reasons: symbol 7']
    """
    return [f"{name.replace('_', ' ')}: {_shown(value)}" for name, value in report.items()]


def _shown(value: object) -> str:
    if isinstance(value, list):
        more = len(value) - _SHOWN_LOST
        listed = ", ".join(_shown(item) for item in value[:_SHOWN_LOST]) or "none"
        return f"{listed} … and {more:,} more" if more > 0 else listed
    if isinstance(value, dict):
        parts = [f"{name} {_shown(item)}" for name, item in value.items()]
        return ", ".join(parts) or "none"
    is_count = isinstance(value, int) and not isinstance(value, bool)
    return f"{value:,}" if is_count else str(value)


def _record(path: Path, record: Mapping[str, Any] | None) -> dict[str, Any]:
    if record is None or not path.is_file():
        return {}
    about = {name: record[name] for name in ("sha256", "bytes", "fetched")}
    return {**about, "file": str(path)}


def add_commands(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    for command, example in (
        (demo, "orthoweave demo --kb demo-kb"),
        (jobs, "orthoweave jobs gene_descriptions"),
        (fetch, "orthoweave fetch ncbi_gene_info_human"),
        (ingest, "orthoweave ingest gene_descriptions genes.tsv --set source=human"),
    ):
        add_command(app, command, example, DATA)
