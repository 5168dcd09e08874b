"""Search over the toy world: filters, scores that add up, explanations that are exact."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from orthoweave.errors import UnknownNameError, UsageError
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.search.explain import open_explainer
from orthoweave.search.spaces import Spaces, open_spaces


def spaces_of(kb: KnowledgeBase) -> Spaces:
    """Open what the search reads."""
    return open_spaces(kb.session)


@pytest.fixture(scope="module")
def kb(toy_kb_with_vectors: Path) -> Iterator[KnowledgeBase]:
    """Open the toy world with vectors."""
    with open_knowledge_base(toy_kb_with_vectors) as opened:
        yield opened


def test_genes_are_found_by_their_names(kb: KnowledgeBase) -> None:
    """'glucagon' finds the glucagon genes of all species first; a species keeps only its own."""
    found = kb.search_genes("glucagon", k=4)
    assert {row["symbol"] for row in found.rows()} == {"GCG", "Gcg", "gcga", "gcgb"}
    scores = found.table["score"].to_numpy()
    assert np.all(np.diff(scores) <= 0)
    mouse = kb.search_genes("glucagon", k=4, species="mouse")
    assert set(mouse.column("species")) == {"NCBITaxon:10090"}
    assert mouse.rows()[0]["symbol"] == "Gcg"
    assert len(mouse) == 4


def test_provenance_says_what_was_asked(kb: KnowledgeBase) -> None:
    """An answer names its build and its parameters."""
    about = kb.search_genes("insulin", k=2).provenance
    assert about["build"] == kb.manifest.build
    assert '"text": "insulin"' in about["parameters"]
    cells = kb.search_cells("insulin", k=2, species="human").provenance
    assert '"species": "NCBITaxon:9606"' in cells["parameters"]


def test_cell_scores_are_the_sum_of_both_and_the_best_of_all(kb: KnowledgeBase) -> None:
    """The k best are those of scoring every single cell: no group that matters is skipped."""
    text = "insulin-secreting pancreatic beta cell"
    spaces = spaces_of(kb)
    index, types = spaces.index("cell_text"), spaces.index("cell_type_text")
    query = spaces.encode("cell_text", text)[0]
    kinds = dict(zip(types.ids, types.vectors_of(types.ids) @ query, strict=True))
    of = {
        row["from"]: row["to"]
        for row in spaces.published.table("HAS_TYPE", ["from", "to"]).to_pylist()
    }
    gene_scores = index.vectors_of(index.ids) @ query
    totals = {
        cell: float(score + kinds.get(of[cell], 0.0))
        for cell, score in zip(index.ids, gene_scores, strict=True)
    }
    expected = sorted(totals.values(), reverse=True)
    for k in (1, 7, 40, 80):
        found = kb.search_cells(text, k=k)
        scores = found.table["score"].to_numpy()
        np.testing.assert_allclose(scores, np.array(expected[:k]), atol=1e-5)
        for row in found.rows():
            assert row["score"] == pytest.approx(totals[str(row["cell"])], abs=1e-5)


def test_beta_cells_are_found_in_both_species(kb: KnowledgeBase) -> None:
    """A text on insulin finds beta cells first, in human and in mouse."""
    for species in ("human", "mouse"):
        found = kb.search_cells("insulin secreting beta cell", k=5, species=species)
        assert set(found.column("cell_type")) == {"CL:0000169"}
        assert set(found.column("dataset")) == {f"toy_{species}"}


def test_hits_are_explained_exactly(kb: KnowledgeBase) -> None:
    """The parts of all genes of a hit add up to its gene score, and those shown are the largest."""
    spaces = spaces_of(kb)
    text = "insulin"
    query = spaces.encode("cell_text", text)[0]
    found = kb.search_cells(text, k=6)
    assert not found.notes
    for row in found.rows():
        explainer = open_explainer(spaces, str(row["dataset"]))
        assert explainer is not None
        barcode = str(row["cell"]).partition(":")[2]
        parts, total = explainer.reasons(barcode, query)
        assert total == pytest.approx(row["gene_score"], abs=1e-5)
        assert sum(part for _, part in parts) == pytest.approx(total, abs=1e-9)
        shown = row["top_gene_parts"]
        assert isinstance(shown, list)
        assert shown == pytest.approx([p for _, p in parts[:5] if p > 0], abs=1e-5)
        genes = row["top_genes"]
        assert isinstance(genes, list)
        assert {"INS", "Ins1", "Ins2"} & set(genes)


def test_like_finds_cells_of_the_same_kind_but_not_itself(kb: KnowledgeBase) -> None:
    """The neighbours of an alpha cell are alpha cells, by the genes that both express."""
    cell = next(
        row["from"]
        for row in spaces_of(kb).published.table("HAS_TYPE", ["from", "to"]).to_pylist()
        if row["to"] == "CL:0000171"
    )
    found = kb.search_cells(like=cell, k=8)
    assert cell not in found.column("cell")
    assert found.column("cell_type").count("CL:0000171") >= 7
    assert set(found.column("type_score")) == {None}
    assert found.column("score") == found.column("gene_score")
    assert {"GCG", "Gcg"} & set(found.table["top_genes"][0].as_py())


def test_filters_come_before_the_search(kb: KnowledgeBase) -> None:
    """Under any filter k hits are k hits; a type takes its subtypes along, by key or name."""
    text = "keratin"
    ductal = kb.search_cells(text, k=10, cell_type="CL:0000169", species="mouse")
    assert len(ductal) == 10
    assert set(ductal.column("cell_type")) == {"CL:0000169"}
    endocrine = kb.search_cells(text, k=80, cell_type="Pancreatic endocrine cell")
    assert set(endocrine.column("cell_type")) == {"CL:0000169", "CL:0000171"}
    assert len(endocrine) == 40
    assert len(kb.search_cells(text, k=1000, dataset="toy_human")) == 40


def test_a_label_outside_the_ontology_is_a_type_too(kb: KnowledgeBase) -> None:
    """Cells of an author's own label are found by that label."""
    found = kb.search_cells("unknown_7", k=5)
    assert all("unknown_7" in str(name) for name in found.column("cell_type_name"))


