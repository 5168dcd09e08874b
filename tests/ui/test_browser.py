"""Usual tasks in a real browser: the distribution's Chromium, clicks and downloads."""

import contextlib
import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.ui.conftest import Served

from orthoweave.opening import open_knowledge_base

Page = Any
Watch = Callable[[Page], None]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 900}
SLOW_MS = 120_000
# whether a screen is as wide as its window, and does not scroll sideways
FITS = """() => {
  const main = document.querySelector('[data-testid=stMain]');
  return main.scrollWidth <= main.clientWidth;
}"""
# a screen never sends more than this
MOST_BYTES = 5_000_000


@pytest.fixture(scope="module")
def context(chromium: Any) -> Iterator[Any]:
    """A browser with its cache, shared by the tests: each opens tabs of its own."""
    shared = chromium.new_context(viewport=WIDE, accept_downloads=True)
    yield shared
    shared.close()


@pytest.fixture
def visit(
    context: Any, serve: Callable[..., Served], toy_kb_with_vectors: Path
) -> Iterator[Callable[..., Page]]:
    """A function that opens an address in a tab; nothing outside is reached."""
    address = serve(toy_kb_with_vectors).address
    pages: list[Page] = []
    outside: list[str] = []

    def open_page(path: str, browser: Any = context, watch: Watch | None = None) -> Page:
        page = browser.new_page()
        pages.append(page)
        page.set_default_timeout(SLOW_MS)
        page.on("request", lambda request: _note_outside(request.url, address, outside))
        if watch is not None:
            watch(page)
        page.goto(address + path)
        return page

    yield open_page
    for page in pages:
        page.close()
    assert outside == []


def _note_outside(url: str, address: str, outside: list[str]) -> None:
    if not url.startswith((address, "data:", "blob:")):
        outside.append(url)


def _settle(page: Page) -> None:
    page.wait_for_selector("text=/^Build [0-9a-f]{12}$/")
    page.wait_for_selector("[data-testid=stSkeleton]", state="detached")
    # files belong to a run of the script: none is asked for before it has ended
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def _file(page: Page, key: str, kind: str) -> Path:
    """Download the numbers of a table or plot; click again, as a person does, where none come.

    On a busy machine a click now and then has no effect, perhaps since a plot that is drawn late
    moves the button between the aim and the click.
    """
    from playwright.sync_api import TimeoutError as NothingCame

    for _ in range(4):
        with contextlib.suppress(NothingCame):
            with page.expect_download(timeout=SLOW_MS / 4) as started:
                page.locator(f".st-key-{key}_{kind} button").click()
            return Path(started.value.path())
    pytest.fail(f"no {kind} came of {key} at {page.url}")


def _download(page: Page, key: str) -> list[dict[str, str]]:
    text = _file(page, key, "csv").read_text(encoding="utf-8")
    assert text.startswith("# title: ")
    assert re.search(r"^# build: [0-9a-f]{12}$", text, re.MULTILINE)
    rows = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("# "))
    return list(csv.DictReader(io.StringIO(rows)))


def test_from_a_name_to_the_numbers(visit: Callable[..., Page], toy_kb_with_vectors: Path) -> None:
    """INS: gene page, two mouse genes as 1:many, dot plot across species, numbers of the API."""
    page = visit("/gene")
    page.get_by_placeholder("symbol, synonym or id").fill("HGNC:6081")
    page.get_by_placeholder("symbol, synonym or id").press("Enter")
    page.wait_for_selector("h1:has-text('INS')")
    _settle(page)
    orthologs = _download(page, "orthologs")
    mouse = {
        row["ortholog_symbol"]: row["cardinality"]
        for row in orthologs
        if row["species"] in {"mouse", "NCBITaxon:10090"}
    }
    assert mouse == {"Ins1": "1:many", "Ins2": "1:many"}
    page.get_by_role("link", name="Compare across species").click()
    page.wait_for_selector("h1:has-text('Across species')")
    _settle(page)
    labels = page.locator(".st-key-across_dots .xtick").all_text_contents()
    assert [name for name in ("INS", "Ins1", "Ins2") if any(name in text for text in labels)] == [
        "INS",
        "Ins1",
        "Ins2",
    ]
    shown = _download(page, "across")
    with open_knowledge_base(toy_kb_with_vectors) as kb:
        expected = kb.expression(["NCBIGene:3630"], across=("human", "mouse", "zebrafish")).rows()
    assert len(shown) == len(expected)
    for mine, theirs in zip(shown, expected, strict=True):
        assert mine["symbol"] == (theirs["symbol"] or "")
        assert mine["state"] == theirs["state"]
        mean = theirs["mean"]
        assert mine["mean"] == ("" if mean is None else repr(mean))


