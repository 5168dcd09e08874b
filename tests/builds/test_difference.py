"""Differences between two builds."""

from pathlib import Path

import pytest

from orthoweave.builds.build import build
from orthoweave.builds.difference import TableDiff, diff
from orthoweave.errors import UnknownNameError
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
from orthoweave.testing.sources import HUMAN, MOUSE, Rows, record_source

ONE: Rows = {
    "Gene": [
        {"id": "NCBIGene:1", "symbol": "A", "species": HUMAN, "synonyms": ["x"]},
        {"id": "NCBIGene:2", "symbol": "B", "species": HUMAN},
        {"id": "NCBIGene:3", "symbol": "C", "species": HUMAN},
    ],
    "Species": [{"id": HUMAN, "scientific_name": "Homo sapiens"}],
    "IN_TAXON": [{"from": "NCBIGene:1", "to": HUMAN}, {"from": "NCBIGene:2", "to": HUMAN}],
}
TWO: Rows = {
    "Gene": [
        {"id": "NCBIGene:1", "symbol": "A", "species": HUMAN, "synonyms": ["x", "y"]},
        {"id": "NCBIGene:2", "symbol": "B", "species": HUMAN},
        {"id": "NCBIGene:4", "symbol": "D", "species": MOUSE},
    ],
    "Species": ONE["Species"],
    "IN_TAXON": [{"from": "NCBIGene:1", "to": HUMAN}],
}


def make(kb: Path) -> str:
    return build(Layout(kb), Quiet()).manifest.build


def test_rows_are_compared_by_key(tmp_path: Path) -> None:
    """Added, removed and changed genes and edges are told apart; what is equal is not named."""
    record_source(tmp_path, "s", ONE, version="1")
    older = make(tmp_path)
    record_source(tmp_path, "s", TWO, version="2")
    found = diff(Layout(tmp_path), older, make(tmp_path))
    assert found.sources_changed == ("s 1 → 2",)
    tables = {table.table: table for table in found.tables}
    assert tables["Gene"] == TableDiff(
        "Gene", 1, 1, 1, ("NCBIGene:4",), ("NCBIGene:3",), ("NCBIGene:1",)
    )
    edge = f"NCBIGene:2 → {HUMAN} by s"
    assert tables["IN_TAXON"] == TableDiff("IN_TAXON", 0, 1, 0, (), (edge,), ())
    assert "Species" not in tables


def test_a_source_that_comes_or_goes(tmp_path: Path) -> None:
    """Its name and all its rows are added one way and removed the other."""
    record_source(tmp_path, "s", {"Species": ONE["Species"]})
    older = make(tmp_path)
    record_source(tmp_path, "t", ONE)
    newer = make(tmp_path)
    forth, back = diff(Layout(tmp_path), older, newer), diff(Layout(tmp_path), newer, older)
    assert (forth.sources_added, forth.sources_removed) == (("t",), ())
    assert (back.sources_added, back.sources_removed) == ((), ("t",))
    counts = {table.table: table.n_added for table in forth.tables}
    assert counts == {"Gene": 3, "IN_TAXON": 2, "Source": 1}
    assert counts == {table.table: table.n_removed for table in back.tables}


def test_rows_that_repeat_within_a_key(tmp_path: Path) -> None:
    """One of two equal edges gone is a changed edge, not a removed one."""
    pair: dict[str, object] = {"from": "NCBIGene:1", "to": "NCBIGene:2"}
    record_source(tmp_path, "s", {**ONE, "PARALOGOUS_TO": [pair, pair]}, version="1")
    older = make(tmp_path)
    record_source(tmp_path, "s", {**ONE, "PARALOGOUS_TO": [pair]}, version="2")
    found = diff(Layout(tmp_path), older, make(tmp_path))
    [edges] = [table for table in found.tables if table.table == "PARALOGOUS_TO"]
    assert (edges.n_added, edges.n_removed, edges.n_changed) == (0, 0, 1)


def test_a_build_does_not_differ_from_itself(tmp_path: Path) -> None:
    """Nor from the same content made again."""
    record_source(tmp_path, "s", ONE)
    first = make(tmp_path)
    again = build(Layout(tmp_path), Quiet(), force=True).manifest.build
    assert diff(Layout(tmp_path), first, again).tables == ()


def test_number_of_examples(tmp_path: Path) -> None:
    """Counts are of all keys, examples only of some."""
    record_source(tmp_path, "s", {"Species": ONE["Species"]})
    older = make(tmp_path)
    record_source(tmp_path, "t", ONE)
    found = diff(Layout(tmp_path), older, make(tmp_path), examples=1)
    [genes] = [table for table in found.tables if table.table == "Gene"]
    assert (genes.n_added, genes.added) == (3, ("NCBIGene:1",))


def test_an_unknown_build(tmp_path: Path) -> None:
    """The message lists the builds there are."""
    record_source(tmp_path, "s", ONE)
    known = make(tmp_path)
    with pytest.raises(UnknownNameError, match=known):
        diff(Layout(tmp_path), known, "nope")
