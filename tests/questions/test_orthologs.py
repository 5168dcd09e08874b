"""Orthologs of genes in another species: every input kept, cardinality by the sources chosen."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from orthoweave.errors import UnknownNameError, UsageError
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base


@pytest.fixture(scope="module")
def kb(toy_kb: Path) -> Iterator[KnowledgeBase]:
    """Open the toy world."""
    with open_knowledge_base(toy_kb) as opened:
        yield opened


@pytest.fixture(scope="module")
def evidence(kb: KnowledgeBase) -> pd.DataFrame:
    """Read all evidence of human and mouse from the build's tables, both ways round."""
    paths = [kb.layout.root / path for path in kb.manifest.tables["ORTHOLOGOUS_TO"]]
    rows = pd.concat([pq.read_table(path).to_pandas() for path in paths])
    rows = rows[rows["assertion"] == "evidence"].explode("resources")
    turned = rows.rename(
        columns={
            "from": "to",
            "to": "from",
            "from_species": "to_species",
            "to_species": "from_species",
        }
    )
    both = pd.concat([rows, turned])
    human, mouse = "NCBITaxon:9606", "NCBITaxon:10090"
    return both[(both["from_species"] == human) & (both["to_species"] == mouse)]


def test_every_input_has_a_row_with_its_status(kb: KnowledgeBase) -> None:
    """Found, without ortholog, unknown and repeated inputs all keep their place."""
    answer = kb.orthologs(["TP53", "SEPTIN1", "nope", "TP53"])
    assert [(row["query"], row["ortholog_symbol"], row["status"]) for row in answer.rows()] == [
        ("TP53", "Trp53", "ortholog"),
        ("SEPTIN1", None, "no ortholog"),
        ("nope", None, "no such gene"),
        ("TP53", "Trp53", "ortholog"),
    ]


def test_an_ambiguous_input_is_kept_and_explained(kb: KnowledgeBase) -> None:
    """Mody4 is a synonym of Ins2 and Pdx1 in mouse: neither is taken, a note names both."""
    answer = kb.orthologs(["Mody4"], "mouse", "human")
    assert answer.column("status") == ["ambiguous"]
    assert "Ins2" in answer.notes[0]
    assert "Pdx1" in answer.notes[0]


def test_species_that_no_source_covers_are_told_apart(kb: KnowledgeBase) -> None:
    """Mouse and zebrafish have evidence with human only: that is not the same as no ortholog."""
    assert kb.orthologs(["Ins1"], "mouse", "zebrafish").column("status") == ["not covered"]


@pytest.mark.parametrize("threshold", [1, 3, 4, 5, 7])
def test_counts_equal_those_of_pandas(
    kb: KnowledgeBase, evidence: pd.DataFrame, threshold: int
) -> None:
    """Support, cover, partners and cardinality of all genes equal a brute-force count."""
    support = evidence.groupby(["from", "to"])["resources"].nunique()
    pairs = support[support >= threshold].reset_index()
    partners = pairs.groupby("from")["to"].nunique()
    back = pairs.groupby("to")["from"].nunique()
    expected = {}
    for one, other, count in pairs.itertuples(index=False):
        kind = ("many" if back[other] > 1 else "1") + ":" + ("many" if partners[one] > 1 else "1")
        expected[one, other] = (count, evidence["resources"].nunique(), kind)
    genes = sorted(set(evidence["from"]))
    rows = kb.orthologs(genes, min_sources=threshold).rows()
    found = {
        (row["gene"], row["ortholog"]): (
            row["support_count"],
            row["covering_count"],
            row["cardinality"],
        )
        for row in rows
        if row["status"] == "ortholog"
    }
    assert found == expected


def test_the_other_way_round_is_the_mirror(kb: KnowledgeBase) -> None:
    """A is an ortholog of B exactly if B is one of A, with the cardinality turned."""
    there = kb.orthologs(["INS", "LYZ", "TP53", "PRSS1"]).rows()
    back = kb.orthologs([str(row["ortholog"]) for row in there], "mouse", "human").rows()
    pairs = {(row["gene"], row["ortholog"], row["cardinality"]) for row in there}
    turn = {"1:many": "many:1", "many:1": "1:many"}
    mirrored = {
        (row["ortholog"], row["gene"], turn.get(str(row["cardinality"]), row["cardinality"]))
        for row in back
    }
    assert pairs == mirrored


def test_cardinality_follows_the_chosen_sources(kb: KnowledgeBase) -> None:
    """HGNC knows one mouse insulin, all sources together two."""
    whole = kb.orthologs(["INS"]).rows()
    assert {row["cardinality"] for row in whole} == {"1:many"}
    [row] = kb.orthologs(["INS"], sources=["hgnc"]).rows()
    assert (row["ortholog_symbol"], row["cardinality"]) == ("Ins2", "1:1")
    assert (row["support_count"], row["covering_count"]) == (1, 1)
    assert row["sources"] == ["hcop_human_mouse"]


def test_sources_may_be_ingested_files(kb: KnowledgeBase) -> None:
    """By the file's name, only its own pairs count; an unknown name lists those that exist."""
    rows = kb.orthologs(["PRSS1"], sources=["mgi_human_mouse"]).rows()
    assert [row["ortholog_symbol"] for row in rows] == ["Prss1"]
    with pytest.raises(UnknownNameError, match="expected some of"):
        kb.orthologs(["INS"], sources=["nope"])


def test_pairs_are_inferred_through_a_third_species(kb: KnowledgeBase) -> None:
    """A mouse gene and a zebrafish gene with the same human ortholog are an inferred pair."""
    hint = kb.orthologs(["Gcg"], "mouse", "zebrafish")
    assert hint.column("status") == ["not covered"]
    assert any("1 input has one through human only" in note for note in hint.notes)
    rows = kb.orthologs(["Gcg"], "mouse", "zebrafish", through="human").rows()
    human = {row["ortholog"]: row for row in kb.orthologs(["Gcg"], "mouse", "human").rows()}
    expected = {}
    for key, first in human.items():
        for last in kb.orthologs([str(key)], "human", "zebrafish").rows():
            counts = (first["support_count"], last["support_count"])
            expected[last["ortholog"]] = min(int(str(count)) for count in counts)
    assert expected
    assert {row["ortholog"]: row["support_count"] for row in rows} == expected
    assert {row["status"] for row in rows} == {"inferred"}
    assert {row["cardinality"] for row in rows} == {None}
    assert all(row["through"] == ["GCG"] for row in rows)


def test_direct_pairs_are_not_inferred_again(kb: KnowledgeBase) -> None:
    """A species cannot be its own bridge, nor can that of a gene in between be an input's own."""
    with pytest.raises(UsageError, match="expected a third one"):
        kb.orthologs(["TP53"], "human", "mouse", through="mouse")
    direct = kb.orthologs(["TP53"]).column("ortholog")
    bridged = kb.orthologs(["TP53"], through="zebrafish").rows()
    assert [row["ortholog"] for row in bridged if row["status"] == "ortholog"] == direct
    inferred = {row["ortholog"] for row in bridged if row["status"] == "inferred"}
    assert inferred.isdisjoint(direct)
