"""The matrix on disk: AnnData can read it, reading returns what was written, bytes are stable."""

import json
import shutil
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from orthoweave.errors import InputError, IntegrityError, UsageError
from orthoweave.storage import matrix_writer
from orthoweave.storage.matrix import open_matrix
from orthoweave.storage.matrix_writer import MatrixWriter

COUNTS = sp.csr_matrix(np.random.default_rng(0).poisson(0.9, (31, 7)).astype(np.float32))


def write(folder: Path, counts: sp.csr_matrix, rows: int, threads: int = 2) -> str:
    """Write a matrix in blocks; return its digest."""
    folder.mkdir()
    writer = MatrixWriter(folder, threads)
    for start in range(0, counts.shape[0], rows):
        writer.append(counts[start : start + rows])
    obs = pd.DataFrame(
        {"donor": ["d1", None, 3] + ["d2"] * (counts.shape[0] - 3), "n": range(counts.shape[0])},
        index=[f"c{number}" for number in range(counts.shape[0])],
    )
    keys = [f"NCBIGene:{number}" if number % 3 else None for number in range(counts.shape[1])]
    var = pd.DataFrame({"gene_curie": keys}, index=[f"g{n}" for n in range(counts.shape[1])])
    try:
        writer.write_frames(obs, var)
        return writer.finish()
    finally:
        writer.abandon()


def test_anndata_reads_it(tmp_path: Path) -> None:
    """AnnData's own reader sees the counts, the cells and the genes."""
    write(tmp_path / "m", COUNTS, 10)
    read = anndata.read_zarr(tmp_path / "m")
    assert abs(read.X - COUNTS).sum() == 0
    assert list(read.obs_names) == [f"c{number}" for number in range(31)]
    assert read.obs["donor"].tolist()[:1] == ["d1"]
    assert pd.isna(read.obs["donor"].iloc[1])
    assert read.obs["donor"].iloc[2] == "3"


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 50))
def test_written_matrices_are_read_back(written: int, rows: int, chunk: int) -> None:
    """Neither blocks nor chunks change what comes back, nor the digest of equal content."""
    import tempfile

    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(matrix_writer, "CHUNK", chunk)
        one = write(Path(folder) / "one", COUNTS, written, threads=3)
        other = write(Path(folder) / "other", COUNTS, 31, threads=1)
        reader = open_matrix(Path(folder) / "one")
        blocks = list(reader.blocks(rows))
    assert one == other
    assert abs(sp.vstack([block for _, block in blocks]) - COUNTS).sum() == 0
    assert reader.barcodes[:2] == ["c0", "c1"]
    assert reader.gene_keys[:2] == [None, "NCBIGene:1"]


def test_digest_tells_contents_apart(tmp_path: Path) -> None:
    """One count that differs gives another digest."""
    other = COUNTS.copy()
    other.data[5] += 1
    assert write(tmp_path / "a", COUNTS, 10) != write(tmp_path / "b", other, 10)


def test_matrix_without_values_is_read(tmp_path: Path) -> None:
    """Cells without any count are cells."""
    write(tmp_path / "m", sp.csr_matrix(np.zeros((4, 3), np.float32)), 2)
    reader = open_matrix(tmp_path / "m")
    assert [block.nnz for _, block in reader.blocks(3)] == [0, 0]
    assert anndata.read_zarr(tmp_path / "m").shape == (4, 3)


@pytest.mark.parametrize("value", [0.5, -1.0, 2.0**32])
def test_values_that_are_not_counts_are_refused(tmp_path: Path, value: float) -> None:
    """They would not come back as they were."""
    counts = COUNTS.copy()
    counts.data[5] = value
    with pytest.raises(InputError, match="expected whole counts"):
        write(tmp_path / "m", counts, 10)


