"""Whatever a model asks for is read by one function."""

from pathlib import Path

import pytest

from orthoweave.errors import InputError, UsageError
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
from orthoweave.storage.published import open_published
from orthoweave.views.expression import ExpressionView
from orthoweave.views.hypergraph import HypergraphView
from orthoweave.views.orthology import OrthologyView
from orthoweave.views.reading.read import read_view, read_views
from orthoweave.views.requests import (
    ExpressionRequest,
    HypergraphRequest,
    NetworkRequest,
    OntologyRequest,
    OrthologyRequest,
    ViewRequest,
)


def test_each_request_gives_its_view(toy_kb: Path) -> None:
    """Each kind of request gives its kind of view under its name; twice, the same digests."""
    published = open_published(Layout(toy_kb))
    requests: dict[str, ViewRequest] = {
        "cells": ExpressionRequest("toy_human"),
        "graph": HypergraphRequest("toy_human"),
        "pairs": OrthologyRequest(("human", "mouse")),
        "types": OntologyRequest(),
    }
    views, again = (read_views(published, requests, Quiet()) for _ in range(2))
    assert isinstance(views.expression("cells"), ExpressionView)
    assert isinstance(views.hypergraph("graph"), HypergraphView)
    assert isinstance(views.orthology("pairs"), OrthologyView)
    assert "CL:0000169" in views.ontology("types").keys
    assert {name: view.digest for name, view in views.by_name.items()} == {
        name: view.digest for name, view in again.by_name.items()
    }


def test_other_requests_are_refused(toy_kb: Path) -> None:
    """A network that was not ingested is refused, and so is an object that is not a request."""
    published = open_published(Layout(toy_kb))
    with pytest.raises(InputError, match="by 'mine': there is toy_human_coexpression"):
        read_view(published, NetworkRequest("toy_human", source="mine"))
    with pytest.raises(UsageError, match="is not a request"):
        read_view(published, "cells")  # type: ignore[arg-type]


def test_the_pages_example_runs(toy_kb: Path) -> None:
    """The first example of docs/views.md prints what it shows, on the toy world's human cells."""
    page = (Path(__file__).parents[3] / "docs" / "views.md").read_text(encoding="utf-8")
    example = page.split("```python\n")[1].split("```")[0]
    example = example.replace('"kb"', repr(str(toy_kb))).replace("baron_human", "toy_human")
    names: dict[str, object] = {}
    exec(example, names)
    assert isinstance(names["cells"], ExpressionView)
    assert names["cells"].scale == "log1p_cp10k"
    assert isinstance(names["pairs"], OrthologyView)
