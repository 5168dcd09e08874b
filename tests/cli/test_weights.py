"""Weights on the command line: kept, listed, shown, applied, exported and imported."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.lab_model import installed

from orthoweave.cli.main import main


@pytest.fixture
def kb(toy_kb: Path, tmp_path: Path) -> Iterator[str]:
    """A toy world beside an installed model that keeps weights."""
    folder = shutil.copytree(toy_kb, tmp_path / "kb")
    with installed(tmp_path / "lab"):
        yield str(folder)


def test_weights_from_training_to_another_knowledge_base(
    kb: str, toy_kb: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command ends well and says what comes next; the scores are those of the training."""
    where, archive = ["--kb", kb], str(tmp_path / "mine.zip")
    assert main(["train", "lab_centres", "--name", "mine", *where]) == 0
    said = capsys.readouterr()
    assert "nothing" in said.out
    assert "orthoweave run lab_centres --weights mine --set dataset=NAME" in said.err
    assert main(["train", "lab_centres", "--name", "mine", *where]) == 0
    assert "kept already" in capsys.readouterr().err
    assert main(["weights", *where, "--format", "json"]) == 0
    [row] = json.loads(capsys.readouterr().out)["rows"]
    assert row["weights"] == "mine"
    assert row["model"] == "lab_centres"
    assert main(["weights", "mine", *where, "--format", "tsv"]) == 0
    assert "log1p_cp10k" in capsys.readouterr().out
    applied = ["run", "lab_centres", "--weights", "mine", "--set", "dataset=toy_human"]
    assert main([*applied, "--no-build", *where]) == 0
    assert "vocabulary found: 1.0" in capsys.readouterr().err
    assert main(["weights", "mine", "--export", archive, *where]) == 0
    other = ["--kb", str(shutil.copytree(toy_kb, tmp_path / "other"))]
    assert main(["weights", *other]) == 0
    assert "orthoweave train MODEL" in capsys.readouterr().err
    assert main(["weights", "theirs", "--import", archive, *other]) == 0
    assert "every byte was checked" in capsys.readouterr().err


def test_wrong_calls_say_what_was_expected(
    kb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Export without a name, import of nothing and unknown weights are errors of the call."""
    for arguments, message in (
        (["weights", "--export", str(tmp_path / "x.zip")], "weights NAME --export FILE"),
        (["weights", "--import", str(tmp_path / "none.zip")], "no file"),
        (["weights", "other"], "no weights 'other'"),
        (["train", "lab_forgetful"], "keeps no weights: it has nothing to keep"),
    ):
        assert main([*arguments, "--kb", kb]) == 2
        assert message in capsys.readouterr().err
