"""The published build as views open it."""

import shutil
from pathlib import Path

import pytest

from orthoweave.errors import IntegrityError, UnknownNameError
from orthoweave.storage.layout import Layout
from orthoweave.storage.manifest import GRAPH_FILE, MANIFEST_FILE
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


def test_a_table_is_checked_when_it_is_first_read(toy_kb: Path, tmp_path: Path) -> None:
    """A flipped byte in a table of the build or of a source is an error, not an answer."""
    layout = Layout(Path(shutil.copytree(toy_kb, tmp_path / "kb")))
    published = open_published(layout)
    names = {name: paths for name, paths in published.manifest.tables.items() if paths}
    assert {paths[0].partition("/")[0] for paths in names.values()} == {"builds", "tables"}
    for name, paths in names.items():
        path = layout.root / paths[-1]
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.unlink()
        path.write_bytes(content)
        with pytest.raises(IntegrityError, match=r"is damaged: expected SHA-256 .* repair"):
            published.table(name, ["source"])
        path.unlink()
        with pytest.raises(IntegrityError, match="is missing"):
            published.table(name, ["source"])


@pytest.mark.parametrize("content", ["", "{", "[]", '{"build": "x"}', "é" * 9])
def test_a_damaged_manifest_is_an_integrity_error(
    toy_kb: Path, tmp_path: Path, content: str
) -> None:
    """Damaged JSON, another file and another build's manifest are refused with what to do."""
    layout = Layout(Path(shutil.copytree(toy_kb, tmp_path / "kb")))
    path = open_published(layout).manifest.folder(layout) / MANIFEST_FILE
    whole = path.read_text(encoding="utf-8")
    for text in (content, whole.replace('"code_version"', '"code_versiom"'), whole + whole):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(IntegrityError, match="orthoweave repair"):
            open_published(layout)


@pytest.mark.parametrize("content", [b"", b"../../etc", b"\x00\xff", b"a" * 5000])
def test_a_damaged_current_names_the_builds(toy_kb: Path, tmp_path: Path, content: bytes) -> None:
    """Anything but the id of a build is refused, and the message names the builds."""
    layout = Layout(Path(shutil.copytree(toy_kb, tmp_path / "kb")))
    build = open_published(layout).manifest.build
    layout.current.write_bytes(content)
    with pytest.raises(IntegrityError, match=build):
        open_published(layout)
