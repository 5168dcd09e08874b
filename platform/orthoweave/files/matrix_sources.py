"""One interface to expression matrices of every foreign form: cells, genes, blocks of rows.

A source is opened after its structure was checked. It returns cells and genes as data frames and
values as blocks of rows in CSR form. A block is used only after its indices were checked: an index
out of range makes compiled code read foreign memory.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, Self

import numpy as np
import pandas as pd
import scipy.sparse as sp

from orthoweave.errors import HostileFileError, InputError

# float32 holds all whole numbers up to here
EXACT: Final = 2**24
ROWS: Final = 5_000
# a block holds at most this many values, so that wide or dense matrices fit in memory too
MAXIMUM_BLOCK_VALUES: Final = 8_000_000
# values this close to a whole number are that number: float32 arithmetic on counts leaves as much
NOISE: Final = 1e-4
# enough values to tell counts from anything else before the whole is read
_SAMPLE: Final = 200_000

Blocks = Iterator[tuple[int, sp.csr_matrix]]


class Sliceable(Protocol):
    """An array on disk whose slices are numpy arrays."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""

    def __getitem__(self, key: Any) -> Any:
        """Return the values of a slice."""


@dataclass(slots=True)
class MatrixSource:
    """An expression matrix, cells × genes, with its cells and genes. Close it after use."""

    kind: str
    """Format of the file, such as ``h5ad``."""
    where: str
    """The matrix in use, such as ``X`` or ``layers['counts']``."""
    obs: pd.DataFrame
    """One row for each cell; the index names them."""
    var: pd.DataFrame
    """One row for each column of the matrix; the index names it."""
    read_blocks: Callable[[int], Blocks]
    nnz: int | None = None
    """Number of stored values, if the file states it."""
    about: dict[str, str] = field(default_factory=dict)
    """Statements of the file on the whole dataset, such as ``organism_ontology_term_id``."""
    coordinates: np.ndarray | None = None
    """Positions of spots, shape ``(n_cells, 2)``, unit as in the source."""
    notes: tuple[str, ...] = ()
    """Notes for the user on how the file was read."""
    release: Callable[[], None] = lambda: None
    count_layers: Callable[[], list[str]] = list
    """Names of the file's other matrices that look like counts; reads the file."""

    @property
    def shape(self) -> tuple[int, int]:
        """Number of cells and of columns."""
        return len(self.obs), len(self.var)

    def blocks(self, rows: int = ROWS) -> Blocks:
        """Yield blocks of at most `rows` cells in order: the first cell's number, and a CSR matrix.

        Values are float32; column indices are in range and increase within each row.

        Raises
        ------
        HostileFileError
            If indices are out of range.
        InputError
            If a cell has two values for one column.
        """
        return self.read_blocks(rows)

    def close(self) -> None:
        """Close the file."""
        self.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def compressed_blocks(  # noqa: PLR0917 - one array of the triple after the other
    path: Path, data: Sliceable, indices: Sliceable, indptr: np.ndarray, n_columns: int, rows: int
) -> Blocks:
    """Yield blocks of a matrix that is stored by compressed rows, each checked first."""
    check_pointers(path, indptr, int(data.shape[0]), int(indices.shape[0]))
    for start, stop in _row_ranges(indptr, rows):
        low, high = int(indptr[start]), int(indptr[stop])
        columns = np.asarray(indices[low:high])
        check_columns(path, columns, n_columns, start)
        values = read_values(path, data[low:high])
        pointers = (indptr[start : stop + 1] - low).astype(np.int32)
        parts = (values, columns.astype(np.int32, copy=False), pointers)
        yield start, sorted_rows(path, _unchecked_csr(parts, n_columns), start)


