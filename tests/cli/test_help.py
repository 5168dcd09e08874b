"""Help: commands in groups, whole descriptions, and examples that the command line accepts."""

import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from orthoweave.cli.help import BUILDS, DATA, MODELS, QUESTIONS, TOOLS
from orthoweave.cli.main import app, main

ROOT: Any = typer.main.get_command(app)


def leaves(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each command that is not a group, by its whole name."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from leaves(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


COMMANDS = dict(leaves(ROOT))


def parse(arguments: list[str]) -> str:
    """Parse arguments without running anything; return the name of the command."""
    group, context, path = ROOT, ROOT.make_context("orthoweave", list(arguments)), []
    while hasattr(group, "commands"):
        name, command, rest = group.resolve_command(context, [*arguments])
        context, group, arguments = (
            command.make_context(name, [*rest], parent=context),
            command,
            rest,
        )
        path.append(name)
    return " ".join(path)


def test_the_commands_are_grouped(capsys: pytest.CaptureFixture[str]) -> None:
    """Every group has a heading, in order, and every command belongs to a group."""
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    headings = [line[:-1] for line in out.splitlines() if line.endswith(":") and line[0] != " "]
    assert headings == ["Options", DATA, BUILDS, MODELS, QUESTIONS, TOOLS]


@pytest.mark.parametrize("group", ["", "genes", "search", "neo4j"])
def test_no_description_is_cut_off(group: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The list of commands has each description to its end."""
    assert main([*group.split(), "--help"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "..." not in out.replace("[ARGS]...", "")
    listed = ROOT.commands[group] if group else ROOT
    for command in listed.commands.values():
        first = (command.help or "").split("\n\n")[0]
        assert " ".join(first.split()) in out


@pytest.mark.parametrize("name", list(COMMANDS))
def test_the_example_of_a_command_is_accepted(name: str) -> None:
    """Each command ends its help with an example of itself whose options exist."""
    label, _, example = (COMMANDS[name].epilog or "").partition(": ")
    program, *arguments = shlex.split(example)
    assert (label, program) == ("Example", "orthoweave")
    assert parse(arguments) == name
