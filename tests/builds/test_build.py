"""Builds of toy table sets: what goes in comes out, once, whole and in whatever order."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orthoweave.builds.build import Built, build
from orthoweave.builds.history import remove_source, rollback
from orthoweave.errors import BuildError, IntegrityError, LockedError, UnknownNameError
from orthoweave.genes.catalogue import GeneCatalogue
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout, writing
from orthoweave.storage.ledger import Ledger
from orthoweave.storage.manifest import Manifest, current_build, read_manifest
from orthoweave.stores.duckdb.store import DuckdbStore
from orthoweave.testing.sources import GENES, HCOP, MGI, record_insulin, record_source

RESOLVES = {"genes": "none"}


def make(kb: Path, **options: Any) -> Manifest:
    return build(Layout(kb), Quiet(), **options).manifest


def ask(kb: Path, text: str) -> list[dict[str, object]]:
    layout = Layout(kb)
    path = layout.builds / current_build(layout) / "graph.duckdb"
    with DuckdbStore.open_read_only(path, memory_mb=128) as store:
        return store.sql(text, timeout_s=20, row_limit=1000).table.to_pylist()


def table(kb: Path, manifest: Manifest, name: str) -> list[dict[str, object]]:
    return pa.concat_tables(map(pq.read_table, manifest.table_paths(Layout(kb), name))).to_pylist()


def test_the_graph_holds_exactly_the_tables(insulin: Path) -> None:
    """Every table of the manifest has as many rows in the graph as in its Parquet files."""
    manifest = make(insulin)
    layout = Layout(insulin)
    with DuckdbStore.open_read_only(manifest.folder(layout) / "graph.duckdb", memory_mb=128) as s:
        in_graph = {name: rows for name, rows in s.counts().items() if rows}
    assert in_graph == manifest.counts
    assert manifest.counts == {
        "Species": 2,
        "Gene": 3,
        "IN_TAXON": 1,
        "ORTHOLOGOUS_TO": 5,
        "OrthologGroup": 1,
        "MEMBER_OF": 3,
        "Source": 4,
    }
    assert current_build(layout) == manifest.build


def test_a_gene_is_what_its_authority_says(insulin: Path) -> None:
    """Sources that name genes by themselves come before those that resolve names; lists unite."""
    make(insulin)
    [gene] = ask(
        insulin, "SELECT symbol, name, synonyms, source FROM \"Gene\" WHERE id = 'NCBIGene:3630'"
    )
    assert gene == {
        "symbol": "INS",
        "name": "insulin",
        "synonyms": ["IDDM2", "ILPR"],
        "source": "source:ncbi@1",
    }


def test_an_edge_without_an_end_is_set_aside(insulin: Path) -> None:
    """It is not in the graph but in a file, counted in the manifest; all others stay."""
    manifest = make(insulin)
    assert manifest.set_aside == {"ORTHOLOGOUS_TO": 1}
    folder = manifest.folder(Layout(insulin)) / "set_aside"
    [aside] = pq.read_table(folder / "ORTHOLOGOUS_TO-hcop.parquet").to_pylist()
    assert (aside["from"], aside["to"]) == ("NCBIGene:16334", "NCBIGene:999")
    assert ask(insulin, "SELECT id FROM \"Gene\" WHERE id = 'NCBIGene:999'") == []


def test_a_fact_that_two_sources_assert_is_one_edge(tmp_path: Path) -> None:
    """A gene is in its species once, by the first source that says so; the other takes over."""
    record_source(tmp_path, "a_genes", GENES)
    record_source(tmp_path, "b_genes", GENES)
    question = 'SELECT source FROM "IN_TAXON"'
    manifest = make(tmp_path)
    assert manifest.counts["IN_TAXON"] == 1
    assert ask(tmp_path, question) == [{"source": "source:a_genes@unversioned"}]
    remove_source(Layout(tmp_path), "a_genes")
    make(tmp_path)
    assert ask(tmp_path, question) == [{"source": "source:b_genes@unversioned"}]


def test_consensus_is_derived_from_all_evidence(insulin: Path) -> None:
    """One row for each pair with its support; human INS has two orthologs in mouse."""
    make(insulin)
    rows = ask(
        insulin,
        "SELECT a.symbol AS s, r.support_count AS n, r.cardinality AS c, "
        'r.license AS l FROM "ORTHOLOGOUS_TO" AS r JOIN "Gene" AS a '
        'ON a."#nid" = r."#src" WHERE r.assertion = \'consensus\' '
        "ORDER BY s",
    )
    licence = "licence of hcop AND licence of mgi"
    assert rows == [
        {"s": "Ins1", "n": 1, "c": "many:1", "l": licence},
        {"s": "Ins2", "n": 2, "c": "many:1", "l": licence},
    ]


def test_every_row_names_a_source_that_is_a_node(insulin: Path) -> None:
    """The `source` of every node and edge is the key of a Source node."""
    manifest = make(insulin)
    known = {row["id"] for row in table(insulin, manifest, "Source")}
    assert known == {"source:ncbi@1", "source:mgi@1", "source:hcop@1"} | {
        key for key in known if str(key).startswith("source:orthoweave_consensus@")
    }
    for name in manifest.tables:
        assert {row["source"] for row in table(insulin, manifest, name)} <= known


def test_building_again_changes_nothing(tmp_path: Path) -> None:
    """The same content is one build: no file is written again."""
    first = build(Layout(record_insulin(tmp_path)), Quiet())
    before = sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*.*"))
    second = build(Layout(tmp_path), Quiet())
    after = sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*.*"))
    assert (first.unchanged, second.unchanged) == (False, True)
    assert second.manifest == first.manifest
    ledger_files = {
        "ledger.sqlite",
        "ledger.sqlite-wal",
        "ledger.sqlite-shm",
        ".lock-owner",
        ".lock",
    }
    assert [item for item in before if item[0].name not in ledger_files] == [
        item for item in after if item[0].name not in ledger_files
    ]


def test_a_forced_build_is_the_same_under_another_name(insulin: Path) -> None:
    """It stands beside the old one, so that no reader loses what it has open."""
    first = make(insulin)
    second = make(insulin, force=True)
    assert second.build == f"{first.build}-2"
    assert second.content == first.content
    assert current_build(Layout(insulin)) == second.build


def test_a_plain_build_keeps_what_is_published_of_the_same_content(insulin: Path) -> None:
    """After a forced build, and after a rollback, nothing else is published."""
    layout = Layout(insulin)
    first, second = make(insulin), make(insulin, force=True)
    assert build(layout, Quiet()).manifest.build == current_build(layout) == second.build
    rollback(layout, first.build)
    assert build(layout, Quiet()).manifest.build == current_build(layout) == first.build


def test_the_latest_of_several_builds_of_the_same_content_is_published(tmp_path: Path) -> None:
    """Where another content is published, the copy that was made last takes its place."""
    layout = Layout(record_insulin(tmp_path))
    build(layout, Quiet())
    second = build(layout, Quiet(), force=True).manifest
    other = build(layout, Quiet(), without=["mgi"]).manifest
    assert current_build(layout) == other.build
    assert build(layout, Quiet()) == Built(second, unchanged=True)
    assert current_build(layout) == second.build


def test_order_of_ingest_does_not_matter(tmp_path: Path) -> None:
    """Sources that come in another order give the same build with the same content."""
    record_insulin(tmp_path / "one")
    other = tmp_path / "other"
    record_source(other, "hcop", HCOP, version="1", depends=RESOLVES)
    record_source(other, "mgi", MGI, version="1", depends=RESOLVES)
    record_source(other, "ncbi", GENES, version="1")
    one, two = make(tmp_path / "one"), make(other)
    assert (one.build, one.content, one.counts) == (two.build, two.content, two.counts)
    assert [table(tmp_path / "one", one, name) for name in sorted(one.tables)] == [
        table(other, two, name) for name in sorted(two.tables)
    ]


def test_removing_a_source_removes_all_and_only_its_facts(tmp_path: Path) -> None:
    """The rest is as if the source had never been there."""
    record_insulin(tmp_path / "one")
    with writing(Layout(tmp_path / "one")):
        Ledger(Layout(tmp_path / "one").ledger).remove("mgi")
    never = tmp_path / "never"
    record_source(never, "ncbi", GENES, version="1")
    record_source(never, "hcop", HCOP, version="1", depends=RESOLVES)
    one, two = make(tmp_path / "one"), make(never)
    assert one.build == two.build
    assert one.content == two.content
    assert "source:mgi@1" not in json.dumps(table(tmp_path / "one", one, "Gene"))


def test_a_source_under_a_new_version_takes_the_place_of_the_old(tmp_path: Path) -> None:
    """One version of a source is in a build."""
    record_insulin(tmp_path)
    record_source(
        tmp_path,
        "hcop",
        {"ORTHOLOGOUS_TO": HCOP["ORTHOLOGOUS_TO"][:1]},
        version="2",
        depends=RESOLVES,
    )
    manifest = make(tmp_path)
    assert {(source.name, source.version) for source in manifest.sources} == {
        ("ncbi", "1"),
        ("mgi", "1"),
        ("hcop", "2"),
    }
    assert manifest.set_aside == {}


def test_the_gene_names_are_those_of_the_build(insulin: Path) -> None:
    """The build's catalogue finds the merged genes."""
    manifest = make(insulin)
    catalogue = GeneCatalogue.open(manifest.folder(Layout(insulin)) / "genes.sqlite")
    try:
        assert {c.gene for c in catalogue.resolve("ILPR")} == {"NCBIGene:3630"}
    finally:
        catalogue.close()


