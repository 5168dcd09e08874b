"""Kinds of views of other packages are found, read and recorded as ours are."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

from orthoweave.errors import PluginError, UnknownNameError, UsageError
from orthoweave.jobs.depends import changed_dependencies
from orthoweave.plugins import declared
from orthoweave.progress import Quiet
from orthoweave.runs.reads import reads_of
from orthoweave.storage.layout import Layout
from orthoweave.storage.ledger import Entry, Ledger
from orthoweave.storage.published import Published, open_published
from orthoweave.views.expression import ExpressionView
from orthoweave.views.reading.kinds import find_kind
from orthoweave.views.reading.read import read_view, read_views
from orthoweave.views.requests import ExpressionRequest, ViewRequest

STRANGER = """
from dataclasses import dataclass
from typing import ClassVar

from orthoweave.views.reading.kinds import Behind, ViewKind
from orthoweave.views.requests import ViewRequest


@dataclass(frozen=True, slots=True)
class SpotRequest(ViewRequest):
    kind: ClassVar[str] = "KIND"
    dataset: str


@dataclass(frozen=True, slots=True)
class SpotView:
    names: tuple[str, ...]

    @property
    def digest(self):
        return " ".join(self.names)


def read(published, request):
    found = published.table("Cell", ["id", "dataset"], [("dataset", "=", request.dataset)])
    return SpotView(tuple(found["id"].to_pylist()))


SPOTS = ViewKind(
    SpotRequest, SpotView, read, lambda request: Behind((request.dataset,), ("HAS_TYPE",))
)
OTHER = ViewKind(SpotRequest, SpotView, lambda *_: "spots", SPOTS.behind)
"""
Declare = Callable[..., type]


@pytest.fixture
def declare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Declare]:
    """Return what installs a package with a kind of view, and returns the class of its request."""

    def install(kind: str, value: str = "SPOTS") -> type:
        from importlib import import_module

        module = f"strange_{kind}"
        (tmp_path / f"{module}.py").write_text(STRANGER.replace("KIND", kind), encoding="utf-8")
        about = tmp_path / f"{module}-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
        (about / "entry_points.txt").write_text(f"[orthoweave.views]\n{kind} = {module}:{value}\n")
        declared.cache_clear()
        found: type = import_module(module).SpotRequest
        return found

    monkeypatch.syspath_prepend(str(tmp_path))
    yield install
    monkeypatch.undo()
    declared.cache_clear()


@pytest.fixture(scope="module")
def published(toy_kb: Path) -> Published:
    """The toy world's build."""
    return open_published(Layout(toy_kb))


def test_a_view_of_a_stranger_is_read_beside_ours(published: Published, declare: Declare) -> None:
    """It is found under its name and class; another class is refused with what there is."""
    spots = declare("spots")("toy_human")
    views = read_views(
        published, {"spots": spots, "cells": ExpressionRequest("toy_human")}, Quiet()
    )
    kind = find_kind(spots).view
    assert list(views.get("spots", kind).names) == list(views.expression("cells").cells)
    assert views.get("cells", ExpressionView) is views.expression("cells")
    with pytest.raises(UnknownNameError, match=r"of kind ExpressionView, found .*SpotView"):
        views.get("spots", ExpressionView)


def test_a_run_on_a_stranger_view_knows_its_sources(
    toy_kb: Path, published: Published, declare: Declare
) -> None:
    """Its dataset and tables are dependencies that are up to date, and found changed later."""
    reads = reads_of(published, [declare("points")("toy_human")])
    assert set(reads.depends) == {"dataset toy_human", "table HAS_TYPE"}
    layout = Layout(toy_kb)
    ledger = Ledger(layout.ledger)

    def changes(depends: dict[str, str]) -> list[str]:
        entry = Entry("mine", "1", "run mine", "x", depends, {}, [], "x", {}, reads.license)
        return changed_dependencies(layout, ledger, entry)

    assert changes(reads.depends) == []
    assert changes({"table HAS_TYPE": "older"}) == ["table HAS_TYPE has changed"]


@dataclass(frozen=True, slots=True)
class LostRequest(ViewRequest):
    """A request whose package was removed."""

    kind: ClassVar[str] = "lost"


class Nameless(ViewRequest):
    """A request without a kind."""


def test_what_cannot_be_read_is_refused(published: Published, declare: Declare) -> None:
    """No kind, an unknown kind, another's kind and a reader of something else are named."""
    with pytest.raises(UsageError, match="is not a request for a view"):
        read_view(published, Nameless())
    with pytest.raises(UsageError, match=r"no kind of view 'lost'.*expression, hypergraph"):
        read_view(published, LostRequest())
    wrong = declare("patches", "OTHER")("toy_human")
    with pytest.raises(PluginError, match="'patches' returned a str: expected a SpotView"):
        read_view(published, wrong)
    absent = declare("slides", "SpotView")("toy_human")
    with pytest.raises(PluginError, match="declared as the kind of view 'slides'"):
        read_view(published, absent)
