"""`orthoweave cypher`: statements and scripts from the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from orthoweave.cli.main import main
from orthoweave.failures.endings import FAILED, USAGE

Run = Callable[..., tuple[int, str, str]]
SCRIPT = """
:param taxon => 'NCBITaxon:9606'
// name: genes
MATCH (g:Gene {species: $taxon}) RETURN g.id AS id, g.synonyms AS synonyms;
// name: count
MATCH (g:Gene {species: $taxon}) RETURN count(*) AS n;
"""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command; return exit code, standard output and standard error."""

    def call(*arguments: object) -> tuple[int, str, str]:
        code = main(["cypher", *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """Write a script of two statements."""
    path = tmp_path / "script.cypher"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def test_each_statement_gets_a_file(toy_kb: Path, tmp_path: Path, script: Path, run: Run) -> None:
    """TSV, JSONL and Parquet have the same complete rows, in a file for each statement."""
    for form in ("tsv", "jsonl", "parquet"):
        code, _, err = run(script, "-o", tmp_path / form, "--format", form, "--kb", toy_kb)
        assert code == 0, err
        assert sorted(path.name for path in (tmp_path / form).iterdir()) == [
            f"count.{form}",
            f"genes.{form}",
        ]
    tsv = pd.read_csv(tmp_path / "tsv" / "genes.tsv", sep="\t", comment="#")
    lines = (tmp_path / "jsonl" / "genes.jsonl").read_text(encoding="utf-8").splitlines()
    parquet = pq.read_table(tmp_path / "parquet" / "genes.parquet").to_pylist()
    assert [json.loads(line) for line in lines] == parquet
    assert tsv["id"].tolist() == [row["id"] for row in parquet]
    assert len(parquet) == 14


def test_without_a_folder_tables_are_shown(toy_kb: Path, script: Path, run: Run) -> None:
    """On standard output each answer is a table under its name; other formats are refused."""
    code, out, _ = run(script, "--kb", toy_kb, "--param", "taxon=NCBITaxon:7955")
    assert code == 0
    assert out.index("genes") < out.index("NCBIGene:30262") < out.index("count")
    code, _, err = run(script, "--kb", toy_kb, "--format", "jsonl")
    assert (code, "--output FOLDER" in err) == (USAGE, True)


def test_a_file_is_not_a_folder(toy_kb: Path, script: Path, run: Run) -> None:
    """Several answers do not go into one file."""
    code, _, err = run(script, "--kb", toy_kb, "-o", script)
    assert (code, "has several statements" in err) == (USAGE, True)
    assert script.read_text(encoding="utf-8") == SCRIPT


def test_one_statement_goes_to_one_file(toy_kb: Path, tmp_path: Path, run: Run) -> None:
    """A script of one statement is written to the file that is named, all of its rows."""
    path, target = tmp_path / "one.cypher", tmp_path / "one.tsv"
    path.write_text(":param n => 3\nUNWIND range(1, $n) AS x RETURN x AS x", encoding="utf-8")
    assert run(path, "-o", target, "--kb", toy_kb, "--no-header-comments")[0] == 0
    assert target.read_text(encoding="utf-8") == "x\n1\n2\n3\n"
    assert run(path, "-o", target, "--kb", toy_kb, "--param", "n=1", "--no-header-comments")[0] == 0
    assert target.read_text(encoding="utf-8") == "x\n1\n"


def test_more_rows_than_the_setting_are_complete(
    toy_kb: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row limit for asking does not cut a script's answers; --limit does, and says so."""
    monkeypatch.setenv("ORTHOWEAVE_QUERY_ROW_LIMIT", "5")
    path, target = tmp_path / "many.cypher", tmp_path / "many.jsonl"
    path.write_text("MATCH (c:Cell) RETURN c.id AS id", encoding="utf-8")
    assert run(path, "-o", target, "--kb", toy_kb)[0] == 0
    assert len(target.read_text(encoding="utf-8").splitlines()) == 80
    code, _, err = run(path, "-o", target, "--kb", toy_kb, "--limit", 7)
    assert (code, "truncated" in err) == (0, True)
    assert len(target.read_text(encoding="utf-8").splitlines()) == 7


def test_a_bad_statement_leaves_no_file(toy_kb: Path, tmp_path: Path, run: Run) -> None:
    """Answers before the one that fails are there, it has none, and the exit code tells."""
    path, target = tmp_path / "bad.cypher", tmp_path / "out"
    path.write_text("// name: good\nRETURN 1 AS x;\n// name: bad\nMATCH (n) DELETE n", "utf-8")
    code, _, err = run(path, "-o", target, "--kb", toy_kb)
    assert (code, "bad (line 4)" in err) == (FAILED, True)
    assert [file.name for file in target.iterdir()] == ["good.tsv"]
