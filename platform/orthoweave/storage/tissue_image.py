"""The image of a tissue section, beside the matrix of its spots: in chunks, at several sizes.

A group in zarr version 3 with OME-NGFF 0.5 metadata (https://ngff.openmicroscopy.org/0.5/), within
the folder of the matrix, so that the digest of the matrix covers it and both are removed together.
Each level has half the width of the one before. Its name begins with ``raw.`` because
``anndata.read_zarr`` passes over such groups.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from orthoweave.errors import InputError
from orthoweave.numerics.tissue import halved, resampled
from orthoweave.storage.zarr_groups import import_zarr, not_whole, open_group, read_checksums

GROUP: Final = "raw.image"
"""Name of the group within the folder of a matrix."""
_ABOUT: Final = "section"
_CHUNK: Final = 256
# a level no longer than this is the last
_SMALLEST: Final = 512
_EMPTY: Final = 255


@dataclass(frozen=True, slots=True)
class ImageAbout:
    """The size of an image in the world, and its place among the coordinates of the source."""

    pixel_size: float
    """Width of a pixel of the stored image, in µm."""
    spot_diameter: float
    """Diameter of a spot, in µm."""
    scale: float
    """Pixels of the stored image for one unit of the source's coordinates."""
    shift: tuple[float, float] = (0.0, 0.0)
    """Place of the source's origin in the stored image, x and y, in its pixels."""

    def to_pixels(self, places: np.ndarray) -> np.ndarray:
        """Return coordinates of the source as pixels of the stored image, x and y, ``(n, 2)``."""
        return places * self.scale + np.array(self.shift)


def write_image(folder: Path, pixels: np.ndarray, about: ImageAbout) -> None:
    """Write an image and its smaller levels into the folder of a matrix that is not finished.

    Parameters
    ----------
    pixels
        Shape ``(height, width, 3)``, uint8, red, green and blue.
    """
    group = import_zarr().open_group(folder / GROUP, mode="w", zarr_format=3)
    levels: list[tuple[int, ...]] = []
    level = pixels
    while True:
        array = group.create_array(
            str(len(levels)),
            shape=(3, *level.shape[:2]),
            chunks=(3, _CHUNK, _CHUNK),
            dtype="uint8",
            fill_value=_EMPTY,
            dimension_names=("c", "y", "x"),
        )
        array[:] = np.moveaxis(level, 2, 0)
        levels.append(level.shape[:2])
        if max(level.shape[:2]) <= _SMALLEST:
            break
        level = halved(level)
    group.attrs.update({"ome": _multiscales(len(levels), about), _ABOUT: _described(about)})


def _multiscales(n_levels: int, about: ImageAbout) -> dict[str, Any]:
    space = [{"name": name, "type": "space", "unit": "micrometer"} for name in "yx"]
    sizes = [about.pixel_size * 2**number for number in range(n_levels)]
    datasets = [
        {
            "path": str(number),
            "coordinateTransformations": [{"type": "scale", "scale": [1.0, size, size]}],
        }
        for number, size in enumerate(sizes)
    ]
    axes = [{"name": "c", "type": "channel"}, *space]
    return {"version": "0.5", "multiscales": [{"name": "HE", "axes": axes, "datasets": datasets}]}


def _described(about: ImageAbout) -> dict[str, Any]:
    return {
        "pixel_size": about.pixel_size,
        "spot_diameter": about.spot_diameter,
        "scale": about.scale,
        "shift": list(about.shift),
    }


@dataclass(frozen=True, slots=True)
class TissueImage:
    """An image on disk. Its chunks are read, and checked, when they are asked for."""

    folder: Path
    """Folder of the matrix."""
    levels: tuple[tuple[int, int], ...]
    """Height and width of each level, in its pixels."""
    about: ImageAbout
    arrays: tuple[Any, ...]
    """Array of each level, ``(3, height, width)``."""

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.levels[0]

    @property
    def digest(self) -> str:
        """SHA-256 of the checksums of all files of the image."""
        sums = read_checksums(self.folder)
        own = [f"{name} {sums[name]}" for name in sorted(sums) if name.startswith(f"{GROUP}/")]
        return hashlib.sha256("\n".join(own).encode()).hexdigest()

    def level(self, number: int) -> np.ndarray:
        """Return a whole level, shape ``(height, width, 3)``, uint8."""
        return np.moveaxis(np.asarray(self.arrays[number][:]), 0, 2)

    def patch(self, x: float, y: float, width: float, size: int) -> np.ndarray:
        """Return a square around a place, shape ``(size, size, 3)``, uint8.

        It is read from the smallest level that still has a pixel for each of the patch, and
        resampled. What lies beyond the image is white.

        Parameters
        ----------
        x, y
            Centre in pixels of the image.
        width
            Side of the square in pixels of the image.
        size
            Side of the patch that is returned, in its own pixels.
        """
        last = len(self.levels) - 1
        number = int(np.clip(np.floor(np.log2(max(width / size, 1))), 0, last))
        # levels are halves of even sizes, so that a place moves by exactly this factor
        step = 2**number
        height, length = self.levels[number]
        offsets = (np.arange(size) + 0.5) * (width / size) - width / 2
        rows, columns = (y + offsets) / step, (x + offsets) / step
        top, bottom = _span(rows, height)
        left, right = _span(columns, length)
        found = np.full((size, size, 3), _EMPTY, np.uint8)
        if top >= bottom or left >= right:
            return found
        region = np.moveaxis(np.asarray(self.arrays[number][:, top:bottom, left:right]), 0, 2)
        # resampling beyond the edge repeats it: only what is inside is taken
        inside = (rows >= 0) & (rows < height), (columns >= 0) & (columns < length)
        taken = resampled(region, rows[inside[0]] - top, columns[inside[1]] - left)
        found[np.ix_(*inside)] = taken
        return found


def _span(places: np.ndarray, length: int) -> tuple[int, int]:
    """Return the pixels that some places lie between, within a length."""
    return max(int(np.floor(places[0] - 1)), 0), min(int(np.ceil(places[-1] + 2)), length)


def open_image(folder: Path) -> TissueImage:
    """Open the image in the folder of a matrix.

    Raises
    ------
    InputError
        If the dataset has no image, or it is not whole.
    """
    group = open_group(folder)
    if GROUP not in group:
        message = f"{folder.name} has no image: expected a dataset that the job tissue_section read"
        raise InputError(message)
    try:
        image = group[GROUP]
        [scales] = image.attrs["ome"]["multiscales"]
        arrays = tuple(image[one["path"]] for one in scales["datasets"])
        told = image.attrs[_ABOUT]
        about = ImageAbout(
            float(told["pixel_size"]),
            float(told["spot_diameter"]),
            float(told["scale"]),
            (float(told["shift"][0]), float(told["shift"][1])),
        )
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise not_whole(folder, error) from error
    levels = tuple((int(one.shape[1]), int(one.shape[2])) for one in arrays)
    return TissueImage(folder, levels, about, arrays)
