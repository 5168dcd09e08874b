"""Commands about models and their results: models, run, runs, clusters."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from orthoweave.cli.help import MODELS, add_command
from orthoweave.cli.options import (
    Form,
    HeaderComments,
    Kb,
    ModelName,
    ModelOptions,
    Output,
    Store,
    layout_of,
    progress_of,
)
from orthoweave.cli.output import say, write_answer
from orthoweave.errors import UsageError
from orthoweave.options import read_pairs
from orthoweave.questions.answer import Answer, table_of
from orthoweave.settings import read_settings

if TYPE_CHECKING:
    from orthoweave.knowledge_base import KnowledgeBase
    from orthoweave.models.base import ModelResult
    from orthoweave.progress import Progress
    from orthoweave.storage.layout import Layout
    from orthoweave.storage.ledger import Entry


class Shown(StrEnum):
    """Parts of a run that `orthoweave runs RUN` shows."""

    details = "details"
    scores = "scores"
    predictions = "predictions"
    confusion = "confusion"
    reliability = "reliability"
    verdicts = "verdicts"
    clusters = "clusters"


LEVELLED: Final = (Shown.confusion, Shown.reliability, Shown.verdicts)


def models(
    *,
    name: Annotated[
        str | None, typer.Argument(metavar="MODEL", help="Show the options of this model.")
    ] = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """List the models, or the options of one model."""
    from orthoweave.questions.models import model_settings
    from orthoweave.questions.models import models as model_list

    answer = model_list() if name is None else model_settings(name)
    write_answer(answer, form, output, header_comments=header_comments)


def run(
    *,
    context: typer.Context,
    model: ModelName,
    options: ModelOptions = None,
    name: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Name of the source that the run becomes [default: the model and a digest].",
        ),
    ] = None,
    weights: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Apply these weights to a dataset, rather than fit the model."
        ),
    ] = None,
    build: Annotated[
        bool, typer.Option(help="Build afterwards, so that the graph has the facts.")
    ] = True,
    yes: Annotated[
        bool, typer.Option("--yes", help="Start however long it takes and however much it needs.")
    ] = False,
    kb: Kb = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """Run a model on the published build, and add what it finds to the next build."""
    from orthoweave.models.cost import approval
    from orthoweave.opening import open_knowledge_base

    layout, progress = layout_of(kb), progress_of(context)
    given = read_pairs(options, "--set")
    limits = read_settings()
    approve = approval(limits.run_minutes, limits.run_gb, say, always=yes)
    # models read the build's files, whichever server holds its graph
    with open_knowledge_base(layout.root, store="") as opened:
        done = opened.run(
            model, name=name, weights=weights, progress=progress, approve=approve, **given
        )
    if (answer := scores_answer(done.run, done.result)) is not None:
        write_answer(answer, form, output, header_comments=header_comments)
    _say_outcome(done.entry, done.result)
    if build:
        _build_with(done.entry.name, layout, progress)
    else:
        say("next: `orthoweave build`")


def _build_with(name: str, layout: "Layout", progress: "Progress") -> None:
    from orthoweave.builds.build import build

    say(
        f"build {build(layout, progress).manifest.build} has its facts; "
        f"take them out again with `orthoweave remove {name}`"
    )


def _say_outcome(entry: "Entry", result: "ModelResult | None") -> None:
    """Print the measures of a run and the number of its facts, or that it was there before."""
    if result is None:
        say(f"{entry.name} {entry.version}: this run has been recorded already: nothing to do")
        return
    for measure, value in result.measures.items():
        say(f"  {measure.replace('_', ' ')}: {value}")
    counts = ", ".join(f"{count:,} {table}" for table, count in sorted(entry.counts.items()))
    say(f"{entry.name} {entry.version}: {counts}")


def scores_answer(run: str, result: "ModelResult | None") -> Answer | None:
    """Return the scores of a run or a training; None if it was recorded before."""
    from orthoweave.questions.runs import SCORE, score_rows
    from orthoweave.runs.record import metrics

    if result is None:
        return None
    return Answer(
        table_of(score_rows(metrics(result.scores)), SCORE),
        f"Scores of {run}",
        notes=result.notes,
        provenance={"run": run},
    )


def runs(
    *,
    run: Annotated[
        str | None,
        typer.Argument(
            metavar="RUN", help="Show this run: its key or name, or the beginning of one."
        ),
    ] = None,
    show: Annotated[
        Shown, typer.Option("--show", help="What to show of the run RUN.")
    ] = Shown.details,
    level: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TYPE",
            help="With --show confusion, reliability or verdicts: a cell type that its kinds are "
            "pooled into; may be repeated.",
        ),
    ] = None,
    kb: Kb = None,
    store: Store = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """List the model runs in the published build with their scores, or show one of them."""
    from orthoweave.opening import open_knowledge_base

    if run is None and (show is not Shown.details or level):
        message = (
            "--show and --level are about one run: expected RUN, as `orthoweave runs` lists it"
        )
        raise UsageError(message)
    if level and show not in LEVELLED:
        message = f"--level: expected --show {', '.join(LEVELLED)}, found --show {show}"
        raise UsageError(message)
    with open_knowledge_base(layout_of(kb).root, store=store) as opened:
        answer = opened.scores() if run is None else _shown(opened, run, show, level or ())
    write_answer(answer, form, output, header_comments=header_comments)


def _shown(kb: "KnowledgeBase", run: str, show: Shown, level: Sequence[str]) -> Answer:
    answers: dict[Shown, Callable[[], Answer]] = {
        Shown.details: lambda: kb.run_details(run),
        Shown.scores: lambda: kb.scores(run),
        Shown.predictions: lambda: kb.predictions(run),
        Shown.confusion: lambda: kb.confusion(run, level=level),
        Shown.reliability: lambda: kb.reliability(run, level=level),
        Shown.verdicts: lambda: kb.verdicts(run, level=level),
        Shown.clusters: lambda: kb.clusters(run=run),
    }
    return answers[show]()


def clusters(
    *,
    dataset: Annotated[
        str | None, typer.Argument(metavar="DATASET", help="Only clusters of this dataset.")
    ] = None,
    kb: Kb = None,
    store: Store = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """List the clusters of cells that model runs found, with their cell types and leading genes."""
    from orthoweave.opening import open_knowledge_base

    with open_knowledge_base(layout_of(kb).root, store=store) as opened:
        answer = opened.clusters(dataset)
    write_answer(answer, form, output, header_comments=header_comments)


def add_commands(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    for command, example in (
        (models, "orthoweave models hypergraph_clusters"),
        (run, "orthoweave run hypergraph_clusters --set dataset=baron_human"),
        (runs, "orthoweave runs"),
        (clusters, "orthoweave clusters baron_human"),
    ):
        add_command(app, command, example, MODELS)