def test_wrong_questions_say_what_is_expected(kb: KnowledgeBase) -> None:
    """Each wrong argument has an error of its own that lists what there is."""
    with pytest.raises(UsageError, match="text=None and like=None"):
        kb.search_cells()
    with pytest.raises(UsageError, match="expected a text or like"):
        kb.search_cells("x", like="toy_human:a")
    with pytest.raises(UsageError, match="not empty"):
        kb.search_genes("  ")
    with pytest.raises(UsageError, match="k of at least 1"):
        kb.search_cells("insulin", k=0)
    with pytest.raises(UnknownNameError, match="toy_human, toy_mouse"):
        kb.search_cells("insulin", dataset="nothing")
    with pytest.raises(UnknownNameError, match="no cell type 'nothing' here"):
        kb.search_cells("insulin", cell_type="nothing")
    with pytest.raises(UnknownNameError, match="DATASET:BARCODE"):
        kb.search_cells(like="toy_human:nothing")
    with pytest.raises(UnknownNameError, match="unknown species"):
        kb.search_genes("insulin", species="unicorn")


def test_without_vectors_it_says_how_to_make_them(toy_kb: Path) -> None:
    """A knowledge base without vectors names the command that makes them."""
    with open_knowledge_base(toy_kb) as bare:
        with pytest.raises(UnknownNameError, match="ingest embeddings --set what=genes"):
            bare.search_genes("insulin")
        with pytest.raises(UnknownNameError, match="what=cells"):
            bare.search_cells("insulin")


def test_every_hit_is_a_cell_of_the_graph(kb: KnowledgeBase) -> None:
    """Keys of hits are keys of Cell rows."""
    cells = {
        key
        for path in kb.manifest.tables["Cell"]
        for key in pq.read_table(kb.layout.root / path, columns=["id"])["id"].to_pylist()
    }
    assert set(kb.search_cells("actin", k=80).column("cell")) <= cells
