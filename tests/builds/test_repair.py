"""Repair brings a damaged knowledge base back to the same content, or says what it could not."""

import random
import shutil
from pathlib import Path

import pytest
from tests.support.damage import FAULTS, inflict

from orthoweave.builds.repair import Repaired, repair
from orthoweave.builds.verify import Finding, verify
from orthoweave.jobs.discover import discover_jobs
from orthoweave.progress import Quiet
from orthoweave.settings import Settings
from orthoweave.storage.layout import Layout
from orthoweave.storage.ledger import Ledger
from orthoweave.storage.manifest import current_build, read_manifest


@pytest.fixture
def layout(toy_kb_with_vectors: Path, tmp_path: Path) -> Layout:
    """A copy of the toy world that a test may damage."""
    return Layout(Path(shutil.copytree(toy_kb_with_vectors, tmp_path / "kb")))


def mend(layout: Layout) -> Repaired:
    return repair(layout, discover_jobs(Settings(kb=layout.root)), Quiet())


def content(layout: Layout) -> str:
    return read_manifest(layout, current_build(layout)).content_digest


def not_whole(layout: Layout) -> list[Finding]:
    return [item for item in verify(layout, Quiet(), deep=True) if item.state != "whole"]


@pytest.mark.parametrize(
    "seed", [*range(6), *(pytest.param(n, marks=pytest.mark.slow) for n in range(6, 60))]
)
def test_several_faults_at_once_are_repaired(layout: Layout, seed: int) -> None:
    """Whatever five files were damaged, all is whole afterwards and has the same content."""
    before, draw = content(layout), random.Random(seed)
    files = [item for item in verify(layout, Quiet(), deep=False) if item.kind != "ledger"]
    for item in draw.sample(files, 5):
        inflict(layout.root / item.path, draw.choice(FAULTS), draw)
    done = mend(layout)
    assert done.left == []
    assert not_whole(layout) == []
    assert content(layout) == before


def test_nothing_is_done_where_nothing_is_damaged(layout: Layout) -> None:
    """A whole knowledge base keeps its build."""
    before = current_build(layout)
    done = mend(layout)
    assert (done.damage, done.done, done.left) == ([], [], [])
    assert current_build(layout) == before


@pytest.mark.parametrize("how", ["gone", "empty", "garbage"])
def test_a_lost_ledger_is_made_again(layout: Layout, how: str) -> None:
    """From the entries beside the tables: the same sources, options and files are active."""
    before = Ledger(layout.ledger).active()
    layout.ledger.unlink()
    if how == "empty":
        layout.ledger.touch()
    elif how == "garbage":
        layout.ledger.write_bytes(b"SQLite format 3\x00" + bytes(4000))
    done = mend(layout)
    assert done.left == []
    assert Ledger(layout.ledger).active() == before
    assert not_whole(layout) == []


def test_a_source_without_its_raw_file_is_named(layout: Layout, tmp_path: Path) -> None:
    """It is left with what to do; the others are repaired all the same."""
    entries = {entry.name: entry for entry in Ledger(layout.ledger).active()}
    for name in ("genes_human", "hcop_human_mouse"):
        folder = layout.tables / entries[name].tables_digest
        min(folder.glob("*.parquet")).write_bytes(b"x")
    raw = Path(entries["hcop_human_mouse"].inputs[0]["path"])
    hidden = raw.rename(raw.with_name("hidden"))
    try:
        done = mend(layout)
    finally:
        hidden.rename(raw)
    assert [line for line in done.done if line.startswith("source genes_human")]
    assert "hcop_human_mouse" in done.left[0]
    assert "put it back, or `orthoweave remove hcop_human_mouse`" in done.left[0]
    # the remedy: the file is there again
    assert mend(layout).left == []
    assert not_whole(layout) == []


def test_a_fetched_file_is_found_in_its_folder(layout: Layout) -> None:
    """A raw file that was moved to the folder of fetched files serves as well."""
    entry = Ledger(layout.ledger).find("genes_human")
    assert entry is not None
    raw = Path(entry.inputs[0]["path"])
    layout.sources.mkdir(exist_ok=True)
    hidden = raw.rename(layout.sources / raw.name)
    shutil.rmtree(layout.tables / entry.tables_digest)
    try:
        assert mend(layout).left == []
    finally:
        shutil.copy(hidden, raw)


def test_without_its_sources_an_older_build_is_published(layout: Layout) -> None:
    """A damaged build that cannot be made again gives way to the newest that is whole."""
    from orthoweave.builds.build import build

    older = current_build(layout)
    newer = build(layout, Quiet(), force=True).manifest.build
    (layout.builds / newer / "genes.sqlite").unlink()
    entry = Ledger(layout.ledger).find("genes_human")
    assert entry is not None
    raw = Path(entry.inputs[0]["path"])
    hidden = raw.rename(raw.with_name("hidden"))
    shutil.rmtree(layout.tables / entry.tables_digest)
    try:
        done = mend(layout)
    finally:
        hidden.rename(raw)
    assert current_build(layout) == older
    assert f"build {older}: published again in place of {newer}" in done.done
    assert len(done.left) == 2
