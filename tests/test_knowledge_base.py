"""A knowledge base, opened for asking."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import orthoweave as ow
from orthoweave.errors import (
    AmbiguousNameError,
    IntegrityError,
    QueryRefusedError,
    UnknownNameError,
    UsageError,
)
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.sandbox.files import can_sandbox
from orthoweave.settings import Settings
from orthoweave.storage.layout import Layout
from orthoweave.storage.manifest import current_build
from orthoweave.views.expression import ExpressionView
from orthoweave.views.requests import ExpressionRequest


@pytest.fixture(scope="module")
def kb(toy_kb: Path) -> Iterator[KnowledgeBase]:
    """Open the toy world."""
    with open_knowledge_base(toy_kb) as opened:
        yield opened


def test_answers_carry_build_question_and_time(kb: KnowledgeBase) -> None:
    """Every answer says from which build it is, what was asked and when."""
    answer = kb.orthologs(["INS"], min_sources=2)
    assert answer.provenance["build"] == kb.manifest.build
    assert answer.provenance["query"] == "orthologs"
    assert json.loads(answer.provenance["parameters"])["min_sources"] == 2
    assert answer.provenance["time"].endswith("+00:00")


def test_a_gene_is_shown_with_what_matched(kb: KnowledgeBase) -> None:
    """By a synonym, the row says which name matched, and has ids, orthologs and datasets."""
    answer = kb.gene("IDDM1")
    [row] = answer.rows()
    assert (row["id"], row["symbol"], row["matched"]) == ("NCBIGene:3630", "INS", "IDDM1")
    assert "HGNC:6081" in str(row["xrefs"])
    assert "Ins2 (mouse" in str(row["orthologs"])
    assert row["measured_in"] == ["toy_human"]
    assert "IDDM1" in answer.notes[0]


def test_a_name_of_several_genes_is_never_guessed(kb: KnowledgeBase) -> None:
    """GLP-1 is a synonym of GCG in human and Gcg in mouse: both are named, the species decides."""
    with pytest.raises(AmbiguousNameError, match=r"NCBIGene:14526.*NCBIGene:2641"):
        kb.gene("GLP-1")
    assert kb.gene("GLP-1", "mouse").column("symbol") == ["Gcg"]


def test_an_unknown_gene_is_an_error_with_a_hint(kb: KnowledgeBase) -> None:
    """An unknown text lists names that begin alike; a spreadsheet's date is called one."""
    with pytest.raises(UnknownNameError, match="PDX1"):
        kb.gene("PD")
    with pytest.raises(UnknownNameError, match="spreadsheet"):
        kb.gene("1-Sep")


def test_resolving_keeps_what_is_lost(kb: KnowledgeBase) -> None:
    """Each text has a row, lost ones without gene, and the note counts them."""
    answer = kb.resolve(["INS", "nope"], "human")
    assert answer.column("status") == ["matched", "lost"]
    assert "1 lost" in answer.notes[0]


def test_overview_and_sources_are_the_manifests(kb: KnowledgeBase) -> None:
    """Tables and sources are those of the manifest, with licences."""
    counts = {row["table"]: row["rows"] for row in kb.overview().rows()}
    assert counts["Gene"] == kb.manifest.counts["Gene"]
    assert set(kb.sources().column("source")) == {source.name for source in kb.manifest.sources}


@pytest.mark.skipif(not can_sandbox(), reason="this system cannot sandbox a process")
def test_free_cypher_is_answered_with_its_limit(kb: KnowledgeBase) -> None:
    """A free statement returns rows; a limit that cuts them is marked."""
    text = "MATCH (g:Gene) WHERE g.species = $species RETURN g.symbol AS symbol ORDER BY symbol"
    answer = kb.cypher(text, {"species": "NCBITaxon:9606"}, limit=3)
    assert answer.column("symbol") == ["ACTB", "GAPDH", "GCG"]
    assert answer.truncated
    with pytest.raises(QueryRefusedError):
        kb.cypher("CHECKPOINT")


