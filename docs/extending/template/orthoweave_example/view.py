"""A kind of view: the depth of each cell of a dataset."""

import hashlib
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from orthoweave.storage.published import Published
from orthoweave.views.reading.kinds import Behind, ViewKind
from orthoweave.views.requests import ViewRequest


@dataclass(frozen=True, slots=True)
class DepthRequest(ViewRequest):
    """The depths of the cells of a dataset."""

    kind: ClassVar[str] = "depths"
    dataset: str


@dataclass(frozen=True, slots=True)
class DepthView:
    """The depths of cells."""

    depths: np.ndarray
    """Counts of each cell, shape ``(n_cells,)``."""

    @property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return hashlib.sha256(self.depths.tobytes()).hexdigest()


def read_depths(published: Published, request: DepthRequest) -> DepthView:
    """Read the depths from the table of cells."""
    published.require_dataset(request.dataset)
    where = [("dataset", "=", request.dataset)]
    cells = published.table("Cell", ["dataset", "total_count"], where)
    return DepthView(cells["total_count"].to_numpy())


DEPTHS = ViewKind(
    DepthRequest, DepthView, read_depths, lambda request: Behind(datasets=(request.dataset,))
)
