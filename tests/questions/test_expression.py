"""Expression of genes and their orthologs by cell type: zero, missing and absent told apart."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from orthoweave.errors import UnknownNameError
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.testing.toy import toy_cells

BETA = "CL:0000169"


@pytest.fixture(scope="module")
def kb(toy_kb: Path) -> Iterator[KnowledgeBase]:
    """Open the toy world."""
    with open_knowledge_base(toy_kb) as opened:
        yield opened


@pytest.mark.parametrize(("species", "symbol", "seed"), [("human", "INS", 0), ("mouse", "Ins2", 1)])
def test_means_equal_those_of_the_counts(
    kb: KnowledgeBase, species: str, symbol: str, seed: int
) -> None:
    """Mean and fraction of each cell type equal numpy's over the raw counts, also by ortholog."""
    cells = toy_cells(species, seed=seed)
    counts = np.asarray(cells.X.todense(), dtype=float)
    values = np.log1p(counts / counts.sum(axis=1, keepdims=True) * 1e4)
    values = values[:, list(cells.var_names).index(symbol)]
    types = cells.obs["cell_type_ontology_term_id"].to_numpy()
    rows = [row for row in kb.expression(["INS"]).rows() if row["symbol"] == symbol]
    assert len(rows) == 4
    for row in rows:
        inside = types == (row["cell_type"] if str(row["cell_type"])[:3] == "CL:" else "unknown")
        assert row["mean"] == pytest.approx(values[inside].mean(), rel=1e-5)
        assert row["fraction"] == pytest.approx((values[inside] > 0).mean())
        assert row["n_cells"] == inside.sum()


def test_the_four_states_are_told_apart(kb: KnowledgeBase) -> None:
    """INS is measured, TP53 zero, Ppy not measured, and SEPTIN1 without mouse ortholog."""
    rows = kb.expression(["INS", "TP53", "PPY", "SEPTIN1"]).rows()
    states = {
        (row["query"], row["species"]): {
            r["state"] for r in rows if (r["query"], r["species"]) == (row["query"], row["species"])
        }
        for row in rows
    }
    assert states["INS", "human"] == {"measured"}
    assert states["TP53", "human"] == states["TP53", "mouse"] == {"measured zero"}
    assert states["PPY", "mouse"] == {"not measured"}
    assert states["SEPTIN1", "mouse"] == {"no ortholog"}
    assert all(row["mean"] == 0 for row in rows if row["state"] == "measured zero")
    assert all(
        row["mean"] is None for row in rows if row["state"] in {"not measured", "no ortholog"}
    )


def test_all_orthologs_are_shown(kb: KnowledgeBase) -> None:
    """Both mouse insulins are rows of their own, with the cardinality beside them."""
    rows = [row for row in kb.expression(["INS"]).rows() if row["cell_type"] == BETA]
    assert {(row["symbol"], row["cardinality"]) for row in rows} == {
        ("INS", None),
        ("Ins1", "1:many"),
        ("Ins2", "1:many"),
    }


def test_a_gene_of_any_species_named_may_be_asked(kb: KnowledgeBase) -> None:
    """By its mouse symbol, Trp53 is the mouse gene, and human shows TP53."""
    rows = kb.expression(["Trp53"]).rows()
    assert {(row["species"], row["symbol"]) for row in rows} == {
        ("human", "TP53"),
        ("mouse", "Trp53"),
    }


def test_a_species_without_dataset_gets_a_note(kb: KnowledgeBase) -> None:
    """Zebrafish has genes but no cells here: one row not measured for each ortholog, and a note."""
    answer = kb.expression(["INS"], across=["zebrafish", "human"])
    fish = [row for row in answer.rows() if row["species"] == "zebrafish"]
    assert [row["state"] for row in fish] == ["not measured"] * 2
    assert "no dataset of zebrafish" in answer.notes[-1]


def test_unknown_genes_are_notes(kb: KnowledgeBase) -> None:
    """A text that names no gene gives no row and a note."""
    answer = kb.expression(["nope"])
    assert len(answer) == 0
    assert "nope" in answer.notes[0]


def test_roll_up_pools_by_cells(kb: KnowledgeBase) -> None:
    """Endocrine cells are alpha and beta together, weighted by cells; all else is left out."""
    fine = {row["cell_type"]: row for row in kb.expression(["INS"], across=["human"]).rows()}
    [row] = kb.expression(["INS"], across=["human"], roll_up=["pancreatic endocrine cell"]).rows()
    alpha, beta = fine["CL:0000171"], fine[BETA]
    assert row["cell_type"] == "CL:0008024"
    assert row["n_cells"] == 20
    assert row["mean"] == pytest.approx((float(str(alpha["mean"])) + float(str(beta["mean"]))) / 2)
    with pytest.raises(UnknownNameError):
        kb.expression(["INS"], roll_up=["nope"])


def test_rows_come_in_order_and_the_strongest_types_first(kb: KnowledgeBase) -> None:
    """By query as given, species as given, gene and dataset; then means fall, missing ones last."""
    queries, across = ["TP53", "INS", "PPY"], ["mouse", "human"]
    rows = kb.expression(queries, across=across).rows()
    keys = [
        (
            queries.index(str(row["query"])),
            across.index(str(row["species"])),
            str(row["gene"] or ""),
            str(row["dataset"] or ""),
            row["mean"] is None,
            -float(str(row["mean"] or 0)),
        )
        for row in rows
    ]
    assert keys == sorted(keys)
    mine = [row for row in rows if (row["query"], row["species"]) == ("INS", "human")]
    assert mine[0]["cell_type"] == BETA
