"""One checkpoint for all trainings of a run: each keeps its state under its own name."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from orthoweave.models.base import Checkpoint


@dataclass(frozen=True, slots=True)
class PartOf:
    """The part of a checkpoint that one training has; the others keep theirs."""

    whole: Checkpoint
    name: str

    def load(self) -> dict[str, np.ndarray] | None:
        """Return the last saved state of this part, or None."""
        start = f"{self.name}/"
        found = {
            name.removeprefix(start): value
            for name, value in (self.whole.load() or {}).items()
            if name.startswith(start)
        }
        return found or None

    def save(self, state: Mapping[str, np.ndarray]) -> None:
        """Save the state of this part in place of its last one."""
        start = f"{self.name}/"
        others = {
            name: value
            for name, value in (self.whole.load() or {}).items()
            if not name.startswith(start)
        }
        self.whole.save(others | {f"{start}{name}": value for name, value in state.items()})
