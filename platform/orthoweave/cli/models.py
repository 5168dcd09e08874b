"""Commands about models and their results: models, run, runs, clusters."""

from typing import TYPE_CHECKING, Annotated

import pyarrow as pa
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
from orthoweave.options import read_pairs
from orthoweave.questions.answer import Answer, table_of
from orthoweave.settings import read_settings

if TYPE_CHECKING:
    from orthoweave.models.base import ModelResult
    from orthoweave.progress import Progress
    from orthoweave.storage.layout import Layout
    from orthoweave.storage.ledger import Entry

_MODELS = pa.schema(
    [
        ("model", pa.string()),
        ("title", pa.string()),
        ("question", pa.string()),
        ("paper", pa.string()),
        ("doi", pa.string()),
        ("reads", pa.list_(pa.string())),
        ("writes", pa.list_(pa.string())),
        ("limits", pa.list_(pa.string())),
    ]
)
_SETTINGS = pa.schema(
    [
        ("setting", pa.string()),
        ("help", pa.string()),
        ("kind", pa.string()),
        ("default", pa.string()),
        ("choices", pa.list_(pa.string())),
    ]
)


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
    from orthoweave.models.options import config_options
    from orthoweave.models.registry import find_model, model_names

    if name is None:
        cards = {key: find_model(key).card for key in model_names()}
        rows = [
            {
                "model": key,
                "title": card.title,
                "question": card.question,
                "paper": card.paper,
                "doi": card.doi,
                "reads": list(card.reads),
                "writes": list(card.writes),
                "limits": list(card.limits),
            }
            for key, card in cards.items()
        ]
        answer = Answer(table_of(rows, _MODELS), "Models")
    else:
        model = find_model(name)
        settings = [
            {
                "setting": item.name,
                "help": item.help,
                "kind": item.kind_text,
                "default": item.default_text,
                "choices": list(item.choices),
            }
            for item in config_options(model.config_class)
        ]
        card = model.card
        notes = (card.question, f"{card.paper} {card.doi}".strip(), *card.limits)
        answer = Answer(
            table_of(settings, _SETTINGS), f"Settings of {name}: --set setting=value", notes=notes
        )
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
        typer.Argument(metavar="RUN", help="Only this run: its key, or its source's name."),
    ] = None,
    kb: Kb = None,
    store: Store = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """List the model runs in the published build, with scores, baselines and controls."""
    from orthoweave.opening import open_knowledge_base

    with open_knowledge_base(layout_of(kb).root, store=store) as opened:
        answer = opened.scores(run)
    write_answer(answer, form, output, header_comments=header_comments)


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
