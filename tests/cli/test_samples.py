"""Commands that ask bulk samples print the answers of the knowledge base."""

import json
from pathlib import Path

import pytest

import orthoweave as ow
from orthoweave.cli.main import main


def asked(kb: Path, capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, object]]:
    """Return the rows that a command prints as JSON."""
    assert main([*words, "--kb", str(kb), "--format", "json"]) == 0
    rows: list[dict[str, object]] = json.loads(capsys.readouterr().out)["rows"]
    return rows


def test_survival_is_the_answer(bulk_kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Tests of genes, and curves of one."""
    given = ("--species", "human", "--dataset", "bulk", "--split", "tertiles")
    with ow.open(bulk_kb) as kb:
        tests = kb.survival(["INS", "GCG"], "human", dataset="bulk", split="tertiles")
        curves = kb.survival_curves("INS", "bulk", "human", split="tertiles")
    found = asked(bulk_kb, capsys, "survival", "INS", "GCG", *given)
    assert [row["log_rank_p"] for row in found] == tests.column("log_rank_p")
    found = asked(bulk_kb, capsys, "survival", "INS", "--curves", *given)
    assert [row["survival"] for row in found] == curves.column("survival")


def test_groups_are_the_answer(bulk_kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A row for each dataset and group."""
    with ow.open(bulk_kb) as kb:
        wanted = kb.expression_by_group(["INS"])
    found = asked(bulk_kb, capsys, "groups", "INS")
    assert [row["median"] for row in found] == wanted.column("median")
    assert len(found) == 4


@pytest.mark.parametrize("words", [("INS",), ("INS", "GCG", "--dataset", "bulk")])
def test_curves_need_one_gene_and_dataset(
    bulk_kb: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    """The message says so."""
    assert main(["survival", *words, "--curves", "--kb", str(bulk_kb)]) == 2
    assert "--curves: expected one gene and --dataset" in capsys.readouterr().err
