"""Blocks of rows: the same values whatever the block size, and nothing used before its check."""

from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from orthoweave.errors import HostileFileError, InputError
from orthoweave.files import matrix_sources
from orthoweave.files.matrix_sources import (
    compressed_blocks,
    dense_blocks,
    memory_blocks,
    read_pointers,
    read_values,
)

HERE = Path("made.h5ad")


def counts(seed: int, shape: tuple[int, int] = (23, 11)) -> sp.csr_matrix:
    """Return random counts with sorted rows."""
    generator = np.random.default_rng(seed)
    dense = generator.poisson(0.7, shape)
    return sp.csr_matrix(dense.astype(np.float32))


@settings(deadline=None)
@given(st.integers(0, 1000), st.integers(1, 30), st.integers(1, 60))
def test_blocks_together_are_the_matrix(seed: int, rows: int, limit: int) -> None:
    """Neither the number of rows nor the limit of values changes what is read."""
    matrix = counts(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matrix_sources, "MAXIMUM_BLOCK_VALUES", limit)
        blocks = list(memory_blocks(HERE, matrix, rows))
        dense = list(dense_blocks(HERE, matrix.toarray(), matrix.shape[1], rows))
    for found in (blocks, dense):
        starts = np.cumsum([0] + [block.shape[0] for _, block in found])
        assert [start for start, _ in found] == starts[:-1].tolist()
        assert abs(sp.vstack([block for _, block in found]) - matrix).sum() == 0
    assert all(block.shape[0] <= rows for _, block in blocks)
    assert all(block.nnz <= limit or block.shape[0] == 1 for _, block in blocks)


def test_unsorted_rows_are_sorted() -> None:
    """Columns in any order within a row come out increasing, as 10x files need."""
    matrix = counts(1)
    order = np.concatenate(
        [
            np.arange(low, high)[::-1]
            for low, high in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)
        ]
    )
    blocks = compressed_blocks(
        HERE, matrix.data[order], matrix.indices[order], matrix.indptr.astype(np.int64), 11, 5
    )
    found = sp.vstack([block for _, block in blocks]).tocsr()
    assert found.has_sorted_indices
    assert abs(found - matrix).sum() == 0


def test_repeated_column_is_refused() -> None:
    """Two values of one cell for one gene are refused, naming the cell."""
    data, columns = np.ones(4, np.float32), np.array([0, 2, 2, 1])
    with pytest.raises(InputError, match="cell 1 "):
        list(compressed_blocks(HERE, data, columns, np.array([0, 1, 3, 4]), 3, 10))


@pytest.mark.parametrize("column", [11, -1, 2**40])
def test_column_out_of_range_is_refused(column: int) -> None:
    """A column beyond the matrix is refused before scipy could read foreign memory."""
    matrix = counts(2)
    indices = matrix.indices.astype(np.int64)
    indices[-1] = column
    with pytest.raises(HostileFileError, match="column index"):
        list(compressed_blocks(HERE, matrix.data, indices, matrix.indptr.astype(np.int64), 11, 4))


@pytest.mark.parametrize(
    "pointers", [[0, 2, 1, 4], [1, 2, 3, 4], [0, 2, 3, 5], [0, 2, 3, 2**60], [0, -5, 3, 4]]
)
def test_unsound_pointers_are_refused(pointers: list[int]) -> None:
    """Row pointers that fall back, start late or end elsewhere are refused."""
    data, columns = np.ones(4, np.float32), np.array([0, 1, 0, 1])
    with pytest.raises(HostileFileError, match="indptr"):
        list(compressed_blocks(HERE, data, columns, np.array(pointers), 2, 10))


def test_columns_that_are_not_numbers_are_refused() -> None:
    """Column indices in floating point are refused."""
    with pytest.raises(InputError, match="whole numbers"):
        list(compressed_blocks(HERE, np.ones(1), np.ones(1), np.array([0, 1]), 2, 10))


def test_empty_matrix_gives_empty_rows() -> None:
    """Rows without values are rows all the same."""
    empty = sp.csr_matrix(np.zeros((3, 4), np.float32))
    ((start, block),) = memory_blocks(HERE, empty, 10)
    assert (start, block.shape, block.nnz) == (0, (3, 4), 0)


def test_texts_are_not_values() -> None:
    """Digits stored as texts are refused rather than converted."""
    with pytest.raises(InputError, match="expected numbers"):
        read_values(HERE, np.array([b"1", b"2"]))


@pytest.mark.parametrize("pointers", [np.array([0, 1.5, 2]), np.array([b"0", b"2"])])
def test_row_pointers_are_whole_numbers(pointers: np.ndarray) -> None:
    """Row pointers with fractions are refused rather than cut off."""
    with pytest.raises(HostileFileError, match="expected whole numbers"):
        read_pointers(HERE, pointers)


@pytest.mark.parametrize(
    "values",
    [
        np.array([1, 2**24 + 1]),
        np.array([1, 2**53 + 1]),
        np.array([2**63 + 1], np.uint64),
        np.array([1.0, 2.0**24 + 1]),
        np.array([2.0**53 + 2]),
        np.array([-(2**24) - 1]),
    ],
)
def test_whole_numbers_that_would_change_are_refused(values: np.ndarray) -> None:
    """A whole number that 32-bit floats cannot hold is refused, not stored as its neighbour."""
    with pytest.raises(InputError, match="expected at most 16,777,216"):
        read_values(HERE, values)


def test_other_numbers_are_read() -> None:
    """Numbers that stay the same, decimals, and numbers without a value are read."""
    values = np.array([0.1, 2.0**24, 2.0**30, np.nan, np.inf])
    np.testing.assert_array_equal(read_values(HERE, values), values.astype(np.float32))
