"""Names come before meaning: a gene or cell type that the text names is found first."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.search.by_name import named_genes
from orthoweave.species import find_species


@pytest.fixture(scope="module")
def kb(toy_kb_with_vectors: Path) -> Iterator[KnowledgeBase]:
    """Open the toy world with vectors."""
    with open_knowledge_base(toy_kb_with_vectors) as opened:
        yield opened


def test_every_symbol_is_first(kb: KnowledgeBase) -> None:
    """The symbol of any gene finds that gene first, marked by name."""
    genes = kb.session.published.table("Gene", ["id", "symbol"]).to_pylist()
    assert len(genes) > 20
    for row in genes:
        first = kb.search_genes(row["symbol"], k=3).rows()[0]
        assert (first["gene"], first["match"]) == (row["id"], "by name")
        assert first["matched"] == f"symbol {row['symbol']}"


@pytest.mark.parametrize(
    ("text", "matched"),
    [
        ("NCBIGene:3630", "id NCBIGene:3630"),
        ("3630", "id NCBIGene:3630"),
        ("ENSG00000254647", "xref ENSEMBL:ENSG00000254647"),
        ("Insulin", "name insulin"),
    ],
)
def test_ids_and_full_names_are_names(kb: KnowledgeBase, text: str, matched: str) -> None:
    """An id, bare or with its prefix, and a full name in any case find the gene first."""
    first = kb.search_genes(text, k=2, species="human").rows()[0]
    assert (first["symbol"], first["match"], first["matched"]) == ("INS", "by name", matched)


def test_all_species_come_first(kb: KnowledgeBase) -> None:
    """A symbol of two species finds both before anything else; a species keeps its own."""
    rows = kb.search_genes("PDX1", k=5).rows()
    named = [row["symbol"] for row in rows if row["match"] == "by name"]
    assert named[:2] == ["PDX1", "Pdx1"]
    assert [row["match"] for row in rows] == sorted(
        (r["match"] for r in rows), key="by name".__ne__
    )
    assert [row["rank"] for row in rows] == [1, 2, 3, 4, 5]
    mouse = kb.search_genes("PDX1", k=2, species="mouse").rows()[0]
    assert (mouse["symbol"], mouse["match"]) == ("Pdx1", "by name")


def test_no_gene_is_listed_twice(kb: KnowledgeBase) -> None:
    """A gene by name is not repeated among those by meaning."""
    genes = kb.search_genes("GCG", k=20).column("gene")
    assert len(genes) == len(set(genes)) == 20


def test_more_namesakes_than_hits_get_a_note(kb: KnowledgeBase) -> None:
    """With k below the number of namesakes the answer says how many are left out."""
    assert len(named_genes(kb.genes, "PDX1", None).meant) >= 2
    answer = kb.search_genes("PDX1", k=1)
    assert len(answer) == 1
    assert any("more genes are called 'PDX1'" in note for note in answer.notes)


def test_a_lesser_name_is_told_apart(kb: KnowledgeBase) -> None:
    """Where one gene has the symbol, another of its species with that synonym is not meant."""
    human = find_species("human")
    synonym, gene = next(
        (name, row["id"])
        for row in kb.session.published.table("Gene", ["id", "species", "synonyms"]).to_pylist()
        if row["species"] == human.key
        for name in row["synonyms"] or ()
    )
    named = named_genes(kb.genes, synonym, human)
    assert [(one.gene, one.reason) for one in named.meant] == [(gene, "synonym")]


def test_a_text_that_contains_a_name_is_a_text(kb: KnowledgeBase) -> None:
    """A phrase with a symbol in it is searched by meaning only."""
    rows = kb.search_genes("INS and what it does", k=5).rows()
    assert {row["match"] for row in rows} == {"by meaning"}


@pytest.mark.parametrize(
    "text", ["NOSUCH1", "1-Sep", "'; DROP TABLE gene; --", "%", "\u0000", "x" * 5000]
)
def test_no_name_is_made_up(kb: KnowledgeBase, text: str) -> None:
    """A word that no gene is called, dates of spreadsheets and hostile texts match by meaning."""
    answer = kb.search_genes(text, k=3)
    assert {row["match"] for row in answer.rows()} == {"by meaning"}
    said = any("no gene that may be found is called" in note for note in answer.notes)
    assert said == (len(text.split()) == 1)


@pytest.mark.parametrize("text", ["beta cell", "pancreatic beta cell", "type B pancreatic cell"])
def test_cells_of_a_named_type_come_first(kb: KnowledgeBase, text: str) -> None:
    """All cells of the type come before the first of another; each part is best first."""
    rows = kb.search_cells(text, k=80).rows()
    named = [row["cell_type"] == "CL:0000169" for row in rows]
    assert named == sorted(named, reverse=True)
    assert sum(named) == 20
    assert [row["match"] == "by name" for row in rows] == named
    for part in (True, False):
        scores = [row["score"] for row, yes in zip(rows, named, strict=True) if yes is part]
        assert scores == sorted(scores, key=lambda score: -float(str(score)))


def test_a_type_stands_for_those_below_it(kb: KnowledgeBase) -> None:
    """Cells of types below the named one are by name, and a note says which those are."""
    answer = kb.search_cells("pancreatic endocrine cell", k=40)
    assert set(answer.column("match")) == {"by name"}
    assert set(answer.column("cell_type")) == {"CL:0000169", "CL:0000171"}
    assert any("of types below it" in note for note in answer.notes)


def test_a_named_type_without_cells_gets_a_note(kb: KnowledgeBase) -> None:
    """Where filters leave no cell of the named type, the answer says that all are by meaning."""
    answer = kb.search_cells("alpha cell", k=5, cell_type="beta")
    assert set(answer.column("match")) == {"by meaning"}
    assert any("no cell that passes the filters" in note for note in answer.notes)


def test_cells_like_a_cell_match_no_text(kb: KnowledgeBase) -> None:
    """Likeness is neither by name nor by meaning of a text."""
    assert set(kb.search_cells(like="toy_human:human-001", k=3).column("match")) == {None}
