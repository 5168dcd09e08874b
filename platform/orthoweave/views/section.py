"""A tissue section as models read it: spots with counts and places, and patches of its image."""

from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

import numpy as np
import scipy.sparse as sp
from scipy.spatial import cKDTree

from orthoweave.errors import InputError
from orthoweave.views.digests import digest_of
from orthoweave.views.expression import CellsByGenes

_BY_SPOT: Final = ("cells", "cell_types", "labels", "donors", "totals", "places", "patients")
# spots of a grid are as far from each other as their nearest ones, give or take this share
_REACH: Final = 1.5


class Patches(Protocol):
    """Patches of a section by spot, cut from its image when they are asked for."""

    @property
    def content(self) -> str:
        """Digest of the image, and of what is cut from it."""

    @property
    def size(self) -> int:
        """Side of a patch in its own pixels."""

    def read(self, spots: np.ndarray) -> np.ndarray:
        """Return the patches of some spots by number, ``(n, size, size, 3)``, uint8."""

    def beyond(self) -> np.ndarray:
        """Return the share of each spot's patch that is beyond the image, ``(n_spots,)``."""

    def of(self, spots: np.ndarray) -> "Patches":
        """Return the patches of only these spots."""


@dataclass(frozen=True, slots=True)
class PatchesInMemory:
    """Patches that are at hand."""

    pixels: np.ndarray
    """Shape ``(n_spots, size, size, 3)``, uint8."""

    @property
    def content(self) -> str:
        """SHA-256 of the patches."""
        return digest_of(self)

    @property
    def size(self) -> int:
        """Side of a patch in pixels."""
        return int(self.pixels.shape[1])

    def read(self, spots: np.ndarray) -> np.ndarray:
        """Return some patches, ``(n, size, size, 3)``, uint8."""
        found: np.ndarray = self.pixels[spots]
        return found

    def beyond(self) -> np.ndarray:
        """Return zeros: each patch is whole, ``(n_spots,)``."""
        return np.zeros(len(self.pixels))

    def of(self, spots: np.ndarray) -> "PatchesInMemory":
        """Return the patches of only these spots."""
        return PatchesInMemory(self.pixels[spots])


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView(CellsByGenes):
    """Spots of a tissue section; `values` are counts.

    Raises
    ------
    InputError
        If shapes do not fit.
    """

    values: sp.csr_matrix
    """Counts, shape ``(n_cells, n_genes)``, float32."""
    places: np.ndarray
    """Place of each spot's centre in µm, x to the right and y down, ``(n_cells, 2)``, float64."""
    patients: np.ndarray
    """Key of the patient of each spot, or of the dataset where none is known, ``(n_cells,)``."""
    spot_diameter: float
    """Diameter of a spot in µm."""
    patches: Patches
    """Square of the image around each spot."""

    def __post_init__(self) -> None:
        shapes = {"values": (self.n_cells, self.n_genes), "places": (self.n_cells, 2)}
        for name, shape in shapes.items():
            found = getattr(self, name).shape
            if found != shape:
                message = f"{name} of {self.dataset!r}: expected shape {shape}, found {found}"
                raise InputError(message)

    @property
    def digest(self) -> str:
        """SHA-256 of counts, places and image, computed anew at each access."""
        own = digest_of(self, without=("patches",))
        return digest_of(_Parts(own, self.patches.content, self.patches.size))

    def neighbours(self, number: int = 0) -> np.ndarray:
        """Return pairs of neighbouring spots, shape ``(n_pairs, 2)``, each pair in both orders.

        Parameters
        ----------
        number
            How many nearest spots; 0 for all within one and a half of the spots' median distance
            to their nearest one, which on a grid are those that touch.
        """
        tree = cKDTree(self.places)
        found = tree.query(self.places, k=max(number, 1) + 1)
        nearest, numbers = (np.asarray(one) for one in found)
        if number:
            pairs = [(a, b) for a, row in enumerate(numbers) for b in row if a != b]
            both = {*pairs, *((b, a) for a, b in pairs)}
            return np.array(sorted(both), np.int64).reshape(-1, 2)
        radius = _REACH * float(np.median(nearest[:, 1]))
        one_way = tree.query_pairs(radius, output_type="ndarray")
        both_ways = np.concatenate([one_way, one_way[:, ::-1]]).astype(np.int64)
        return both_ways[np.lexsort(both_ways.T[::-1])]

    def subset(self, spots: np.ndarray) -> "SectionView":
        """Return the section of only these spots, by number or mask, in the order given."""
        chosen = np.arange(self.n_cells)[spots]
        rows: dict[str, Any] = {name: getattr(self, name)[chosen] for name in _BY_SPOT}
        return replace(self, values=self.values[chosen], patches=self.patches.of(chosen), **rows)


@dataclass(frozen=True, slots=True)
class _Parts:
    spots: str
    image: str
    size: int
