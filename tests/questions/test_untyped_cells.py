"""Datasets without cell types, and cells that labels leave out, in answers on expression."""

import math
import shutil
from collections.abc import Iterator
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest
from tests.support.untyped_world import DATASETS, WITHOUT, cells_of, run

from orthoweave.builds.build import build
from orthoweave.charts.dots import cell_types_of, dot_plot
from orthoweave.cli.main import main
from orthoweave.errors import InputError
from orthoweave.jobs.discover import find_job
from orthoweave.jobs.ingest import ingest
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.progress import Quiet
from orthoweave.settings import Settings
from orthoweave.storage.layout import Layout
from orthoweave.testing.toy import toy_cells


@pytest.fixture(scope="module")
def kb(untyped_kb: Path) -> Iterator[KnowledgeBase]:
    """Open the build."""
    with open_knowledge_base(untyped_kb) as opened:
        yield opened


def values_of(species: str, labels: str, symbol: str) -> pd.Series:
    """Return log1p of counts per 10 000 of a gene, by pandas."""
    cells = cells_of(species, labels)
    frame = pd.DataFrame(cells.X.todense(), cells.obs_names, cells.var_names).astype(float)
    share = frame.div(frame.sum(axis=1), axis=0)[symbol]
    return share.mul(1e4).map(math.log1p)


@pytest.mark.parametrize(
    ("dataset", "symbol"), [("bare_human", "INS"), ("bare_mouse", "Ins2"), ("bare_mouse", "Ins1")]
)
def test_a_dataset_without_labels_is_one_row(kb: KnowledgeBase, dataset: str, symbol: str) -> None:
    """Mean, fraction and number of all cells equal those of pandas, also by ortholog."""
    rows = kb.expression(["INS"]).rows()
    [row] = [row for row in rows if (row["dataset"], row["symbol"]) == (dataset, symbol)]
    values = values_of(*DATASETS[dataset], symbol)
    assert (row["cell_type"], row["name"], row["state"]) == (None, "all cells", "measured")
    assert row["mean"] == pytest.approx(values.mean(), rel=1e-6)
    assert row["fraction"] == pytest.approx((values > 0).mean())
    assert row["n_cells"] == len(values) == 40


@pytest.mark.parametrize("symbol", ["INS", "KRT19", "LYZ", "TTR", "ACTB"])
def test_cells_that_labels_leave_out_are_a_row(kb: KnowledgeBase, symbol: str) -> None:
    """Beside the two types stands the row of the 20 other cells, equal to pandas over these."""
    found = kb.expression([symbol], across=["human"]).rows()
    rows = {row["name"]: row for row in found if row["dataset"] == "partly_human"}
    assert set(rows) == {"beta", "alpha", "without a label"}
    values = values_of("human", "some", symbol)
    values = values[values.index.str.endswith(WITHOUT)]
    row = rows["without a label"]
    assert row["mean"] == pytest.approx(values.mean(), rel=1e-6)
    assert row["fraction"] == pytest.approx((values > 0).mean())
    assert row["n_cells"] == 20


def test_states_are_those_of_typed_datasets(kb: KnowledgeBase) -> None:
    """Without labels too, zero, not measured and no ortholog are told apart."""
    rows = kb.expression(["TP53", "PPY", "SEPTIN1", "INS"]).rows()
    states = {
        (row["query"], row["dataset"] or row["species"], row["name"]): row["state"] for row in rows
    }
    assert states["TP53", "bare_mouse", "all cells"] == "measured zero"
    assert states["TP53", "partly_human", "without a label"] == "measured zero"
    assert states["PPY", "bare_mouse", "all cells"] == "not measured"
    assert states["SEPTIN1", "mouse", None] == "no ortholog"
    zero = [row for row in rows if row["state"] == "measured zero"]
    assert all(row["mean"] == 0 and row["fraction"] == 0 for row in zero)


def test_a_note_says_how_it_gets_types(kb: KnowledgeBase) -> None:
    """Each dataset without labels is named with the options that join them; no other is."""
    notes = kb.expression(["INS"]).notes
    assert [note.split(" has no cell types")[0] for note in notes] == ["bare_human", "bare_mouse"]
    assert all("--set cells=TABLE" in note for note in notes)


def test_pooling_leaves_it_out_and_says_so(kb: KnowledgeBase) -> None:
    """Kinds of cells have no row of it, and nothing is called not measured."""
    answer = kb.expression(["INS"], roll_up=["CL:0000000"])
    assert "not measured" not in answer.column("state")
    assert "mouse" not in answer.column("species")
    assert "no dataset of mouse has cells of these kinds" in answer.notes
    assert any("bare_mouse" in note and "left out" in note for note in answer.notes)


def test_the_plot_has_a_line_for_them(kb: KnowledgeBase) -> None:
    """Cells without a type stand below the types, with a mark in their own line only."""
    rows = kb.expression(["INS", "SEPTIN1"]).rows()
    types = cell_types_of(rows)
    assert types[-2:] == [("", "all cells"), ("", "without a label")]
    figure = dot_plot(rows)
    assert figure.layout.yaxis.ticktext[-2:] == ("all cells", "without a label")
    bare = [row for row in rows if row["name"] == "all cells" and row["state"] == "measured"]
    line = len(types) - 2
    assert list(figure.data[0].y).count(line) == len(bare)