def test_genes_of_a_gmt_file(visit: Callable[..., Page]) -> None:
    """A gene set of an uploaded GMT file becomes the genes of the plot, and of the address."""
    page = visit("/across")
    page.get_by_text("Genes from a GMT file").click()
    upload = page.locator("input[type=file]")
    upload.set_input_files(
        {"name": "sets.gmt", "mimeType": "text/plain", "buffer": b"islet\tabout\tGCG\tSST\n"}
    )
    page.get_by_role("button", name="Use these genes").click()
    page.wait_for_url("**/across?genes=GCG*SST*")
    page.wait_for_selector(".st-key-across_dots .xtick")
    _settle(page)
    labels = " ".join(page.locator(".st-key-across_dots .xtick").all_text_contents())
    assert all(name in labels for name in ("GCG", "Gcg", "SST", "Sst"))


def test_a_file_that_is_not_gmt_gets_a_sentence(visit: Callable[..., Page]) -> None:
    """A file that is not GMT is refused with the line that is wrong."""
    page = visit("/across")
    page.get_by_text("Genes from a GMT file").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "sets.gmt", "mimeType": "text/plain", "buffer": b"only one column\n"}
    )
    page.wait_for_selector("[data-testid=stAlert]")
    assert "line 1" in page.locator("[data-testid=stAlert]").first.inner_text()


def test_cells_like_a_cell_by_click(visit: Callable[..., Page]) -> None:
    """A cell that was named finds cells of its type, and the address says which cell it was."""
    page = visit("/cells?drawn=pca")
    page.get_by_text("by example").click()
    page.get_by_label("A cell, as dataset:barcode").fill("toy_human:human-000")
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_selector(".st-key-cells_csv")
    _settle(page)
    assert "like=toy_human" in page.url
    rows = _download(page, "cells")
    assert rows[0]["cell_type_name"] == "type B pancreatic cell"
    assert "toy_human:human-000" not in {row["cell"] for row in rows}


def test_every_screen_gives_its_numbers_as_csv_and_parquet(visit: Callable[..., Page]) -> None:
    """Each table and plot has both files, with the same rows, and both say their build."""
    page = visit("/")
    for path, opens, keys in (
        ("/?q=insulin", (), ("meaning", "datasets", "sources")),
        (
            "/gene?gene=NCBIGene:3630",
            ("Data",),
            ("orthologs", "gene_expression", "near_text", "near_cells"),
        ),
        ("/across?genes=INS", (), ("across",)),
        ("/cells?drawn=pca&up=INS", ("used",), ("used", "cells", "map")),
        ("/graph?node=NCBIGene:3630", ("Edges",), ("edges",)),
        ("/cypher?query=ortholog_group&gene=INS", (), ("answer",)),
    ):
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + path)
        _settle(page)
        for text in opens:
            page.locator("[data-testid=stExpander] summary").filter(has_text=text).click()
        for key in keys:
            rows = _download(page, key)
            table = pq.read_table(_file(page, key, "parquet"))
            assert table.num_rows == len(rows) > 0, (path, key)
            about = table.schema.metadata
            assert re.fullmatch(rb"[0-9a-f]{12}", about[b"orthoweave.build"])
            assert about[b"orthoweave.time"], (path, key)


