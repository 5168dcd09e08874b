"""Parts of one checkpoint: each its own, none in the way of another."""

from pathlib import Path

import numpy as np

from orthoweave.models.training.parts import PartOf
from orthoweave.runs.checkpoint import FileCheckpoint


def test_each_part_has_its_own_state(tmp_path: Path) -> None:
    """Also where one name begins as another, and where the whole holds arrays of others."""
    whole = FileCheckpoint(tmp_path / "state.npz")
    whole.save({"fits": np.arange(3)})
    first, second = PartOf(whole, "seed"), PartOf(whole, "seed 1")
    assert first.load() is None
    first.save({"step": np.array(1), "network.0/weight": np.zeros(2)})
    second.save({"step": np.array(2)})
    first.save({"step": np.array(3)})
    assert first.load() == {"step": np.array(3)}
    assert second.load() == {"step": np.array(2)}
    state = whole.load()
    assert state is not None
    assert state["fits"].tolist() == [0, 1, 2]
