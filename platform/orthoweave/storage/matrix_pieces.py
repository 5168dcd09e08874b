"""The values of a matrix on disk, chunk by chunk in any order, each read and decoded once.

Chunks are decoded ahead by the cores there are, outside the interpreter's lock. A few of them are
in memory at a time, however large the matrix is.
"""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import scipy.sparse as sp
from numcodecs.blosc import Blosc

from orthoweave.storage.zarr_groups import CheckedFiles, not_whole, open_group

# what is decoded of values and columns, by the codecs that `MatrixWriter` gives them
_STORED: Final = {
    ("numcodecs.astype", "bytes", "blosc"): "<u4",
    ("numcodecs.delta", "bytes", "blosc"): "<i4",
    ("bytes", "blosc"): "<f4",
}

# values that are converted at a time, so that the copy that numpy makes stays in cache
_CONVERTED: Final = 1 << 14

_Part = tuple[int, np.ndarray, np.ndarray]
"""Place, values and columns of a part of a cell."""


@dataclass(frozen=True, slots=True)
class MatrixPieces:
    """The values of a dataset's matrix, cells × genes, and the barcodes of its cells."""

    folder: Path
    """Folder of its files."""
    barcodes: pa.Array
    """Names of the cells, texts, shape ``(n_cells,)``."""
    n_genes: int
    starts: npt.NDArray[np.int64]
    """Place of each cell's first value, shape ``(n_cells + 1,)``."""
    bounds: npt.NDArray[np.int64]
    """First cell that begins in each chunk and, last, the number of cells, ``(n_chunks + 1,)``."""
    _values: "_Array"
    _columns: "_Array"

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return len(self.barcodes)

    @property
    def n_values(self) -> int:
        """Number of stored values."""
        return int(self.starts[-1])

    @property
    def n_chunks(self) -> int:
        """Number of chunks, one at least."""
        return len(self.bounds) - 1

    def pieces(self, chunks: Sequence[int] | None = None) -> Iterator[tuple[int, sp.csr_matrix]]:
        """Yield all cells, each once: the first cell's number and the values of each piece.

        Values are float32, and columns increase within each cell. A piece is the cells that lie in
        one chunk; a cell that several chunks share is a piece of its own, once all were read. The
        arrays of a piece are written over when the next one is asked for: copy what is to stay.

        Parameters
        ----------
        chunks
            All chunks in the order in which to read them; None for the order of the cells.

        Raises
        ------
        IntegrityError
            If a file is missing or is not what was written.
        """
        order = range(self.n_chunks) if chunks is None else chunks
        shared: dict[int, list[_Part]] = {}
        for number, (values, columns) in zip(order, self._decoded(order), strict=True):
            first, last = int(self.bounds[number]), int(self.bounds[number + 1])
            low = number * self._values.chunk
            # of the cell that began in a chunk before
            head = min(int(self.starts[first]) - low, len(values))
            if head > 0:
                part = low, values[:head], columns[:head]
                yield from self._joined(shared, first - 1, part)
            # the last cell that begins here may go on in the next chunk
            goes_on = first < last and int(self.starts[last]) > low + len(values)
            whole = last - int(goes_on)
            if whole > first:
                inside = slice(int(self.starts[first]) - low, int(self.starts[whole]) - low)
                yield first, self._rows(first, whole, values[inside], columns[inside])
            if goes_on:
                tail = int(self.starts[whole]) - low
                part = low + tail, values[tail:], columns[tail:]
                yield from self._joined(shared, whole, part)

    def _joined(
        self, shared: dict[int, list[_Part]], cell: int, part: _Part
    ) -> Iterator[tuple[int, sp.csr_matrix]]:
        """Keep a part of a cell; yield the cell if it is whole now."""
        place, values, columns = part
        parts = shared.setdefault(cell, [])
        # copied, so that its chunk need not stay in memory
        parts.append((place, values.copy(), columns.copy()))
        if sum(len(values) for _, values, _ in parts) == self.starts[cell + 1] - self.starts[cell]:
            parts.sort(key=lambda one: one[0])
            values, columns = (np.concatenate([one[side] for one in parts]) for side in (1, 2))
            del shared[cell]
            yield cell, self._rows(cell, cell + 1, values, columns)

    def _rows(
        self, first: int, last: int, values: np.ndarray, columns: np.ndarray
    ) -> sp.csr_matrix:
        pointers = (self.starts[first : last + 1] - self.starts[first]).astype(np.int32)
        return sp.csr_matrix((values, columns, pointers), shape=(last - first, self.n_genes))

    def _decoded(self, order: Sequence[int]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield values and columns of chunks; the next ones are decoded meanwhile."""
        # one chunk is in use meanwhile, by a thread of its own
        threads = max(1, (os.cpu_count() or 1) - 1)
        wanted = deque(order)
        ahead: deque[Future[_Buffers]] = deque()
        free = [_Buffers(self._values.chunk) for _ in range(min(threads + 1, len(wanted)))]
        with ThreadPoolExecutor(threads, thread_name_prefix="pieces") as pool:
            try:
                while wanted or ahead:
                    while wanted and free:
                        ahead.append(pool.submit(self._decode, wanted.popleft(), free.pop()))
                    one = ahead.popleft().result()
                    yield one.values[: one.length], one.columns[: one.length]
                    free.append(one)
            finally:
                # a reader that stops early does not wait for what was asked ahead
                for future in ahead:
                    future.cancel()

    def _decode(self, number: int, target: "_Buffers") -> "_Buffers":
        low = number * self._values.chunk
        high = min(low + self._values.chunk, int(self.starts[-1]))
        self._values.read(low, high, target.values)
        self._columns.read(low, high, target.columns)
        target.length = high - low
        return target


class _Buffers:
    """Arrays that chunks are decoded into, one after another: fresh memory costs time."""

    def __init__(self, size: int) -> None:
        self.values = np.empty(size, np.float32)
        self.columns = np.empty(size, np.int32)
        self.length = 0


def open_pieces(folder: Path) -> MatrixPieces:
    """Open the matrix in a folder that `MatrixWriter` wrote, without AnnData.

    Raises
    ------
    InputError
        If the matrix is missing or damaged.
    """
    group = open_group(folder)
    try:
        matrix, obs = group["X"], group["obs"]
        # a list of texts would take four times the memory
        barcodes = pa.array([str(name) for name in obs[obs.attrs["_index"]][:]], pa.string())
        starts = np.asarray(matrix["indptr"][:]).astype(np.int64)
        n_cells, n_genes = (int(edge) for edge in matrix.attrs["shape"])
        files = CheckedFiles(folder)
        values, columns = (_Array(matrix[name], files, f"X/{name}") for name in ("data", "indices"))
    except (KeyError, ValueError, FileNotFoundError) as error:
        raise not_whole(folder, error) from error
    if not len(starts) - 1 == len(barcodes) == n_cells:
        found = ValueError(f"{n_cells:,} cells, {len(barcodes):,} names, {len(starts):,} pointers")
        raise not_whole(folder, found)
    n_chunks = max(1, -(-int(starts[-1]) // values.chunk))
    bounds = np.searchsorted(starts[:-1], np.arange(n_chunks + 1) * values.chunk)
    bounds[-1] = n_cells
    return MatrixPieces(folder, barcodes, n_genes, starts, bounds, values, columns)


class _Array:
    """One array of the matrix: decoded here in the form of today, by zarr in an older one."""

    def __init__(self, array: Any, files: CheckedFiles, name: str) -> None:
        self.chunk = int(array.chunks[0])
        self._array, self._files, self._name = array, files, name
        codecs = tuple(codec.to_dict()["name"] for codec in array.metadata.codecs)
        self._stored = _STORED.get(codecs) if files.known else None

    def read(self, low: int, high: int, target: np.ndarray) -> None:
        """Put the entries of one chunk, which are those from `low` to before `high`, in place."""
        if self._stored is None or low == high:
            target[: high - low] = self._array[low:high]
            return
        content = self._files.read(f"{self._name}/c/{low // self.chunk}")
        Blosc().decode(content, out=target)
        if self._stored == "<i4":
            # columns are stored as distances
            np.cumsum(target, out=target)
        elif self._stored == "<u4":
            stored = target.view(np.uint32)
            for start in range(0, len(target), _CONVERTED):
                part = slice(start, start + _CONVERTED)
                target[part] = stored[part]
