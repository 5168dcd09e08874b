"""Two real processes by ``torchrun`` and gloo, against one."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.support.small_training import full_plan, held_out, make_network, parameters, train

from orthoweave.errors import UsageError
from orthoweave.models.training import processes

ROOT = Path(__file__).parents[3]


def test_two_processes_learn_what_one_learns_of_twice_the_batches(tmp_path: Path) -> None:
    """Also after an interruption within an epoch, and with a batch that has no partner."""
    network = make_network()
    history = train(network, full_plan(2), validate=held_out)
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    path = os.pathsep.join([str(ROOT), str(ROOT / "platform"), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [*command, "-m", "tests.support.small_training", str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    with np.load(tmp_path / "found.npz") as found:
        np.testing.assert_allclose(found["parameters"], parameters(network), rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(found["losses"], history.losses, rtol=1e-4)
        np.testing.assert_allclose(found["validation"], history.validation, rtol=1e-4)


def test_without_others_nothing_is_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    """One process leads, and needs no group."""
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    assert processes.is_leader()
    with processes.joined("cpu"):
        assert not processes.are_joined()
        processes.wait_for_all()
    assert processes.summed([1.5], "cpu") == [1.5]
    assert processes.from_leader(None, {}, "cpu") is None


def test_each_process_needs_a_gpu_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """More processes than GPUs are refused before they meet."""
    for name, value in (("WORLD_SIZE", "2"), ("RANK", "1"), ("LOCAL_RANK", "1")):
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    monkeypatch.setattr("torch.cuda.device_count", lambda: 1)
    assert not processes.is_leader()
    with (
        pytest.raises(UsageError, match="process 2 on this machine has no GPU of its own, of 1"),
        processes.joined("cuda"),
    ):
        pass
