"""The screens' logic, run in process without a browser."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from orthoweave.builds.build import build
from orthoweave.gateway.limits import Question
from orthoweave.gateway.pool import ProcessPool
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
from orthoweave.stores.base import Rows
from orthoweave.testing.sources import record_source
from orthoweave.testing.toy import toy_genes

App = Any
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


@pytest.fixture
def show(
    app_folder: Path, toy_kb_with_vectors: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., App]:
    """A function that shows a screen with this state in its address."""
    from streamlit.testing.v1 import AppTest

    monkeypatch.setenv("ORTHOWEAVE_KB", str(toy_kb_with_vectors))

    def shown(screen: str, **state: str) -> App:
        app = AppTest.from_string(
            f"from parts.frame import run\nrun({screen!r})", default_timeout=300
        )
        for name, value in state.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception
        assert "did not foresee" not in _text(app)
        return app

    assert app_folder.is_dir()
    return shown


def _text(app: App) -> str:
    kinds = ("title", "subheader", "markdown", "caption", "info", "warning", "error", "text")
    return "\n".join(str(one.value) for kind in kinds for one in getattr(app, kind))


@pytest.mark.parametrize(
    "screen", ["overview", "gene", "across", "cells", "samples", "graph", "cypher", "runs"]
)
def test_every_screen_shows_without_state(show: Callable[..., App], screen: str) -> None:
    """A screen that nobody has asked anything has a title and no error."""
    app = show(screen, drawn="pca") if screen == "cells" else show(screen)
    assert app.title
    assert not app.error


def test_overview_counts_what_is_there(show: Callable[..., App]) -> None:
    """Data are those of the toy world: its genes, three species, two datasets, 80 cells."""
    found = {one.label: one.value for one in show("overview").metric}
    assert found["Genes"] == str(len(toy_genes()))
    assert (found["Species"], found["Datasets"], found["Cells"]) == ("3", "2", "80")


def test_gene_page_has_orthologs_as_one_to_many(show: Callable[..., App]) -> None:
    """Insulin's two mouse genes are both there, with cardinality and who supports them."""
    app = show("gene", gene="NCBIGene:3630")
    assert app.title[0].value == "INS"
    frames = [one.value for one in app.dataframe if "ortholog_symbol" in one.value.columns]
    mouse = frames[0][frames[0]["species"] == "mouse"]
    assert sorted(mouse["ortholog_symbol"]) == ["Ins1", "Ins2"]
    assert set(mouse["cardinality"]) == {"1:many"}
    assert "1\\:many" in _text(app)


def test_gene_page_says_which_name_matched(show: Callable[..., App]) -> None:
    """A synonym leads to the gene, and is called a synonym."""
    app = show("gene", gene="GLP1")
    assert app.title[0].value == "GCG"
    assert "is a synonym" in _text(app)


def test_ambiguous_gene_offers_all(show: Callable[..., App]) -> None:
    """A text that fits several genes is not guessed; none of them is shown as the answer."""
    app = show("gene", gene="gcg")
    assert app.title[0].value == "Gene"
    assert "may refer to" in _text(app)


@pytest.mark.parametrize("text", ["NoSuchGene", "<script>alert(1)</script>", "1-Sep", "'; DROP"])
def test_unknown_gene_gets_a_sentence(show: Callable[..., App], text: str) -> None:
    """A text that names no gene gets a helpful sentence."""
    app = show("gene", gene=text)
    assert "No gene is called" in _text(app)
    assert not app.error


def test_sources_can_be_switched(show: Callable[..., App]) -> None:
    """By ZFIN alone, insulin has one ortholog and it is one to one."""
    app = show("gene", gene="NCBIGene:3630")
    app.multiselect(key="sources").select("ZFIN").run()
    frame = next(one.value for one in app.dataframe if "ortholog_symbol" in one.value.columns)
    found = frame[frame["status"] == "ortholog"]
    assert list(zip(found["ortholog_symbol"], found["cardinality"], strict=True)) == [
        ("ins", "1:1")
    ]


