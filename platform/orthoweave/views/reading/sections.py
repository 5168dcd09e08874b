"""A tissue section of a published build: its spots, and patches that are read when asked for."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from orthoweave.errors import InputError, UsageError
from orthoweave.storage.published import Published
from orthoweave.storage.tissue_image import TissueImage, open_image
from orthoweave.views.expression import CellsByGenes
from orthoweave.views.reading.expression import read_expression, rows_of_cells
from orthoweave.views.reading.kinds import Behind, ViewKind
from orthoweave.views.reading.plain import ViewFiles, read_plain, write_plain
from orthoweave.views.requests import ExpressionRequest, SectionRequest
from orthoweave.views.section import Patches, SectionView


@dataclass(frozen=True, slots=True)
class StoredPatches:
    """Patches that are cut from an image of a knowledge base when they are asked for."""

    image: TissueImage
    centres: np.ndarray
    """Centre of each patch in pixels of the image, x and y, shape ``(n_spots, 2)``."""
    width: float
    """Side of a patch in pixels of the image."""
    size: int
    """Side of a patch in its own pixels."""

    @property
    def content(self) -> str:
        """SHA-256 of the image and the width of a patch."""
        return f"{self.image.digest} {self.width!r}"

    def read(self, spots: np.ndarray) -> np.ndarray:
        """Return the patches of some spots by number, ``(n, size, size, 3)``, uint8."""
        numbers = np.arange(len(self.centres))[spots]
        found = np.empty((len(numbers), self.size, self.size, 3), np.uint8)
        for at, number in enumerate(numbers):
            x, y = self.centres[number]
            found[at] = self.image.patch(float(x), float(y), self.width, self.size)
        return found

    def beyond(self) -> np.ndarray:
        """Return the share of each spot's patch that is beyond the image, ``(n_spots,)``."""
        height, length = self.image.shape
        low, high = self.centres - self.width / 2, self.centres + self.width / 2
        inside = np.clip(np.minimum(high, (length, height)) - np.maximum(low, 0), 0, None)
        return 1 - inside.prod(axis=1) / self.width**2

    def of(self, spots: np.ndarray) -> "StoredPatches":
        """Return the patches of only these spots."""
        return replace(self, centres=self.centres[spots])


def read_section(published: Published, request: SectionRequest) -> SectionView:
    """Read the spots of a section, and open its image.

    Raises
    ------
    UnknownNameError
        If the build has no such dataset.
    InputError
        If the dataset has no image.
    UsageError
        If the size or the width of patches is not above 0.
    """
    if request.patch < 1 or request.width <= 0:
        message = (
            f"patch={request.patch!r}, width={request.width!r}: expected pixels and µm above 0"
        )
        raise UsageError(message)
    view = read_expression(published, ExpressionRequest(request.dataset, "counts"))
    image = open_image(published.matrix(request.dataset))
    columns = ["id", "dataset", "patient", "x", "y"]
    table = published.table("Cell", columns, [("dataset", "=", request.dataset)])
    cells = pa.array(view.cells, pa.string())
    rows = table.take(rows_of_cells(request.dataset, cells, table["id"]))
    given = np.column_stack([rows["x"].to_numpy(), rows["y"].to_numpy()])
    centres = image.about.to_pixels(given)
    names: dict[str, Any] = {one.name: getattr(view, one.name) for one in fields(CellsByGenes)}
    patients = [patient or f"{request.dataset}:" for patient in rows["patient"].to_pylist()]
    size = image.about.pixel_size
    return SectionView(
        **names,
        values=view.values,
        places=centres * size,
        patients=np.array(patients, object),
        spot_diameter=image.about.spot_diameter,
        patches=StoredPatches(image, centres, request.width / size, request.patch),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spots(CellsByGenes):
    """The parts of a section that are plain arrays."""

    values: Any
    places: np.ndarray
    patients: np.ndarray
    spot_diameter: float


def write_section(view: SectionView, folder: Path) -> dict[str, Any]:
    """Copy the matrix with the image to a folder, beside the arrays of the view.

    Raises
    ------
    UsageError
        If the patches are not those of a knowledge base's image.
    """
    if not isinstance(view.patches, StoredPatches):
        message = (
            f"the patches of {view.dataset!r} are {type(view.patches).__name__}: expected an image "
            "of a knowledge base, whose files can be carried. Ingest the section first"
        )
        raise UsageError(message)
    patches = view.patches
    shutil.copytree(patches.image.folder, folder / patches.image.folder.name)
    own = {one.name: getattr(view, one.name) for one in fields(_Spots)}
    np.save(folder / "centres.npy", patches.centres)
    about = {"matrix": patches.image.folder.name, "width": patches.width, "size": patches.size}
    return {"spots": write_plain(_Spots(**own), folder), "patches": about}


def read_section_files(
    kind: type[SectionView], folder: Path, about: Mapping[str, Any]
) -> SectionView:
    """Return the section that `write_section` wrote.

    Raises
    ------
    InputError
        If files or description are not what it writes.
    """
    try:
        told = about["patches"]
        spots = read_plain(_Spots, folder, about["spots"])
        image = open_image(folder / Path(told["matrix"]).name)
        centres = np.load(folder / "centres.npy", allow_pickle=False)
        patches: Patches = StoredPatches(image, centres, float(told["width"]), int(told["size"]))
        own = {one.name: getattr(spots, one.name) for one in fields(_Spots)}
        return kind(**own, patches=patches)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        message = f"a section cannot be read from {str(folder)!r}: {error}"
        raise InputError(message) from error


KIND: Final = ViewKind(
    SectionRequest,
    SectionView,
    read_section,
    lambda request: Behind((request.dataset,)),
    ViewFiles(write_section, read_section_files),
)
