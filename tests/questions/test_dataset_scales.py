"""Answers on datasets of several scales: units stand beside values, and notes name differences."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.support.scaled_values import MADE

from orthoweave.charts.dots import dot_plot
from orthoweave.cli.main import main
from orthoweave.errors import ScaleError
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.testing.toy import toy_cells
from orthoweave.views.expression import ExpressionView
from orthoweave.views.requests import ExpressionRequest

BETA = "CL:0000169"


@pytest.fixture(scope="module")
def kb(scaled_kb: Path) -> Iterator[KnowledgeBase]:
    """Open the build."""
    with open_knowledge_base(scaled_kb) as opened:
        yield opened


def test_each_row_has_its_scale(kb: KnowledgeBase) -> None:
    """Means are those of the declared values, and a z-score has no fraction."""
    rows = kb.expression(["INS"]).rows()
    place = list(toy_cells("human").var_names).index("INS")
    beta = np.array(toy_cells("human").obs["cell_type_ontology_term_id"]) == BETA
    for scale in ("log1p_cp10k", "tpm", "zscore"):
        found = [row for row in rows if row["dataset"] == f"human_{scale}"]
        assert {row["scale"] for row in found} == {scale}
        [row] = [row for row in found if row["cell_type"] == BETA]
        values = MADE[scale]().astype(np.float32)[beta, place]
        assert row["mean"] == pytest.approx(values.mean(dtype=float), rel=1e-6)
        assert row["fraction"] == (None if scale == "zscore" else (values > 0).mean())
        assert row["state"] == "measured"
    assert {row["scale"] for row in rows if row["species"] == "mouse"} == {"log1p_cp10k"}


def test_different_scales_are_noted(kb: KnowledgeBase) -> None:
    """A note names the datasets of each scale with its unit; one usual scale has none."""
    [note] = [note for note in kb.expression(["INS"]).notes if "scales" in note]
    assert "do not compare" in note
    assert "human_tpm: tpm (transcripts per million)" in note
    assert "human_log1p_cp10k, toy_mouse: log1p_cp10k" in note
    assert kb.expression(["Ins2"], across=["mouse"]).notes == ()


@pytest.mark.parametrize(
    ("query", "given"),
    [
        ("genes_in_cell_type", {"cell_type": BETA}),
        ("markers", {"cell_type": BETA}),
        ("species_differences", {"cell_type": BETA}),
        ("top_cells", {"gene": "INS"}),
        ("genes_in_the_same_cells", {"gene": "INS"}),
    ],
)
def test_saved_queries_say_it_too(kb: KnowledgeBase, query: str, given: dict[str, str]) -> None:
    """Wherever values of several datasets stand in rows, the note names their scales."""
    answer = kb.ask(query, given)
    assert any("on different scales" in note and "human_tpm" in note for note in answer.notes)
    assert not kb.ask("datasets").notes


@pytest.mark.parametrize(
    ("text", "limited"),
    [
        (
            "MATCH (:Gene {symbol: 'INS'})-[e:EXPRESSED_IN]->() RETURN avg(e.mean) AS mean",
            "MATCH (:Gene {symbol: 'INS'})-[e:EXPRESSED_IN {dataset: 'human_tpm'}]->() "
            "RETURN avg(e.mean) AS mean",
        ),
        (
            "MATCH (c:Cell)-[e:EXPRESSES]->(:Gene {symbol: 'INS'}) RETURN max(e.value) AS top",
            "MATCH (c:Cell {dataset: 'human_tpm'})-[e:EXPRESSES]->(:Gene {symbol: 'INS'}) "
            "RETURN max(e.value) AS top",
        ),
        (
            "MATCH (:Gene {symbol: 'INS'})-[m:MEASURED_IN]->(:Dataset) RETURN sum(m.mean) AS mean",
            "MATCH (:Gene {symbol: 'INS'})-[m:MEASURED_IN]->(:Dataset {id: 'human_tpm'}) "
            "RETURN sum(m.mean) AS mean",
        ),
    ],
)
def test_free_cypher_says_it_too(kb: KnowledgeBase, text: str, limited: str) -> None:
    """Values of any dataset have a note with a pattern that limits them; then only a unit is left.

    The pattern that the note names is in the limited statement.
    """
    [note] = kb.cypher(text).notes
    assert note.startswith("values on different scales, which do not compare: ")
    assert "human_tpm: tpm (transcripts per million)" in note
    way = note.partition("such as ")[2].replace("human_zscore", "human_tpm")
    assert way.strip("()[]:").partition("{")[2] in limited
    assert kb.cypher(limited).notes == ("values of human_tpm: tpm (transcripts per million)",)


def test_free_cypher_without_values_is_silent(kb: KnowledgeBase) -> None:
    """Statements that read no values, or those of the usual scale alone, have no note."""
    assert not kb.cypher("MATCH (g:Gene)-[e:EXPRESSED_IN]->() RETURN count(e) AS n").notes
    usual = "MATCH ()-[e:EXPRESSED_IN]->() WHERE e.dataset IN $some RETURN avg(e.mean) AS mean"
    assert not kb.cypher(usual, {"some": ["toy_mouse", "human_log1p_cp10k"]}).notes
    [note] = kb.cypher(usual, {"some": ["toy_mouse", "human_tpm"]}).notes
    assert "different scales" in note
    assert "human_zscore" not in note


def test_one_dataset_has_its_unit(kb: KnowledgeBase) -> None:
    """Rows of one dataset on another scale have a note with its unit."""
    answer = kb.ask("genes_in_cell_type", {"cell_type": BETA, "dataset": "human_tpm"})
    assert answer.notes == ("values of human_tpm: tpm (transcripts per million)",)


def test_the_command_line_says_it(kb: KnowledgeBase, capsys: pytest.CaptureFixture[str]) -> None:
    """The table has the scale of each row, and the note."""
    root = str(kb.session.layout.root)
    assert main(["expression", "INS", "--kb", root, "--format", "tsv"]) == 0
    shown = capsys.readouterr()
    header, *rows = [line for line in shown.out.splitlines() if not line.startswith("#")]
    assert "scale" in header.split("\t")
    assert any("zscore" in row for row in rows)
    assert "do not compare" in shown.out + shown.err


def test_anndata_has_the_scale(kb: KnowledgeBase) -> None:
    """The export holds the values as they were declared; counts are refused by name."""
    made = kb.anndata("human_tpm")
    assert (made.uns["scale"], made.uns["unit"]) == ("tpm", "transcripts per million")
    assert np.array_equal(made.X.toarray(), MADE["tpm"]().astype(np.float32))
    assert "log1p" not in made.uns
    assert "log1p" in kb.anndata("human_log1p_cp10k").uns
    assert kb.anndata("toy_mouse").uns["scale"] == "log1p_cp10k"
    assert kb.anndata("human_zscore").X.min() < 0
    with pytest.raises(ScaleError, match=r"human_tpm holds tpm .*needs counts"):
        kb.anndata("human_tpm", counts=True)


def test_views_of_another_scale_are_refused(kb: KnowledgeBase) -> None:
    """What a model asks for is given as declared, or refused; nothing is converted."""
    view = kb.view(ExpressionRequest("human_log1p_cp10k", scale="log1p_cp10k"))
    assert isinstance(view, ExpressionView)
    assert view.scale == "log1p_cp10k"
    for request in (
        ExpressionRequest("human_tpm", scale="log1p_cp10k"),
        ExpressionRequest("human_log1p_cp10k", scale="counts"),
    ):
        with pytest.raises(ScaleError, match=f"{request.dataset} holds"):
            kb.view(request)


def test_maps_and_signatures_use_the_values(kb: KnowledgeBase) -> None:
    """A sample holds the declared values and says their scale; a signature notes it."""
    sample = kb.cells("human_zscore")
    place = list(toy_cells("human").var_names).index("INS")
    found = sample.values("NCBIGene:3630")
    assert found is not None
    assert np.array_equal(found, MADE["zscore"]().astype(np.float32)[:, place])
    assert np.isfinite(kb.cell_map(sample, "pca")).all()
    answer = kb.signature(["INS"], among=["human_zscore", "toy_mouse"], k=5).hits
    assert any("human_zscore: values are zscore" in note for note in answer.notes)


def test_the_plot_names_the_unit(kb: KnowledgeBase) -> None:
    """The colour bar says the scale, or that scales differ; z-scores begin below zero."""
    rows = kb.expression(["INS"], across=["human"]).rows()
    by_scale = {
        scale: [row for row in rows if row["scale"] == scale]
        for scale in ("log1p_cp10k", "tpm", "zscore")
    }
    titles = {
        scale: dot_plot(some).layout.coloraxis.colorbar.title.text
        for scale, some in by_scale.items()
    }
    assert titles == {"log1p_cp10k": "mean", "tpm": "mean, tpm", "zscore": "mean, zscore"}
    assert dot_plot(by_scale["zscore"]).layout.coloraxis.cmin is None
    both = dot_plot(rows).layout.coloraxis.colorbar.title.text
    assert both == "mean, different scales: log1p_cp10k, tpm, zscore"
    hover = dot_plot(by_scale["zscore"]).data[0].text[0]
    assert "zscore, over 10 cells" in hover


def test_the_kinds_of_a_type_have_no_fraction_of_z_scores(kb: KnowledgeBase) -> None:
    """A pooled fraction is null for z-scores, and that of the witness for all others."""
    rows = kb.ask("gene_in_kind_of_cell", {"gene": "INS", "cell_type": BETA}).rows()
    found = {row["dataset"]: row["fraction"] for row in rows}
    assert found["human_zscore"] is None
    assert found["human_tpm"] == 1
    marked = kb.ask("markers", {"cell_type": BETA, "dataset": "human_zscore"})
    assert marked.rows()[0]["symbol"] in {"INS", "IAPP", "PDX1"}
    assert set(marked.column("fraction_in_type")) == {None}


def test_the_network_says_scales(kb: KnowledgeBase) -> None:
    """Edges keep what is known of them, and a note names the scales they were ordered by."""
    answer = kb.neighbourhood("NCBIGene:3630")
    about = [row["about"] for row in answer.rows() if row["relation"] == "EXPRESSED_IN"]
    assert all(str(text).startswith("mean ") for text in about)
    assert any("on different scales" in note for note in answer.notes)
    of_type = kb.neighbourhood(BETA, strongest=60)
    said = {str(row["about"]) for row in of_type.rows()}
    assert any(text.endswith("human_zscore") and "%" not in text for text in said)