def test_small_counts_take_about_a_byte(tmp_path: Path) -> None:
    """Of a matrix as it comes from a cell, value and column together take less than 1.3 bytes."""
    counts = sp.csr_matrix(
        np.random.default_rng(0).poisson(np.geomspace(0.02, 4, 3000), (900, 3000)), dtype=np.float32
    )
    write(tmp_path / "m", counts, 100)
    stored = sum(
        path.stat().st_size
        for name in ("data", "indices")
        for path in (tmp_path / "m" / "X" / name / "c").iterdir()
    )
    assert stored / counts.nnz < 1.3


def test_a_matrix_needs_its_cells_and_genes(tmp_path: Path) -> None:
    """Values without frames are not a matrix."""
    writer = MatrixWriter(tmp_path)
    writer.append(COUNTS)
    with pytest.raises(UsageError, match="write_frames"):
        writer.finish()
    writer.abandon()


def test_columns_that_are_not_numbers_become_texts(tmp_path: Path) -> None:
    """Equal texts of different values are one; nothing stays nothing; numbers stay numbers."""
    mixed = pd.Series([1, "1", None, True], dtype=object)
    ordered = pd.Categorical(["b", "a", None, "b"], categories=["c", "b", "a"], ordered=True)
    obs = pd.DataFrame({"mixed": mixed, "ordered": ordered, "n": [0.5, 1, 2, 3]})
    writer = MatrixWriter(tmp_path)
    writer.write_frames(obs, pd.DataFrame({"gene_curie": [None]}, index=["g"]))
    writer.append(sp.csr_matrix(np.zeros((4, 1), np.float32)))
    writer.finish()
    read = open_matrix(tmp_path).obs()
    assert read["mixed"].astype(object).where(read["mixed"].notna(), None).tolist() == [
        "1",
        "1",
        None,
        "True",
    ]
    assert read["ordered"].cat.categories.tolist() == ["a", "b"]
    assert read["ordered"].isna().tolist() == [False, False, True, False]
    assert read["n"].tolist() == [0.5, 1, 2, 3]


def as_first_format(folder: Path) -> None:
    """Make a matrix one of the first format, whose root had no checksums."""
    root = json.loads((folder / "zarr.json").read_text())
    del root["attributes"]["checksums"]
    (folder / "zarr.json").write_text(json.dumps(root))


def test_missing_or_damaged_matrix_is_an_input_error(tmp_path: Path) -> None:
    """A folder without a whole matrix says so."""
    with pytest.raises(InputError, match="does not hold an expression matrix"):
        open_matrix(tmp_path / "none")
    write(tmp_path / "m", COUNTS, 10)
    as_first_format(tmp_path / "m")
    assert open_matrix(tmp_path / "m").n_cells == 31
    (tmp_path / "m" / "X" / "zarr.json").unlink()
    with pytest.raises(InputError, match="whole"):
        open_matrix(tmp_path / "m")


def read_all(folder: Path) -> None:
    reader = open_matrix(folder)
    list(reader.blocks(7))
    reader.obs()
    reader.var()


def test_every_damaged_file_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flipped byte in, and the loss of, each file that is read is an error, never other counts.

    Only the descriptions of empty groups that no reader opens go unseen.
    """
    monkeypatch.setattr(matrix_writer, "CHUNK", 40)
    digest = write(tmp_path / "written", COUNTS, 10)
    whole = (tmp_path / "written").rename(tmp_path / f"m-{digest[:12]}")
    read_all(whole)
    unread = {"layers", "obsm", "varm", "obsp", "varp", "uns"}
    files = [path.relative_to(whole) for path in whole.rglob("*") if path.is_file()]
    files = [name for name in files if name.parts[0] not in unread]
    assert len(files) > 20
    for number, name in enumerate(files):
        for flipped in (True, False):
            folder = Path(shutil.copytree(whole, tmp_path / f"{number}{flipped}" / whole.name))
            content = bytearray((folder / name).read_bytes())
            content[len(content) // 2] ^= 1
            (folder / name).write_bytes(content) if flipped else (folder / name).unlink()
            with pytest.raises((IntegrityError, InputError), match=r"orthoweave repair|again"):
                read_all(folder)
