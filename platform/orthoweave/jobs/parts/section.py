"""A tissue section between its files and its tables: spots, their places, and the image below."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import scipy.sparse as sp

from orthoweave.errors import InputError
from orthoweave.files.matrix_sources import MatrixSource, memory_blocks
from orthoweave.files.pictures import read_picture
from orthoweave.files.spatial_folders import (
    SPOT_DIAMETER,
    Pictured,
    anndata_picture,
    ranger_picture,
    ranger_positions,
    spot_table,
)
from orthoweave.jobs.parts.cell_columns import check_barcodes
from orthoweave.numerics.tissue import background
from orthoweave.storage.tissue_image import ImageAbout

LEAST_SPOTS: Final = 50
"""Fewest spots of a section."""
# more spots than this on the empty slide, and fewer if x and y change places: they are swapped
_OFF: Final = 0.5


@dataclass(frozen=True, slots=True)
class Section:
    """Spots with counts, each at a place of an image."""

    source: MatrixSource
    places: np.ndarray
    """Coordinates of the source, x to the right and y down, shape ``(n_spots, 2)``."""
    pixels: np.ndarray
    """The image, shape ``(height, width, 3)``, uint8."""
    about: ImageAbout
    notes: tuple[str, ...]


def read_section(path: Path, opened: MatrixSource, options: Mapping[str, Any]) -> Section:
    """Return the section of an input with its places and its image, checked.

    Raises
    ------
    InputError
        If places or image are missing or do not fit each other, the scale is not known, a barcode
        stands twice, a spot has no count, or there are fewer than 50 spots.
    """
    check_barcodes([str(name) for name in opened.obs.index])
    obs, places, notes = _places(path, opened, options)
    known = np.isfinite(places).all(axis=1)
    kept, counts, dropped = _with_counts(opened, known, options["empty_spots"])
    picture = _picture(path, options)
    about = _about(picture, options)
    _check_places(about.to_pixels(places[kept]), picture.pixels)
    source = replace(
        opened,
        obs=obs.iloc[kept],
        read_blocks=partial(memory_blocks, path, counts),
        nnz=int(counts.nnz),
        coordinates=places[kept],
    )
    size = picture.pixels.shape
    notes = [
        *notes,
        *dropped,
        f"{len(source.obs):,} spots of {about.spot_diameter:.0f} µm on an image of {size[1]:,} x "
        f"{size[0]:,} pixels of {about.pixel_size:.3g} µm",
    ]
    return Section(source, places[kept], picture.pixels, about, tuple(notes))


def _places(
    path: Path, opened: MatrixSource, options: Mapping[str, Any]
) -> tuple[pd.DataFrame, np.ndarray, list[str]]:
    """Return the spots with the columns of their table, and their places, NaN where it has none."""
    if options["spots"] is None and not _is_ranger(path):
        if opened.coordinates is None:
            message = (
                f"{path}: expected places of the spots, found none: an AnnData file has them in "
                "obsm['spatial']; else give a table with --set spots=TABLE"
            )
            raise InputError(message)
        return opened.obs, opened.coordinates, []
    given = options["spots"]
    table = ranger_positions(path) if given is None else spot_table(Path(given))
    names = pd.Index([str(name) for name in opened.obs.index], dtype=object)
    missing = ~names.isin(table.index)
    if missing.any():
        message = (
            f"{missing.sum():,} of {len(names):,} spots have no place, such as "
            f"{names[missing][0]!r}; the table has names such as {table.index[0]!r}: expected a "
            "row for each. Write the barcodes alike, with the same suffix"
        )
        raise InputError(message)
    rows = table.loc[names]
    places = rows[["x", "y"]].to_numpy(np.float64)
    notes = []
    if "in_tissue" in rows:
        outside = pd.to_numeric(rows["in_tissue"], errors="coerce").to_numpy() == 0
        places[outside] = np.nan
        notes += (
            [f"{outside.sum():,} spots are not under tissue: left out"] if outside.any() else []
        )
    others = [name for name in rows if name not in ("x", "y") and name not in opened.obs]
    added = rows[others].set_axis(opened.obs.index)
    return pd.concat([opened.obs, added], axis=1), places, notes


def _is_ranger(path: Path) -> bool:
    return (path / "spatial").is_dir()


def _with_counts(
    opened: MatrixSource, known: np.ndarray, empty: str
) -> tuple[np.ndarray, sp.csr_matrix, list[str]]:
    """Return the numbers of the spots to keep, their values, and notes on the others."""
    blocks = [block for _, block in opened.blocks()]
    values = sp.vstack(blocks, format="csr") if blocks else sp.csr_matrix(opened.shape)
    totals = np.asarray(values.sum(axis=1)).ravel()
    zero = known & (totals == 0)
    if zero.any() and empty == "error":
        message = (
            f"{zero.sum():,} spots have no counts, such as "
            f"{str(opened.obs.index[np.flatnonzero(zero)[0]])!r}: expected some in each. "
            "--set empty_spots=drop leaves them out"
        )
        raise InputError(message)
    kept = np.flatnonzero(known & (totals != 0))
    if len(kept) < LEAST_SPOTS:
        message = (
            f"{len(kept):,} spots with counts under tissue: expected {LEAST_SPOTS} at least in a "
            "section. Is the table of positions that of these counts?"
        )
        raise InputError(message)
    notes = [f"{zero.sum():,} spots have no counts: left out"] if zero.any() else []
    return kept, sp.csr_matrix(values[kept]), notes


def _picture(path: Path, options: Mapping[str, Any]) -> Pictured:
    image = None if options["image"] is None else Path(options["image"])
    if _is_ranger(path):
        return ranger_picture(path, image)
    if image is not None:
        return Pictured(read_picture(image), None, None)
    found = anndata_picture(path) if path.is_file() and path.suffix == ".h5ad" else None
    if found is None:
        message = f"{path}: expected an image of the section, found none: give --set image=FILE"
        raise InputError(message)
    return found


def _about(picture: Pictured, options: Mapping[str, Any]) -> ImageAbout:
    """Return the size of a pixel and of a spot, as said or as the file says it."""
    scale = options["image_scale"] if options["image_scale"] is not None else picture.scale
    if scale is None:
        # an image of its own is the one that the places are given in
        scale = 1.0
    unit = options["pixel_size"] if options["pixel_size"] is not None else picture.unit
    if unit is None and picture.spot_diameter:
        unit = SPOT_DIAMETER / picture.spot_diameter
    if unit is None:
        message = (
            "the size of a pixel is not known: expected scale factors with spot_diameter_fullres, "
            "found none. Give the µm for one unit of the coordinates, such as --set pixel_size=0.5"
        )
        raise InputError(message)
    diameter = options["spot_diameter"]
    if diameter is None:
        diameter = None if picture.spot_diameter is None else picture.spot_diameter * unit
    if diameter is None:
        message = (
            "the diameter of a spot is not known: give it in µm, such as --set spot_diameter=55"
        )
        raise InputError(message)
    numbers = {"image_scale": scale, "pixel_size": unit, "spot_diameter": diameter}
    for name, value in numbers.items():
        if not (np.isfinite(value) and value > 0):
            message = f"{name}={value!r}: expected a finite number above 0"
            raise InputError(message)
    return ImageAbout(unit / scale, diameter, scale)


def _check_places(places: np.ndarray, pixels: np.ndarray) -> None:
    """Refuse places beyond the image, and those of which x and y have changed places."""
    outside, swapped = (_outside(one, pixels) for one in (places, places[:, ::-1]))
    if outside.any():
        place = places[np.flatnonzero(outside)[0]]
        hint = "Is image_scale right, and the image that of this section?"
        if swapped.sum() < outside.sum():
            hint = (
                f"with x and y exchanged {swapped.sum():,} are: x is to the right and y down, so "
                "exchange the two columns"
            )
        message = (
            f"{outside.sum():,} of {len(places):,} spots are outside the image of "
            f"{pixels.shape[1]:,} x {pixels.shape[0]:,} pixels, such as one at x={place[0]:.0f}, "
            f"y={place[1]:.0f}: expected all inside. {hint}"
        )
        raise InputError(message)
    off = _on_background(places, pixels)
    if off > _OFF and not swapped.any() and _on_background(places[:, ::-1], pixels) < off / 2:
        message = (
            f"{off:.0%} of the spots are on the empty slide, and few with x and y exchanged: "
            "expected x to the right and y down. Exchange the two columns"
        )
        raise InputError(message)


def _outside(places: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    ends = np.array([pixels.shape[1], pixels.shape[0]])
    return np.asarray(((places < 0) | (places >= ends)).any(axis=1))


def _on_background(places: np.ndarray, pixels: np.ndarray) -> float:
    x, y = np.floor(places).astype(np.int64).T
    return float(background(pixels[y, x]).mean())
