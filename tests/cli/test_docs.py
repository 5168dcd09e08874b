"""The page about the command line names all that there is."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import typer

from orthoweave.cli.main import app, main
from orthoweave.cli.output import Format, as_json
from orthoweave.exports.formats import ExportFormat
from orthoweave.failures.endings import FAILED, INTERRUPTED, UNFORESEEN, USAGE
from orthoweave.questions.answer import Answer

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")


def commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every command with its whole name."""
    for name, command in group.commands.items():
        whole = f"{before}{name}"
        if hasattr(command, "commands"):
            yield from commands(command, f"{whole} ")
        else:
            yield whole, command


ALL = dict(commands(typer.main.get_command(app)))


def test_the_commands_are_those_promised() -> None:
    """No command that users were promised is missing."""
    promised = ["demo", "jobs", "fetch", "ingest", "build", "status", "diff", "rollback", "remove"]
    promised += ["orthologs", "expression", "cypher", "ask", "export", "queries"]
    promised += ["genes resolve", "genes show", "search genes", "search cells"]
    assert set(promised) <= ALL.keys()


@pytest.mark.parametrize("name", list(ALL))
def test_every_command_has_a_section(name: str) -> None:
    """Each command has a section of its own in docs/cli.md."""
    assert re.search(rf"^### `orthoweave {name}[ `]", PAGE, re.MULTILINE)


@pytest.mark.parametrize("name", list(ALL))
def test_every_option_is_named(name: str) -> None:
    """Each option of a command is named in its section or among those that several share."""
    section = re.split(r"^### `orthoweave ", PAGE, flags=re.MULTILINE)
    own = next(part for part in section if part.startswith((f"{name}`", f"{name} ")))
    shared = PAGE.split("## Options that commands share")[1].split("\n## ")[0]
    options = [text for parameter in ALL[name].params for text in parameter.opts if "-" in text]
    assert [text for text in options if f"`{text}" not in own + shared] == []


@pytest.mark.parametrize(
    "words",
    [
        *("jobs", "jobs orthology", "setup", "fetch", "models", "models cell_text", "queries"),
        *("status", "status --builds", "runs", "clusters"),
        *("genes resolve INS", "genes check INS"),
        *(
            "orthologs INS",
            "orthologs Ins1 --from mouse --to rat --through human",
            "expression INS",
        ),
        *("search genes insulin", "search cells insulin"),
    ],
)
def test_every_column_is_named(
    words: str, toy_kb_with_vectors: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The section of a command names each column of its answer."""
    given = [*words.split(), "--format", "json"]
    without_kb = {"jobs", "models", "queries"}
    kb = [] if given[0] in without_kb else ["--kb", str(toy_kb_with_vectors)]
    assert main([*given, *kb]) == 0
    columns = [column["name"] for column in json.loads(capsys.readouterr().out)["columns"]]
    sections = re.split(r"^### `orthoweave ", PAGE, flags=re.MULTILINE)
    name = next(name for name in sorted(ALL, key=len, reverse=True) if words.startswith(name))
    own = next(part for part in sections if part.startswith((f"{name}`", f"{name} ")))
    # what is said of `run` holds for `runs` too
    own += next(part for part in sections if part.startswith("run ")) if name == "runs" else ""
    assert [column for column in columns if f"`{column}`" not in own] == []


@pytest.mark.parametrize("form", [*Format, *ExportFormat])
def test_every_format_is_described(form: str) -> None:
    """Each format of answers and of exports has a row."""
    assert f"| `{form}` |" in PAGE


@pytest.mark.parametrize("code", [0, FAILED, USAGE, UNFORESEEN, INTERRUPTED])
def test_every_exit_code_is_described(code: int) -> None:
    """Each exit code has a row."""
    assert f"| {code} |" in PAGE


def test_every_json_field_is_described() -> None:
    """Each field of a JSON answer has a row."""
    fields = as_json(Answer(pa.table({"a": [1]}), "t"))
    assert [name for name in fields if f"| `{name}` |" not in PAGE] == []
