"""Names that would be code, if any screen took them for it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.ui.conftest import Served

from orthoweave.builds.build import build
from orthoweave.jobs.discover import find_job
from orthoweave.jobs.ingest import ingest
from orthoweave.progress import Quiet
from orthoweave.settings import Settings
from orthoweave.storage.layout import Layout
from orthoweave.testing.toy import toy_cells, toy_genes, write_toy_sources

EVIL = "<img src=x onerror=document.title='owned'>"
MARKDOWN = "[x](javascript:document.title='owned') ![y](http://127.0.0.1:1/z.png) $a$ :red[b]"


@pytest.fixture(scope="module")
def hostile_kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy world in which insulin and beta cells bear names that are markup."""
    folder = tmp_path_factory.mktemp("hostile")
    sources = write_toy_sources(folder / "raw")
    genes = toy_genes().query("taxon_id == '9606'").rename(columns={"authority": "hgnc_id"})
    genes.loc[genes["symbol"] == "INS", ["symbol", "name", "synonyms"]] = [
        EVIL,
        MARKDOWN,
        EVIL + "|x",
    ]
    genes.to_csv(sources["genes_human"], sep="\t", index=False)
    ontology = sources["cell_ontology"].read_text(encoding="utf-8")
    ontology = ontology.replace("name: type B pancreatic cell", f"name: {EVIL}")
    sources["cell_ontology"].write_text(ontology, encoding="utf-8")
    cells = toy_cells("human")
    cells.obs["donor"] = EVIL
    cells.write_h5ad(sources["toy_human"])
    layout = Layout(folder / "kb")
    for job, name, options in (
        ("gene_descriptions", "genes_human", {"source": "genes_human"}),
        ("gene_descriptions", "genes_mouse", {"source": "genes_mouse"}),
        ("cell_ontology", "cell_ontology", {}),
        ("orthology", "ensembl_human_mouse", {}),
        ("cell_gene", "toy_human", {}),
    ):
        ingest(layout, find_job(Settings(kb=layout.root), job), [sources[name]], options, Quiet())
    build(layout, Quiet())
    return layout.root


@pytest.fixture(scope="module")
def page(
    chromium: Any, serve: Callable[..., Served], hostile_kb: Path
) -> Iterator[Callable[[str], Any]]:
    """A function that opens a screen of the hostile world."""
    context = chromium.new_context()
    one = context.new_page()
    one.set_default_timeout(120_000)

    def visit(path: str) -> Any:
        one.goto(serve(hostile_kb).address + path)
        one.wait_for_selector("text=/^Build [0-9a-f]{12}$/")
        one.wait_for_selector("[data-testid=stSkeleton]", state="detached")
        one.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
        return one

    yield visit
    context.close()


@pytest.mark.parametrize(
    "path",
    [
        "/?q=INS",
        "/gene?gene=NCBIGene:3630",
        "/across?genes=NCBIGene:3630&across=human,mouse",
        "/graph?node=NCBIGene:3630",
        "/graph?node=CL:0000169",
        "/cells?drawn=pca&by=donor&up=NCBIGene:3630",
        "/cypher?query=ortholog_group&gene=NCBIGene:3630",
        f"/gene?gene={EVIL}",
        f"/across?genes={EVIL}",
    ],
)
def test_names_are_text_everywhere(page: Callable[[str], Any], path: str) -> None:
    """No image, script or link of the data's making is in the page, and nothing has run."""
    shown = page(path)
    assert shown.title() != "owned"
    assert (
        shown.locator("img[src='x'], img[src*='127.0.0.1:1/'], a[href^='javascript']").count() == 0
    )
    assert shown.locator("[onerror]").count() == 0
    assert shown.locator("[data-testid=stException]").count() == 0


def test_the_name_is_read_letter_by_letter(page: Callable[[str], Any]) -> None:
    """The gene's heading, the plots' labels and the hover of a dot show the markup as written."""
    shown = page("/gene?gene=NCBIGene:3630")
    assert shown.locator("h1").first.inner_text().strip() == EVIL
    assert MARKDOWN in shown.locator("[data-testid=stMain]").inner_text()
    shown.wait_for_selector(".st-key-gene_dots .ytick text")
    ticks = shown.locator(".st-key-gene_dots .ytick text").all_text_contents()
    assert any("<img src=x onerror" in text for text in ticks)
    shown.locator(".st-key-gene_dots .point").first.hover(force=True)
    shown.wait_for_selector(".st-key-gene_dots .hovertext")
    assert "<img src=x" in shown.locator(".st-key-gene_dots .hovertext").first.text_content()
    assert shown.title() != "owned"
