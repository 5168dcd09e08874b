"""The screen of runs, run in process without a browser."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.builds.test_read_only import read_only
from tests.support.patient_model import LONG, installed, state_when, waits
from tests.ui.test_forms import ODD

from orthoweave.background.state import RunState, read_state, write_state
from orthoweave.storage.layout import Layout

App = Any
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


@pytest.fixture
def show(
    app_folder: Path, predicted_kb: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., App]:
    """A function that shows the screen of runs with this state in its address."""
    from streamlit.testing.v1 import AppTest

    monkeypatch.setenv("ORTHOWEAVE_KB", str(predicted_kb))

    def shown(**state: str) -> App:
        app = AppTest.from_string("from parts.frame import run\nrun('runs')", default_timeout=300)
        for name, value in state.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception
        assert "did not foresee" not in _text(app)
        return app

    assert app_folder.is_dir()
    return shown


@pytest.fixture
def local(monkeypatch: pytest.MonkeyPatch) -> None:
    """The app as `orthoweave ui` starts it for this machine alone."""
    monkeypatch.setenv("ORTHOWEAVE_UI_THIS_MACHINE", "1")


@pytest.fixture
def own_kb(toy_kb: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Layout]:
    """A knowledge base that a test may change, in which the patient model can be run."""
    folder = Path(shutil.copytree(toy_kb, tmp_path / "kb"))
    monkeypatch.setenv("ORTHOWEAVE_KB", str(folder))
    with installed(tmp_path / "site"):
        yield Layout(folder)


def _text(app: App) -> str:
    kinds = ("title", "subheader", "markdown", "caption", "info", "warning", "error", "success")
    found = "\n".join(str(one.value) for kind in kinds for one in getattr(app, kind))
    return found.replace("\\", "")


def _key(app: App, name: str) -> str:
    whole = app.dataframe[0].value
    return next(str(key) for key in whole["run"] if str(key).startswith(f"run:{name}@"))


def _plots(app: App) -> list[str]:
    return [str(one.proto.id) for one in app.get("plotly_chart")]


def test_predictions_stand_beside_the_authors_labels(show: Callable[..., App]) -> None:
    """Two maps of the same cells, and a table of the cells with what both say."""
    key = _key(show(), "pooled")
    app = show(run=key, show="predictions", drawn="pca")
    assert len(_plots(app)) == 2
    cells = app.dataframe[1].value
    assert len(cells) == 40
    assert {"name", "author_name", "probability", "verdict", "abstained"} <= set(cells.columns)
    assert "value" not in cells.columns
    app.segmented_control(key="cells_kind").set_value("abstained").run()
    assert len(app.dataframe[1].value) == 14
    app.segmented_control(key="cells_kind").set_value("otherwise").run()
    # named by a coarser type, or wrongly
    assert len(app.dataframe[1].value) == 18


@pytest.mark.parametrize("by", ["probability", "verdict", "label", "<b>"])
def test_the_map_of_predictions_has_several_colours(show: Callable[..., App], by: str) -> None:
    """By probability, verdict or label; what is none of them is the label."""
    app = show(run=_key(show(), "pooled"), show="predictions", drawn="pca", by=by)
    assert len(_plots(app)) == 2
    shown = by if by != "<b>" else "label"
    assert f"**Run, by {shown}**" in _text(app)


def test_agreement_has_matrix_curve_and_verdicts(show: Callable[..., App]) -> None:
    """Three plots with their numbers, and what was pooled."""
    app = show(run=_key(show(), "pooled"), show="agreement")
    assert len(_plots(app)) == 3
    confusion, reliability, verdicts = (one.value for one in app.dataframe[1:])
    assert int(confusion["n_cells"].sum()) == 40
    assert list(reliability["n_right"]) == [17, 8, 2, 2]
    assert list(verdicts["verdict"]) == ["near", "far", "outside"]
    assert "pooled into pancreatic endocrine cell" in _text(app)


def test_the_level_is_in_the_address(show: Callable[..., App]) -> None:
    """Types that are chosen are pooled, unknown ones of the address are not."""
    app = show(run=_key(show(), "pooled"), show="agreement", level="CL:0008024,CL:nothing")
    assert app.multiselect(key="run_level").value == ["CL:0008024"]
    assert app.query_params["level"] in ("CL:0008024", ["CL:0008024"])


def test_runs_without_labels_or_probabilities_are_sentences(show: Callable[..., App]) -> None:
    """Numbers cannot be compared with labels; without probabilities there is no curve."""
    app = show(run=_key(show(), "numbers"), show="agreement")
    assert "predicts no labels, only numbers" in _text(app)
    app = show(run=_key(show(), "texts"), show="agreement")
    assert "No cell has both a probability and an author's label" in _text(app)
    assert len(_plots(app)) == 2


@pytest.mark.parametrize("part", ["scores", "facts", "details", "clusters", "<x>", "start "])
def test_every_part_of_a_run_shows(show: Callable[..., App], part: str) -> None:
    """A part that the run does not have, or that is none, is its scores."""
    app = show(run=_key(show(), "pooled"), show=part)
    assert not app.error
    assert "patient" not in _text(app)
    if part == "details":
        values = list(app.dataframe[1].value["value"])
        assert "up to date" in values
        assert "40 cells" in values
    if part not in {"facts", "details"}:
        assert "This run claims no score" in _text(app)


@pytest.mark.usefixtures("local")
@pytest.mark.parametrize("value", ODD, ids=range(len(ODD)))
def test_any_address_of_a_run_shows_a_screen(show: Callable[..., App], value: str) -> None:
    """Whatever the values of the address are, the screen is shown, and nothing fails."""
    key = _key(show(), "pooled")
    for state in (
        {"run": key, "show": "predictions", "map": value, "drawn": "pca", "by": value},
        {"run": key, "show": "agreement", "level": value},
        {"run": value, "show": value},
        {"show": "start", "model": value},
    ):
        assert show(**state).title, state


def test_runs_are_started_only_by_the_server_of_this_machine(
    show: Callable[..., App], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By hand, for other machines or with a login there is no button, and the form is refused."""
    for started, remote in (("", ""), ("", "1"), ("1", "1")):
        monkeypatch.setenv("ORTHOWEAVE_UI_THIS_MACHINE", started)
        monkeypatch.setenv("ORTHOWEAVE_UI_ALLOW_REMOTE", remote)
        assert "start" not in [one.key for one in show().button]
        app = show(show="start", model="cell_text")
        assert "only where the app serves this machine alone" in _text(app)
        assert not app.selectbox


