"""Open the groups of our matrices in zarr; no other module of ours imports it to read them."""

import warnings
from pathlib import Path
from typing import Any

from orthoweave.errors import InputError


def import_zarr() -> Any:
    """Import zarr, without its warning that other languages may not know two of our codecs."""
    import zarr

    warnings.filterwarnings("ignore", message="Numcodecs codecs are not in the Zarr version 3")
    return zarr


def open_group(folder: Path) -> Any:
    """Open the group of a matrix to read it.

    Raises
    ------
    InputError
        If there is none.
    """
    try:
        return import_zarr().open_group(folder, mode="r", use_consolidated=False)
    except (FileNotFoundError, ValueError, KeyError) as error:
        message = f"{folder} does not hold an expression matrix ({error}): ingest it again"
        raise InputError(message) from error


def not_whole(folder: Path, error: Exception) -> InputError:
    """Return the error for a matrix of which a part is missing."""
    return InputError(
        f"{folder} does not hold a whole expression matrix ({error}): ingest it again"
    )
