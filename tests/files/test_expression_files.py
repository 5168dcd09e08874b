"""The form of a matrix is known by its content."""

import gzip
import zipfile
from pathlib import Path

import anndata
import numpy as np
import pytest
import scipy.sparse as sp

from orthoweave.errors import InputError, UsageError
from orthoweave.files.expression_files import Choices, open_expression


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
        open_expression(tmp_path, Choices(layer="counts"))


@pytest.mark.parametrize("content", [b"", b"\x80\x04\x95", b"gene,cell\n", b"\x1f\x8b\x08"])
def test_other_files_are_input_errors(tmp_path: Path, content: bytes) -> None:
    """Empty files, pickles, text and gzip are not matrices; the message lists what is."""
    path = tmp_path / "a.h5ad"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"h5ad"):
        open_expression(path)


def test_zip_has_a_hint(tmp_path: Path) -> None:
    """A zipped store has to be unpacked first."""
    with zipfile.ZipFile(tmp_path / "a.zarr.zip", "w") as archive:
        archive.writestr("zarr.json", "{}")
    with pytest.raises(InputError, match="unpack"):
        open_expression(tmp_path / "a.zarr.zip")


def test_names_of_a_gzip_that_holds_nothing_known(tmp_path: Path) -> None:
    """A gzipped file of another kind is refused with the forms that are read."""
    path = tmp_path / "a.h5ad.gz"
    path.write_bytes(gzip.compress(b"nothing that is known"))
    with pytest.raises(InputError, match="neither HDF5 nor a table"):
        open_expression(path)


@pytest.mark.parametrize(
    "choices",
    [Choices(layer="x"), Choices(modality="x"), Choices(rows="genes")],
    ids=["layer", "modality", "rows"],
)
def test_choices_that_a_form_does_not_have(tmp_path: Path, choices: Choices) -> None:
    """An option that would do nothing is refused, in every form."""
    (tmp_path / "t.csv").write_text("gene,c0\nENSG00000000001,1\n")
    made = anndata.AnnData(sp.csr_matrix(np.eye(4, dtype=np.float32)))
    made.write_h5ad(tmp_path / "t.h5ad")
    path = tmp_path / ("t.h5ad" if choices.rows else "t.csv")
    with pytest.raises(UsageError, match="leave the option out"):
        open_expression(path, choices)


@pytest.mark.parametrize("name", ["my data (1).h5ad", "größe β 细胞.h5ad", "a'b.c;d.h5ad"])
def test_any_file_name_is_read(tmp_path: Path, name: str) -> None:
    """Spaces, quotes and letters of any script are part of a name."""
    anndata.AnnData(sp.csr_matrix(np.eye(4, dtype=np.float32))).write_h5ad(tmp_path / name)
    with open_expression(tmp_path / name) as source:
        assert source.shape == (4, 4)
