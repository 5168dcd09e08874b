"""Changes since the previous build."""

from dataclasses import replace
from pathlib import Path

import pytest

from orthoweave.errors import UnknownNameError
from orthoweave.questions.changes import changes, published_build
from orthoweave.storage.layout import Layout
from orthoweave.storage.manifest import Manifest


def _publish(layout: Layout, manifest: Manifest) -> None:
    (layout.builds / manifest.build).mkdir(parents=True)
    manifest.write(layout.builds / manifest.build)


def test_differences_are_listed(tmp_path: Path) -> None:
    """A table that grew, one that is new and none that stayed are named."""
    layout = Layout(tmp_path)
    first = Manifest("a", "2026-01-01T00:00:00+00:00", "1", (), {"Gene": 1000, "Cell": 5}, {}, {})
    _publish(layout, first)
    _publish(
        layout,
        replace(
            first,
            build="b",
            created="2026-01-02T00:00:00+00:00",
            counts={"Gene": 1001, "Cell": 5, "Run": 1},
        ),
    )
    found = changes(layout, "b")
    assert found is not None
    assert found.rows() == [
        {"what": "rows of", "name": "Gene", "before": "1,000", "now": "1,001"},
        {"what": "rows of", "name": "Run", "before": None, "now": "1"},
    ]
    assert changes(layout, "a") is None


def test_no_knowledge_base(tmp_path: Path) -> None:
    """A folder without one is an error that says how to make one."""
    with pytest.raises(UnknownNameError, match="orthoweave demo"):
        published_build(tmp_path)
