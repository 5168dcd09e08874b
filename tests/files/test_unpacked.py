"""Gzipped HDF5 files are read, and their unpacked copy goes."""

import gzip
from pathlib import Path

import anndata
import h5py
import numpy as np
import pytest
import scipy.sparse as sp

from orthoweave.errors import HostileFileError, InputError
from orthoweave.files import unpacked
from orthoweave.files.expression_files import open_expression

COUNTS = np.arange(12, dtype=np.float32).reshape(4, 3)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def write(path: Path) -> Path:
    """Write a gzipped h5ad file."""
    anndata.AnnData(sp.csr_matrix(COUNTS)).write_h5ad(path.with_suffix(""))
    path.write_bytes(gzip.compress(path.with_suffix("").read_bytes()))
    return path


@pytest.mark.parametrize("name", ["a.h5ad.gz", "no suffix β"])
def test_a_gzipped_file_is_read(tmp_path: Path, folder: Path, name: str) -> None:
    """The counts are those of the plain file; nothing stays in the folder for temporary files."""
    path = write(tmp_path / "a.h5ad.gz").rename(tmp_path / name)
    with open_expression(path) as source:
        assert (np.vstack([block.toarray() for _, block in source.blocks()]) == COUNTS).all()
        assert len(list(folder.iterdir())) == 1
    assert not list(folder.iterdir())


def test_messages_name_the_gzipped_file(tmp_path: Path, folder: Path) -> None:
    """What is wrong inside is said of the file that was given, and the copy goes."""
    with h5py.File(tmp_path / "b.h5ad", "w") as file:
        file["X"] = COUNTS
    path = tmp_path / "b.h5ad.gz"
    path.write_bytes(gzip.compress((tmp_path / "b.h5ad").read_bytes()))
    with pytest.raises(InputError, match=r"b\.h5ad\.gz has no 'obs'"):
        open_expression(path)
    assert not list(folder.iterdir())


def test_values_that_are_wrong_name_the_gzipped_file(tmp_path: Path, folder: Path) -> None:
    """Also what is found while the values are read."""
    path = write(tmp_path / "a.h5ad.gz")
    with h5py.File(tmp_path / "a.h5ad", "a") as file:
        file["X/indices"][0] = 99
    path.write_bytes(gzip.compress((tmp_path / "a.h5ad").read_bytes()))
    with (
        open_expression(path) as source,
        pytest.raises(HostileFileError, match=r"a\.h5ad\.gz: column"),
    ):
        list(source.blocks())
    assert not list(folder.iterdir())


def test_a_cut_stream_is_refused(tmp_path: Path, folder: Path) -> None:
    """A download that stopped is named."""
    path = write(tmp_path / "a.h5ad.gz")
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(InputError, match=r"a\.h5ad\.gz: expected a whole gzip stream"):
        open_expression(path)
    assert not list(folder.iterdir())


def test_a_bomb_is_refused(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What grows out of proportion is not written to the end."""
    monkeypatch.setattr(unpacked, "RATIO_FLOOR_BYTES", 1000)
    path = tmp_path / "a.h5ad.gz"
    path.write_bytes(gzip.compress(b"\x89HDF\r\n\x1a\n" + bytes(50_000_000)))
    with pytest.raises(HostileFileError, match="decompression bomb"):
        open_expression(path)
    assert not list(folder.iterdir())


def test_a_full_disk_is_reported(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no room, the message names the folder and TMPDIR."""
    path = write(tmp_path / "a.h5ad.gz")
    monkeypatch.setattr(unpacked, "_parts", lambda _: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(InputError, match=r"temporary \(full\).*TMPDIR"):
        open_expression(path)
    assert not list(folder.iterdir())
