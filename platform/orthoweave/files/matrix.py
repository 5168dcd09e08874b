"""The expression matrix of a dataset on disk: written once, read in blocks of rows.

A folder in zarr version 3 with AnnData's own encoding, so that ``anndata.read_zarr`` opens it:
``X`` in CSR form with raw counts, ``obs`` the cells, ``var`` the genes. Chunks hold a million
values and are compressed in parallel, outside the interpreter's lock.
"""

import hashlib
import json
import os
import warnings
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numcodecs.blosc import Blosc  # type: ignore[import-untyped]

from orthoweave.errors import InputError, UsageError
from orthoweave.files.matrix_sources import MAXIMUM_BLOCK_VALUES, ROWS

CHUNK: Final = 1 << 20
# shuffled bits make small whole numbers vanish; shuffled bytes are enough for sorted columns
_Codec = tuple[Literal["lz4"], int, Literal["shuffle", "bitshuffle"]]
_CODECS: Final[dict[str, _Codec]] = {
    "data": ("lz4", 1, "bitshuffle"),
    "indices": ("lz4", 5, "shuffle"),
}
_SHUFFLE: Final = {"shuffle": Blosc.SHUFFLE, "bitshuffle": Blosc.BITSHUFFLE}
_WAITING_CHUNKS: Final = 8


class MatrixWriter:
    """Writes a matrix into an empty folder, block by block, then its cells and genes."""

    def __init__(self, folder: Path, threads: int = 2) -> None:
        self._folder = folder
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="matrix")
        self._shape: tuple[int, int] | None = None
        self._frames: Future[None] | None = None
        self._data = _Chunks(folder / "X" / "data", "data", np.dtype("<f4"), self._pool)
        self._indices = _Chunks(folder / "X" / "indices", "indices", np.dtype("<i4"), self._pool)
        self._lengths: list[np.ndarray] = []

    def write_frames(self, obs: pd.DataFrame, var: pd.DataFrame) -> None:
        """Begin to write cells and genes, beside the values.

        Parameters
        ----------
        obs, var
            Cells and genes, in the order of rows and columns.
        """
        self._shape = (len(obs), len(var))
        self._frames = self._pool.submit(_write_frames, self._folder, obs, var)

    def append(self, block: sp.csr_matrix) -> None:
        """Add the next rows: counts in float32 with increasing columns."""
        self._data.append(block.data)
        self._indices.append(block.indices)
        self._lengths.append(np.diff(block.indptr).astype(np.int64))

    def finish(self) -> str:
        """Write all else; returns the SHA-256 over the content of all files."""
        if self._shape is None or self._frames is None:
            message = "a matrix needs its cells and genes: call write_frames before finish"
            raise UsageError(message)
        digests = {**self._data.finish(), **self._indices.finish()}
        self._frames.result()
        self._pool.shutdown()
        lengths = np.concatenate([np.zeros(1, np.int64), *self._lengths])
        _write_sparse(self._folder, self._shape, np.cumsum(lengths), self._data.length)
        for path in sorted(item for item in self._folder.rglob("*") if item.is_file()):
            if path not in digests:
                digests[path] = hashlib.sha256(path.read_bytes()).hexdigest()
        named = {path.relative_to(self._folder).as_posix(): text for path, text in digests.items()}
        return hashlib.sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()

    def abandon(self) -> None:
        """Stop writing."""
        self._pool.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True)