def test_many_threads_get_the_same_answers(kb: KnowledgeBase) -> None:
    """Eight threads asking at once get what one gets."""
    texts = ["INS", "GCG", "LYZ", "TP53"] * 8
    alone = [kb.orthologs([text]).rows() for text in texts[:4]]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda text: kb.orthologs([text]).rows(), texts))
    assert together == alone * 8


def test_opening_by_the_short_name(toy_kb: Path) -> None:
    """`orthoweave.open` opens the same knowledge base, and closing it ends asking."""
    kb = ow.open(toy_kb)
    assert len(kb.orthologs(["INS"])) == 2
    kb.close()
    with pytest.raises(UsageError, match="closed: open it again"):
        kb.orthologs(["GCG"])


def test_a_closed_knowledge_base_says_so_everywhere(toy_kb: Path) -> None:
    """Whatever is asked after closing, the error is the same."""
    kb = open_knowledge_base(toy_kb)
    kb.close()
    kb.close()
    for ask in (
        lambda: kb.resolve(["INS"]),
        lambda: kb.gene("INS"),
        lambda: kb.orthologs(["INS"]),
        lambda: kb.expression(["INS"]),
        lambda: kb.search_genes("insulin"),
        lambda: kb.search_cells("beta cell"),
        lambda: kb.cypher("RETURN 1 AS x"),
        lambda: kb.ask("species"),
        kb.overview,
        kb.sources,
        lambda: kb.store,
        lambda: kb.genes.complete("IN"),
        lambda: kb.gateway.ask("RETURN 1 AS x"),
    ):
        with pytest.raises(UsageError, match="this knowledge base is closed: open it again"):
            ask()


def test_no_knowledge_base_is_an_error(tmp_path: Path) -> None:
    """A folder without one says how to make one."""
    with pytest.raises(UnknownNameError, match="orthoweave demo"):
        open_knowledge_base(tmp_path)


def test_a_damaged_build_is_not_opened(toy_kb: Path, tmp_path: Path) -> None:
    """The error on a file shorter than the manifest says names the way back."""
    copy = tmp_path / "kb"
    shutil.copytree(toy_kb, copy)
    graph = Layout(copy).builds / current_build(Layout(copy)) / "graph.duckdb"
    graph.write_bytes(graph.read_bytes()[:-1])
    with pytest.raises(IntegrityError, match="rollback"):
        open_knowledge_base(copy)


def test_wrong_questions_are_usage_errors(kb: KnowledgeBase) -> None:
    """One species twice, no species and an unknown species are refused."""
    with pytest.raises(UsageError, match="both species are human"):
        kb.orthologs(["INS"], "human", "human")
    with pytest.raises(UsageError, match="whole number from 1"):
        kb.orthologs(["INS"], min_sources=0)
    with pytest.raises(UsageError, match="at least one"):
        kb.expression(["INS"], across=[])
    with pytest.raises(UnknownNameError, match="unknown species"):
        kb.orthologs(["INS"], "martian")


def test_the_row_limit_of_the_settings_holds(toy_kb: Path) -> None:
    """With a row limit of 5, a saved query of more rows is marked as truncated."""
    with open_knowledge_base(toy_kb, Settings(query_row_limit=5)) as kb:
        answer = kb.ask("genes_in_cell_type", {"cell_type": "CL:0000169"})
    assert (len(answer), answer.truncated) == (5, True)


def test_questions_are_methods(kb: KnowledgeBase) -> None:
    """Each question of the screens is a method that returns an answer of this build."""
    answers = [
        kb.observed_types(),
        kb.kinds(),
        kb.clusters(),
        kb.runs(),
        kb.scores(),
        kb.neighbourhood("NCBIGene:3630"),
        kb.overview(),
        kb.sources(),
    ]
    assert {answer.provenance["build"] for answer in answers} == {kb.manifest.build}
    assert kb.node("CL:0000169")["kind"] == "CellType"


def test_a_first_build_has_no_changes(kb: KnowledgeBase) -> None:
    """There are changes from the second build on."""
    assert kb.changes() is None


