"""A matrix read piece by piece, in any order, against AnnData's own reader."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.storage.test_matrix import COUNTS, as_first_format, write

from orthoweave.errors import InputError, IntegrityError
from orthoweave.storage import matrix_writer
from orthoweave.storage.matrix_pieces import MatrixPieces, open_pieces


def assembled(matrix: MatrixPieces, order: list[int] | None = None) -> np.ndarray:
    """Return all cells from their pieces, each of which must come once."""
    dense = np.full((matrix.n_cells, matrix.n_genes), np.nan)
    for first, block in matrix.pieces(order):
        rows = slice(first, first + block.shape[0])
        assert np.isnan(dense[rows]).all()
        assert block.has_sorted_indices
        dense[rows] = block.toarray()
    return dense


# each example writes a matrix: shrinking one that fails would take minutes
@settings(deadline=None, max_examples=15, phases=[Phase.generate])
@given(st.integers(1, 60), st.integers(0, 2**31), st.booleans())
def test_pieces_are_the_matrix_in_any_order(chunk: int, seed: int, old: bool) -> None:
    """Each cell comes once, whatever the chunks, their order and the format are."""
    import tempfile

    generator = np.random.default_rng(seed)
    counts = COUNTS.copy()
    counts.data[generator.random(counts.nnz) < generator.random()] = 0
    counts.eliminate_zeros()
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as name:
        patch.setattr(matrix_writer, "CHUNK", chunk)
        write(Path(name) / "m", counts, 10)
        if old:
            as_first_format(Path(name) / "m")
        matrix = open_pieces(Path(name) / "m")
        order = generator.permutation(matrix.n_chunks).tolist()
        for chunks in (None, order):
            assert np.array_equal(assembled(matrix, chunks), counts.toarray())
    assert matrix.barcodes.to_pylist() == [f"c{number}" for number in range(31)]


def test_values_of_other_scales_are_read(tmp_path: Path) -> None:
    """Values other than counts come back as they were written."""
    import pandas as pd

    values = COUNTS.copy()
    values.data = np.sqrt(values.data)
    (tmp_path / "m").mkdir()
    writer = matrix_writer.MatrixWriter(tmp_path / "m", scale="log1p")
    writer.append(values)
    obs = pd.DataFrame(index=[f"c{number}" for number in range(31)])
    writer.write_frames(obs, pd.DataFrame({"gene_curie": [None] * 7}))
    writer.finish()
    assert np.array_equal(assembled(open_pieces(tmp_path / "m")), values.toarray())


def test_a_matrix_without_values_has_cells(tmp_path: Path) -> None:
    """Cells without any count are one piece."""
    write(tmp_path / "m", sp.csr_matrix(np.zeros((4, 3), np.float32)), 2)
    assert not assembled(open_pieces(tmp_path / "m")).any()


def test_a_reader_may_stop_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who takes one piece and leaves reads no more, and may begin again."""
    monkeypatch.setattr(matrix_writer, "CHUNK", 20)
    write(tmp_path / "m", COUNTS, 10)
    matrix = open_pieces(tmp_path / "m")
    pieces: Any = matrix.pieces()
    next(pieces)
    pieces.close()
    assert np.array_equal(assembled(matrix), COUNTS.toarray())


def test_damaged_and_lost_chunks_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flipped byte in a chunk, and its loss, are errors that name the remedy."""
    monkeypatch.setattr(matrix_writer, "CHUNK", 40)
    write(tmp_path / "m", COUNTS, 10)
    for name in ("data", "indices"):
        chunk = tmp_path / "m" / "X" / name / "c" / "1"
        content = chunk.read_bytes()
        chunk.write_bytes(bytes([content[0] ^ 1]) + content[1:])
        with pytest.raises(IntegrityError, match="orthoweave repair"):
            assembled(open_pieces(tmp_path / "m"))
        chunk.unlink()
        with pytest.raises(IntegrityError, match="orthoweave repair"):
            assembled(open_pieces(tmp_path / "m"))
        chunk.write_bytes(content)
    as_first_format(tmp_path / "m")
    shutil.rmtree(tmp_path / "m" / "X" / "indptr")
    with pytest.raises(InputError, match="orthoweave repair"):
        open_pieces(tmp_path / "m")
