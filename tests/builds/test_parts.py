"""Parts of graphs: made once, kept, numbered for good, and put together into builds."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orthoweave.builds import graph
from orthoweave.builds.build import build
from orthoweave.builds.content import graph_content, tables_content
from orthoweave.builds.history import collect_garbage, remove_source
from orthoweave.builds.numbers import Register
from orthoweave.errors import IntegrityError
from orthoweave.gateway.limits import Question
from orthoweave.gateway.reader import SandboxedReader
from orthoweave.progress import Quiet
from orthoweave.sandbox.files import can_sandbox
from orthoweave.schema import read_schema
from orthoweave.storage.engine import table_engine
from orthoweave.storage.layout import Layout
from orthoweave.storage.manifest import Manifest, verify_files
from orthoweave.stores.duckdb.store import DuckdbStore
from orthoweave.stores.duckdb.write import GraphWriter
from orthoweave.testing.sources import GENES, HUMAN, record_insulin, record_source

RESOLVES = {"genes": "none"}


def make(kb: Path, **options: Any) -> Manifest:
    return build(Layout(kb), Quiet(), **options).manifest


def cells(name: str, genes: list[str], count: int = 3) -> dict[str, list[dict[str, object]]]:
    """Tables of some cells, the first of which expresses all genes, the others one each."""
    keys = [f"{name}:{number}" for number in range(count)]
    return {
        "Cell": [
            {
                "id": key,
                "dataset": name,
                "barcode": key,
                "kind": "cell",
                "total_count": 1.0,
                "n_genes": 1,
            }
            for key in keys
        ],
        "EXPRESSES": [
            {"from": keys[number % count], "to": gene, "count": 1.0, "value": 0.5, "rank": 1}
            for number, gene in enumerate(genes)
        ],
    }


@pytest.fixture
def all_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no slice be small enough to be copied, and unite three of them."""
    monkeypatch.setattr(graph, "_FEW_ROWS", 0)
    monkeypatch.setattr(graph, "_SMALL_SHARE", 0.0)
    monkeypatch.setattr(graph, "_MOST", 2)
    monkeypatch.setattr(graph, "_AFTER", 1)


def opened(kb: Path, manifest: Manifest) -> DuckdbStore:
    path = manifest.folder(Layout(kb)) / "graph.duckdb"
    return DuckdbStore.open_read_only(path, memory_mb=256)


def agrees(kb: Path, manifest: Manifest) -> bool:
    """Whether a graph reads back as its Parquet tables, in both orders of its edges."""
    layout, schema = Layout(kb), read_schema()
    paths = {name: manifest.table_paths(layout, name) for name in manifest.tables}
    with opened(kb, manifest) as store:
        found = graph_content(store, schema, layout.cache)
        for name in schema.edges:
            text = f'SELECT count(*) AS n FROM (FROM "{name}" EXCEPT ALL FROM "{name}<")'
            assert store.sql(text, timeout_s=20, row_limit=1).table["n"].to_pylist() == [0]
    return found == tables_content(paths, layout.cache)


def numbers(kb: Path, manifest: Manifest) -> dict[str, int]:
    with opened(kb, manifest) as store:
        rows = store.sql(
            'SELECT id, "#nid" AS n FROM "Gene" UNION ALL SELECT id, "#nid" FROM "Cell"',
            timeout_s=20,
            row_limit=100,
        ).table.to_pylist()
    return {row["id"]: row["n"] for row in rows}


def inodes(kb: Path, manifest: Manifest) -> set[int]:
    folder = manifest.folder(Layout(kb))
    return {path.stat().st_ino for path in folder.rglob("*") if path.is_file()}


def test_a_graph_of_parts_holds_the_tables(tmp_path: Path, all_in_parts: None) -> None:
    """Views over parts give every row once, however many sources there are."""
    record_insulin(tmp_path)
    for number in range(5):
        record_source(tmp_path, f"d{number}", cells(f"d{number}", ["NCBIGene:3630"] * 4))
        manifest = make(tmp_path)
        assert agrees(tmp_path, manifest)
        with opened(tmp_path, manifest) as store:
            assert len(store.files) > 1
            assert store.catalogue.edges["EXPRESSES"].rows == 4 * (number + 1)
    assert manifest.counts["Cell"] == 15


