"""Opens an expression matrix whatever form it has: AnnData h5ad or zarr, 10x h5 or mtx folder."""

from pathlib import Path
from typing import Final

from orthoweave.errors import InputError, UsageError
from orthoweave.files.anndata_files import open_anndata_zarr, open_h5ad
from orthoweave.files.matrix_sources import MatrixSource
from orthoweave.files.tenx import is_tenx_h5, open_mtx, open_tenx_h5

_HDF5: Final = b"\x89HDF\r\n\x1a\n"
_FORMS: Final = "an AnnData .h5ad or .zarr, a 10x .h5 or a folder with matrix.mtx"


def open_expression(path: Path, layer: str | None = None) -> MatrixSource:
    """Matrix of a file or folder, by its content; close it after use.

    Parameters
    ----------
    layer
        Which matrix of an AnnData file to take; see `open_h5ad`.

    Raises
    ------
    InputError, HostileFileError, UnknownNameError
        See the readers of each form.
    UsageError
        If a layer is asked of a form that has none.
    """
    if path.is_dir() and any((path / name).is_file() for name in ("zarr.json", ".zgroup")):
        return open_anndata_zarr(path, layer)
    if path.is_dir() or path.name.removesuffix(".gz").endswith(".mtx"):
        _refuse_layer(path, layer)
        return open_mtx(path if path.is_dir() else path.parent)
    with path.open("rb") as stream:
        start = stream.read(8)
    if start[:4] == b"PK\x03\x04":
        message = f"{path} is a zip archive: unpack it and give the folder ({_FORMS})"
        raise InputError(message)
    if start != _HDF5:
        message = f"{path} starts with {start!r}, which is no HDF5: expected {_FORMS}"
        raise InputError(message)
    if is_tenx_h5(path):
        _refuse_layer(path, layer)
        return open_tenx_h5(path)
    return open_h5ad(path, layer)


def _refuse_layer(path: Path, layer: str | None) -> None:
    if layer is not None:
        message = f"layer={layer!r}: {path} has one matrix only; leave the option out"
        raise UsageError(message)
