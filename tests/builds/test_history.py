"""Status, rollback, removal and garbage collection of a knowledge base."""

import shutil
from pathlib import Path

import pytest

from orthoweave.builds.build import build
from orthoweave.builds.history import collect_garbage, remove_source, rollback, status
from orthoweave.errors import IntegrityError, UnknownNameError, UsageError
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
from orthoweave.storage.ledger import Ledger
from orthoweave.storage.manifest import Manifest, current_build, published
from orthoweave.stores.duckdb.store import DuckdbStore
from orthoweave.testing.sources import GENES, HCOP, MGI, record_insulin, record_source

RESOLVES = {"genes": "none"}


def make(kb: Path) -> Manifest:
    return build(Layout(kb), Quiet()).manifest


def test_status_of_a_fresh_knowledge_base(tmp_path: Path) -> None:
    """Before the first build every source is said to be not built."""
    record_insulin(tmp_path)
    found = status(Layout(tmp_path))
    assert [source.entry.name for source in found.sources] == ["hcop", "mgi", "ncbi"]
    assert not any(source.published for source in found.sources)
    assert (found.current, found.builds) == (None, ())
    assert "mgi 1 is not built yet" in found.not_built


def test_status_after_a_build_has_nothing_to_do(insulin: Path) -> None:
    """All sources are published, and the folders' sizes are those on disk."""
    manifest = make(insulin)
    found = status(Layout(insulin))
    assert all(source.published for source in found.sources)
    assert found.not_built == ()
    [one] = found.builds
    assert (one.id, one.current, one.n_sources) == (manifest.build, True, 3)
    files = (path for path in (insulin / "builds").rglob("*") if path.is_file())
    assert found.size["builds"] == one.size == sum(path.stat().st_size for path in files)


def test_status_says_what_a_build_would_change(insulin: Path) -> None:
    """A source that was added, replaced or removed since the build is named."""
    make(insulin)
    record_source(insulin, "hcop", {"ORTHOLOGOUS_TO": HCOP["ORTHOLOGOUS_TO"][:1]}, version="2")
    record_source(insulin, "more", {"Species": GENES["Species"]}, version="7")
    remove_source(Layout(insulin), "mgi")
    assert status(Layout(insulin)).not_built == (
        "hcop 1 was replaced by 2 since",
        "mgi was removed since",
        "more 7 was added since",
    )


def test_status_names_stale_sources(tmp_path: Path) -> None:
    """A source that was made of other gene names, texts or cells than today's is stale."""
    record_source(tmp_path, "texts", {}, depends={"gene_texts": "of long ago"})
    record_source(tmp_path, "pairs", {}, depends={"genes": "none"})
    record_source(tmp_path, "vectors", {}, depends={"dataset baron": "x", "code": "0.0.1-old"})
    layout = Layout(tmp_path)
    before = {source.entry.name: source.stale for source in status(layout).sources}
    assert before == {
        "texts": ("sources of Gene have changed",),
        "pairs": (),
        "vectors": ("made by orthoweave 0.0.1-old", "dataset baron has gone"),
    }
    record_source(tmp_path, "ncbi", GENES)
    after = {source.entry.name: source.stale for source in status(layout).sources}
    assert after["pairs"] == ("the gene names have changed",)


def test_rollback_brings_an_older_build_back(insulin_thrice: Path) -> None:
    """Readers then open it; the next build makes the sources of today visible again."""
    first, _, last = published(Layout(insulin_thrice))
    layout = Layout(insulin_thrice)
    assert rollback(layout, first).build == first
    assert current_build(layout) == first
    assert [event["detail"] for event in Ledger(layout.ledger).events()][-1] == first
    assert build(layout, Quiet()).unchanged
    assert current_build(layout) == last


