"""The published build as views open it."""

import shutil
from pathlib import Path

import pytest

from orthoweave.errors import IntegrityError, UnknownNameError
from orthoweave.storage.layout import Layout
from orthoweave.storage.manifest import GRAPH_FILE
from orthoweave.storage.published import open_published


def test_tables_have_the_rows_of_the_manifest(toy_kb: Path) -> None:
    """Every table of the build is read whole; one that it does not have is empty."""
    published = open_published(Layout(toy_kb))
    for name, count in published.manifest.counts.items():
        key = "id" if name in published.schema.nodes else "from"
        assert published.table(name, [key]).num_rows == count
    empty = published.table("CellCluster", ["id", "n_cells"])
    assert (empty.num_rows, empty.column_names) == (0, ["id", "n_cells"])


def test_no_build_or_a_damaged_one_is_refused(toy_kb: Path, tmp_path: Path) -> None:
    """A build that is not there and one whose file was cut are refused."""
    layout = Layout(Path(shutil.copytree(toy_kb, tmp_path / "kb")))
    with pytest.raises(UnknownNameError, match="no build 'nothing'"):
        open_published(layout, "nothing")
    published = open_published(layout)
    (published.manifest.folder(layout) / GRAPH_FILE).write_bytes(b"x")
    with pytest.raises(IntegrityError, match="is damaged"):
        open_published(layout)
    with pytest.raises(UnknownNameError, match="no knowledge base"):
        open_published(Layout(tmp_path / "none"))
