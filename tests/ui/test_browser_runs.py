"""A real run of a model in a real browser: its screens, its downloads, and a start to its end."""

import csv
import io
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import MakeOnce
from tests.support.gnn_world import GNN, add_gnn_run
from tests.ui.conftest import Served

from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base

Page = Any
SLOW_MS = 120_000
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 900}
FITS = """() => {
  const main = document.querySelector('[data-testid=stMain]');
  return main.scrollWidth <= main.clientWidth;
}"""


@pytest.fixture(scope="module")
def folder(make_once: MakeOnce, toy_kb_with_vectors: Path) -> Path:
    """The toy world with a run of cross_species_gnn."""
    return make_once("toy_gnn", lambda folder: add_gnn_run(folder, toy_kb_with_vectors)) / "kb"


@pytest.fixture(scope="module")
def kb(folder: Path) -> Iterator[KnowledgeBase]:
    """The same, asked without the browser."""
    with open_knowledge_base(folder) as opened:
        yield opened


@pytest.fixture
def page(chromium: Any) -> Iterator[Page]:
    """An empty tab."""
    context = chromium.new_context(viewport=WIDE, accept_downloads=True)
    tab = context.new_page()
    tab.set_default_timeout(SLOW_MS)
    yield tab
    context.close()


def _settle(page: Page) -> None:
    page.wait_for_selector("text=/^Build [0-9a-f]{12}$/")
    page.wait_for_selector("[data-testid=stSkeleton]", state="detached")
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def _rows(page: Page, key: str) -> list[dict[str, str]]:
    with page.expect_download(timeout=SLOW_MS) as started:
        page.locator(f".st-key-{key}_csv button").click()
    text = Path(started.value.path()).read_text(encoding="utf-8")
    assert re.search(r"^# build: [0-9a-f]{12}$", text, re.MULTILINE)
    lines = [line for line in text.splitlines(keepends=True) if not line.startswith("# ")]
    return list(csv.DictReader(io.StringIO("".join(lines))))


def test_a_run_of_the_network_is_seen_cell_by_cell(
    page: Page, serve: Callable[..., Served], folder: Path, kb: KnowledgeBase
) -> None:
    """Maps, matrix, curve and verdicts are drawn, and their files are the library's answers."""
    address = serve(folder).address
    outside: list[str] = []
    page.on(
        "request",
        lambda asked: (
            None if asked.url.startswith((address, "data:", "blob:")) else outside.append(asked.url)
        ),
    )
    [run] = [str(key) for key in kb.runs().column("run")]
    page.goto(f"{address}/runs?run={run}&show=predictions&drawn=pca")
    _settle(page)
    assert page.locator(".js-plotly-plot").count() == 2
    legends = page.locator(".js-plotly-plot .legendtext").all_text_contents()
    assert {"type B pancreatic cell", "pancreatic A cell", "pancreatic ductal cell"} <= set(legends)
    cells = _rows(page, "predictions")
    assert [(row["cell"], row["label"], row["author_type"]) for row in cells] == [
        (row["cell"], row["label"], row["author_type"]) for row in kb.predictions(GNN).rows()
    ]
    drawn = {row["cell"]: row["value"] for row in _rows(page, "map_predicted")}
    for row in kb.predictions(GNN).rows():
        assert drawn[str(row["cell"])] == ("abstained" if row["abstained"] else row["name"])
    page.get_by_text("Agreement", exact=True).click()
    page.wait_for_url("**show=agreement**")
    page.wait_for_selector(".st-key-verdicts_plot .js-plotly-plot")
    _settle(page)
    assert page.locator(".js-plotly-plot").count() == 3
    for summary in (
        page.locator("[data-testid=stExpander] summary").filter(has_text="Numbers").all()
    ):
        summary.click()
    for key, answer in (
        ("confusion", kb.confusion(GNN)),
        ("reliability", kb.reliability(GNN)),
        ("verdicts", kb.verdicts(GNN)),
    ):
        shown = [int(row["n_cells"]) for row in _rows(page, key)]
        assert shown == answer.column("n_cells")
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        page.wait_for_function(FITS)
    assert page.locator("[data-testid=stException]").count() == 0
    assert outside == []


@pytest.mark.slow
def test_a_run_is_started_watched_and_shown(
    page: Page, serve: Callable[..., Served], toy_kb_with_vectors: Path, tmp_path: Path
) -> None:
    """From the form to the page of the run: its progress survives a reload of the page."""
    own = Path(shutil.copytree(toy_kb_with_vectors, tmp_path / "kb"))
    address = serve(own).address
    page.goto(f"{address}/runs?show=start&model=cross_species_gnn")
    for name, dataset in (("source", "toy_human"), ("target", "toy_mouse")):
        page.locator(f".st-key-start_cross_species_gnn_{name} input").click()
        page.get_by_role("option", name=dataset).click()
    page.locator("[data-testid=stExpander] summary").click()
    for name, value in (("epochs", "20"), ("min_sources", "1"), ("score_seeds", "1")):
        page.locator(f".st-key-start_cross_species_gnn_{name} input").fill(value)
    page.get_by_role("button", name="Check and estimate").click()
    page.locator(".st-key-start_run button").click()
    page.wait_for_selector(".st-key-started >> text=cross_species_gnn")
    page.reload()
    page.wait_for_selector(".st-key-started >> text=source=toy_human")
    page.wait_for_selector(".st-key-ended >> text=is done")
    page.wait_for_url("**/runs?run=run**")
    _settle(page)
    assert page.get_by_text("Agreement", exact=True).is_visible()
    with open_knowledge_base(own) as kb:
        assert len(kb.predictions("cross_species_gnn")) == 40
