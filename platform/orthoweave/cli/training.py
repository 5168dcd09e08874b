"""Commands that train models, in the knowledge base or elsewhere: train, bundle."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orthoweave.cli.help import MODELS, add_command
from orthoweave.cli.models import scores_answer
from orthoweave.cli.options import (
    Form,
    HeaderComments,
    Kb,
    ModelName,
    ModelOptions,
    layout_of,
    progress_of,
)
from orthoweave.cli.output import say, write_answer
from orthoweave.errors import UsageError
from orthoweave.options import read_pairs
from orthoweave.settings import read_settings

if TYPE_CHECKING:
    from orthoweave.runs.train import Trained


_Model = Annotated[
    str | None,
    typer.Argument(metavar="MODEL", help="A model; not with --bundle, which names its own."),
]
_Name = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Name of the weights [default: the model and a digest]."),
]
_Bundle = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="Train what `orthoweave bundle` wrote, without a knowledge base; --output names the "
        "file of the weights.",
    ),
]
_Device = Annotated[
    str | None, typer.Option(metavar="DEVICE", help="auto, cpu or cuda; as --set device=DEVICE.")
]
_Yes = Annotated[
    bool, typer.Option("--yes", help="Start however long it takes and however much it needs.")
]
_Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write the scores to a file; with --bundle, the weights.",
    ),
]


def train(
    *,
    context: typer.Context,
    model: _Model = None,
    options: ModelOptions = None,
    name: _Name = None,
    bundle: _Bundle = None,
    device: _Device = None,
    yes: _Yes = False,
    kb: Kb = None,
    form: Form = None,
    output: _Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """Train a model on the published build or on a bundle, and keep what it learnt as weights.

    `torchrun --nproc-per-node N -m orthoweave train …` trains with N processes.
    """
    from orthoweave.models.cost import approval
    from orthoweave.models.training.processes import is_leader
    from orthoweave.opening import open_knowledge_base
    from orthoweave.runs.train_bundle import train_bundle

    if (bundle is None) == (model is None) or (bundle is not None and (output is None or name)):
        message = (
            "expected `orthoweave train MODEL`, or `orthoweave train --bundle FOLDER --output "
            "FILE`, whose weights get their name by `orthoweave weights NAME --import FILE`"
        )
        raise UsageError(message)
    given = read_pairs(options, "--set") | ({} if device is None else {"device": device})
    progress, limits = progress_of(context), read_settings()
    approve = approval(limits.run_minutes, limits.run_gb, say, always=yes)
    if bundle is not None and output is not None:
        made = train_bundle(bundle, output, progress, settings=given, approve=approve)
        answer, said = scores_answer(made.run, made.result), [_TAKE.format(file=output)]
        output = None
    else:
        with open_knowledge_base(layout_of(kb).root, store="") as opened:
            done = opened.train(str(model), name=name, progress=progress, approve=approve, **given)
        answer, said = scores_answer(done.run, done.result), _outcome(str(model), done)
    if not is_leader():
        return
    if answer is not None:
        write_answer(answer, form, output, header_comments=header_comments)
    for line in said:
        say(line)


_TAKE = "{file}: take these weights in by `orthoweave weights --import {file}`"


def _outcome(model: str, done: "Trained") -> list[str]:
    """Return the sentences after a training: on the weights, and on how to apply them."""
    entry = done.entry
    if done.result is None:
        return [f"{entry.name} {entry.version}: these weights are kept already: nothing to do"]
    genes, size = len(done.weights.content["vocabulary"]["genes"]), done.weights.declared.size
    return [
        f"{entry.name} {entry.version}: weights of {genes:,} genes, {size:,} bytes",
        f"apply them: `orthoweave run {model} --weights {entry.name} --set dataset=NAME`",
    ]


def bundle(
    *,
    context: typer.Context,
    model: ModelName,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="DIR", help="Folder to write; it must not exist."),
    ],
    options: ModelOptions = None,
    kb: Kb = None,
) -> None:
    """Write all that a model is trained on to a folder, to train it on another machine."""
    from orthoweave.opening import open_knowledge_base

    given = read_pairs(options, "--set")
    with open_knowledge_base(layout_of(kb).root, store="") as opened:
        done = opened.bundle(model, output, progress=progress_of(context), **given)
    say(f"{done.folder}: all that {model} is trained on, {done.size:,} bytes")
    say(f"train it elsewhere: `orthoweave train --bundle {done.folder} --output FILE`")


def add_commands(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    for command, example in (
        (train, "orthoweave train cell_text --set dataset=baron_human --name pancreas"),
        (bundle, "orthoweave bundle cell_text --set dataset=baron_human --output folder"),
    ):
        add_command(app, command, example, MODELS)
