"""Settings, options, tables and errors are documented."""

import ast
import inspect
import pkgutil
import re
import tomllib
from dataclasses import Field, fields
from pathlib import Path
from typing import get_args

import pytest

from orthoweave.content import folder
from orthoweave.jobs.discover import discover_jobs
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.plugins import Group
from orthoweave.schema import read_schema
from orthoweave.settings import Settings

ROOT = Path(__file__).parents[1]


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("setting", [field.name for field in fields(Settings)])
def test_every_setting_is_documented(setting: str) -> None:
    """Each setting has a row in docs/settings.md."""
    assert f"`ORTHOWEAVE_{setting.upper()}`" in _read("docs/settings.md")


@pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.name)
def test_the_default_of_every_setting_is_documented(field: Field[object]) -> None:
    """The row of a setting in docs/settings.md has its default, or nothing for an empty one."""
    page = _read("docs/settings.md")
    [row] = re.findall(rf"^\| `ORTHOWEAVE_{field.name.upper()}` \| (.*?) ?\|", page, re.MULTILINE)
    default = int(field.default) if isinstance(field.default, bool) else field.default
    assert row.strip("`") == (f"{default:g}" if isinstance(default, float) else str(default))


def _options() -> list[tuple[str, str]]:
    jobs = discover_jobs(Settings())
    return [(job.name, option.name) for job in jobs.values() for option in job.options]


@pytest.mark.parametrize(("job", "option"), _options())
def test_every_job_option_is_documented(job: str, option: str) -> None:
    """Each job has a section in docs/jobs.md with a row for each of its options."""
    sections = re.split(r"^## ", _read("docs/jobs.md"), flags=re.MULTILINE)
    section = next(text for text in sections if text.startswith(f"`{job}`"))
    assert f"| `{option}` |" in section


def _choices() -> list[tuple[str, str, str]]:
    jobs = discover_jobs(Settings())
    return [
        (job.name, option.name, choice)
        for job in jobs.values()
        for option in job.options
        for choice in option.choices
    ]


@pytest.mark.parametrize(("job", "option", "choice"), _choices())
def test_every_choice_of_an_option_is_documented(job: str, option: str, choice: str) -> None:
    """The row of an option in docs/jobs.md names each value that it takes."""
    sections = re.split(r"^## ", _read("docs/jobs.md"), flags=re.MULTILINE)
    section = next(text for text in sections if text.startswith(f"`{job}`"))
    row = next(line for line in section.splitlines() if line.startswith(f"| `{option}` |"))
    assert f"`{choice}`" in row


def _labels() -> list[str]:
    """Words in bold in the tutorial of the browser: what stands on its screens."""
    return sorted(set(re.findall(r"\*\*([^*]+)\*\*", _read("docs/tutorials/browser.md"))))


@pytest.mark.parametrize("label", _labels())
def test_the_browser_tutorial_names_what_is_on_the_screen(label: str) -> None:
    """Each label in bold stands in the app, or is a column of an answer that it shows."""
    files = [*(ROOT / "ui").rglob("*.py"), *(ROOT / "platform" / "orthoweave").rglob("*.py")]
    shown = "\n".join(path.read_text(encoding="utf-8") for path in files)
    column = label.replace(" ", "_")
    assert any(f'"{word}' in shown for word in (label, column)), label


def _methods() -> list[str]:
    table = _read("docs/queries.md").split("| method | gives |")[1].split("\n\n")[0]
    return [
        call
        for line in table.splitlines()[2:]
        for call in re.findall(r"`([^`]+\))`", line.split(" | ")[0])
    ]


@pytest.mark.parametrize("call", _methods())
def test_every_method_of_the_page_is_there(call: str) -> None:
    """Methods in docs/queries.md are those of the knowledge base, with names and defaults."""
    shown = ast.parse(call.replace("…", "..."), mode="eval").body
    assert isinstance(shown, ast.Call)
    method = getattr(KnowledgeBase, ast.unparse(shown.func))
    parameters = inspect.signature(method).parameters
    names = [ast.unparse(argument) for argument in shown.args]
    assert list(parameters)[1 : len(names) + 1] == names
    for keyword in shown.keywords:
        if keyword.arg is None:
            assert parameters[ast.unparse(keyword.value)].kind is inspect.Parameter.VAR_KEYWORD
        else:
            value = ast.literal_eval(keyword.value)
            assert value in (..., parameters[keyword.arg].default)


def test_every_job_has_help() -> None:
    """Each job says in a line what it does and what it reads."""
    assert all(job.help and job.inputs for job in discover_jobs(Settings()).values())


def _tables() -> list[str]:
    schema = read_schema()
    return [*schema.nodes, *schema.edges, *schema.vectors]


@pytest.mark.parametrize("kind", _tables())
def test_every_table_is_documented(kind: str) -> None:
    """Each node and edge table and vector space is named in the schema's page."""
    assert f"`{kind}`" in (folder("graph_schema") / "README.md").read_text(encoding="utf-8")


def test_links_lead_somewhere() -> None:
    """Every relative link in README, docs and content folders leads to a file that is there."""
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
    for name in ("docs", "graph_schema", "ingest", "ui", "benchmarks"):
        pages += (ROOT / name).rglob("*.md")
    broken = [
        (page.name, target)
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


def _named() -> list[str]:
    """Every dotted name of our code that a page names."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md")]
    texts += [_read(name) for name in ("README.md", "ingest/README.md", "graph_schema/README.md")]
    found = {name for text in texts for name in re.findall(r"`(orthoweave(?:\.\w+)+)", text)}
    # groups of entry points, keys of Parquet metadata, the logger
    others = {*get_args(Group), "title", "build", "query", "parameters", "time", "truncated"}
    others |= {"notes", "audit"}
    return sorted(found - {f"orthoweave.{name}" for name in others})


@pytest.mark.parametrize("name", _named())
def test_a_name_in_the_docs_leads_to_code(name: str) -> None:
    """Each module, class or function that a page names is where it says."""
    assert pkgutil.resolve_name(name) is not None


def _paths() -> list[tuple[str, str]]:
    """Every path of the source that a page names, with the page."""
    pattern = r"`(?:python )?((?:benchmarks|docs|graph_schema|ingest|platform|tests|ui)/[\w./*-]+)"
    return [
        (path.relative_to(ROOT).as_posix(), found)
        for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
        for found in re.findall(pattern, path.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize(("page", "path"), _paths())
def test_a_path_in_the_docs_leads_to_a_file(page: str, path: str) -> None:
    """Each file or folder of the source that a page names is there."""
    assert list(ROOT.glob(path.rstrip("/"))), f"{page} names {path}"


def _rooms() -> list[str]:
    contracts = tomllib.loads(_read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    return [room.strip() for layer in contracts[0]["layers"] for room in layer.split("|")]


@pytest.mark.parametrize("room", _rooms())
def test_every_room_is_described(room: str) -> None:
    """Each room of the contract of layers has its place in the table of docs/architecture.md."""
    rows = re.findall(r"^\| (`.*?) \|", _read("docs/architecture.md"), re.MULTILINE)
    assert any(f"`{room}`" in row for row in rows)


def test_every_error_is_drawn_in_the_tree() -> None:
    """The tree on top of errors.py shows every error class."""
    text = _read("platform/orthoweave/errors.py")
    tree, code = text.split('"""', 2)[1:]
    classes = re.findall(r"^class (\w+)", code, re.MULTILINE)
    assert [name for name in classes if name not in tree] == []
