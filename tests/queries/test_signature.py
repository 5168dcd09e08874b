"""Cells by gene signature."""

from collections.abc import Iterator
from pathlib import Path

import anndata
import numpy as np
import pytest

from orthoweave.errors import UsageError
from orthoweave.ids import find_species
from orthoweave.queries.knowledge_base import KnowledgeBase, open_knowledge_base
from orthoweave.queries.signature import matrix_folder, search_signature


@pytest.fixture(scope="module")
def kb(toy_kb: Path) -> Iterator[KnowledgeBase]:
    """Open the toy world."""
    with open_knowledge_base(toy_kb) as opened:
        yield opened


def _standard(kb: KnowledgeBase, dataset: str) -> tuple[list[str], dict[str, np.ndarray]]:
    """Standardised values by symbol, straight from the matrix."""
    data = anndata.read_zarr(matrix_folder(kb, dataset))
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
    found = search_signature(kb, ["INS", "IAPP"], ["GCG"], k=7, among=["toy_human"],
                             species=find_species("human")).hits  # fmt: skip
    assert found.column("cell") == [f"toy_human:{barcodes[n]}" for n in order]
    assert found.column("score") == pytest.approx(list(score[order]), abs=1e-4)


def test_orthologs_stand_in_all_of_them(kb: KnowledgeBase) -> None:
    """Human INS in mouse is the mean of Ins1 and Ins2; none is picked."""
    barcodes, values = _standard(kb, "toy_mouse")
    score = (values["Ins1"] + values["Ins2"]) / 2
    answer = search_signature(kb, ["INS"], k=1, among=["toy_mouse"], species=find_species("human"))
    assert answer.hits.column("cell") == [f"toy_mouse:{barcodes[score.argmax()]}"]
    assert answer.hits.column("score") == pytest.approx([score.max()], abs=1e-4)
    assert set(map(str, answer.used.column("used")[0])) == {"Ins1", "Ins2"}  # type: ignore[call-overload]


def test_what_is_lost_is_said(kb: KnowledgeBase) -> None:
    """Each gene has a status in each dataset: used, measured zero, not measured, no such gene."""
    used = search_signature(
        kb, ["INS", "TP53", "PPY", "NOSUCH"], species=find_species("human")
    ).used
    status = {(row["query"], row["dataset"]): row["status"] for row in used.rows()}
    assert status["INS", "toy_human"] == status["PPY", "toy_human"] == "used"
    assert status["TP53", "toy_human"] == "measured zero"
    assert status["PPY", "toy_mouse"] == "not measured"
    assert status["NOSUCH", "toy_mouse"] == "no such gene"


def test_no_ortholog_is_said(kb: KnowledgeBase) -> None:
    """A zebrafish gene without ortholog in human cannot be used there."""
    fish = kb.cypher(
        "MATCH (g:Gene) WHERE g.species = 'NCBITaxon:7955' RETURN g.id AS id ORDER BY id"
    ).column("id")
    used = search_signature(kb, [str(key) for key in fish], k=1, among=["toy_human"]).used.rows()
    for row in used:
        pairs = kb.orthologs([str(row["query"])], source="zebrafish", target="human").rows()
        expected = any(pair["status"] == "ortholog" for pair in pairs)
        assert (row["status"] != "no ortholog") == expected


def test_every_hit_says_why(kb: KnowledgeBase) -> None:
    """The parts of all genes of a hit add up to its score where all of them raise it."""
    row = search_signature(kb, ["INS", "IAPP"], k=1, species=find_species("human")).hits.rows()[0]
    parts = row["top_gene_parts"]
    assert isinstance(parts, list)
    assert sum(parts) == pytest.approx(float(str(row["score"])), abs=1e-3)


def test_filters_come_before_the_search(kb: KnowledgeBase) -> None:
    """Five hits among alpha cells are five alpha cells, whatever their score."""
    found = search_signature(
        kb, ["INS"], k=5, cell_type="alpha", species=find_species("human")
    ).hits
    assert len(found) == 5
    assert set(found.column("cell_type_name")) == {"alpha"}


def test_nothing_to_go_by_finds_nothing(kb: KnowledgeBase) -> None:
    """If no gene can be used there are no hits, and the reasons are there."""
    answer = search_signature(kb, ["NOSUCH"])
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
        search_signature(kb, up, k=k, among=among)