def test_a_link_can_be_shared(visit: Callable[..., Page], chromium: Any) -> None:
    """The address after a form was sent shows the same in somebody else's browser."""
    page = visit("/across")
    page.get_by_label("Genes", exact=True).fill("GCG, SST")
    page.locator(".st-key-across_go button").click()
    page.wait_for_selector(".st-key-across_dots .xtick")
    _settle(page)
    page.wait_for_url("**/across?genes=GCG*")
    somebody = chromium.new_context()
    other = visit(f"/{page.url.split('/', 3)[3]}", somebody)
    other.wait_for_selector(".st-key-across_dots .xtick")
    _settle(other)
    places = [
        one.locator(".st-key-across_dots .xtick").all_text_contents() for one in (page, other)
    ]
    assert places[0] == places[1] != []
    somebody.close()


def test_the_root_leads_to_a_gene(visit: Callable[..., Page]) -> None:
    """/?gene=KEY is the address of a gene."""
    page = visit("/?gene=NCBIGene:3630")
    page.wait_for_selector("h1:has-text('INS')")
    assert "gene=NCBIGene" in page.url


def test_a_saved_query_by_its_form(visit: Callable[..., Page]) -> None:
    """Choosing a question and filling its field gives its answer."""
    page = visit("/cypher?query=ortholog_group")
    page.get_by_role("textbox", name="gene *").fill("INS")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.wait_for_selector(".st-key-answer_csv")
    _settle(page)
    assert {"INS", "Ins1", "Ins2"} <= {row["symbol"] for row in _download(page, "answer")}


def test_forbidden_cypher_is_refused_kindly(visit: Callable[..., Page]) -> None:
    """A statement that reads a file is answered by a sentence, without its content."""
    page = visit("/cypher?by=own")
    page.get_by_label("Cypher", exact=True).fill("LOAD FROM '/etc/passwd' RETURN *")
    page.get_by_role("button", name="Run", exact=True).click()
    page.wait_for_selector("[data-testid=stAlert]")
    text = page.locator("[data-testid=stAppViewContainer]").inner_text()
    assert "LOAD" in page.locator("[data-testid=stAlert]").inner_text()
    assert "root:" not in text
    assert "Traceback" not in text


def test_a_click_opens_a_node(visit: Callable[..., Page]) -> None:
    """A click on a node of the graph puts it into the address, with what is around it."""
    from playwright.sync_api import TimeoutError as NothingOpened

    page = visit("/graph?node=toy_human")
    _settle(page)
    page.wait_for_selector(".plotly .point")
    points = page.locator(".plotly g.points path.point")
    # the first may be the node that is open already
    for number in reversed(range(points.count())):
        points.nth(number).click(force=True)
        with contextlib.suppress(NothingOpened):
            page.wait_for_url("**open=**", timeout=5000)
            break
    assert "open=" in page.url


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/gene?gene=NCBIGene:3630",
        "/across?genes=INS,GCG",
        "/cells?drawn=pca&up=INS",
        "/graph?node=NCBIGene:3630",
        "/cypher",
        "/runs",
    ],
)
def test_screens_are_small_and_fit(visit: Callable[..., Page], path: str) -> None:
    """No screen, narrow or wide, scrolls sideways, fails, or sends more than 5 MB of its own."""
    received: list[int] = []

    def watch(page: Page) -> None:
        page.set_viewport_size(NARROW)
        page.on(
            "websocket",
            lambda socket: socket.on("framereceived", lambda data: received.append(len(data))),
        )

    page = visit(path, watch=watch)
    _settle(page)
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        page.wait_for_function(FITS)
    assert page.locator("[data-testid=stException]").count() == 0
    assert 0 < sum(received) < MOST_BYTES