class MatrixReader:
    """A dataset's matrix on disk: counts, cells × genes."""

    folder: Path
    n_cells: int
    n_genes: int
    barcodes: list[str]
    gene_keys: list[str | None]
    """Node key of the gene of each column; None where it is not known."""
    indptr: np.ndarray
    """Where each row starts among the values, shape ``(n_cells + 1,)``."""

    def blocks(self, rows: int = ROWS) -> Iterator[tuple[int, sp.csr_matrix]]:
        """Blocks of at most `rows` cells in order: the first cell's number and its counts."""
        group = _open_group(self.folder)
        data, indices = group["X"]["data"], group["X"]["indices"]
        step = self._step(rows)
        for start in range(0, self.n_cells, step):
            stop = min(start + step, self.n_cells)
            low, high = int(self.indptr[start]), int(self.indptr[stop])
            pointers = (self.indptr[start : stop + 1] - low).astype(np.int32)
            yield (
                start,
                sp.csr_matrix(
                    (np.asarray(data[low:high]), np.asarray(indices[low:high]), pointers),
                    shape=(stop - start, self.n_genes),
                ),
            )

    def obs(self) -> pd.DataFrame:
        """Cells with all columns; the index holds the barcodes."""
        return _read_frame(self.folder, "obs")

    def var(self) -> pd.DataFrame:
        """Genes with all columns; the index holds the original ids."""
        return _read_frame(self.folder, "var")

    def _step(self, rows: int) -> int:
        widest = int(np.diff(self.indptr).max(initial=1))
        return max(1, min(rows, MAXIMUM_BLOCK_VALUES // max(widest, 1)))


def open_matrix(folder: Path) -> MatrixReader:
    """Matrix in a folder that `MatrixWriter` wrote.

    Raises
    ------
    InputError
        If there is none, or it is not whole.
    """
    group = _open_group(folder)
    try:
        matrix = group["X"]
        shape = [int(edge) for edge in matrix.attrs["shape"]]
        indptr = np.asarray(matrix["indptr"][:]).astype(np.int64)
    except KeyError as error:
        raise _not_whole(folder, error) from error
    obs, var = _read_frame(folder, "obs"), _read_frame(folder, "var")
    keys = [key if isinstance(key, str) and key else None for key in var["gene_curie"]]
    return MatrixReader(folder, shape[0], shape[1], [str(name) for name in obs.index], keys, indptr)


def read_counts(folder: Path) -> tuple[list[str], sp.csr_matrix]:
    """Barcodes of the cells and all counts at once, shape ``(n_cells, n_genes)``, float32.

    Raises
    ------
    InputError
        If there is no matrix, or it is not whole.
    """
    group = _open_group(folder)
    try:
        matrix, obs = group["X"], group["obs"]
        barcodes = obs[obs.attrs["_index"]][:]
        data, indices, indptr = (
            np.asarray(matrix[name][:]) for name in ("data", "indices", "indptr")
        )
        n_cells, n_genes = matrix.attrs["shape"]
        counts = sp.csr_matrix((data, indices, indptr), shape=(int(n_cells), int(n_genes)))
    except (KeyError, ValueError) as error:
        raise _not_whole(folder, error) from error
    return [str(name) for name in barcodes], counts


class _Chunks:
    """One array of the matrix: cut into chunks, compressed and written by the pool."""

    def __init__(
        self, folder: Path, name: str, kind: np.dtype[Any], pool: ThreadPoolExecutor
    ) -> None:
        self.length = 0
        self._folder = folder / "c"
        self._folder.mkdir(parents=True)
        family, level, shuffle = _CODECS[name]
        self._codec = Blosc(family, level, _SHUFFLE[shuffle])
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
        # zeros behind the last value, so that the same values give the same bytes
        self._buffer = np.zeros(CHUNK, self._kind)
        self._filled = 0

    def _write(self, number: int, values: np.ndarray) -> tuple[Path, str]:
        content = self._codec.encode(values)
        path = self._folder / str(number)
        with path.open("wb") as stream:
            stream.write(content)
            stream.flush()
            # while other chunks are made, not all of them at the end
            os.fsync(stream.fileno())
        return path, hashlib.sha256(content).hexdigest()


def _write_frames(folder: Path, obs: pd.DataFrame, var: pd.DataFrame) -> None:
    import anndata
    import zarr
    from anndata.io import write_elem

    group = zarr.open_group(folder, mode="a", zarr_format=3)
    group.attrs.update({"encoding-type": "anndata", "encoding-version": "0.1.0"})
    with anndata.settings.override(auto_shard_zarr_v3=False), warnings.catch_warnings():
        # index names and the like are kept in a form that only the newest readers know
        warnings.simplefilter("ignore")
        for name, frame in (("obs", obs), ("var", var)):
            write_elem(group, name, _plain(frame))
        for name in ("layers", "obsm", "varm", "obsp", "varp", "uns"):
            write_elem(group, name, {})


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with columns that zarr can hold: numbers as they are, everything else as text."""
    columns: dict[str, Any] = {}
    for name in frame.columns:
        column: Any = frame[name]
        if column.dtype.kind not in "iufb":
            column = _as_texts(column)
        columns[str(name)] = np.asarray(column) if column.dtype.kind in "iufb" else column
    index = pd.Index([str(name) for name in frame.index], dtype=object)
    return pd.DataFrame(columns, index=index)


def _as_texts(column: "pd.Series[Any]") -> pd.Categorical:
    """Values as texts; of categories, each is turned once."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        there = column.notna()
        return pd.Categorical(
            [str(value) if known else None for value, known in zip(column, there, strict=True)]
        )
    codes, values = pd.factorize(column)
    texts = [str(value) for value in values]
    categories = sorted(set(texts))
    place = {text: number for number, text in enumerate(categories)}
    # the last one is for code -1, which is no value
    places = np.array([*(place[text] for text in texts), -1])
    return pd.Categorical.from_codes(places[codes], pd.Index(categories, dtype=object))


def _write_sparse(folder: Path, shape: tuple[int, int], indptr: np.ndarray, nnz: int) -> None:
    """Describe the chunks that are there already, and write the row pointers."""
    import zarr
    from zarr.codecs import BloscCodec

    group = zarr.open_group(folder, mode="a", zarr_format=3).create_group("X")
    group.attrs.update(
        {"encoding-type": "csr_matrix", "encoding-version": "0.1.0", "shape": list(shape)}
    )
    plain = {"encoding-type": "array", "encoding-version": "0.2.0"}
    for name, kind in (("data", "float32"), ("indices", "int32")):
        family, level, shuffle = _CODECS[name]
        codec = BloscCodec(typesize=4, cname=family, clevel=level, shuffle=shuffle)
        group.create_array(name, shape=(nnz,), chunks=(CHUNK,), dtype=kind, compressors=codec,
                           fill_value=0, attributes=dict(plain))  # fmt: skip
    pointers = group.create_array("indptr", shape=indptr.shape, chunks=(CHUNK,), dtype="int64",
                                  fill_value=0, attributes=dict(plain))  # fmt: skip
    pointers[:] = indptr


def _open_group(folder: Path) -> Any:
    import zarr

    try:
        return zarr.open_group(folder, mode="r", use_consolidated=False)
    except (FileNotFoundError, ValueError, KeyError) as error:
        message = f"{folder} holds no expression matrix ({error}): ingest the dataset again"
        raise InputError(message) from error


def _not_whole(folder: Path, error: Exception) -> InputError:
    return InputError(f"{folder} holds no whole expression matrix ({error}): ingest it again")


def _read_frame(folder: Path, name: str) -> pd.DataFrame:
    from anndata.io import read_elem

    return read_elem(_open_group(folder)[name])
