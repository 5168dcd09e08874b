"""Spaces, predictions and arrays of runs on the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import anndata
import pytest
from tests.support.output_model import CELLS, GENES, RUN

from orthoweave.cli.main import main
from orthoweave.opening import open_knowledge_base

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(outputs_kb: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line on the toy world with a run's outputs."""

    def call(*arguments: object) -> tuple[int, str, str]:
        code = main([*map(str, arguments), "--kb", str(outputs_kb)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def test_cells_and_genes_like_one_are_searched_in_a_space(run: Run, outputs_kb: Path) -> None:
    """The rows are those of Python; a gene may be given by its symbol."""
    with open_knowledge_base(outputs_kb) as kb:
        cell = str(kb.predictions(RUN).column("cell")[0])
        cells = kb.search_cells(like=cell, k=3, space=CELLS).column("cell")
        genes = kb.nearest_genes("NCBIGene:3630", k=3, space=GENES).column("gene")
        texts = kb.nearest_genes("NCBIGene:3630", k=3).column("gene")
    for arguments, column, expected in (
        (("cells", "--like", cell, "--space", CELLS), "cell", cells),
        (("genes", "--like", "INS", "--species", "human", "--space", GENES), "gene", genes),
        (("genes", "--like", "NCBIGene:3630"), "gene", texts),
    ):
        code, out, _ = run("search", *arguments, "-k", 3, "--format", "json")
        assert code == 0
        assert [row[column] for row in json.loads(out)["rows"]] == expected


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("genes",), "expected either a text or --like GENE"),
        (("genes", "insulin", "--like", "INS"), "expected either a text or --like GENE"),
        (("cells", "insulin", "--space", CELLS), "a text is searched in the space of texts"),
        (("cells", "--like", "toy_human:x", "--space", "x:y"), "no vector space 'x:y'"),
    ],
)
def test_a_search_that_makes_no_sense_is_refused(
    run: Run, arguments: tuple[str, ...], said: str
) -> None:
    """Exit code 2 with a sentence."""
    code, _, err = run("search", *arguments)
    assert code == 2
    assert said in err


def test_an_h5ad_holds_the_results_of_runs(run: Run, tmp_path: Path) -> None:
    """`export --format h5ad --runs all` writes each dataset with all that runs say of it."""
    code, _, said = run("export", "--format", "h5ad", "-o", tmp_path / "out", "--runs", "all")
    assert code == 0
    assert "40 cells of toy_human" in said
    found = anndata.read_h5ad(tmp_path / "out" / "toy_human.h5ad")
    assert f"X_{RUN}" in found.obsm
    code, _, err = run(
        *("export", "--format", "h5ad", "-o", tmp_path / "two"),
        *("--dataset", "toy_mouse", "--runs", RUN),
    )
    assert code == 2
    assert "has no vectors, predictions, clusters or arrays of 'toy_mouse'" in err
