"""Write the expression matrix of a dataset, in blocks of rows.

Chunks hold a million values and are compressed in parallel, outside the interpreter's lock. Counts
are stored as whole numbers, and columns as differences: about one byte for a value and its column
together.
"""

import hashlib
import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numcodecs.blosc import Blosc

from orthoweave.errors import InputError, UsageError
from orthoweave.scales import COUNTS
from orthoweave.storage.durable import file_digest, pending_folder, publish_folder
from orthoweave.storage.tissue_image import ImageAbout, write_image
from orthoweave.storage.zarr_groups import NAME_DIGITS, ROOT_FILE, import_zarr, write_checksums

CHUNK: Final = 1 << 20
# shuffled bytes: the upper bytes of small whole numbers are zeros, which compress to nothing
_TYPE_SIZE: Final = 4
_FAMILY: Final = "zstd"
_LEVEL: Final = 1
_WAITING_CHUNKS: Final = 8


@dataclass(frozen=True, slots=True)
class WrittenMatrix:
    """A published matrix."""

    folder: str
    """Name of its folder below ``matrices/``."""
    digest: str
    """SHA-256 of its root, which lists those of all other files."""


class MatrixWriter:
    """Writes a matrix into an empty folder, block by block, then its cells and genes.

    Parameters
    ----------
    scale
        Of the values. Counts are stored as whole numbers, all others as they are.
    """

    def __init__(self, folder: Path, threads: int = 2, scale: str = COUNTS) -> None:
        self._folder = folder
        self._scale = scale
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="matrix")
        self._shape: tuple[int, int] | None = None
        self._frames: Future[None] | None = None
        self._written: WrittenMatrix | None = None
        x = folder / "X"
        stored = _whole_numbers if scale == COUNTS else _as_they_are
        self._data = _Chunks(x / "data", np.dtype("<f4"), stored, self._pool)
        self._indices = _Chunks(x / "indices", np.dtype("<i4"), _steps, self._pool)
        self._lengths: list[np.ndarray] = []

    def write_frames(self, obs: pd.DataFrame, var: pd.DataFrame) -> None:
        """Begin to write cells and genes, beside the values.

        Parameters
        ----------
        obs, var
            Cells and genes, in the order of rows and columns.
        """
        self._shape = (len(obs), len(var))
        self._frames = self._pool.submit(_write_frames, self._folder, obs, var, self._scale)

    def append(self, block: sp.csr_matrix) -> None:
        """Add the next rows: values in float32, with increasing columns."""
        self._data.append(block.data)
        self._indices.append(block.indices)
        self._lengths.append(np.diff(block.indptr).astype(np.int64))

    def write_image(self, pixels: np.ndarray, about: ImageAbout) -> None:
        """Write the image of a tissue section beside the values; see `tissue_image`."""
        write_image(self._folder, pixels, about)

    @property
    def written(self) -> WrittenMatrix:
        """The published matrix.

        Raises
        ------
        UsageError
            If it has not been published yet.
        """
        if self._written is None:
            message = "the matrix is not published yet: leave the block of write_matrix first"
            raise UsageError(message)
        return self._written

    def publish(self, matrices: Path, dataset: str) -> None:
        """Finish the matrix and give its folder the name of the dataset and its digest."""
        digest = self.finish()
        folder = f"{dataset}-{digest[:NAME_DIGITS]}"
        publish_folder(self._folder, matrices / folder)
        self._written = WrittenMatrix(folder, digest)

    def finish(self) -> str:
        """Write the row pointers and the checksums of all files; return the SHA-256 of these."""
        if self._shape is None or self._frames is None:
            message = "a matrix needs its cells and genes: call write_frames before finish"
            raise UsageError(message)
        digests = {**self._data.finish(), **self._indices.finish()}
        self._frames.result()
        self._pool.shutdown()
        lengths = np.concatenate([np.zeros(1, np.int64), *self._lengths])
        pointers, counted = np.cumsum(lengths), self._scale == COUNTS
        _write_sparse(self._folder, self._shape, pointers, self._data.length, counted=counted)
        for path in sorted(item for item in self._folder.rglob("*") if item.is_file()):
            if path not in digests and path != self._folder / ROOT_FILE:
                digests[path] = file_digest(path)
        named = {path.relative_to(self._folder).as_posix(): text for path, text in digests.items()}
        return write_checksums(self._folder, named)

    def abandon(self) -> None:
        """Stop writing."""
        self._pool.shutdown(cancel_futures=True)


@contextmanager
def publish_matrix(
    matrices: Path, dataset: str, obs: pd.DataFrame, var: pd.DataFrame, scale: str = COUNTS
) -> Iterator[MatrixWriter]:
    """Write a matrix into a pending folder, and publish it if the block succeeds."""
    with pending_folder(matrices, dataset) as folder:
        writer = MatrixWriter(folder, scale=scale)
        try:
            writer.write_frames(obs, var)
            yield writer
            writer.publish(matrices, dataset)
        finally:
            writer.abandon()


