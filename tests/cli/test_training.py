"""Training on the command line: among processes, by a bundle elsewhere, and wrong calls."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.support.lab_model import installed

from orthoweave.cli.main import main
from orthoweave.models.cost import Cost
from orthoweave.models.registry import find_model
from orthoweave.storage.layout import Layout
from orthoweave.storage.weights_named import find_weights

ROOT = Path(__file__).parents[2]
NETWORK = ["cross_species_gnn", "--set", "source=toy_human", "--set", "target=toy_mouse"]
for pair in ("min_sources=1", "epochs=2", "markers=3", "width=4", "score_seeds=1", "threshold=0.5"):
    NETWORK += ["--set", pair]


@pytest.fixture
def kb(toy_kb: Path, tmp_path: Path) -> Iterator[str]:
    """A toy world beside an installed model that keeps weights."""
    folder = shutil.copytree(toy_kb, tmp_path / "kb")
    with installed(tmp_path / "lab"):
        yield str(folder)


def test_a_bundle_is_trained_without_a_knowledge_base_and_taken_in(
    kb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command ends well and says what comes next; the scores go to standard output."""
    folder, archive = str(tmp_path / "bundle"), str(tmp_path / "made.zip")
    assert main(["bundle", "lab_centres", "--output", folder, "--kb", kb]) == 0
    assert f"orthoweave train --bundle {folder} --output FILE" in capsys.readouterr().err
    given = ["--bundle", folder, "--device", "cpu", "--output", archive, "--format", "json"]
    assert main(["train", *given, "--kb", str(tmp_path / "none")]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["rows"][0]["metric"] == "accuracy"
    assert "estimated cost: unknown" in said.err
    assert f"orthoweave weights --import {archive}" in said.err
    assert not (tmp_path / "none").exists()
    assert main(["weights", "--import", archive, "--kb", kb]) == 0
    assert "every byte was checked" in capsys.readouterr().err
    assert main(["train", "lab_centres", "--device", "cpu", "--kb", kb]) == 0
    assert "kept already" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["train"],
        ["train", "lab_centres", "--bundle", "x", "--output", "y"],
        ["train", "--bundle", "x"],
        ["train", "--bundle", "x", "--output", "y", "--name", "mine"],
    ],
)
def test_a_model_or_a_bundle_is_expected(
    kb: str, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Both, neither and half of it are errors of the call."""
    assert main([*arguments, "--kb", kb]) == 2
    assert "orthoweave train --bundle FOLDER --output FILE" in capsys.readouterr().err


def test_a_training_above_the_limit_needs_yes(
    kb: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a run: the estimate is shown, and `--yes` starts it all the same."""
    model = type(find_model("lab_centres"))
    monkeypatch.setattr(model, "cost", lambda self, n_cells, n_genes, config: Cost(100, 3))
    assert main(["train", "lab_centres", "--kb", kb]) == 2
    assert "expected at most 60 min" in capsys.readouterr().err
    assert main(["train", "lab_centres", "--yes", "--kb", kb]) == 0
    assert "estimated cost: about 1.7 h and 3 GB" in capsys.readouterr().err


@pytest.mark.slow
def test_torchrun_trains_with_two_processes(
    kb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The leader alone writes and speaks; the network is that of one process."""
    assert main(["train", *NETWORK, "--name", "one", "--kb", kb]) == 0
    capsys.readouterr()
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    path = os.pathsep.join([str(ROOT / "platform"), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [*command, "-m", "orthoweave", "train", *NETWORK, "--name", "two", "--kb", kb],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
        cwd=tmp_path,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("apply them") == 1
    assert done.stdout.count("rewired") >= 1
    one, two = (find_weights(Layout(Path(kb)), name).weights.arrays() for name in ("one", "two"))
    assert one.keys() == two.keys()
    for name, value in one.items():
        np.testing.assert_allclose(two[name], value, rtol=1e-4, atol=1e-6)