def test_the_least_number_of_resources_is_in_the_address(show: Callable[..., App]) -> None:
    """A number of the address fills the field, and one that is chosen is in the address."""
    app = show("gene", gene="NCBIGene:3630", least="2")
    field = app.number_input(key="least_sources")
    assert field.value == 2
    field.set_value(1).run()
    assert "least" not in app.query_params
    app.number_input(key="least_sources").set_value(2).run()
    assert "".join(app.query_params["least"]) == "2"


def test_across_species_equals_the_api(show: Callable[..., App], toy_kb_with_vectors: Path) -> None:
    """Data on the screen are those of the Python API, row by row."""
    from orthoweave.opening import open_knowledge_base

    app = show("across", genes="INS,TP53,PPY", across="human,mouse,zebrafish")
    shown = app.dataframe[0].value
    with open_knowledge_base(toy_kb_with_vectors) as kb:
        expected = kb.expression(
            ["INS", "TP53", "PPY"], across=("human", "mouse", "zebrafish")
        ).table
    for name in ("query", "species", "symbol", "dataset", "state", "mean"):
        values = expected[name].to_pandas()
        assert shown[name].equals(values if name == "mean" else values.fillna("")), name
    assert set(shown["state"]) == {"measured", "measured zero", "not measured", "no ortholog"}


def test_across_species_explains_each_state(show: Callable[..., App]) -> None:
    """Every state that is on the plot is explained below it."""
    text = _text(show("across", genes="INS,TP53,PPY", across="human,mouse,zebrafish"))
    assert all(f"{state}**" in text for state in ("measured zero", "not measured", "no ortholog"))
    assert "Each ortholog has its own column" in text


def test_form_puts_state_into_the_address(show: Callable[..., App]) -> None:
    """A filled form can be shared: its values are in the address after it was sent."""
    app = show("across")
    app.text_area(key="across_genes").set_value("INS\nGCG")
    app.button(key="across_go").click().run()
    assert app.query_params["genes"] in ("INS,GCG", ["INS,GCG"])
    assert len(app.dataframe) == 1


def test_pooling_changes_the_types(show: Callable[..., App]) -> None:
    """Pooled into endocrine cells, alpha and beta are one row."""
    app = show("across", genes="INS", across="human", pool="CL:0008024")
    assert list(app.dataframe[0].value["name"]) == ["pancreatic endocrine cell"]
    assert list(app.dataframe[0].value["n_cells"]) == [20]


def test_signature_says_what_was_lost(show: Callable[..., App]) -> None:
    """Genes that could not be used are listed with the reason, beside the cells found."""
    app = show("cells", up="INS,NOSUCH", of="human", drawn="pca")
    used = next(one.value for one in app.dataframe if "status" in one.value.columns)
    assert "no such gene" in set(used["status"])
    hits = next(one.value for one in app.dataframe if "score" in one.value.columns)
    assert set(hits["cell_type_name"][:5]) == {"beta"}


def test_filter_comes_before_search(show: Callable[..., App]) -> None:
    """Twenty cells of one type among many are twenty cells of that type."""
    app = show("cells", text="insulin", type="CL:0000171", k="20", drawn="pca")
    hits = next(one.value for one in app.dataframe if "score" in one.value.columns)
    assert len(hits) == 20
    assert set(hits["cell_type_name"]) == {"pancreatic A cell"}


def test_graph_says_its_cap(show: Callable[..., App]) -> None:
    """If there are more neighbours than are drawn, the page says how many."""
    assert "neighbours are shown" in _text(show("graph", node="CL:0000169"))


def test_every_saved_query_has_a_form(show: Callable[..., App]) -> None:
    """Choosing any ready-made question shows a form with a field for each parameter."""
    app = show("cypher")
    box = app.selectbox(key="query_name")
    assert len(box.options) >= 15


