"""Cells by gene signature."""

from collections.abc import Iterator
from pathlib import Path

import anndata
import numpy as np
import pytest

from orthoweave.errors import UnknownNameError, UsageError
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.species import find_species


@pytest.fixture(scope="module")
def kb(toy_kb: Path) -> Iterator[KnowledgeBase]:
    """Open the toy world."""
    with open_knowledge_base(toy_kb) as opened:
        yield opened


def _standard(kb: KnowledgeBase, dataset: str) -> tuple[list[str], dict[str, np.ndarray]]:
    """Standardised values by symbol, straight from the matrix."""
    data = anndata.read_zarr(kb.session.published.matrix(dataset))
    counts = data.X.toarray().astype(float)
    logs = np.log1p(counts / counts.sum(axis=1, keepdims=True) * 1e4)
    deviation = logs.std(axis=0)
    values = (logs - logs.mean(axis=0)) / np.where(deviation > 0, deviation, 1)
    return list(data.obs_names), {name: values[:, n] for n, name in enumerate(data.var_names)}


def test_score_is_mean_of_up_less_mean_of_down(kb: KnowledgeBase) -> None:
    """The best cells and their scores are those of the formula, by numpy from the matrix."""
    barcodes, values = _standard(kb, "toy_human")
    score = (values["INS"] + values["IAPP"]) / 2 - values["GCG"]
    order = np.argsort(-score, kind="stable")[:7]
    found = kb.signature(
        ["INS", "IAPP"], ["GCG"], k=7, among=["toy_human"], species=find_species("human")
    ).hits
    assert found.column("cell") == [f"toy_human:{barcodes[n]}" for n in order]
    assert found.column("score") == pytest.approx(list(score[order]), abs=1e-4)


def test_orthologs_stand_in_all_of_them(kb: KnowledgeBase) -> None:
    """Human INS in mouse is the mean of Ins1 and Ins2; none is picked."""
    barcodes, values = _standard(kb, "toy_mouse")
    score = (values["Ins1"] + values["Ins2"]) / 2
    answer = kb.signature(["INS"], k=1, among=["toy_mouse"], species=find_species("human"))
    assert answer.hits.column("cell") == [f"toy_mouse:{barcodes[score.argmax()]}"]
    assert answer.hits.column("score") == pytest.approx([score.max()], abs=1e-4)
    assert sorted(answer.used.table["used"][0].as_py()) == ["Ins1", "Ins2"]


@pytest.mark.parametrize("name", ["beta", "CL:0000169", "pancreatic beta cell", "Beta cells"])
def test_a_cell_type_by_any_of_its_names(kb: KnowledgeBase, name: str) -> None:
    """An author's label, an id and a synonym select the same cells."""
    by_label = kb.signature(["GCG"], k=5, cell_type="beta").hits
    assert set(by_label.column("cell_type_name")) == {"beta"}
    assert kb.signature(["GCG"], k=5, cell_type=name).hits.rows() == by_label.rows()


def test_a_cell_type_brings_those_below_it(kb: KnowledgeBase) -> None:
    """Endocrine cells are beta and alpha cells; an unknown type is refused."""
    found = kb.signature(["INS"], ["GCG"], k=80, cell_type="pancreatic endocrine cell").hits
    assert set(found.column("cell_type_name")) == {"beta", "alpha"}
    with pytest.raises(UnknownNameError, match="no cell type 'nope' here"):
        kb.signature(["INS"], cell_type="nope")


def test_lost_genes_have_a_status(kb: KnowledgeBase) -> None:
    """Each gene has a status in each dataset: used, measured zero, not measured, no such gene."""
    used = kb.signature(["INS", "TP53", "PPY", "NOSUCH"], species=find_species("human")).used
    status = {(row["query"], row["dataset"]): row["status"] for row in used.rows()}
    assert status["INS", "toy_human"] == status["PPY", "toy_human"] == "used"
    assert status["TP53", "toy_human"] == "measured zero"
    assert status["PPY", "toy_mouse"] == "not measured"
    assert status["NOSUCH", "toy_mouse"] == "no such gene"


def test_a_gene_without_ortholog_has_a_status(kb: KnowledgeBase) -> None:
    """A zebrafish gene without ortholog in human cannot be used there."""
    fish = kb.cypher(
        "MATCH (g:Gene) WHERE g.species = 'NCBITaxon:7955' RETURN g.id AS id ORDER BY id"
    ).column("id")
    used = kb.signature([str(key) for key in fish], k=1, among=["toy_human"]).used.rows()
    for row in used:
        pairs = kb.orthologs(
            [str(row["query"])], from_species="zebrafish", to_species="human"
        ).rows()
        expected = any(pair["status"] == "ortholog" for pair in pairs)
        assert (row["status"] != "no ortholog") == expected


def test_every_hit_says_why(kb: KnowledgeBase) -> None:
    """The parts of all genes of a hit add up to its score where all of them raise it."""
    row = kb.signature(["INS", "IAPP"], k=1, species=find_species("human")).hits.rows()[0]
    parts = row["top_gene_parts"]
    assert isinstance(parts, list)
    assert sum(parts) == pytest.approx(float(str(row["score"])), abs=1e-3)


def test_filters_come_before_the_search(kb: KnowledgeBase) -> None:
    """Five hits among alpha cells are five alpha cells, whatever their score."""
    found = kb.signature(["INS"], k=5, cell_type="alpha", species=find_species("human")).hits
    assert len(found) == 5
    assert set(found.column("cell_type_name")) == {"alpha"}


def test_nothing_to_go_by_finds_nothing(kb: KnowledgeBase) -> None:
    """If no gene can be used there are no hits, and the reasons are there."""
    answer = kb.signature(["NOSUCH"])
    assert len(answer.hits) == 0
    assert answer.used.column("status") == ["no such gene", "no such gene"]


@pytest.mark.parametrize(
    ("up", "k", "among"), [([], 5, []), (["INS"], 0, []), (["INS"], 5, ["no"])]
)
def test_wrong_questions_are_refused(
    kb: KnowledgeBase, up: list[str], k: int, among: list[str]
) -> None:
    """No genes, no cells asked for or an unknown dataset are errors that say so."""
    with pytest.raises(UsageError, match="expected"):
        kb.signature(up, k=k, among=among)
