"""What is not read is recognised by content, and the lines that convert it run."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
import scipy.io
import scipy.sparse as sp
from tests.support.foreign_files import FILES

from orthoweave.errors import InputError
from orthoweave.files.expression_files import Choices, open_expression

COUNTS = np.array([[5, 0, 1], [3, 0, 2]])
TABLE = pd.DataFrame(COUNTS.T, index=["INS", "GCG", "SST"], columns=["c0", "c1"])


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
        (("barcode_idx", "umi", "barcode_info"), "filtered_feature_bc_matrix.h5"),
        (("geneExp",), r"Stereo-seq.*\n.*\n.*bin_size=100"),
        (("cellBin",), r"Stereo-seq.*\n.*\n.*bin_type='cell_bins'"),
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


@pytest.mark.parametrize(
    ("order", "version", "said"),
    [
        ("col", "packed-uint-matrix-v2", r'matrix_dir\("[^"]*"\), "[^"]*.h5"\)$'),
        ("col", "packed-float-matrix-v2", r', type = "double"\)$'),
        ("row", "packed-uint-matrix-v2", r"(?s)transpose_storage_order.*\(if the rows .*\(t\(x\),"),
    ],
)
def test_lines_for_bpcells_fit_the_folder(
    tmp_path: Path, order: str, version: str, said: str
) -> None:
    """Only matrices stored by columns are written as they are, and whole numbers as such."""
    (tmp_path / "storage_order").write_text(f"{order}\n")
    (tmp_path / "version").write_text(f"{version}\n")
    with pytest.raises(InputError, match=said):
        open_expression(tmp_path)


def test_a_soma_experiment_becomes_h5ad(tmp_path: Path) -> None:
    """The lines for TileDB-SOMA run where that library is, and give counts and names."""
    if importlib.util.find_spec("tiledbsoma") is None:
        pytest.skip("tiledbsoma is not installed")
    make = """import anndata, scipy.sparse, tiledbsoma.io
made = anndata.AnnData(scipy.sparse.csr_matrix([[5., 0, 1], [3, 0, 2]]))
made.obs_names, made.var_names = ["c0", "c1"], ["INS", "GCG", "SST"]
tiledbsoma.io.from_anndata("a soma", made, measurement_name="RNA")"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", make], check=True, cwd=tmp_path)
    run_advice(tmp_path / "a soma")
    check_counts(tmp_path / "a soma.h5ad")


@pytest.mark.parametrize("name", ["RDX", "CRAMP1", "PAR1", "BAMBI", "MATN1", "PKN1", "BZW1"])
def test_genes_are_not_taken_for_forms(tmp_path: Path, name: str) -> None:
    """A table of R whose first gene is named like the mark of a form is a table."""
    (tmp_path / "t.tsv").write_text(f"{name}\tINS\nc0\t1\t2\nc1\t3\t4\n")
    with open_expression(tmp_path / "t.tsv", Choices(rows="cells")) as source:
        assert list(source.var.index) == [name, "INS"]


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


def test_feather_becomes_csv(tmp_path: Path) -> None:
    """Feather, with names as the first column."""
    path = tmp_path / "a table.feather"
    TABLE.reset_index().to_feather(path)
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


def test_lines_of_r_run(tmp_path: Path) -> None:
    """The lines for an object of R run where R and SeuratObject are, and give counts and types."""
    rscript = shutil.which("Rscript")
    installed = rscript and subprocess.run(
        [rscript, "-e", "stopifnot(requireNamespace('SeuratObject', quietly = TRUE))"],
        capture_output=True,
        check=False,
    )
    if not rscript or (installed and installed.returncode):
        pytest.skip("R with SeuratObject is not installed")
    make = """m <- matrix(c(5, 0, 1, 3, 0, 2), 3)
dimnames(m) <- list(c("INS", "GCG", "SST"), c("c0", "c1"))
x <- SeuratObject::CreateSeuratObject(Matrix::Matrix(m, sparse = TRUE))
x$cell_type <- c("beta", "alpha")
saveRDS(x, "my object.rds")"""
    subprocess.run([rscript, "-e", make], check=True, cwd=tmp_path, capture_output=True)
    with pytest.raises(InputError, match="in R") as caught:
        open_expression(tmp_path / "my object.rds")
    lines = str(caught.value).partition("\n")[2].partition("\nand give both")[0]
    subprocess.run([rscript, "-e", lines], check=True, cwd=tmp_path, capture_output=True)
    check_counts(tmp_path / "my object")
    table = pd.read_csv(tmp_path / "my object_cells.tsv", sep="\t")
    assert dict(zip(table["barcode"], table["cell_type"], strict=True)) == {
        "c0": "beta",
        "c1": "alpha",
    }


def test_workbooks_become_csv(tmp_path: Path) -> None:
    """The lines for Excel run where openpyxl is installed."""
    pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    TABLE.to_excel(tmp_path / "a.xlsx")
    run_advice(tmp_path / "a.xlsx")
    check_counts(tmp_path / "a.csv")