def test_facts_are_those_of_a_graph_in_one_file(tmp_path: Path, all_in_parts: None) -> None:
    """Facts about parts, put together, are those of all rows."""
    kb = record_insulin(tmp_path / "kb")
    record_source(kb, "d", cells("d\U0001f600", ["NCBIGene:3630"]))
    record_source(kb, "e", cells("e\ue001", ["NCBIGene:3630"]))
    manifest = make(kb)
    with GraphWriter(tmp_path / "whole.duckdb", read_schema()) as whole:
        for name in manifest.tables:
            whole.copy(name, manifest.table_paths(Layout(kb), name))
    path = tmp_path / "whole.duckdb"
    with opened(kb, manifest) as store, DuckdbStore.open_read_only(path, memory_mb=256) as other:
        assert store.catalogue.mixed_planes
        assert store.counts() == other.counts()
        for name, table in other.catalogue.nodes.items():
            assert store.catalogue.nodes[name].columns == table.columns
        for name, table in other.catalogue.edges.items():
            assert store.catalogue.edges[name].columns == table.columns
            assert store.catalogue.edges[name].has_loops == table.has_loops


def test_existing_parts_are_not_made_again(tmp_path: Path, all_in_parts: None) -> None:
    """Another source adds parts of its own; those of the others are the same files."""
    record_insulin(tmp_path)
    record_source(tmp_path, "d", cells("d", ["NCBIGene:3630"]))
    first = make(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "projections").iterdir()}
    record_source(
        tmp_path, "more", {"Species": [{"id": "NCBITaxon:7955", "scientific_name": "fish"}]}
    )
    second = make(tmp_path)
    assert {path: path.stat().st_mtime_ns for path in before} == before
    shared = inodes(tmp_path, first) & inodes(tmp_path, second)
    assert len(shared) >= len(first.files) - 5
    assert set(first.projections) & set(second.projections)


def test_numbers_are_permanent(tmp_path: Path) -> None:
    """A node has the same number in all builds, also after it was away, and no other gets it."""
    record_insulin(tmp_path)
    record_source(tmp_path, "d", cells("d", ["NCBIGene:3630"]))
    first = numbers(tmp_path, make(tmp_path))
    remove_source(Layout(tmp_path), "d")
    record_source(tmp_path, "a", cells("a", ["NCBIGene:3630"]))
    second = numbers(tmp_path, make(tmp_path))
    record_source(tmp_path, "d", cells("d", ["NCBIGene:3630"] * 2))
    third = numbers(tmp_path, make(tmp_path))
    every = first | second | third
    assert all(every[key] == one[key] for one in (first, second, third) for key in one)
    assert len(set(every.values())) == len(every) == 9


def test_an_end_that_comes_later(tmp_path: Path) -> None:
    """An edge is set aside while an end is missing, and is in the graph once it is there."""
    record_source(tmp_path, "genes", GENES)
    record_source(tmp_path, "d", cells("d", ["NCBIGene:3630", "NCBIGene:5", "NCBIGene:6"]))
    first = make(tmp_path)
    assert (first.counts["EXPRESSES"], first.set_aside) == (1, {"EXPRESSES": 2})
    assert "set_aside/EXPRESSES-d.parquet" in first.files
    assert agrees(tmp_path, first)
    record_source(tmp_path, "more", {"Gene": [{"id": "NCBIGene:5", "species": HUMAN}]})
    second = make(tmp_path)
    assert (second.counts["EXPRESSES"], second.set_aside) == (2, {"EXPRESSES": 1})
    assert agrees(tmp_path, second)
    record_source(tmp_path, "more2", {"Gene": [{"id": "NCBIGene:6", "species": HUMAN}]})
    third = make(tmp_path)
    assert (third.counts["EXPRESSES"], third.set_aside) == (3, {})
    assert not list(third.folder(Layout(tmp_path)).glob("set_aside/*"))
    assert agrees(tmp_path, third)


