"""The command cypher: ask one Cypher statement, or a script of several."""

import json
from pathlib import Path
from typing import Annotated

import typer

from orthoweave.cli.help import QUESTIONS, add_command
from orthoweave.cli.options import Form, HeaderComments, Kb, Output, Parameters, Store, layout_of
from orthoweave.cli.output import Format, write_answer
from orthoweave.errors import InputError, UsageError
from orthoweave.options import read_pairs
from orthoweave.questions.answer import Answer

_SUFFIX = {Format.table: "txt"}


def cypher(
    *,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="File with Cypher statements, separated by ';'."),
    ] = None,
    text: Annotated[
        str | None, typer.Option("-e", metavar="TEXT", help="The statement, in place of FILE.")
    ] = None,
    parameters: Parameters = None,
    limit: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Most rows of each answer [default: all for FILE; for -e, as the settings say].",
        ),
    ] = None,
    unsandboxed: Annotated[
        bool,
        typer.Option(
            "--unsandboxed",
            help="Run the statement even where the system cannot sandbox a process. It could then "
            "read and write your files.",
        ),
    ] = False,
    kb: Kb = None,
    store: Store = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """Run a read-only Cypher query; parameter values are parsed as JSON where possible."""
    from orthoweave.opening import open_knowledge_base
    from orthoweave.questions.script import read_script

    if (file is None) == (text is None):
        message = "expected either a FILE.cypher or -e TEXT"
        raise UsageError(message)
    given = {name: _value(value) for name, value in read_pairs(parameters, "--param").items()}
    script = _read(file) if file is not None else ""
    # read before the knowledge base is opened: an error in the script comes at once
    several = file is not None and len(read_script(script, given)) > 1
    if several:
        _check_target(form, output)
    root = layout_of(kb).root
    with open_knowledge_base(root, store=store, allow_unsandboxed=unsandboxed) as opened:
        if text is not None:
            answer = opened.cypher(text, given, limit=limit)
            write_answer(answer, form, output, header_comments=header_comments)
            return
        for statement, answer in opened.script(script, given, limit):
            target = _target(statement.name, form, output) if several else output
            _write(answer, form, target, comments=header_comments, named=several)


def _check_target(form: Form, output: Path | None) -> None:
    if output is None and form not in {None, Format.table}:
        message = (
            f"--format {form} of several statements needs --output FOLDER, which gets a file for "
            "each; without it they are shown as tables"
        )
        raise UsageError(message)
    if output is not None and output.exists() and not output.is_dir():
        message = (
            f"--output {str(output)!r} is a file, but the script has several statements: name a "
            "folder, which gets a file for each"
        )
        raise UsageError(message)
    if output is not None:
        output.mkdir(parents=True, exist_ok=True)


def _target(name: str, form: Form, output: Path | None) -> Path | None:
    chosen = form or Format.tsv
    return None if output is None else output / f"{name}.{_SUFFIX.get(chosen, chosen.value)}"


def _write(answer: Answer, form: Form, target: Path | None, *, comments: bool, named: bool) -> None:
    chosen = form or (Format.tsv if named and target is not None else None)
    write_answer(answer, chosen, target, header_comments=comments)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{file} cannot be read as Cypher statements: {error}"
        raise InputError(message) from error


def _value(text: str) -> object:
    """Return the value of a parameter: JSON where the text is JSON, else the text itself."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value


def add_commands(app: typer.Typer) -> None:
    """Add this command to `app`."""
    example = 'orthoweave cypher -e "MATCH (s:Species) RETURN s.id" --format tsv'
    add_command(app, cypher, example, QUESTIONS)
