"""The state of a training on disk, so that an interrupted run can continue."""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from orthoweave.storage.durable import pending_file, sweep_pending
from orthoweave.storage.integrity import mark, require_known

# what is kept beside the state: the format, and who reads it
_MARK: Final = "orthoweave format"


@dataclass(frozen=True, slots=True)
class FileCheckpoint:
    """State in one file of plain arrays; it appears whole or not at all."""

    path: Path

    def load(self) -> dict[str, np.ndarray] | None:
        """Return the last saved state, or None; an unreadable file counts as none.

        Raises
        ------
        FormatError
            If a newer orthoweave saved it.
        """
        if not self.path.is_file():
            return None
        try:
            with self.path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                state = {name: stored[name] for name in stored.files}
                about = json.loads(str(state.pop(_MARK, "{}")))
        except (OSError, EOFError, ValueError, TypeError, zipfile.BadZipFile):
            return None
        require_known(self.path, about)
        return state

    def save(self, state: Mapping[str, np.ndarray]) -> None:
        """Save this state in place of the last one."""
        with pending_file(self.path) as pending, pending.open("wb") as stream:
            np.savez(stream, allow_pickle=False, **state, **{_MARK: np.array(json.dumps(mark()))})

    def clear(self) -> None:
        """Remove the state and the temporary files of a killed run."""
        self.path.unlink(missing_ok=True)
        if self.path.parent.is_dir():
            sweep_pending(self.path.parent)
