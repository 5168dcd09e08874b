"""Opens an expression matrix whatever form it has, told by its content."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from orthoweave.errors import InputError, OrthoweaveError, UsageError
from orthoweave.files.anndata_files import open_anndata_zarr, open_h5ad
from orthoweave.files.count_tables import is_count_table, open_count_table
from orthoweave.files.features import genes_only
from orthoweave.files.foreign import (
    FORMS,
    START,
    first_bytes,
    foreign_file,
    foreign_folder,
    foreign_hdf5,
    is_hdf5,
)
from orthoweave.files.gct import is_gct, open_gct
from orthoweave.files.h5ad_guard import check_hdf5, open_hdf5
from orthoweave.files.h5seurat import is_h5seurat, open_h5seurat
from orthoweave.files.loom import is_loom, open_loom
from orthoweave.files.matrix_sources import Blocks, MatrixSource
from orthoweave.files.mtx import open_mtx
from orthoweave.files.named_tables import GeneShare
from orthoweave.files.parquet_tables import is_parquet, open_parquet
from orthoweave.files.plain_files import check_plain
from orthoweave.files.tenx import is_tenx_h5, open_tenx_h5
from orthoweave.files.unpacked import unpack_gzip

_GZIP: Final = b"\x1f\x8b"
# what HDF5, zarr, anndata and numpy raise when a file is not what its description says
_DAMAGE: Final = (
    *(ValueError, KeyError, TypeError, IndexError, AttributeError, ArithmeticError),
    *(RuntimeError, OSError, EOFError, MemoryError),
)


@dataclass(frozen=True, slots=True)
class Choices:
    """Choices within a file that holds more than one matrix or does not describe itself."""

    layer: str | None = None
    """Name of a matrix in an AnnData, loom or h5Seurat file, or counts of alevin-fry; see
    `open_h5ad`, `open_h5seurat` and `open_mtx`."""
    modality: str | None = None
    """Name of a part of a MuData or h5Seurat file; see `open_h5ad`."""
    rows: str | None = None
    """``genes`` or ``cells``, whichever the rows of a table are."""
    gene_share: GeneShare | None = None
    """Share of some names that are of genes; see `open_table`."""


def open_expression(path: Path, choices: Choices | None = None) -> MatrixSource:
    """Open the matrix of a file or folder, by its content; close it after use.

    Features that are not genes are left out, see `genes_only`. A gzipped HDF5 file is unpacked to
    the folder for temporary files until the source is closed.

    Raises
    ------
    InputError, HostileFileError, UnknownNameError
        As the reader of the file's form raises them.
    UsageError
        If something is chosen in a form that has no such choice.
    """
    taken = choices or Choices()
    with _as_damage(path):
        return _named(path, path, genes_only(_open(path, taken)))


def _named(path: Path, read: Path, source: MatrixSource) -> MatrixSource:
    """Return a source whose errors while reading name the file that the user gave."""
    blocks = partial(_translated, path, read, source.read_blocks)
    return replace(source, read_blocks=blocks)


def _open(path: Path, taken: Choices) -> MatrixSource:
    if path.is_dir() and any((path / name).is_file() for name in ("zarr.json", ".zgroup")):
        _refuse(path, taken, "rows")
        return open_anndata_zarr(path, taken.layer, taken.modality)
    if path.is_dir():
        _refuse_foreign(path, foreign_folder(path))
        _refuse(path, taken, "modality", "rows")
        return open_mtx(path, taken.layer)
    if path.name.lower().removesuffix(".gz").endswith(".mtx"):
        _refuse(path, taken, "modality", "rows")
        return open_mtx(path, taken.layer)
    with check_plain(path).open("rb") as stream:
        raw = stream.read(START)
    start = first_bytes(path)
    if is_hdf5(raw) or (is_hdf5(start) and raw.startswith(_GZIP)):
        _refuse(path, taken, "rows")
        return _open_hdf5(path, taken) if start == raw else _open_packed(path, taken)
    return _open_table(path, taken, raw, start)


def _open_table(path: Path, taken: Choices, raw: bytes, start: bytes) -> MatrixSource:
    """Open a table; `raw` are its first bytes, and `start` those of what is packed in it."""
    if is_parquet(path, raw):
        _refuse(path, taken, "layer", "modality")
        return open_parquet(path, taken.rows, taken.gene_share)
    if is_gct(start):
        _refuse(path, taken, "layer", "modality", "rows")
        return open_gct(path, start)
    _refuse_foreign(path, foreign_file(path))
    if is_count_table(path):
        _refuse(path, taken, "layer", "modality")
        return open_count_table(path, taken.rows, taken.gene_share)
    message = (
        f"{path} starts with {start[:8]!r}, which is neither HDF5 nor a table named .csv, .tsv or "
        f".txt: expected {FORMS}"
    )
    raise InputError(message)


def _open_hdf5(path: Path, taken: Choices) -> MatrixSource:
    check_hdf5(path)
    with open_hdf5(path) as file:
        loom, tenx, foreign = is_loom(file), is_tenx_h5(file), foreign_hdf5(path, file)
        seurat = is_h5seurat(file)
    _refuse_foreign(path, foreign)
    if seurat:
        return open_h5seurat(path, taken.layer, taken.modality)
    if loom:
        _refuse(path, taken, "modality")
        return open_loom(path, taken.layer)
    if tenx:
        _refuse(path, taken, "layer", "modality")
        return open_tenx_h5(path)
    return open_h5ad(path, taken.layer, taken.modality)


def _open_packed(path: Path, taken: Choices) -> MatrixSource:
    """Open a gzipped HDF5 file; what was unpacked goes when the source is closed."""
    read = unpack_gzip(path)
    try:
        with _renamed(path, read):
            source = _named(path, read, _open_hdf5(read, taken))
    except BaseException:
        read.unlink()
        raise

    def release() -> None:
        source.release()
        read.unlink(missing_ok=True)

    return replace(source, release=release)


def _refuse_foreign(path: Path, what: str | None) -> None:
    if what is not None:
        message = f"{path} {what}"
        raise InputError(message)


def _refuse(path: Path, taken: Choices, *options: str) -> None:
    for name in options:
        value = getattr(taken, name)
        if value is not None:
            message = f"{name}={value!r}: {path} has no such choice; leave the option out"
            raise UsageError(message)


@contextmanager
def _as_damage(path: Path) -> Iterator[None]:
    """Turn the errors that a damaged file causes in a reader into an InputError."""
    try:
        yield
    except OrthoweaveError:
        raise
    except _DAMAGE as error:
        reason = " ".join(str(error).split()) or "no reason given"
        message = (
            f"{path} is damaged, no reader makes sense of it ({type(error).__name__}: {reason}): "
            f"expected {FORMS}. Fetch it again, or write it again where it was made"
        )
        raise InputError(message) from error


@contextmanager
def _renamed(path: Path, read: Path) -> Iterator[None]:
    """Put the name of the file that the user gave in place of that of its unpacked copy."""
    try:
        yield
    except OrthoweaveError as error:
        error.args = tuple(str(part).replace(str(read), str(path)) for part in error.args)
        raise


def _translated(path: Path, read: Path, read_blocks: Callable[[int], Blocks], rows: int) -> Blocks:
    with _as_damage(path), _renamed(path, read):
        yield from read_blocks(rows)
