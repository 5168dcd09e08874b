"""Settings, options, tables and errors are documented."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from orthoweave.content import folder
from orthoweave.jobs.discover import discover_jobs
from orthoweave.schema import read_schema
from orthoweave.settings import Settings

ROOT = Path(__file__).parents[1]


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("setting", [field.name for field in fields(Settings)])
def test_every_setting_is_documented(setting: str) -> None:
    """Each setting has a row in docs/settings.md."""
    assert f"`ORTHOWEAVE_{setting.upper()}`" in _read("docs/settings.md")


def _options() -> list[tuple[str, str]]:
    jobs = discover_jobs(Settings())
    return [(job.name, option.name) for job in jobs.values() for option in job.options]


@pytest.mark.parametrize(("job", "option"), _options())
def test_every_job_option_is_documented(job: str, option: str) -> None:
    """Each job has a section in docs/jobs.md with a row for each of its options."""
    sections = re.split(r"^## ", _read("docs/jobs.md"), flags=re.MULTILINE)
    section = next(text for text in sections if text.startswith(f"`{job}`"))
    assert f"| `{option}` |" in section


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


def test_every_error_is_drawn_in_the_tree() -> None:
    """The tree on top of errors.py shows every error class."""
    text = _read("platform/orthoweave/errors.py")
    tree, code = text.split('"""', 2)[1:]
    classes = re.findall(r"^class (\w+)", code, re.MULTILINE)
    assert [name for name in classes if name not in tree] == []