def test_cells_that_two_sources_name(tmp_path: Path, all_in_parts: None) -> None:
    """A bulk key that occurs twice is still one node."""
    record_source(tmp_path, "genes", GENES)
    record_source(tmp_path, "d", cells("d", ["NCBIGene:3630"]))
    record_source(tmp_path, "e", cells("d", ["NCBIGene:3630"]))
    twice = cells("f", ["NCBIGene:3630"])
    record_source(tmp_path, "f", {**twice, "Cell": twice["Cell"] * 2})
    manifest = make(tmp_path)
    assert (manifest.counts["Cell"], manifest.counts["EXPRESSES"]) == (6, 3)
    assert agrees(tmp_path, manifest)


def lose(folder: Path) -> None:
    shutil.rmtree(folder)


def cut(folder: Path) -> None:
    for path in folder.rglob("part.duckdb"):
        os.truncate(path, 4096)


@pytest.mark.parametrize("harm", [lose, cut])
def test_a_build_needs_nothing_but_its_folder(
    tmp_path: Path, harm: Callable[[Path], None], all_in_parts: None
) -> None:
    """Kept parts may be lost: the build stays whole, and the next one makes them again."""
    kb = record_insulin(tmp_path / "kb")
    record_source(kb, "d", cells("d", ["NCBIGene:3630"]))
    first = make(kb)
    copy = Path(shutil.copytree(kb, tmp_path / "copy"))
    harm(copy / "projections")
    verify_files(Layout(copy), first, content=True)
    assert agrees(copy, first)
    record_source(copy, "e", cells("e", ["NCBIGene:3630"]))
    assert agrees(copy, make(copy))


def test_a_forced_build_repairs_damage(tmp_path: Path, all_in_parts: None) -> None:
    """A byte that has changed on disk is found out, and a forced build makes the part again."""
    record_insulin(tmp_path)
    record_source(tmp_path, "d", cells("d", ["NCBIGene:3630"]))
    first = make(tmp_path)
    [part, *_] = sorted(first.folder(Layout(tmp_path)).glob("parts/*"))
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)
    with pytest.raises(IntegrityError, match=f"parts/{part.name} has another SHA-256"):
        verify_files(Layout(tmp_path), first, content=True)
    second = make(tmp_path, force=True)
    verify_files(Layout(tmp_path), second, content=True)
    assert agrees(tmp_path, second)


def test_damaged_tables_in_bulk_are_noticed(tmp_path: Path) -> None:
    """They are read in full whenever something is made of them, and when a build is forced."""
    record_source(tmp_path, "genes", GENES)
    entry = record_source(tmp_path, "d", cells("d", ["NCBIGene:3630"]))
    first = make(tmp_path)
    path = tmp_path / "tables" / entry.tables_digest / "EXPRESSES.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    record_source(tmp_path, "e", cells("e", ["NCBIGene:3630"]))
    with pytest.raises(IntegrityError, match=r"source 'd'.*EXPRESSES\.parquet"):
        make(tmp_path, force=True)
    shutil.rmtree(tmp_path / "projections")
    with pytest.raises(IntegrityError, match=r"source 'd'.*EXPRESSES\.parquet"):
        make(tmp_path)
    verify_files(Layout(tmp_path), first, content=True)


def test_garbage_collection_keeps_what_builds_are_made_of(tmp_path: Path) -> None:
    """Parts of a removed source go with the last build that was made of them."""
    record_insulin(tmp_path)
    record_source(tmp_path, "d", cells("d", ["NCBIGene:3630"]))
    layout = Layout(tmp_path)
    first = make(tmp_path)
    assert collect_garbage(layout, 0).projections == 0
    remove_source(layout, "d")
    second = make(tmp_path)
    assert collect_garbage(layout, 1).projections == 0
    assert collect_garbage(layout, 0).projections > 0
    left = {path.name for path in layout.projections.iterdir()}
    assert left == set(second.projections)
    assert not left >= set(first.projections)
    verify_files(layout, second, content=True)