@pytest.mark.parametrize(
    "text",
    [
        "LOAD FROM '/etc/passwd' RETURN *",
        "MATCH (n) DELETE n",
        "COPY (MATCH (n) RETURN n) TO 'x'",
        "MATCH (n) RETURN n; MATCH (m) DELETE m",
        "nonsense",
        "",
    ],
)
def test_forbidden_cypher_is_refused_kindly(show: Callable[..., App], text: str) -> None:
    """A refused statement gives a warning in words, no crash and no rows."""
    app = show("cypher", by="own")
    app.text_area(key="own_text").set_value(text)
    app.button(key="own_go").click().run()
    assert not app.exception
    assert len(app.warning) == 1
    assert not app.dataframe


def test_own_cypher_answers(show: Callable[..., App]) -> None:
    """A plain question with a parameter gives its rows."""
    app = show("cypher", by="own")
    app.text_area(key="own_text").set_value("MATCH (g:Gene {symbol: $s}) RETURN g.id AS id")
    app.text_input(key="own_parameters").set_value('{"s": "INS"}')
    app.button(key="own_go").click().run()
    assert list(app.dataframe[0].value["id"]) == ["NCBIGene:3630"]


def test_visitors_take_turns(show: Callable[..., App], monkeypatch: pytest.MonkeyPatch) -> None:
    """A visitor is one asker, whatever thread a question comes from, and two visitors are two."""
    askers: list[object] = []

    def noted(pool: ProcessPool, question: Question, asker: object = None) -> Rows:
        askers.append(asker)
        return Rows(pa.table({"x": [1]}), truncated=False)

    monkeypatch.setattr(ProcessPool, "ask", noted)
    for visit in range(2):
        app = show("cypher", by="own")
        for number in range(2):
            app.text_area(key="own_text").set_value(f"RETURN 1{visit}{number} AS x")
            app.button(key="own_go").click().run()
    assert askers[0] == askers[1] != askers[2] == askers[3]
    assert None not in askers