def test_rollback_to_a_damaged_build_is_refused(insulin_thrice: Path) -> None:
    """One flipped byte in its graph, and what is published stays."""
    first, _, last = published(Layout(insulin_thrice))
    layout = Layout(insulin_thrice)
    graph = layout.builds / first / "graph.duckdb"
    content = bytearray(graph.read_bytes())
    content[-100] ^= 1
    graph.write_bytes(content)
    with pytest.raises(IntegrityError, match=r"graph\.duckdb has another SHA-256"):
        rollback(layout, first)
    assert current_build(layout) == last


def test_an_unknown_build_or_source_is_named(insulin: Path) -> None:
    """The message lists what there is."""
    made = make(insulin).build
    with pytest.raises(UnknownNameError, match=made):
        rollback(Layout(insulin), "nope")
    with pytest.raises(UnknownNameError, match="hcop, mgi, ncbi"):
        remove_source(Layout(insulin), "nope")


@pytest.mark.parametrize(("keep", "left"), [(0, 1), (1, 2), (2, 3), (9, 3)])
def test_garbage_collection_keeps_the_newest(insulin_thrice: Path, keep: int, left: int) -> None:
    """The current build and the `keep` newest others stay, and read back whole."""
    made = published(Layout(insulin_thrice))
    layout = Layout(insulin_thrice)
    found = collect_garbage(layout, keep)
    assert published(layout) == made[-left:]
    assert found.builds == tuple(sorted(made[:-left]))
    for name in made[-left:]:
        with DuckdbStore.open_read_only(layout.builds / name / "graph.duckdb", memory_mb=128) as s:
            assert s.counts()["Gene"] == 3


def test_the_current_build_is_kept_though_it_is_old(insulin_thrice: Path) -> None:
    """After a rollback the build that readers open is never collected."""
    first, _, last = published(Layout(insulin_thrice))
    layout = Layout(insulin_thrice)
    rollback(layout, first)
    collect_garbage(layout, 1)
    assert published(layout) == [first, last]


def test_tables_go_when_nobody_needs_them(insulin: Path) -> None:
    """Tables of a removed source stay while a kept build was made of them."""
    manifest = make(insulin)
    layout = Layout(insulin)
    removed = remove_source(layout, "mgi").tables_digest
    assert collect_garbage(layout, 0).tables == 0
    assert manifest.build != make(insulin).build
    (layout.matrices / "nobody-123").mkdir()
    found = collect_garbage(layout, 0)
    assert (found.tables, found.matrices) == (1, 1)
    assert not (layout.tables / removed).exists()
    assert build(layout, Quiet()).unchanged
    assert build(layout, Quiet(), force=True).manifest.counts == make(insulin).counts


def test_a_reader_survives_garbage_collection(tmp_path: Path) -> None:
    """A graph that is open goes on answering after its file was removed."""
    record_source(tmp_path, "ncbi", GENES)
    layout = Layout(tmp_path)
    old = layout.builds / make(tmp_path).build / "graph.duckdb"
    with DuckdbStore.open_read_only(old, memory_mb=128) as reader:
        record_source(tmp_path, "mgi", MGI, depends=RESOLVES)
        make(tmp_path)
        collect_garbage(layout, 0)
        assert not old.exists()
        text = 'SELECT symbol AS s FROM "Gene" ORDER BY s'
        rows = reader.sql(text, timeout_s=9, row_limit=9)
        assert rows.table["s"].to_pylist() == ["INS", "Ins1", "Ins2"]


def test_a_negative_number_to_keep_is_refused(tmp_path: Path) -> None:
    """A negative number of builds is a usage error."""
    record_insulin(tmp_path)
    with pytest.raises(UsageError, match="0 or more"):
        collect_garbage(Layout(tmp_path), -1)


def test_a_knowledge_base_may_be_moved(tmp_path: Path) -> None:
    """No absolute path is in it: a copy elsewhere is whole and needs no build."""
    make(record_insulin(tmp_path / "here"))
    shutil.copytree(tmp_path / "here", tmp_path / "there")
    shutil.rmtree(tmp_path / "here")
    assert build(Layout(tmp_path / "there"), Quiet()).unchanged
    assert rollback(Layout(tmp_path / "there"), current_build(Layout(tmp_path / "there")))