@pytest.mark.usefixtures("local")
def test_an_address_starts_nothing(show: Callable[..., App], own_kb: Layout) -> None:
    """Whatever stands in it: a form is filled and sent by a person."""
    for state in (
        {"show": "start", "model": "patient"},
        {"show": "start", "model": "patient", "dataset": "toy_human", "start_run": "true"},
        {"show": "start", "model": "patient", "start_patient_dataset": "toy_human", "run": "x"},
    ):
        app = show(**state)
        assert app.selectbox(key="start_model").value == "patient"
        assert app.selectbox(key="start_patient_dataset").value is None
        assert "start_run" not in [one.key for one in app.button]
    assert read_state(own_kb) is None


@pytest.mark.usefixtures("local")
def test_wrong_options_are_sentences_and_a_high_cost_asks_again(
    show: Callable[..., App], own_kb: Layout
) -> None:
    """Every wrong option is named; a run above the limits needs a second word."""
    app = show(show="start", model="patient")
    app.text_input(key="start_patient_steps").set_value("many")
    app.text_input(key="start_patient_seed").set_value("x")
    app.button(key="start_patient_check").click().run()
    assert "steps='many': expected a whole number" in _text(app)
    assert "seed='x': expected a whole number" in _text(app)
    assert "start_run" not in [one.key for one in app.button]
    app.text_input(key="start_patient_steps").set_value("90")
    app.text_input(key="start_patient_seed").set_value("0")
    app.button(key="start_patient_check").click().run()
    assert "no dataset ''" in _text(app)
    app.selectbox(key="start_patient_dataset").set_value("toy_human")
    app.button(key="start_patient_check").click().run()
    assert "Reads 40 cells" in _text(app)
    assert "Estimated cost: about 1.5 h and 0.1 GB" in _text(app)
    assert "expected at most 60 min" in _text(app)
    assert app.button(key="start_run").disabled
    app.checkbox(key="start_yes").check().run()
    assert not app.button(key="start_run").disabled
    assert read_state(own_kb) is None


@pytest.mark.usefixtures("local")
def test_a_run_is_started_shown_and_cancelled(show: Callable[..., App], own_kb: Layout) -> None:
    """Another tab sees it and may not start one; after the cancel nothing of it is there."""
    app = show(show="start", model="patient")
    app.selectbox(key="start_patient_dataset").set_value("toy_human")
    app.text_input(key="start_patient_steps").set_value(str(LONG))
    app.button(key="start_patient_check").click().run()
    app.checkbox(key="start_yes").check().run()
    app.button(key="start_run").click().run()
    state_when(lambda: read_state(own_kb), waits)
    other = show(show="start")
    assert f"is running: dataset=toy_human, steps={LONG}" in _text(other)
    assert "start" not in [one.key for one in other.button]
    assert "start_model" not in [one.key for one in other.selectbox]
    other.button(key="cancel_run").click().run()
    assert "it was cancelled, and nothing of it was recorded" in _text(other)
    state = read_state(own_kb)
    assert state is not None
    assert state.phase == "cancelled"
    assert "start" in [one.key for one in show().button]


@pytest.mark.usefixtures("local")
def test_the_end_of_a_run_is_shown_until_it_is_dismissed(
    show: Callable[..., App], own_kb: Layout
) -> None:
    """A failure is its reason, as text, also after a reload."""
    now = time.time()
    state = RunState("failed", "m", {}, "", now, said="<b>no</b>", ended=now)
    write_state(own_kb, state)
    app = show()
    assert "The run of m: <b>no</b>" in _text(app)
    app.button(key="dismiss_run").click().run()
    assert "The run of m" not in _text(app)
    write_state(own_kb, RunState("running", "m", {}, "", now))
    assert "the process of the run ended without a word" in _text(show())


@pytest.mark.usefixtures("local")
def test_a_knowledge_base_that_can_only_be_read_says_so(
    show: Callable[..., App], own_kb: Layout
) -> None:
    """In place of the form stands what to do."""
    for _ in read_only(own_kb.root):
        app = show(show="start", model="patient")
        assert "can only be read here, and a run is written to it" in _text(app)
        assert not app.selectbox
