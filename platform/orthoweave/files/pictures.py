"""Images of stained tissue in PNG, JPEG and TIFF, as pixels of red, green and blue."""

import warnings
from pathlib import Path
from typing import Any, Final

import numpy as np

from orthoweave.errors import HostileFileError, InputError, MissingExtraError
from orthoweave.files.plain_files import check_plain

MOST_PIXELS: Final = 500_000_000
"""Largest image that is read, in pixels; a whole one is held in memory, three bytes a pixel."""
_TIFF: Final = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_FORMS: Final = ("PNG", "JPEG")


def read_picture(path: Path) -> np.ndarray:
    """Return the pixels of an image, shape ``(height, width, 3)``, uint8.

    Raises
    ------
    InputError
        If it is damaged, or another file than PNG, JPEG or TIFF of 8 bits in grey or colour.
    HostileFileError
        If it says that it has more than 500 million pixels.
    MissingExtraError
        If the extra ``spatial`` is not installed.
    """
    check_plain(path)
    with path.open("rb") as stream:
        start = stream.read(4)
    pixels = _read_tiff(path) if start in _TIFF else _read_pillow(path)
    return _coloured(path, pixels)


def _read_pillow(path: Path) -> np.ndarray:
    try:
        from PIL import Image, UnidentifiedImageError
    except ImportError as error:
        raise _missing("Pillow") from error
    try:
        with warnings.catch_warnings():
            # its warning comes at a third of what we allow; _check_size refuses
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=_FORMS) as image:
                _check_size(path, image.height, image.width)
                return np.asarray(image.convert("RGB"))
    except Image.DecompressionBombError as error:
        raise _too_large(path, str(error)) from error
    except UnidentifiedImageError as error:
        message = f"{path}: expected an image as PNG, JPEG or TIFF, found another form: convert it"
        raise InputError(message) from error
    except (OSError, ValueError, SyntaxError) as error:
        raise _damaged(path, error) from error


def _read_tiff(path: Path) -> np.ndarray:
    try:
        import tifffile
    except ImportError as error:
        raise _missing("tifffile") from error
    try:
        with tifffile.TiffFile(path) as file:
            page: Any = file.series[0].levels[0]
            axes = str(page.axes).replace("S", "C")
            if sorted(axes) not in (["X", "Y"], ["C", "X", "Y"]):
                message = (
                    f"{path}: expected one image of rows, columns and colours, found axes "
                    f"{page.axes!r} of shape {page.shape}: save the stained image alone"
                )
                raise InputError(message)
            _check_size(path, page.shape[axes.index("Y")], page.shape[axes.index("X")])
            found: np.ndarray = page.asarray()
    except (tifffile.TiffFileError, OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise _damaged(path, error) from error
    return np.moveaxis(found, axes.index("C"), 2) if axes.startswith("C") else found


def _coloured(path: Path, pixels: np.ndarray) -> np.ndarray:
    """Return pixels with three channels: grey is repeated, transparency is left out."""
    if pixels.dtype != np.uint8:
        message = (
            f"{path}: expected 8 bits a channel, found {pixels.dtype}: an H&E image has 8, save a "
            "fluorescence image as the colours that are to be read"
        )
        raise InputError(message)
    if pixels.ndim == 2:
        return np.repeat(pixels[:, :, None], 3, axis=2)
    if pixels.shape[2] not in (3, 4):
        message = f"{path}: expected 3 channels (red, green, blue), found {pixels.shape[2]}"
        raise InputError(message)
    return np.ascontiguousarray(pixels[:, :, :3])


def _check_size(path: Path, height: int, width: int) -> None:
    if height * width > MOST_PIXELS:
        raise _too_large(path, f"{width:,} x {height:,} pixels")
    if min(height, width) < 1:
        message = f"{path}: expected an image, found {width} x {height} pixels"
        raise InputError(message)


def _too_large(path: Path, found: str) -> HostileFileError:
    return HostileFileError(
        f"{path}: {found}, expected {MOST_PIXELS:,} pixels at most: save the image at a lower "
        "resolution"
    )


def _damaged(path: Path, error: Exception) -> InputError:
    return InputError(
        f"{path}: the image cannot be read ({error}). Is it whole? TIFF is read uncompressed, with "
        "deflate, or with what imagecodecs adds where it is installed"
    )


def _missing(package: str) -> MissingExtraError:
    return MissingExtraError(
        f"images need {package}, which is not installed: pip install 'orthoweave[spatial]'"
    )
