"""The neighbourhood of a node."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from orthoweave.errors import UnknownNameError
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.search.spaces import open_spaces

INS, BETA = "NCBIGene:3630", "CL:0000169"


@pytest.fixture(scope="module")
def kb(toy_kb_with_vectors: Path) -> Iterator[KnowledgeBase]:
    """Open the toy world with vectors."""
    with open_knowledge_base(toy_kb_with_vectors) as opened:
        yield opened


@pytest.mark.parametrize(
    ("key", "kind", "name"),
    [
        (INS, "Gene", "INS"),
        (BETA, "CellType", "type B pancreatic cell"),
        ("toy_human", "Dataset", "toy_human"),
        ("group:NCBIGene:16333", "OrthologGroup", "ortholog group"),
    ],
)
def test_every_kind_of_node_is_found(kb: KnowledgeBase, key: str, kind: str, name: str) -> None:
    """A key gives the node's kind and name."""
    found = kb.node(key)
    assert (found["kind"], found["name"]) == (kind, name)


@pytest.mark.parametrize("key", ["NCBIGene:0", "", "<img src=x>", "'} RETURN 1 //"])
def test_unknown_keys_are_named(kb: KnowledgeBase, key: str) -> None:
    """A key of nothing is an error that says which keys there are."""
    with pytest.raises(UnknownNameError, match="expected that of a gene"):
        kb.neighbourhood(key)


def test_a_gene_has_all_its_orthologs(kb: KnowledgeBase) -> None:
    """INS is joined to two genes of mouse and two of zebrafish."""
    rows = kb.neighbourhood(INS).rows()
    found = {row["name"]: row["species"] for row in rows if row["relation"] == "ORTHOLOGOUS_TO"}
    assert found == {"Ins1": "mouse", "Ins2": "mouse", "ins": "zebrafish", "insb": "zebrafish"}


def test_neighbourhood_is_symmetric(kb: KnowledgeBase) -> None:
    """A gene that is around another has that one around it."""
    around = {
        row["end"] for row in kb.neighbourhood(INS, strongest=100).rows() if row["kind"] == "Gene"
    }
    for other in sorted(map(str, around)):
        assert INS in {row["end"] for row in kb.neighbourhood(other, strongest=100).rows()}


def test_cut_relations_get_a_note(kb: KnowledgeBase) -> None:
    """A note counts the neighbours that are not shown; the strongest are kept."""
    all_rows = [
        r for r in kb.neighbourhood(BETA, strongest=100).rows() if r["relation"] == "EXPRESSED_IN"
    ]
    answer = kb.neighbourhood(BETA, strongest=2)
    kept = [row for row in answer.rows() if row["relation"] == "EXPRESSED_IN"]
    assert kept == all_rows[:2]
    assert any(f"2 of {len(all_rows)}" in note for note in answer.notes)


def test_edges_run_as_in_the_graph(kb: KnowledgeBase) -> None:
    """Around a cell type, genes are at the start of EXPRESSED_IN and it is at the end."""
    rows = kb.neighbourhood(BETA).rows()
    assert {row["end"] for row in rows if row["relation"] == "EXPRESSED_IN"} == {BETA}
    assert {row["end"] for row in rows if row["relation"] == "SUBCLASS_OF"} == {"CL:0008024"}


def test_nearest_genes_agree_with_numpy(kb: KnowledgeBase) -> None:
    """The nearest genes are those with the largest inner products, itself left out."""
    folder = kb.layout.root / str(kb.manifest.vectors["gene_text"]["folder"])
    ids = pq.read_table(folder / "ids.parquet")["id"].to_pylist()
    vectors = open_spaces(kb.session).index("gene_text").vectors_of(ids)
    scores = dict(zip(ids, vectors @ vectors[ids.index(INS)], strict=True))
    found = kb.nearest_genes(INS, k=5)
    best = sorted((score for key, score in scores.items() if key != INS), reverse=True)[:5]
    assert found.column("score") == pytest.approx(best, abs=1e-5)
    own = [scores[key] for key in found.column("gene")]
    assert found.column("score") == pytest.approx(own, abs=1e-5)


def test_nearest_genes_of_one_species(kb: KnowledgeBase) -> None:
    """The filter comes before the search: three hits are three mouse genes."""
    found = kb.nearest_genes(INS, k=3, species="mouse")
    assert found.column("species") == ["NCBITaxon:10090"] * 3


def test_gene_without_vector(kb: KnowledgeBase) -> None:
    """A gene that has no vector is named in the error."""
    with pytest.raises(UnknownNameError, match="NCBIGene:0"):
        kb.nearest_genes("NCBIGene:0")
