"""Embeddings in AnnData files, whole and broken."""

from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from orthoweave.errors import InputError, UnknownNameError
from orthoweave.files.embeddings import read_embeddings


def _write(path: Path, **obsm: object) -> Path:
    obs = pd.DataFrame({"age": [1.0, 2.0, 3.0], "kind": ["x", "y", "x"]}, index=list("abc"))
    table = anndata.AnnData(np.zeros((3, 2), np.float32), obs=obs)
    for key, value in obsm.items():
        table.obsm[key] = value
    table.write_h5ad(path)
    return path


def test_matrices_of_any_kind_are_read(tmp_path: Path) -> None:
    """Dense, sparse and framed matrices give the same vectors, with the columns of obs."""
    dense = np.arange(6.0).reshape(3, 2)
    path = _write(
        tmp_path / "a.h5ad",
        X_dense=dense,
        X_sparse=sp.csr_matrix(dense),
        X_frame=pd.DataFrame(dense, index=list("abc"), columns=["u", "v"]),
    )
    found = read_embeddings(path, ["X_dense", "X_sparse", "X_frame"])
    assert found.barcodes.tolist() == ["a", "b", "c"]
    assert list(found.columns["age"]) == [1, 2, 3]
    for vectors in found.vectors.values():
        np.testing.assert_array_equal(vectors, dense)
        assert vectors.dtype == np.float32


def test_an_unknown_key_is_refused(tmp_path: Path) -> None:
    """The message lists those that the file has."""
    path = _write(tmp_path / "a.h5ad", X_pca=np.zeros((3, 2)))
    with pytest.raises(UnknownNameError, match=r"no embedding 'X_scvi': expected one of.*X_pca"):
        read_embeddings(path, ["X_scvi"])
    with pytest.raises(UnknownNameError, match="which is empty"):
        read_embeddings(_write(tmp_path / "b.h5ad"), ["X_scvi"])


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_numbers_that_are_not_finite_are_refused(tmp_path: Path, value: float) -> None:
    """The message counts the cells."""
    vectors = np.zeros((3, 2))
    vectors[1, 0] = value
    path = _write(tmp_path / "a.h5ad", X_pca=vectors)
    with pytest.raises(InputError, match="expected finite numbers, found others in 1 cells"):
        read_embeddings(path, ["X_pca"])


def test_an_image_in_obsm_is_refused(tmp_path: Path) -> None:
    """Three dimensions are refused with the shape."""
    path = _write(tmp_path / "a.h5ad", X_pca=np.zeros((3, 2, 2)))
    with pytest.raises(InputError, match=r"found shape \(3, 2, 2\)"):
        read_embeddings(path, ["X_pca"])


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    """Text with the name of an AnnData file is named in the message."""
    path = tmp_path / "a.h5ad"
    path.write_text("barcode,gene\n")
    with pytest.raises(InputError, match=r"a\.h5ad"):
        read_embeddings(path, ["X_pca"])