def test_vectors_of_all_sources_are_one_index(tmp_path: Path) -> None:
    """Vectors of nodes that are not in the graph are left out and counted."""
    record_insulin(tmp_path)
    record_source(tmp_path, "e1", {}, vectors={"gene_text": ["NCBIGene:16334", "NCBIGene:404"]})
    record_source(tmp_path, "e2", {}, vectors={"gene_text": ["NCBIGene:3630", "NCBIGene:16334"]})
    about = make(tmp_path).vectors["gene_text"]
    assert (about["n"], about["left_out"], about["dimension"], about["model"]) == (2, 2, 8, "toy")
    ids = pq.read_table(tmp_path / about["folder"] / "ids.parquet")["id"].to_pylist()
    assert ids == ["NCBIGene:16334", "NCBIGene:3630"]


def test_two_models_in_one_space_are_an_error(insulin: Path) -> None:
    """The message names both sources; what was published stays."""
    first = make(insulin)
    record_source(insulin, "e1", {}, vectors={"gene_text": ["NCBIGene:16334"]})
    record_source(insulin, "e2", {}, vectors={"gene_text": ["NCBIGene:3630"]}, model="other")
    with pytest.raises(BuildError, match=r"'e1' used 'toy'.*'e2' 'other'"):
        make(insulin)
    assert current_build(Layout(insulin)) == first.build
    assert [path.name for path in Layout(insulin).builds.iterdir()] == [first.build]


