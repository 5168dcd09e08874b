"""What is not read is recognised by content, and the lines that convert it run."""

import bz2
import gzip
import io
import lzma
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
import scipy.io
import scipy.sparse as sp

from orthoweave.errors import InputError
from orthoweave.files.expression_files import Choices, open_expression

COUNTS = np.array([[5, 0, 1], [3, 0, 2]])
TABLE = pd.DataFrame(COUNTS.T, index=["INS", "GCG", "SST"], columns=["c0", "c1"])
RDS = b"X\n\x00\x00\x00\x03\x00\x04\x03\x01"


def _tar() -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("matrix.mtx"))
    return content.getvalue()


def _zipped(name: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(name, "")
    return content.getvalue()


FILES = {
    "a.rds": (gzip.compress(RDS), "an object of R"),
    "xz.rds": (lzma.compress(RDS), "an object of R"),
    "bz.rds": (bz2.compress(RDS), "an object of R"),
    "plain.rds": (RDS, r'readRDS\("'),
    "a.RData": (gzip.compress(b"RDX3\nX\n\x00\x00\x00\x03"), r'get\(load\("'),
    "a.bam": (gzip.compress(b"BAM\x01\x00"), "sequencing reads"),
    "a.cram": (b"CRAM\x03\x01", "sequencing reads"),
    "a.sam": (b"@HD\tVN:1.6\n", "sequencing reads"),
    "a.fastq.gz": (gzip.compress(b"@r1\nACGT\n+\nFFFF\n"), "sequencing reads"),
    "a.fa": (b">chr1\nACGT\n", "sequencing reads"),
    "a.xlsx": (_zipped("xl/workbook.xml"), "an Excel workbook"),
    "a.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook"),
    "a.zip": (_zipped("matrix.mtx"), "unpack it"),
    "cut.zip": (_zipped("matrix.mtx")[:20], "damaged zip"),
    "a.tar": (_tar(), "tar xf"),
    "a.tar.gz": (gzip.compress(_tar()), "tar xf"),
    "a.h5ad.bz2": (bz2.compress(b"\x89HDF"), "bunzip2"),
    "a.h5ad.xz": (lzma.compress(b"\x89HDF"), "unxz"),
    "a.h5ad.zst": (b"\x28\xb5\x2f\xfd\x00", "zstd -d"),
    "a.7z": (b"7z\xbc\xaf\x27\x1c", "7z x"),
    "a.rar": (b"Rar!\x1a\x07", "unrar x"),
    "a.pkl": (b"\x80\x04\x95\x0a\x00", "a pickle"),
    "a.qs": (b"\x0b\x0e\x0a\xc1\x00", "R's package qs"),
    "a.mat": (b"MATLAB 5.0 MAT-file", "a MATLAB file"),
    "a.json": (b'{"a": 1}', "JSON"),
    "a.pdf": (b"%PDF-1.7", "a PDF"),
    "page.h5ad": (b"<!DOCTYPE html><html>404</html>", "a web page"),
    "lfs.h5ad": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS"),
    "counts": (b"%%MatrixMarket matrix coordinate integer general\n", "rename it"),
}


@pytest.mark.parametrize("name", FILES)
def test_forms_are_recognised_by_content(tmp_path: Path, name: str) -> None:
    """Each is named with the way on, under its own name and under that of a table."""
    content, said = FILES[name]
    for path in (tmp_path / name, tmp_path / "made.csv"):
        path.write_bytes(content)
        with pytest.raises(InputError, match=said) as caught:
            open_expression(path)
        assert str(caught.value).startswith(str(path))