def test_a_cut_answer_names_the_limit(
    show: Callable[..., App], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside rows that were cut stand the limit in force and the setting that raises it."""

    def cut(*_: object) -> Rows:
        return Rows(pa.table({"x": [1, 2]}), truncated=True)

    monkeypatch.setattr(ProcessPool, "ask", cut)
    app = show("cypher", by="own")
    app.text_area(key="own_text").set_value("UNWIND [1, 2, 3] AS x RETURN x")
    app.button(key="own_go").click().run()
    [warning] = app.warning
    shown = warning.value.replace("\\", "")
    assert "cut at 2 rows" in shown
    assert "ORTHOWEAVE_QUERY_ROW_LIMIT" in shown


def test_runs_say_honestly_that_there_are_none(show: Callable[..., App]) -> None:
    """Without a run the screen says so."""
    assert "No model has been run" in _text(show("runs"))


def test_no_knowledge_base_is_a_sentence(
    app_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a build, the app says how to build."""
    from streamlit.testing.v1 import AppTest

    assert app_folder.is_dir()
    monkeypatch.setenv("ORTHOWEAVE_KB", str(tmp_path / "none"))
    app = AppTest.from_string("from parts.frame import run\nrun()", default_timeout=300).run()
    assert not app.exception
    assert "orthoweave demo" in str(app.warning[0].value).replace("\\", "")


@pytest.mark.parametrize(("address", "allowed"), [(None, False), ("0.0.0.0", False), ("::1", True)])
def test_the_gate_holds_without_the_command(
    app_folder: Path,
    toy_kb_with_vectors: Path,
    monkeypatch: pytest.MonkeyPatch,
    address: str | None,
    *,
    allowed: bool,
) -> None:
    """Started by hand on an address that others reach, the app shows nothing but why."""
    from streamlit import config
    from streamlit.testing.v1 import AppTest

    assert app_folder.is_dir()
    monkeypatch.setenv("ORTHOWEAVE_KB", str(toy_kb_with_vectors))
    monkeypatch.delenv("ORTHOWEAVE_UI_ALLOW_REMOTE", raising=False)
    config.set_option("server.address", address)
    app = AppTest.from_string("from parts.frame import run\nrun()", default_timeout=300).run()
    assert bool(app.metric) == allowed
    assert bool(app.error) != allowed


def test_the_better_name_wins_and_the_others_are_offered(show: Callable[..., App]) -> None:
    """GCG is a human symbol as it is written; the mouse gene of other case is a link below."""
    app = show("gene", gene="GCG")
    assert app.title[0].value == "GCG"
    assert "Other genes with this name" in _text(app)


def test_cells_like_an_example(show: Callable[..., App]) -> None:
    """The nearest cells of an example are of its type, and the example is not among them."""
    app = show("cells", like="toy_human:human-000", dataset="toy_human", k="5", drawn="pca")
    hits = next(one.value for one in app.dataframe if "score" in one.value.columns)
    assert "toy_human:human-000" not in set(hits["cell"])
    assert list(hits["cell_type_name"])[:3] == ["type B pancreatic cell"] * 3


def test_the_layout_of_the_map_is_in_the_address(show: Callable[..., App]) -> None:
    """With `drawn=pca` the map shows principal components, and the address keeps it."""
    app = show("cells", drawn="pca")
    assert app.selectbox(key="map_layout").value == "pca"
    assert "".join(app.query_params["drawn"]) == "pca"


@pytest.mark.parametrize(
    ("screen", "state", "said"),
    [
        ("cells", {"like": "toy_human:nobody", "drawn": "pca"}, "nobody"),
        ("cells", {"dataset": "nowhere", "up": "INS", "drawn": "pca"}, "nowhere"),
        ("graph", {"node": "CL:9999999"}, "nothing has the key"),
        ("across", {"genes": "INS", "across": "human,unicorn"}, "Not in this build"),
        ("across", {"genes": "NoSuchGene"}, "None of these names"),
        ("runs", {"run": "run:none@1"}, "No model has been run"),
        ("cypher", {"query": "ortholog_group", "gene": "NoSuchGene"}, "NoSuchGene"),
    ],
)
def test_wrong_state_gets_a_sentence(
    show: Callable[..., App], screen: str, state: dict[str, str], said: str
) -> None:
    """An address that asks for what is not there is answered in words, without an error."""
    app = show(screen, **state)
    assert said in _text(app).replace("\\", "")
    assert not app.error


def test_meaning_finds_beta_cells_first(
    show: Callable[..., App], demo_kb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the demo, "insulin secreting beta cell" finds beta cells first."""
    monkeypatch.setenv("ORTHOWEAVE_KB", str(demo_kb))
    app = show("cells", text="insulin secreting beta cell", drawn="pca")
    hits = next(one.value for one in app.dataframe if "score" in one.value.columns)
    assert len(hits) == 20
    assert set(hits["cell_type_name"][:10]) == {"type B pancreatic cell"}


@pytest.fixture
def kb_with_run(toy_kb_with_vectors: Path, tmp_path: Path) -> Path:
    """The toy world with one run of a model."""
    folder = Path(shutil.copytree(toy_kb_with_vectors, tmp_path / "kb"))
    score = {
        "metric": "ARI",
        "context": "toy",
        "value": 0.8,
        "low": 0.7,
        "high": 0.9,
        "baselines": {"PCA": {"value": 0.6, "low": 0.5, "high": 0.7}},
        "control": {"value": 0.01, "low": 0.0, "high": 0.1},
        "control_name": "labels permuted",
    }
    node = {
        "id": "run:split@v1",
        "model": "split",
        "settings": '{"k": 2}',
        "seed": 7,
        "view_digest": "0" * 64,
        "code_version": "1",
        "metrics": json.dumps([score]),
        "measures": "{}",
        "views": "{}",
        "notes": ["A toy."],
    }
    fact = {
        "from": "NCBIGene:3630",
        "to": "CL:0000169",
        "dataset": "toy_human",
        "contribution": 0.4,
        "rank": 1,
        "percentile": 1.0,
    }
    record_source(folder, "split", {"Run": [node], "CONTRIBUTES_TO": [fact]}, version="v1")
    build(Layout(folder), Quiet())
    return folder


def test_a_run_shows_scores_beside_baselines_and_its_facts(
    show: Callable[..., App], kb_with_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scores stand beside baseline and control, and the run's facts are listed."""
    monkeypatch.setenv("ORTHOWEAVE_KB", str(kb_with_run))
    app = show("runs")
    whole, scores = (one.value for one in app.dataframe)
    assert "PCA 0.6" in whole["best"][0]
    assert "labels permuted 0.01" in whole["best"][0]
    assert (scores["value"][0], scores["baseline_value"][0], scores["control_value"][0]) == (
        0.8,
        0.6,
        0.01,
    )
    assert "A toy" in _text(app)
    facts = show("runs", show="facts").dataframe[1].value
    assert list(facts["symbol"]) == ["INS"]


def test_a_dataset_without_labels_is_on_the_gene_page(
    show: Callable[..., App], untyped_kb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its row is called all cells, there and across species; pooling says that it is left out."""
    monkeypatch.setenv("ORTHOWEAVE_KB", str(untyped_kb))
    for app in (
        show("gene", gene="NCBIGene:16334"),
        show("across", genes="INS", across="human,mouse"),
    ):
        text = _text(app)
        assert "contains no dataset" not in text
        assert "bare" in text.replace("\\", "")
        names = [name for one in app.dataframe for name in one.value.get("name", ())]
        assert "all cells" in names


def test_samples_show_survival_and_groups(
    show: Callable[..., App], bulk_kb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Curves, tests of all datasets and groups of a gene; the address chooses group and split."""
    monkeypatch.setenv("ORTHOWEAVE_KB", str(bulk_kb))
    app = show("samples", gene="INS", dataset="bulk", split="tertiles")
    text = _text(app).replace("\\", "")
    assert "Survival by INS in bulk" in text
    assert "hazard ratio for one more standard deviation" in text
    assert "times were in days" in text
    frames = [one.value for one in app.dataframe]
    states = next(one for one in frames if "state" in one.columns)
    assert dict(zip(states["dataset"], states["state"], strict=True)) == {
        "bulk": "tested",
        "scores": "no follow-up",
    }
    groups = next(one for one in frames if "quarter" in one.columns)
    assert set(groups["group"]) == {"duct tumour", "islet tumour"}
    text = _text(show("samples", gene="INS", dataset="scores")).replace("\\", "")
    assert "expected 5 followed patients on each side" in text
    assert "Expression by group" in text
    assert "NOTAGENE" in _text(show("samples", gene="NOTAGENE"))


def test_samples_show_what_a_run_says(
    show: Callable[..., App], restored_kb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restored gene and the risk of a run are further choices for the curves."""
    monkeypatch.setenv("ORTHOWEAVE_KB", str(restored_kb))
    text = _text(show("samples", gene="INS", dataset="bulk")).replace("\\", "")
    assert "By a run" in text
    assert "restored each sample without reading this gene of it" in text
    assert "Pearson's correlation" in text
    app = show("samples", gene="GCG", dataset="bulk", by="risk by restored")
    (chosen,) = [one for one in app.selectbox if one.key == "samples_by"]
    assert chosen.options == ["gene as restored by restored", "risk by restored"]
    assert chosen.value == "risk by restored"
    text = _text(app).replace("\\", "")
    assert "40 patients" in text
    assert "Pearson" not in text
    # what a run could see it did not restore
    text = _text(show("samples", gene="GCG", dataset="bulk")).replace("\\", "")
    assert "restores no 'GCG'" in text
    assert "By a run" not in _text(show("samples", gene="INS", dataset="scores"))


def test_scales_are_named_across_species(
    show: Callable[..., App], scaled_kb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The legend has every unit, a note says that they do not compare, the table has the scale."""
    monkeypatch.setenv("ORTHOWEAVE_KB", str(scaled_kb))
    app = show("across", genes="INS", across="human,mouse")
    text = _text(app).replace("\\", "")
    assert "transcripts per million / standard deviations from the gene's mean" in text
    assert "do not compare" in text
    scales = {scale for one in app.dataframe for scale in one.value.get("scale", ())}
    assert {"tpm", "zscore", "log1p_cp10k"} <= scales
    assert "do not compare" in _text(show("gene", gene="NCBIGene:3630"))