def test_the_remedy_gives_types(untyped_kb: Path, tmp_path: Path) -> None:
    """A table of barcodes and types, joined as the note says, makes them rows of their own."""
    sources, table = untyped_kb.parent / "raw", tmp_path / "types.tsv"
    toy_cells("mouse").obs["cell_type"].to_csv(table, sep="\t", index_label="barcode")
    other = Layout(tmp_path / "kb")
    run(other, "gene_descriptions", sources / "genes_mouse.tsv")
    run(other, "cell_gene", sources / "bare_mouse.h5ad", cells=str(table))
    build(other, Quiet())
    with open_knowledge_base(other.root) as opened:
        answer = opened.expression(["Ins2"], across=["mouse"])
    assert {row["name"] for row in answer.rows()} == {"beta", "alpha", "ductal", "unknown_7"}
    assert answer.notes == ()


@pytest.mark.parametrize(
    ("query", "given"),
    [
        ("markers", {"cell_type": "beta", "dataset": "bare_human"}),
        ("cell_types_of_dataset", {"dataset": "bare_human"}),
        ("cell_types_by_donor", {"dataset": "bare_human"}),
        ("ortholog_expression", {"gene": "GCG"}),
        ("shared_cell_types", {}),
    ],
)
def test_saved_queries_by_type_name_it(
    kb: KnowledgeBase, query: str, given: dict[str, str]
) -> None:
    """What is by cell type has no row of it, and a note says why and what to do."""
    if "cell_type" in given:
        given = given | {"cell_type": "label:partly_human/beta"}
    answer = kb.ask(query, given)
    noted = [note for note in answer.notes if note.startswith("bare_human has no cell types")]
    assert len(noted) == 1
    assert "leaves it out" in noted[0]
    assert "--set cell_type_column=" in noted[0]
    assert not any("bare_mouse" in note for note in answer.notes if "dataset" in given)


def test_other_saved_queries_do_not(kb: KnowledgeBase) -> None:
    """Datasets with types, and queries that are not by type, have no such note."""
    assert not kb.ask("cell_types_of_dataset", {"dataset": "partly_human"}).notes
    assert not kb.ask("genes_not_measured", {"dataset": "bare_human"}).notes


def test_top_cells_without_types(kb: KnowledgeBase) -> None:
    """Its cells are listed, of no type, and the note says that they have none."""
    answer = kb.ask("top_cells", {"gene": "INS", "dataset": "bare_human"})
    assert set(answer.column("cell_type")) == {None}
    assert len(answer) == 20
    assert "its rows have none" in answer.notes[0]


def test_coexpression_of_a_type_is_refused(untyped_kb: Path, tmp_path: Path) -> None:
    """Without types all cells are correlated; a type is refused with what gives it."""
    layout, sources = Layout(tmp_path / "kb"), untyped_kb.parent / "raw"
    run(layout, "gene_descriptions", sources / "genes_human.tsv")
    run(layout, "cell_gene", sources / "bare_human.h5ad")
    job = find_job(Settings(kb=layout.root), "coexpression")
    given = {"dataset": "bare_human", "method": "cells"}
    assert ingest(layout, job, [], given, Quiet()).tables.counts["COEXPRESSED_WITH"] > 0
    with pytest.raises(InputError, match=r"bare_human has no cell types.*--set cells=TABLE"):
        ingest(layout, job, [], {**given, "cell_type": "CL:0000169"}, Quiet())


def test_the_command_line_shows_it(untyped_kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`orthoweave expression` has the row and the note."""
    asked = ["expression", "INS", "--across", "mouse", "--kb", str(untyped_kb)]
    assert main([*asked, "--format", "tsv"]) == 0
    shown = capsys.readouterr()
    assert "all cells" in shown.out
    assert "bare_mouse has no cell types" in shown.out + shown.err


def test_searches_by_type_say_that_it_is_left_out(kb: KnowledgeBase) -> None:
    """A signature in cells of a type names the datasets whose cells have none."""
    found = kb.signature(["INS"], cell_type="beta").hits
    assert set(found.column("dataset")) == {"partly_human"}
    noted = [note.split(" has no")[0] for note in found.notes if "filter by type" in note]
    assert noted == ["bare_human", "bare_mouse"]
    assert not any("filter by type" in note for note in kb.signature(["INS"]).hits.notes)


def test_the_hard_case_without_labels(real_data: Path, real_genes_kb: Path, tmp_path: Path) -> None:
    """Every gene of the file has one row, all cells, equal to pandas over the file."""
    layout = Layout(Path(shutil.copytree(real_genes_kb, tmp_path / "kb")))
    path = real_data / "hard_cases" / "cells" / "nolabels.h5ad"
    run(layout, "cell_gene", path, species="human")
    build(layout, Quiet())
    cells = anndata.read_h5ad(path)
    dense = cells.X.toarray() if hasattr(cells.X, "toarray") else cells.X
    frame = pd.DataFrame(dense, columns=cells.var_names).astype(float)
    logs = np.log1p(frame.div(frame.sum(axis=1), axis=0) * 1e4)
    with open_knowledge_base(layout.root) as opened:
        answer = opened.expression([str(name) for name in frame][:40], across=["human"])
    assert not any("there is no dataset" in note for note in answer.notes)
    rows = answer.rows()
    assert {row["name"] for row in rows} == {"all cells"}
    for row in rows:
        values = logs[str(row["query"])]
        assert row["mean"] == pytest.approx(values.mean(), rel=1e-6)
        assert row["fraction"] == pytest.approx((values > 0).mean())
        assert row["n_cells"] == len(frame)
        assert row["state"] == ("measured" if (values > 0).any() else "measured zero")