class _Chunks:
    """One array of the matrix: cut into chunks, compressed and written by the pool."""

    def __init__(
        self,
        folder: Path,
        kind: np.dtype[Any],
        stored: Callable[[np.ndarray], np.ndarray],
        pool: ThreadPoolExecutor,
    ) -> None:
        self.length = 0
        self._folder = folder / "c"
        self._folder.mkdir(parents=True)
        self._codec = Blosc(_FAMILY, _LEVEL, Blosc.SHUFFLE)
        self._stored = stored
        self._kind = kind
        self._pool = pool
        self._buffer = np.zeros(CHUNK, kind)
        self._filled = 0
        self._written: list[Future[tuple[Path, str]]] = []

    def append(self, values: np.ndarray) -> None:
        self.length += len(values)
        taken = 0
        while taken < len(values):
            part = values[taken : taken + CHUNK - self._filled]
            self._buffer[self._filled : self._filled + len(part)] = part
            self._filled += len(part)
            taken += len(part)
            if self._filled == CHUNK:
                self._send()

    def finish(self) -> dict[Path, str]:
        if self._filled:
            self._send()
        return dict(future.result() for future in self._written)

    def _send(self) -> None:
        number = len(self._written)
        if number >= _WAITING_CHUNKS:
            self._written[number - _WAITING_CHUNKS].result()
        self._written.append(self._pool.submit(self._write, number, self._buffer))
        # zeros after the last value, so that equal values give equal bytes
        self._buffer = np.zeros(CHUNK, self._kind)
        self._filled = 0

    def _write(self, number: int, values: np.ndarray) -> tuple[Path, str]:
        content = self._codec.encode(self._stored(values))
        path = self._folder / str(number)
        with path.open("wb") as stream:
            stream.write(content)
            stream.flush()
            # while other chunks are computed, rather than all at the end
            os.fsync(stream.fileno())
        return path, hashlib.sha256(content).hexdigest()


def _whole_numbers(counts: np.ndarray) -> np.ndarray:
    """Return counts as they are stored: unsigned, in four bytes."""
    with np.errstate(invalid="ignore"):
        stored = counts.astype("<u4")
    if not np.array_equal(stored, counts):
        message = "expected whole counts from 0 to 4,294,967,295, found others: nothing was stored"
        raise InputError(message)
    return stored


def _as_they_are(values: np.ndarray) -> np.ndarray:
    return values


def _steps(columns: np.ndarray) -> np.ndarray:
    """Return columns as they are stored: each as its distance from the one before."""
    steps = np.empty_like(columns)
    steps[0] = columns[0]
    np.subtract(columns[1:], columns[:-1], out=steps[1:])
    return steps


def _write_frames(folder: Path, obs: pd.DataFrame, var: pd.DataFrame, scale: str) -> None:
    import anndata
    from anndata.io import write_elem

    group = import_zarr().open_group(folder, mode="a", zarr_format=3)
    group.attrs.update({"encoding-type": "anndata", "encoding-version": "0.1.0"})
    with anndata.settings.override(auto_shard_zarr_v3=False), warnings.catch_warnings():
        # index names would be stored in a form that only the newest readers can read
        warnings.simplefilter("ignore")
        for name, frame in (("obs", obs), ("var", var)):
            write_elem(group, name, _plain(frame))
        for name in ("layers", "obsm", "varm", "obsp", "varp"):
            write_elem(group, name, {})
        write_elem(group, "uns", {} if scale == COUNTS else {"scale": scale})


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` with columns that zarr can hold: numbers as they are, the rest as text."""
    columns: dict[str, Any] = {}
    for name in frame.columns:
        column: Any = frame[name]
        if column.dtype.kind not in "iufb":
            column = _as_texts(column)
        safe = _safe_name(str(name), columns)
        columns[safe] = np.asarray(column) if column.dtype.kind in "iufb" else column
    index = pd.Index([str(name) for name in frame.index], dtype=object)
    return pd.DataFrame(columns, index=index)


def _safe_name(name: str, taken: Mapping[str, Any]) -> str:
    """Return a name that zarr takes as a key: without slashes, and not one of its own."""
    safe = name.replace("/", "_").strip() or "unnamed"
    if safe.strip(".") == "" or safe.startswith("__") or safe == "_index":
        safe += "_"
    while safe in taken:
        safe += "_"
    return safe


def _as_texts(column: "pd.Series[Any]") -> pd.Categorical:
    """Return values as texts; each category is converted once."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        there = column.notna()
        return pd.Categorical(
            [str(value) if known else None for value, known in zip(column, there, strict=True)]
        )
    codes, values = pd.factorize(column)
    texts = [str(value) for value in values]
    categories = sorted(set(texts))
    place = {text: number for number, text in enumerate(categories)}
    # the last one is for code -1, a missing value
    places = np.array([*(place[text] for text in texts), -1])
    return pd.Categorical.from_codes(places[codes], pd.Index(categories, dtype=object))


def _write_sparse(
    folder: Path, shape: tuple[int, int], indptr: np.ndarray, nnz: int, *, counted: bool
) -> None:
    """Describe the chunks that are there already, and write the row pointers."""
    from zarr.codecs import BloscCodec
    from zarr.codecs.numcodecs import AsType, Delta

    zarr = import_zarr()
    group = zarr.open_group(folder, mode="a", zarr_format=3).create_group("X")
    group.attrs.update(
        {"encoding-type": "csr_matrix", "encoding-version": "0.1.0", "shape": list(shape)}
    )
    plain = {"encoding-type": "array", "encoding-version": "0.2.0"}
    codec = BloscCodec(typesize=_TYPE_SIZE, cname=_FAMILY, clevel=_LEVEL, shuffle="shuffle")
    arrays = (
        ("data", "float32", AsType(encode_dtype="<u4", decode_dtype="<f4") if counted else ()),
        ("indices", "int32", Delta(dtype="<i4")),
    )
    for name, kind, stored in arrays:
        group.create_array(
            name,
            shape=(nnz,),
            chunks=(CHUNK,),
            dtype=kind,
            filters=stored,
            compressors=codec,
            fill_value=0,
            attributes=dict(plain),
        )
    pointers = group.create_array(
        "indptr",
        shape=indptr.shape,
        chunks=(CHUNK,),
        dtype="int64",
        fill_value=0,
        attributes=dict(plain),
    )
    pointers[:] = indptr