def test_a_script_is_answered_statement_by_statement(kb: KnowledgeBase) -> None:
    """Each statement has its name and its answer."""
    found = [(one.name, answer.rows()) for one, answer in kb.script("RETURN 1 AS x; RETURN 2 AS x")]
    assert found == [("statement_1", [{"x": 1}]), ("statement_2", [{"x": 2}])]


def test_a_view_is_an_anndata(kb: KnowledgeBase) -> None:
    """The cells of the view are those of the AnnData, counts as logarithms unless asked."""
    view = kb.view(ExpressionRequest("toy_human"))
    assert isinstance(view, ExpressionView)
    logs, counts = kb.anndata("toy_human"), kb.anndata("toy_human", counts=True)
    assert list(logs.obs_names) == list(view.cells)
    assert "log1p" in logs.uns
    assert counts.X.max() > logs.X.max()


def test_a_map_is_kept(toy_kb: Path, tmp_path: Path) -> None:
    """A map has a place for each cell, the same when asked again."""
    with open_knowledge_base(shutil.copytree(toy_kb, tmp_path / "kb")) as kb:
        cells = kb.cells("toy_human")
        places = kb.cell_map(cells, "pca")
        assert places.shape == (len(cells.barcodes), 2)
        assert (kb.cell_map(cells, "pca") == places).all()
        assert len(kb.cell_map_table(cells, places, "place", [])) == len(places)


def test_a_build_is_exported_around_a_gene(kb: KnowledgeBase, tmp_path: Path) -> None:
    """An export takes genes by name."""
    done = kb.export("graphml", tmp_path / "out", around=["INS"])
    assert done.counts["Gene"] >= 3


def test_a_model_is_run_by_its_name(toy_kb: Path, tmp_path: Path) -> None:
    """Settings are values or texts; an unknown model or setting is refused."""
    with open_knowledge_base(shutil.copytree(toy_kb, tmp_path / "kb")) as kb:
        with pytest.raises(UnknownNameError, match="no model 'nope'"):
            kb.run("nope")
        with pytest.raises(UnknownNameError, match="no option 'colour'"):
            kb.run("hypergraph_clusters", colour="red")


def test_former_names_of_species_are_taken_with_a_warning(kb: KnowledgeBase) -> None:
    """`source` and `target` mean the species for one release more; any other name is an error."""
    with pytest.warns(DeprecationWarning, match="from_species"):
        former = kb.orthologs(["Ins1"], source="mouse", target="human")
    assert former.rows() == kb.orthologs(["Ins1"], "mouse", "human").rows()
    with pytest.raises(TypeError, match="colour"):
        kb.orthologs(["Ins1"], colour="red")


def test_a_closed_knowledge_base_answers_no_question(toy_kb: Path) -> None:
    """After closing, every question says so."""
    with open_knowledge_base(toy_kb) as kb:
        pass
    for ask in (kb.runs, kb.kinds, kb.overview, kb.clusters):
        with pytest.raises(UsageError, match="closed"):
            ask()


def test_errors_are_part_of_the_package() -> None:
    """The errors that users catch are exported."""
    assert issubclass(ow.UnknownNameError, ow.UsageError)
    assert set(ow.__all__) >= {"open", "OrthoweaveError", "QueryError"}


def test_views_are_asked_for_with_the_package_alone(toy_kb: Path) -> None:
    """Requests, answers and the knowledge base are exported, and loaded when they are used."""
    script = "import sys, orthoweave; print('pyarrow' in sys.modules, orthoweave.Answer.__name__)"
    command = [sys.executable, "-c", script]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.stdout == "False Answer\n", found.stderr
    with ow.open(toy_kb) as kb:
        assert isinstance(kb, ow.KnowledgeBase)
        assert kb.view(ow.OrthologyRequest(("human", "mouse"))).digest
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = ow.Nothing


def test_nothing_is_kept_after_closing(toy_kb_with_vectors: Path) -> None:
    """Indexes and encoders that a search opened are let go of."""
    with open_knowledge_base(toy_kb_with_vectors) as kb:
        kb.search_genes("insulin")
        kept = kb.session.kept
        assert kept
    assert not kept