def test_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that has none gets copies."""

    def refuse(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(os, "link", refuse)
    manifest = make(record_insulin(tmp_path))
    verify_files(Layout(tmp_path), manifest, content=True)
    assert agrees(tmp_path, manifest)


def test_a_damaged_register_is_noticed(tmp_path: Path) -> None:
    """Numbers that cannot be trusted are not used; the message says what to do."""
    record_insulin(tmp_path)
    first = make(tmp_path)
    [segment, *_] = (tmp_path / "numbers").glob("Gene-*.parquet")
    content = bytearray(segment.read_bytes())
    content[len(content) // 2] ^= 1
    segment.write_bytes(content)
    record_source(tmp_path, "more", {"Gene": [{"id": "NCBIGene:5", "species": HUMAN}]})
    with pytest.raises(IntegrityError, match=r"register of numbers.*Gene-.*orthoweave repair"):
        make(tmp_path, force=True)
    remove_source(Layout(tmp_path), "more")
    shutil.rmtree(tmp_path / "numbers")
    second = make(tmp_path, force=True)
    assert second.content == first.content
    shared = set(first.projections) & set(second.projections)
    assert not [one for one in shared if (tmp_path / "projections" / one / "part.duckdb").exists()]
    assert agrees(tmp_path, second)


def test_a_lost_number_is_not_given_again(tmp_path: Path) -> None:
    """A register whose last segment was lost is refused, not continued."""
    with table_engine(tmp_path) as engine:
        register = Register(tmp_path / "numbers")
        register.add(engine, "Gene", "SELECT 'a' AS id")
        min((tmp_path / "numbers").glob("Gene-*.parquet")).unlink()
        with pytest.raises(IntegrityError, match="expected 1 numbers of Gene, found 0"):
            Register(tmp_path / "numbers").add(engine, "Gene", "SELECT 'b' AS id")


def test_the_register_continues_its_numbers(tmp_path: Path) -> None:
    """Keys get numbers in their order, once; edges get ranges that nobody else has."""
    with table_engine(tmp_path) as engine:
        register = Register(tmp_path / "numbers")
        assert register.add(engine, "Gene", "SELECT unnest(['b', 'a', 'a', NULL]) AS id") == 2
        again = Register(tmp_path / "numbers")
        assert again.id == register.id
        assert again.add(engine, "Gene", "SELECT unnest(['c', 'a']) AS id") == 1
        assert again.add(engine, "Gene", "SELECT unnest(['c', 'a']) AS id") == 0
        rows = engine.sql(f"FROM ({again.keys('Gene')}) ORDER BY 2").fetchall()
        assert again.add(engine, "GeneSet", "SELECT 'x' AS id") == 1
        other = engine.sql(again.keys("GeneSet")).fetchall()
    base = again.tables([])["Gene"] << 40
    assert rows == [("a", base), ("b", base + 1), ("c", base + 2)]
    assert other[0][1] >> 40 != base >> 40
    first = again.edges("FROM", 10)
    assert Register(tmp_path / "numbers").edges("FROM", 5) == first + 10
    assert Register(tmp_path / "numbers").edges("IN", 1) >> 40 != first >> 40


@pytest.mark.skipif(not can_sandbox(), reason="this system cannot sandbox a process")
def test_a_sandboxed_process_reads_parts(tmp_path: Path, all_in_parts: None) -> None:
    """All files of the graph are open to it."""
    record_source(tmp_path, "genes", GENES)
    record_source(tmp_path, "d", cells("d", ["NCBIGene:3630"]))
    reader = SandboxedReader(make(tmp_path).folder(Layout(tmp_path)) / "graph.duckdb")
    text = "MATCH (c:Cell)-[:EXPRESSES]->(g:Gene) RETURN g.symbol AS s"
    try:
        rows = reader.ask(Question(text, {}, 10, 10, 1 << 20))
    finally:
        reader.close()
    assert rows.table.to_pylist() == [{"s": "INS"}]
