"""Every file of a knowledge base is covered: damage to any of them is found and named."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from orthoweave.builds.repair import repair
from orthoweave.builds.verify import Finding, verify
from orthoweave.errors import UnknownNameError
from orthoweave.jobs.discover import discover_jobs
from orthoweave.progress import Quiet
from orthoweave.settings import Settings
from orthoweave.storage.layout import Layout
from orthoweave.storage.manifest import current_build


@pytest.fixture
def layout(toy_kb_with_vectors: Path, tmp_path: Path) -> Layout:
    """A copy of the toy world that a test may damage."""
    return Layout(Path(shutil.copytree(toy_kb_with_vectors, tmp_path / "kb")))


def damage(layout: Layout, *, deep: bool = True) -> dict[str, str]:
    found = verify(layout, Quiet(), deep=deep)
    return {item.path: item.state for item in found if item.state != "whole"}


def files_of(layout: Layout) -> list[Finding]:
    return verify(layout, Quiet(), deep=False)


def test_a_whole_knowledge_base_is_whole(layout: Layout) -> None:
    """All files are listed once, apart from locks and what can be made again at once."""
    found = verify(layout, Quiet(), deep=True)
    assert {item.state for item in found} == {"whole"}
    listed = Counter(item.path for item in found)
    assert set(listed.values()) == {1}
    there = {
        path.relative_to(layout.root).as_posix()
        for path in layout.root.rglob("*")
        if path.is_file()
        and not path.is_relative_to(layout.cache)
        and not path.name.startswith(".lock")
    }
    assert set(listed) == there
    kinds = {"ledger", "current", "source", "entry", "matrix", "projection", "register", "build"}
    assert {item.kind for item in found} == kinds


def test_flipped_bytes_are_found_in_each_kind_of_file(layout: Layout) -> None:
    """A deep verification names exactly the files in which a byte flipped."""
    flipped = {}
    for item in files_of(layout):
        path = layout.root / item.path
        key = (item.kind, path.suffix, path.parent.name)
        # descriptions name the files beside them, which would then be surplus
        described = path.name in {"SOURCE.json", "MANIFEST.json", "KEPT.json", "zarr.json"}
        if key in flipped or item.kind == "ledger" or described or not path.stat().st_size:
            continue
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        flipped[key] = item.path
    assert len(flipped) > 30
    assert damage(layout) == dict.fromkeys(flipped.values(), "damaged")


def test_a_lost_segment_of_numbers_is_found(layout: Layout) -> None:
    """Numbers that were given out and are in no file would be given to others."""
    min(layout.numbers.glob("Gene-*.parquet")).unlink()
    assert damage(layout, deep=False) == {"numbers/REGISTER.json": "damaged"}


@pytest.mark.parametrize("name", ["SOURCE.json", "MANIFEST.json", "KEPT.json", "zarr.json"])
def test_a_damaged_description_is_found(layout: Layout, name: str) -> None:
    """Without a description nothing beside it can be checked: those files are surplus."""
    path = min(item.path for item in files_of(layout) if item.path.endswith(f"/{name}"))
    content = bytearray((layout.root / path).read_bytes())
    content[len(content) // 2] ^= 1
    (layout.root / path).write_bytes(content)
    found = damage(layout)
    assert found.pop(path) == "damaged"
    assert set(found.values()) <= {"surplus", "damaged"}


def test_missing_cut_and_surplus_files_are_named(layout: Layout) -> None:
    """Without reading contents: what is gone, what has another size, and what nobody named."""
    build = current_build(layout)
    folder = layout.builds / build
    (folder / "genes.sqlite").unlink()
    (folder / "graph.duckdb").write_bytes(b"short")
    (folder / "note.txt").write_text("mine")
    assert damage(layout, deep=False) == {
        f"builds/{build}/genes.sqlite": "missing",
        f"builds/{build}/graph.duckdb": "damaged",
        f"builds/{build}/note.txt": "surplus",
    }


def test_tables_and_matrices_that_are_gone_are_missing(layout: Layout) -> None:
    """Whole folders that the ledger, a build or a source names."""
    for parent in (layout.tables, layout.matrices):
        shutil.rmtree(min(parent.iterdir()))
    found = damage(layout, deep=False)
    assert sorted(found.values()) == ["missing", "missing"]


def test_a_missing_entry_beside_tables_is_found(layout: Layout) -> None:
    """Without it a lost ledger could not be made again; a repair writes it."""
    path = min(layout.tables.glob("*/ENTRY.json"))
    path.unlink()
    assert damage(layout) == {path.relative_to(layout.root).as_posix(): "missing"}
    repair(layout, discover_jobs(Settings(kb=layout.root)), Quiet())
    assert damage(layout) == {}


def test_one_build_with_what_it_needs(layout: Layout) -> None:
    """The files of a build, of its sources' tables and of its matrices; not of the ledger."""
    found = verify(layout, Quiet(), deep=False, build=current_build(layout))
    assert {item.kind for item in found} == {"build", "source", "entry", "matrix"}
    with pytest.raises(UnknownNameError, match="no build 'x'"):
        verify(layout, Quiet(), deep=False, build="x")