@pytest.mark.parametrize(
    ("members", "said"),
    [
        (("assays", "cell.names", "meta.data"), r"h5Seurat.*\nSeuratDisk::Convert"),
        (("barcode_idx", "umi", "barcode_info"), "filtered_feature_bc_matrix.h5"),
        (("geneExp",), r"Stereo-seq"),
        (("weights",), "has no 'obs'"),
    ],
)
def test_hdf5_of_other_programs(tmp_path: Path, members: tuple[str, ...], said: str) -> None:
    """HDF5 files without a matrix that is read are told apart by their groups."""
    with h5py.File(tmp_path / "a.h5", "w") as file:
        for member in members:
            file.create_group(member)
    with pytest.raises(InputError, match=said):
        open_expression(tmp_path / "a.h5")


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("__tiledb_group.tdb",), "TileDB-SOMA"),
        (("storage_order", "version"), "BPCells"),
        (("a_R1.fastq.gz", "a_R2.fastq.gz"), r"has no matrix\.mtx.*a_R1\.fastq\.gz"),
        ((), "has no matrix.mtx .*nothing"),
    ],
)
def test_folders_of_other_programs(tmp_path: Path, names: tuple[str, ...], said: str) -> None:
    """Folders are told by what lies in them."""
    for name in names:
        (tmp_path / name).touch()
    with pytest.raises(InputError, match=said):
        open_expression(tmp_path)


def run_advice(path: Path) -> None:
    """Run the lines of Python in the message for a file, in its folder."""
    with pytest.raises(InputError, match="in Python") as caught:
        open_expression(path)
    script = str(caught.value).partition("\n")[2]
    subprocess.run([sys.executable, "-W", "ignore", "-c", script], check=True, cwd=path.parent)


def check_counts(path: Path) -> None:
    """Check that a converted file holds the counts."""
    rows = "genes" if path.suffix == ".csv" else None
    with open_expression(path, Choices(rows=rows)) as source:
        assert list(source.obs.index) == ["c0", "c1"]
        assert list(source.var.index) == ["INS", "GCG", "SST"]
        assert np.vstack([b.toarray() for _, b in source.blocks()]).tolist() == COUNTS.tolist()


@pytest.mark.parametrize("kind", ["parquet", "feather"])
@pytest.mark.parametrize("named", [True, False])
def test_columnar_tables_become_csv(tmp_path: Path, kind: str, named: bool) -> None:
    """Parquet and feather, with names as an index or as the first column."""
    path = tmp_path / f"a table.{kind}"
    table = TABLE if named and kind == "parquet" else TABLE.reset_index()
    getattr(table, f"to_{kind}")(path)
    run_advice(path)
    check_counts(tmp_path / "a table.csv")


@pytest.mark.parametrize("sparse", [True, False])
def test_arrays_become_h5ad(tmp_path: Path, sparse: bool) -> None:
    """Arrays of scipy and numpy, with a file of names for each side."""
    (tmp_path / "barcodes.txt").write_text("c0\nc1\n")
    (tmp_path / "genes.txt").write_text("INS\nGCG\nSST\n")
    if sparse:
        sp.save_npz(tmp_path / "a.npz", sp.csr_matrix(COUNTS))
    else:
        np.save(tmp_path / "a.npy", COUNTS)
    run_advice(tmp_path / ("a.npz" if sparse else "a.npy"))
    check_counts(tmp_path / "a.h5ad")


def test_what_the_lines_of_r_write_is_read(tmp_path: Path) -> None:
    """A folder as writeMM and writeLines of R write it, with one column of names."""
    folder = tmp_path / "a"
    folder.mkdir()
    # writeMM writes a matrix of class dgCMatrix as real
    scipy.io.mmwrite(folder / "matrix.mtx", sp.coo_matrix(COUNTS.T.astype(float)))
    (folder / "genes.tsv").write_text("INS\nGCG\nSST\n")
    (folder / "barcodes.tsv").write_text("c0\nc1\n")
    check_counts(folder)


def test_workbooks_become_csv(tmp_path: Path) -> None:
    """The lines for Excel run where openpyxl is installed."""
    pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    TABLE.to_excel(tmp_path / "a.xlsx")
    run_advice(tmp_path / "a.xlsx")
    check_counts(tmp_path / "a.csv")
