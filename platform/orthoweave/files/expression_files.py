"""Opens an expression matrix whatever form it has: AnnData h5ad or zarr, 10x h5 or mtx folder."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from orthoweave.errors import InputError, OrthoweaveError, UsageError
from orthoweave.files.anndata_files import open_anndata_zarr, open_h5ad
from orthoweave.files.features import genes_only
from orthoweave.files.matrix_sources import Blocks, MatrixSource
from orthoweave.files.tenx import is_tenx_h5, open_mtx, open_tenx_h5

_HDF5: Final = b"\x89HDF\r\n\x1a\n"
# what HDF5, zarr, anndata and numpy raise when a file is not what its description says
_DAMAGE: Final = (
    *(ValueError, KeyError, TypeError, IndexError, AttributeError, ArithmeticError),
    *(RuntimeError, OSError, EOFError, MemoryError),
)
_SEPARATORS: Final = {".csv": ",", ".tsv": "\t", ".txt": "\t"}
_FORMS: Final = "an AnnData .h5ad or .zarr, a 10x .h5 or a folder with matrix.mtx"


def open_expression(path: Path, layer: str | None = None) -> MatrixSource:
    """Open the matrix of a file or folder, by its content; close it after use.

    Features that are not genes are left out, see `genes_only`.

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
    with _as_damage(path):
        source = genes_only(_open(path, layer))
    return replace(source, read_blocks=partial(_translated, path, source.read_blocks))


def _open(path: Path, layer: str | None) -> MatrixSource:
    if path.is_dir() and any((path / name).is_file() for name in ("zarr.json", ".zgroup")):
        return open_anndata_zarr(path, layer)
    if path.is_dir() or path.name.removesuffix(".gz").endswith(".mtx"):
        _refuse_layer(path, layer)
        return open_mtx(path)
    with path.open("rb") as stream:
        start = stream.read(8)
    if start[:4] == b"PK\x03\x04":
        message = f"{path} is a zip archive: unpack it and give the folder ({_FORMS})"
        raise InputError(message)
    if start[:2] == b"\x1f\x8b":
        message = f"{path} is gzipped: unpack it with gunzip first ({_FORMS})"
        raise InputError(message)
    if path.suffix in _SEPARATORS:
        raise InputError(_table_advice(path))
    if start != _HDF5:
        message = f"{path} starts with {start!r}, which is not HDF5: expected {_FORMS}"
        raise InputError(message)
    if is_tenx_h5(path):
        _refuse_layer(path, layer)
        return open_tenx_h5(path)
    return open_h5ad(path, layer)


def _refuse_layer(path: Path, layer: str | None) -> None:
    if layer is not None:
        message = f"layer={layer!r}: {path} has one matrix only; leave the option out"
        raise UsageError(message)


def _table_advice(path: Path) -> str:
    """Say how a table of counts becomes an AnnData file."""
    separator = _SEPARATORS[path.suffix]
    return f"""{path} is a table of texts, expected {_FORMS}. Write an h5ad of it in Python:
import anndata, pandas
table = pandas.read_csv({str(path)!r}, sep={separator!r}, index_col=0)
anndata.AnnData(table.T).write_h5ad({path.with_suffix(".h5ad").name!r})
(table.T where the rows are genes, table where they are cells)"""


@contextmanager
def _as_damage(path: Path) -> Iterator[None]:
    """Raise what a damaged file makes a reader raise as an InputError."""
    try:
        yield
    except OrthoweaveError:
        raise
    except _DAMAGE as error:
        reason = " ".join(str(error).split()) or "no reason given"
        message = (
            f"{path} is damaged, no reader makes sense of it ({type(error).__name__}: {reason}): "
            f"expected {_FORMS}. Fetch it again, or write it again where it was made"
        )
        raise InputError(message) from error


def _translated(path: Path, read_blocks: Callable[[int], Blocks], rows: int) -> Blocks:
    with _as_damage(path):
        yield from read_blocks(rows)
