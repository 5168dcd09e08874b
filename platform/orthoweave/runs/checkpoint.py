"""The state of a training on disk, so that an interrupted run can continue."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from orthoweave.storage.durable import pending_file, sweep_pending


@dataclass(frozen=True, slots=True)
class FileCheckpoint:
    """State in one file of plain arrays; it appears whole or not at all."""

    path: Path

    def load(self) -> dict[str, np.ndarray] | None:
        """Return the last saved state, or None; an unreadable file counts as none."""
        if not self.path.is_file():
            return None
        try:
            with self.path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                return {name: stored[name] for name in stored.files}
        except (OSError, EOFError, ValueError, TypeError, zipfile.BadZipFile):
            return None

    def save(self, state: Mapping[str, np.ndarray]) -> None:
        """Save this state in place of the last one."""
        with pending_file(self.path) as pending, pending.open("wb") as stream:
            np.savez(stream, allow_pickle=False, **state)

    def clear(self) -> None:
        """Remove the state and the temporary files of a killed run."""
        self.path.unlink(missing_ok=True)
        if self.path.parent.is_dir():
            sweep_pending(self.path.parent)