def dense_blocks(path: Path, array: Sliceable, n_columns: int, rows: int) -> Blocks:
    """Yield blocks of a matrix that is stored densely."""
    step = max(1, min(rows, MAXIMUM_BLOCK_VALUES // max(n_columns, 1)))
    for start in range(0, int(array.shape[0]), step):
        yield start, sp.csr_matrix(read_values(path, array[start : start + step]))


def memory_blocks(path: Path, matrix: sp.csr_matrix, rows: int) -> Blocks:
    """Yield blocks of a matrix in memory."""
    return compressed_blocks(
        path,
        matrix.data,
        matrix.indices,
        np.asarray(matrix.indptr, np.int64),
        int(matrix.shape[1]),
        rows,
    )


def read_pointers(path: Path, indptr: Sliceable) -> np.ndarray:
    """Return row pointers as int64.

    Raises
    ------
    HostileFileError
        If they are not whole numbers.
    """
    values = np.asarray(indptr[:])
    if values.dtype.kind == "f" and bool((values == np.floor(values)).all()):
        return values.astype(np.int64)
    if values.dtype.kind not in "iu":
        message = (
            f"{path}: row pointers (indptr) are {values.dtype}, expected whole numbers. The file "
            "is damaged or made to crash its readers"
        )
        raise HostileFileError(message)
    return values.astype(np.int64)


def read_values(path: Path, values: Any) -> np.ndarray:
    """Return values of a matrix as float32.

    Raises
    ------
    InputError
        If they are not numbers: a string such as ``"1"`` would be converted in silence. Also if
        a whole number is too large to stay the same.
    """
    array = np.asarray(values)
    if array.dtype.kind not in "iufb":
        message = f"{path}: the matrix holds values of type {array.dtype}, expected numbers"
        raise InputError(message)
    narrow = array.astype(np.float32, copy=False)
    if array.dtype.itemsize > narrow.dtype.itemsize or array.dtype.kind in "iu":
        _check_exact(path, array, narrow)
    return narrow


def _check_exact(path: Path, array: np.ndarray, narrow: np.ndarray) -> None:
    """Refuse whole numbers that 32-bit floats would change; decimals are rounded anyway."""
    if array.dtype.kind in "iu":
        lost = (array > EXACT) | (array < -EXACT)
    else:
        lost = (abs(array) > EXACT) & (narrow != array) & (array == np.floor(array))
    if lost.any():
        message = (
            f"{path}: a value of {array[lost][0]}, expected at most {EXACT:,}, up to which "
            "32-bit floats are exact. Is the file damaged?"
        )
        raise InputError(message)


def check_pointers(path: Path, indptr: np.ndarray, n_data: int, n_indices: int) -> None:
    """Refuse row pointers that do not start at 0, go back, or do not end at the last value."""
    sound = (
        indptr.ndim == 1
        and np.issubdtype(indptr.dtype, np.integer)
        and indptr[0] == 0
        and indptr[-1] == n_data == n_indices
        and bool((np.diff(indptr) >= 0).all())
    )
    if not sound:
        message = (
            f"{path}: the row pointers (indptr) of the sparse matrix are not sound: expected them "
            f"to rise from 0 to the number of values ({n_data:,} values, {n_indices:,} indices). "
            "The file is damaged or made to crash its readers"
        )
        raise HostileFileError(message)


def check_columns(path: Path, columns: np.ndarray, n_columns: int, start: int) -> None:
    """Refuse column indices beyond the matrix; scipy would read foreign memory with them."""
    if not np.issubdtype(columns.dtype, np.integer):
        message = f"{path}: column indices are {columns.dtype}, expected whole numbers"
        raise InputError(message)
    if columns.size and (int(columns.min()) < 0 or int(columns.max()) >= n_columns):
        worst = int(columns.max()) if columns.max() >= n_columns else int(columns.min())
        message = (
            f"{path}: column index {worst:,} in the rows from {start:,} on, but there are "
            f"{n_columns:,} columns. The file is damaged or made to crash its readers"
        )
        raise HostileFileError(message)


def looks_like_counts(matrix: Any) -> bool:
    """Return whether the first values of a matrix on disk, sparse or dense, are whole numbers."""
    if hasattr(matrix, "keys"):
        values = np.asarray(matrix["data"][:_SAMPLE]) if "data" in matrix else np.array([np.nan])
    else:
        rows = max(1, _SAMPLE // max(int(matrix.shape[-1]), 1))
        values = np.asarray(matrix[:rows])
    if values.dtype.kind not in "iufb":
        return False
    finite = bool(np.isfinite(values).all())
    return finite and bool((values >= 0).all() and (abs(values - np.rint(values)) <= NOISE).all())


def sorted_rows(path: Path, block: sp.csr_matrix, start: int) -> sp.csr_matrix:
    """Return a block with increasing columns in each row; refuse two values for one column."""
    if _increasing(block):
        block.has_sorted_indices = True
        return block
    block.has_sorted_indices = False
    block.sort_indices()
    if not _increasing(block):
        rows = np.repeat(np.arange(block.shape[0]), np.diff(block.indptr))[1:]
        same = (np.diff(block.indices) == 0) & (
            np.diff(block.indptr).repeat(np.diff(block.indptr))[1:] > 1
        )
        row = start + int(rows[np.argmax(same)])
        message = (
            f"{path}: cell {row:,} (from 0) has two values for one gene: expected one. Sum them "
            "before, in scipy with sum_duplicates()"
        )
        raise InputError(message)
    return block


def read_texts(values: Sequence[Any]) -> list[str]:
    """Return the texts of a column of bytes or str."""
    return [value.decode("utf-8") if isinstance(value, bytes) else str(value) for value in values]


def _increasing(block: sp.csr_matrix) -> bool:
    rising = np.empty(block.indices.size, dtype=bool)
    if rising.size == 0:
        return True
    np.greater(block.indices[1:], block.indices[:-1], out=rising[1:])
    # the first value of a row has no predecessor
    starts = block.indptr[:-1]
    rising[starts[starts < rising.size]] = True
    return bool(rising.all())


def _row_ranges(indptr: np.ndarray, rows: int) -> Iterator[tuple[int, int]]:
    start, last = 0, len(indptr) - 1
    while start < last:
        stop = min(start + rows, last)
        limit = int(indptr[start]) + MAXIMUM_BLOCK_VALUES
        if int(indptr[stop]) > limit:
            stop = max(start + 1, int(np.searchsorted(indptr, limit, side="right")) - 1)
        yield start, stop
        start = stop


def _unchecked_csr(
    parts: tuple[np.ndarray, np.ndarray, np.ndarray], n_columns: int
) -> sp.csr_matrix:
    """Return a CSR matrix of parts checked before; scipy would check all indices again."""
    data, indices, indptr = parts
    empty = (np.empty(0, np.float32), np.empty(0, np.int32), np.zeros(len(indptr), np.int32))
    block = sp.csr_matrix(empty, shape=(len(indptr) - 1, n_columns))
    block.data, block.indices, block.indptr = data, indices, indptr
    return block
