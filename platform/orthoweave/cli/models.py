"""Commands about models: models, run, and what runs found: runs, clusters."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import pyarrow as pa
import typer

from orthoweave.cli.options import (
    Form,
    HeaderComments,
    Kb,
    Output,
    Store,
    layout_of,
    pairs,
    progress_of,
)
from orthoweave.cli.output import say, write_answer
from orthoweave.queries.answer import Answer, table_of

if TYPE_CHECKING:
    from orthoweave.models.base import Estimate, Score

_MODELS = pa.schema(
    [("model", pa.string()), ("title", pa.string()), ("question", pa.string()),
     ("paper", pa.string()), ("doi", pa.string()), ("reads", pa.list_(pa.string())),
     ("writes", pa.list_(pa.string())), ("limits", pa.list_(pa.string()))]
)  # fmt: skip
_SETTINGS = pa.schema([("setting", pa.string()), ("help", pa.string()), ("kind", pa.string()),
                       ("default", pa.string()), ("choices", pa.list_(pa.string()))])  # fmt: skip
_SCORES = pa.schema(
    [("metric", pa.string()), ("context", pa.string()), ("of", pa.string()),
     ("role", pa.string()), ("value", pa.float64()), ("low", pa.float64()),
     ("high", pa.float64())]
)  # fmt: skip


def models(
    *,
    name: Annotated[str | None, typer.Argument(help="A model, to see its settings.")] = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """List the models with their cards, or the settings of one."""
    from orthoweave.models.registry import find_model, model_names
    from orthoweave.models.settings import describe_settings

    if name is None:
        cards = {key: find_model(key).card for key in model_names()}
        rows = [
            {"model": key, "title": card.title, "question": card.question, "paper": card.paper,
             "doi": card.doi, "reads": list(card.reads), "writes": list(card.writes),
             "limits": list(card.limits)}
            for key, card in cards.items()
        ]  # fmt: skip
        answer = Answer(table_of(rows, _MODELS), "Models")
    else:
        model = find_model(name)
        settings = [
            {"setting": item.name, "help": item.help, "kind": item.kind, "default": item.default,
             "choices": list(item.choices)}
            for item in describe_settings(model.config_class)
        ]  # fmt: skip
        card = model.card
        notes = (card.question, f"{card.paper} {card.doi}".strip(), *card.limits)
        answer = Answer(table_of(settings, _SETTINGS), f"Settings of {name}: --set setting=value",
                        notes=notes)  # fmt: skip
    write_answer(answer, form, output, header_comments=header_comments)


def run(
    *,
    context: typer.Context,
    model: Annotated[str, typer.Argument(help="The model; `orthoweave models` lists them.")],
    options: Annotated[
        list[str] | None,
        typer.Option("--set", help="SETTING=VALUE of the model; may be repeated."),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(help="Name of the run's source [default: the model's and a digest]."),
    ] = None,
    build: Annotated[bool, typer.Option(help="Build, so that the graph has the facts.")] = True,
    kb: Kb = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """Run a model on the published build; its facts go into the next build, under its name."""
    from orthoweave.builds.build import build as make
    from orthoweave.models.registry import find_model
    from orthoweave.models.settings import parse_config
    from orthoweave.runs.run import run_model

    found = find_model(model)
    config = parse_config(found.config_class, pairs(options, "--set"))
    layout, progress = layout_of(kb), progress_of(context)
    done = run_model(layout, found, config, progress, name=name)
    entry = done.entry
    if done.result is None:
        say(f"{entry.name} {entry.version}: the same run is in already, nothing to do")
    else:
        answer = Answer(table_of(list(score_rows(done.result.scores)), _SCORES),
                        f"Scores of {done.run}", notes=done.result.notes,
                        provenance={"run": done.run})  # fmt: skip
        write_answer(answer, form, output, header_comments=header_comments)
        for measure, value in done.result.measures.items():
            say(f"  {measure.replace('_', ' ')}: {value}")
        counts = ", ".join(f"{count:,} {table}" for table, count in sorted(entry.counts.items()))
        say(f"{entry.name} {entry.version}: {counts}")
    if build:
        say(f"build {make(layout, progress).manifest.build} has its facts; "
            f"take them out again with `orthoweave remove {entry.name}`")  # fmt: skip
    else:
        say("next: `orthoweave build`")


def runs(
    *,
    kb: Kb = None,
    store: Store = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """List the runs in the published build with their scores, baselines and controls."""
    from orthoweave.queries.knowledge_base import open_knowledge_base
    from orthoweave.queries.runs import run_scores

    with open_knowledge_base(layout_of(kb).root, store=store) as opened:
        answer = run_scores(opened)
    write_answer(answer, form, output, header_comments=header_comments)


def clusters(
    *,
    dataset: Annotated[str | None, typer.Argument(help="Only clusters of this dataset.")] = None,
    kb: Kb = None,
    store: Store = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """List the clusters of cells that runs found, with their types and high-traffic genes."""
    from orthoweave.queries.clusters import clusters as found
    from orthoweave.queries.knowledge_base import open_knowledge_base

    with open_knowledge_base(layout_of(kb).root, store=store) as opened:
        answer = found(opened, dataset)
    write_answer(answer, form, output, header_comments=header_comments)


def score_rows(scores: "tuple[Score, ...]") -> Iterator[dict[str, object]]:
    """Rows of a table of scores: after each model's its baselines' and its control's."""
    for score in scores:
        about = {"metric": score.metric, "context": score.context}
        parts: list[tuple[str, str, Estimate]] = [("the model", "model", score.estimate)]
        parts += [(name, "baseline", other) for name, other in score.baselines.items()]
        parts.append((score.control_name, "control", score.control))
        for of, role, estimate in parts:
            yield {**about, "of": of, "role": role, "value": estimate.value,
                   "low": estimate.low, "high": estimate.high}  # fmt: skip


def add_commands(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    for command in (models, run, runs, clusters):
        app.command(command.__name__)(command)
