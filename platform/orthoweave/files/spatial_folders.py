"""Places of spots and images as other programs write them: Space Ranger, AnnData and tables.

Space Ranger of version 1 writes ``tissue_positions_list.csv`` without a header, version 2 and 3
``tissue_positions.csv`` or ``.parquet`` with one. Its ``spot_diameter_fullres`` spans 65 µm
(10x Genomics, Space Ranger, Spatial Outputs), which gives the size of a pixel.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import h5py
import numpy as np
import pandas as pd

from orthoweave.errors import InputError
from orthoweave.files.delimited import read_delimited
from orthoweave.files.h5ad_guard import check_hdf5
from orthoweave.files.pictures import read_picture

SPOT_DIAMETER: Final = 65.0
"""Diameter in µm that ``spot_diameter_fullres`` of Space Ranger spans."""
_COLUMNS: Final = (
    *("barcode", "in_tissue", "array_row", "array_col"),
    *("pxl_row_in_fullres", "pxl_col_in_fullres"),
)
_POSITIONS: Final = (
    *("tissue_positions.parquet", "tissue_positions.csv", "tissue_positions_list.csv"),
)
_IMAGES: Final = (
    *(f"tissue_{size}_image.{end}" for size in ("hires", "lowres") for end in ("png", "jpg")),
)
_X: Final = ("x", "pxl_col_in_fullres", "pixel_x", "x_pixel", "x_px", "imagecol")
_Y: Final = ("y", "pxl_row_in_fullres", "pixel_y", "y_pixel", "y_px", "imagerow")
_NAMES: Final = ("barcode", "spot", "spots", "id", "spot_id", "")


@dataclass(frozen=True, slots=True)
class Pictured:
    """An image with what a file says of its size; None where it does not say it."""

    pixels: np.ndarray
    """Shape ``(height, width, 3)``, uint8."""
    scale: float | None
    """Pixels of the image for one unit of the coordinates."""
    spot_diameter: float | None
    """Diameter of a spot in units of the coordinates, which spans 65 µm."""
    unit: float | None = None
    """Unit of the coordinates, in µm."""


def ranger_matrix(folder: Path) -> Path:
    """Return the matrix of counts of an output folder of Space Ranger.

    Raises
    ------
    InputError
        If the folder has none.
    """
    for name in ("filtered_feature_bc_matrix.h5", "filtered_feature_bc_matrix"):
        if (folder / name).exists():
            return folder / name
    message = (
        f"{folder}: expected filtered_feature_bc_matrix.h5 and spatial/, as Space Ranger writes "
        f"them, found {', '.join(sorted(one.name for one in folder.iterdir())[:5]) or 'nothing'}"
    )
    raise InputError(message)


def ranger_positions(folder: Path) -> pd.DataFrame:
    """Return the spots of an output folder of Space Ranger, by barcode, with ``x`` and ``y``.

    Raises
    ------
    InputError
        If there is no table of positions, or it has other columns.
    """
    spatial = folder / "spatial"
    path = _first(spatial, _POSITIONS, "positions of the spots")
    if path.suffix == ".parquet":
        table = pd.read_parquet(path).astype(str)
    else:
        bare = path.name == "tissue_positions_list.csv"
        table = read_delimited(path, columns=_COLUMNS, header=not bare).to_pandas()
    missing = [name for name in _COLUMNS if name not in table.columns]
    if missing:
        message = f"{path}: expected the columns {', '.join(_COLUMNS)}, found no {missing[0]!r}"
        raise InputError(message)
    return _placed(path, table, "barcode", "pxl_col_in_fullres", "pxl_row_in_fullres")


def ranger_picture(folder: Path, image: Path | None) -> Pictured:
    """Return the image of an output folder of Space Ranger, or another of the full resolution.

    Raises
    ------
    InputError
        If there is no image or no ``scalefactors_json.json``, or that lacks a number.
    """
    spatial = folder / "spatial"
    path = _first(spatial, ("scalefactors_json.json",), "scale factors")
    try:
        factors = json.loads(path.read_text(encoding="utf-8"))
        taken = image or _first(spatial, _IMAGES, "image")
        scale = 1.0
        if image is None:
            scale = float(
                factors[f"tissue_{'hires' if 'hires' in taken.name else 'lowres'}_scalef"]
            )
        unit = factors.get("microns_per_pixel")
        diameter = float(factors["spot_diameter_fullres"])
        known = None if unit is None else float(unit)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = f"{path}: expected the scale factors of Space Ranger, found no {error}"
        raise InputError(message) from error
    return Pictured(read_picture(taken), scale, diameter, known)


def anndata_picture(path: Path) -> Pictured | None:
    """Return the image in ``uns["spatial"]`` of an h5ad file, the largest there; None without one.

    Raises
    ------
    InputError
        If there are several libraries, or the image is not of 8 bits or from 0 to 1.
    """
    check_hdf5(path)
    with h5py.File(path, "r") as file:
        uns = file.get("uns")
        found = uns.get("spatial") if isinstance(uns, h5py.Group) else None
        libraries = list(found) if isinstance(found, h5py.Group) else []
        if not isinstance(found, h5py.Group) or not libraries:
            return None
        if len(libraries) > 1:
            message = (
                f"{path}: uns['spatial'] has {len(libraries)} sections ({', '.join(libraries[:3])})"
                ", expected one: split the file by section and ingest each part"
            )
            raise InputError(message)
        return _library(path, found[libraries[0]])


def _library(path: Path, library: Any) -> Pictured | None:
    images, factors = library.get("images"), library.get("scalefactors")
    size = next((one for one in ("hires", "lowres") if images is not None and one in images), None)
    if size is None:
        return None
    pixels = np.asarray(images[size][()])
    if pixels.dtype.kind == "f" and pixels.size and pixels.min() >= 0 and pixels.max() <= 1:
        pixels = np.rint(pixels * 255).astype(np.uint8)
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] not in (3, 4):
        message = (
            f"{path}: image {size!r}: expected rows, columns and colours from 0 to 1 or of 8 bits, "
            f"found {pixels.dtype} of shape {pixels.shape}"
        )
        raise InputError(message)

    def factor(name: str) -> float | None:
        there = factors is not None and name in factors
        return float(factors[name][()]) if there else None

    scale = factor(f"tissue_{size}_scalef")
    unit = factor("microns_per_pixel")
    return Pictured(pixels[:, :, :3], scale, factor("spot_diameter_fullres"), unit)


def spot_table(path: Path) -> pd.DataFrame:
    """Return the spots of a table with barcodes and places, by barcode, with ``x`` and ``y``.

    Raises
    ------
    InputError
        If the table has no columns of places, or a place is not a number.
    """
    table = read_delimited(path).to_pandas()
    lower = {str(name).lower(): str(name) for name in table.columns}
    x, y = (next((lower[one] for one in usual if one in lower), None) for usual in (_X, _Y))
    if x is None or y is None:
        message = (
            f"{path}: expected columns of places such as x and y, found "
            f"{', '.join(map(str, table.columns[:6]))}: rename them to x (right) and y (down)"
        )
        raise InputError(message)
    name = next((lower[one] for one in _NAMES if one in lower), str(table.columns[0]))
    return _placed(path, table, name, x, y)


def _placed(path: Path, table: pd.DataFrame, name: str, x: str, y: str) -> pd.DataFrame:
    """Return a table by barcode whose ``x`` and ``y`` are numbers."""
    found = table.set_index(pd.Index(table[name].astype(str), dtype=object)).drop(columns=name)
    if not found.index.is_unique:
        twice = found.index[found.index.duplicated()]
        message = (
            f"{path}: {len(twice):,} barcodes have several rows, such as {twice[0]!r}: expected "
            "each once. Split the table by section"
        )
        raise InputError(message)
    for column, source in (("x", x), ("y", y)):
        numbers = pd.to_numeric(table[source], errors="coerce").to_numpy(np.float64)
        if not np.isfinite(numbers).all():
            bad = str(table[source].to_numpy()[~np.isfinite(numbers)][0])
            message = f"{path}: column {source!r}: expected finite places, found {bad!r}"
            raise InputError(message)
        found[column] = numbers
    return found


def _first(folder: Path, names: tuple[str, ...], what: str) -> Path:
    for name in names:
        if (folder / name).is_file():
            return folder / name
    message = f"{folder}: expected the {what} as {' or '.join(names)}, found none of them"
    raise InputError(message)