def test_damaged_tables_are_not_built(tmp_path: Path) -> None:
    """One flipped byte in a source's tables is noticed before anything is made of it."""
    record_insulin(tmp_path)
    entry = Ledger(Layout(tmp_path).ledger).find("mgi")
    assert entry is not None
    path = tmp_path / "tables" / entry.tables_digest / "Gene.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(IntegrityError, match=r"source 'mgi'.*Gene\.parquet"):
        make(tmp_path)


def test_nothing_to_build_is_an_error(tmp_path: Path) -> None:
    """No knowledge base and one without sources are errors that say what to do."""
    with pytest.raises(UnknownNameError, match="no knowledge base"):
        make(tmp_path / "none")
    record_source(tmp_path, "ncbi", GENES, version="1")
    with writing(Layout(tmp_path)):
        Ledger(Layout(tmp_path).ledger).remove("ncbi")
    with pytest.raises(BuildError, match="ingest a source first"):
        make(tmp_path)


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    """A build while another process writes is refused."""
    record_insulin(tmp_path)
    with writing(Layout(tmp_path)), pytest.raises(LockedError, match="being written by process"):
        make(tmp_path)


def test_the_manifest_lists_every_file(insulin: Path) -> None:
    """Every file of the build's folder but the manifest has its size and checksum in it."""
    manifest = make(insulin)
    folder = manifest.folder(Layout(insulin))
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files - {"MANIFEST.json"} == set(manifest.files)
    assert read_manifest(Layout(insulin), manifest.build) == manifest
