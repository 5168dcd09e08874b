"""State of a training on disk: whole, last, or none."""

from pathlib import Path

import numpy as np
import pytest

from orthoweave.errors import FormatError
from orthoweave.runs.checkpoint import FileCheckpoint
from orthoweave.storage.durable import PENDING
from orthoweave.storage.faults import VARIABLE


def test_the_last_saved_state_is_loaded(tmp_path: Path) -> None:
    """Arrays of any shape and kind come back as they were saved last."""
    checkpoint = FileCheckpoint(tmp_path / "runs" / "x.npz")
    assert checkpoint.load() is None
    checkpoint.save({"step": np.array(1), "weights": np.zeros((2, 3), np.float32)})
    checkpoint.save({"step": np.array(2), "weights": np.ones((2, 3), np.float32)})
    state = checkpoint.load()
    assert state is not None
    assert int(state["step"]) == 2
    assert state["weights"].dtype == np.dtype("f4")
    assert (state["weights"] == 1).all()


def test_a_full_disk_leaves_the_last_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A save that fails leaves the state that was there, and nothing beside it."""
    checkpoint = FileCheckpoint(tmp_path / "x.npz")
    checkpoint.save({"step": np.array(1)})
    monkeypatch.setenv(VARIABLE, "replace x.npz:ENOSPC")
    with pytest.raises(OSError, match="No space left"):
        checkpoint.save({"step": np.array(2)})
    state = checkpoint.load()
    assert state is not None
    assert int(state["step"]) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["x.npz"]


def test_a_state_of_a_newer_format_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its number, and by the version that reads it; one without a number is of the first."""
    checkpoint = FileCheckpoint(tmp_path / "x.npz")
    monkeypatch.setattr("orthoweave.storage.integrity.FORMAT", 9)
    monkeypatch.setattr("orthoweave.storage.integrity.READ_BY", "3.3")
    checkpoint.save({"step": np.array(1)})
    monkeypatch.undo()
    with pytest.raises(FormatError, match=r"format 9, which orthoweave 3\.3 reads"):
        checkpoint.load()
    np.savez(checkpoint.path, step=np.array(2))
    assert checkpoint.load() == {"step": np.array(2)}


@pytest.mark.parametrize("content", [b"", b"not an archive", b"PK\x03\x04cut"])
def test_unreadable_states_count_as_none(tmp_path: Path, content: bytes) -> None:
    """A damaged file means to start anew, not to fail."""
    path = tmp_path / "x.npz"
    path.write_bytes(content)
    assert FileCheckpoint(path).load() is None


def test_objects_are_never_executed(tmp_path: Path) -> None:
    """A file that holds Python objects is not loaded, and none can be saved."""
    path = tmp_path / "x.npz"
    np.savez(path, state=np.array([{"a": 1}], object))
    assert FileCheckpoint(path).load() is None
    with pytest.raises(ValueError, match="allow_pickle=False"):
        FileCheckpoint(path).save({"state": np.array([{"a": 1}], object)})


def test_clearing_sweeps_what_a_killed_run_left(tmp_path: Path) -> None:
    """After a run its state is gone, and so is a save that was cut."""
    checkpoint = FileCheckpoint(tmp_path / "x.npz")
    checkpoint.save({"step": np.array(1)})
    (tmp_path / f"{PENDING}x.npz-1234").write_bytes(b"half")
    checkpoint.clear()
    checkpoint.clear()
    assert list(tmp_path.iterdir()) == []
