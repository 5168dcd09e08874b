"""Tissue and background of a stained section, on plain arrays of pixels."""

from typing import Final

import numpy as np

BRIGHT: Final = 200
"""Least value of every channel of a pixel of the empty slide, of 255."""


def background(pixels: np.ndarray) -> np.ndarray:
    """Return the mask of pixels that show the empty slide, bright in every channel.

    Parameters
    ----------
    pixels
        Shape ``(..., 3)``, uint8, red, green and blue.

    Examples
    --------
    >>> background(np.array([[255, 250, 240], [180, 90, 160]], np.uint8)).tolist()
    [True, False]
    """
    return pixels.min(axis=-1) >= BRIGHT


def background_shares(patches: np.ndarray) -> np.ndarray:
    """Return the share of background of each patch, shape ``(n,)``, from 0 to 1.

    Parameters
    ----------
    patches
        Shape ``(n, height, width, 3)``, uint8.
    """
    return background(patches).mean(axis=(1, 2))


def halved(pixels: np.ndarray) -> np.ndarray:
    """Return an image of half the height and width, each pixel the mean of four.

    An odd last row or column is repeated.

    Parameters
    ----------
    pixels
        Shape ``(height, width, 3)``, uint8.
    """
    height, width = pixels.shape[:2]
    even = np.pad(pixels, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge").astype(np.uint16)
    summed = even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]
    return ((summed + 2) // 4).astype(np.uint8)


def resampled(region: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return pixels at fractional places of a region by bilinear interpolation, uint8.

    Places beyond the region take the value of its edge.

    Parameters
    ----------
    region
        Shape ``(height, width, 3)``, uint8.
    rows, columns
        Places of the rows and columns to return, in pixels of the region; a pixel's centre lies at
        its number plus a half. Shapes ``(n_rows,)`` and ``(n_columns,)``.
    """
    above, below, down = _between(rows, region.shape[0])
    left, right, along = _between(columns, region.shape[1])
    down, along = down[:, None, None], along[None, :, None]
    top = region[np.ix_(above, left)] * (1 - along) + region[np.ix_(above, right)] * along
    bottom = region[np.ix_(below, left)] * (1 - along) + region[np.ix_(below, right)] * along
    return np.rint(top * (1 - down) + bottom * down).astype(np.uint8)


def _between(places: np.ndarray, length: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the pixels on both sides of each place, and how far it is from the first."""
    inside = np.clip(places - 0.5, 0, length - 1)
    first = np.floor(inside).astype(np.int64)
    return first, np.minimum(first + 1, length - 1), inside - first
