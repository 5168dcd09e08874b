"""The form of a matrix is known by its content."""

import subprocess
import sys
import zipfile
from pathlib import Path

import anndata
import numpy as np
import pytest
import scipy.sparse as sp

from orthoweave.errors import InputError, UsageError
from orthoweave.files.expression_files import open_expression


@pytest.mark.filterwarnings("ignore")
def test_form_is_known_by_content(tmp_path: Path) -> None:
    """An h5ad file of any name and a zarr folder are both opened."""
    made = anndata.AnnData(sp.csr_matrix(np.eye(4, dtype=np.float32)))
    made.write_h5ad(tmp_path / "noname")
    made.write_zarr(tmp_path / "z")
    for name, kind in (("noname", "h5ad"), ("z", "zarr")):
        with open_expression(tmp_path / name) as source:
            assert (source.kind, source.shape) == (kind, (4, 4))


def test_mtx_file_stands_for_its_folder(tmp_path: Path) -> None:
    """Naming matrix.mtx itself reads the folder; it has no layers."""
    (tmp_path / "matrix.mtx").write_text(
        "%%MatrixMarket matrix coordinate integer general\n1 1 1\n1 1 3\n"
    )
    (tmp_path / "genes.tsv").write_text("ENSG00000000001\tA\n")
    (tmp_path / "barcodes.tsv").write_text("AAAC\n")
    with open_expression(tmp_path / "matrix.mtx") as source:
        assert source.nnz == 1
    with pytest.raises(UsageError, match="layer"):
        open_expression(tmp_path, "counts")


@pytest.mark.parametrize("content", [b"", b"\x80\x04\x95", b"gene,cell\n", b"\x1f\x8b\x08"])
def test_other_files_are_input_errors(tmp_path: Path, content: bytes) -> None:
    """Empty files, pickles, text and gzip are not matrices; the message lists what is."""
    path = tmp_path / "a.h5ad"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"h5ad or .zarr"):
        open_expression(path)


def test_zip_has_a_hint(tmp_path: Path) -> None:
    """A zipped store has to be unpacked first."""
    with zipfile.ZipFile(tmp_path / "a.zarr.zip", "w") as archive:
        archive.writestr("zarr.json", "{}")
    with pytest.raises(InputError, match="unpack"):
        open_expression(tmp_path / "a.zarr.zip")


def test_advice_for_a_table_is_sound(tmp_path: Path) -> None:
    """The lines that the message gives for a table of counts make a file that is read."""
    path = tmp_path / "counts.csv"
    path.write_text(",c0,c1\nINS,1,2\nGCG,0,4\nSST,3,0\n")
    with pytest.raises(InputError, match="Write an h5ad of it") as caught:
        open_expression(path)
    script = "\n".join(str(caught.value).splitlines()[1:4])
    subprocess.run([sys.executable, "-W", "ignore", "-c", script], check=True, cwd=tmp_path)
    with open_expression(tmp_path / "counts.h5ad") as source:
        assert list(source.obs.index) == ["c0", "c1"]
        assert list(source.var.index) == ["INS", "GCG", "SST"]
        assert next(iter(source.blocks()))[1].toarray().tolist() == [[1, 0, 3], [2, 4, 0]]


def test_gzipped_files_are_named(tmp_path: Path) -> None:
    """A gzipped h5ad is refused with the way on."""
    path = tmp_path / "a.h5ad.gz"
    path.write_bytes(b"\x1f\x8b rest")
    with pytest.raises(InputError, match="gunzip"):
        open_expression(path)
