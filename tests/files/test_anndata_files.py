"""AnnData of every form gives the same counts; damaged and hostile files are refused."""

from pathlib import Path

import anndata
import h5py
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from orthoweave.errors import HostileFileError, InputError, UnknownNameError
from orthoweave.files import anndata_files
from orthoweave.files.anndata_files import open_anndata_zarr, open_h5ad
from orthoweave.files.matrix_sources import MatrixSource

COUNTS = np.random.default_rng(0).poisson(0.8, (17, 9)).astype(np.float32)


def made(x: object = None, **more: object) -> anndata.AnnData:
    """Return an AnnData with a text, a category and a missing value in obs."""
    obs = pd.DataFrame(
        {"cell_type": pd.Categorical(["a", "b"] * 8 + [None]), "n": range(17)},
        index=[f"cell{number}" for number in range(17)],
    )
    var = pd.DataFrame(index=[f"G{number}" for number in range(9)])
    matrix = sp.csr_matrix(COUNTS) if x is None else x
    return anndata.AnnData(matrix, obs, var, **more)


def values(source: MatrixSource, rows: int = 5) -> np.ndarray:
    """Return all values of a source as a dense matrix."""
    return np.vstack([block.toarray() for _, block in source.blocks(rows)])


@pytest.mark.parametrize(
    "matrix",
    [
        sp.csr_matrix(COUNTS),
        sp.csc_matrix(COUNTS),
        COUNTS,
        COUNTS.astype(np.int64),
        sp.csr_matrix(COUNTS.astype(np.float64)),
    ],
    ids=["csr", "csc", "dense", "dense int", "float64"],
)
def test_every_form_of_x_gives_the_counts(tmp_path: Path, matrix: object) -> None:
    """Sparse by rows, by columns and dense hold the same cells, genes and counts."""
    path = tmp_path / "a.h5ad"
    made(matrix).write_h5ad(path)
    with open_h5ad(path) as source:
        assert (values(source) == COUNTS).all()
        assert source.obs["cell_type"].tolist()[:2] == ["a", "b"]
        assert list(source.var.index) == [f"G{number}" for number in range(9)]
        assert (source.where, source.shape) == ("X", (17, 9))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("version", [2, 3])
def test_zarr_gives_the_counts(tmp_path: Path, version: int) -> None:
    """Both versions of zarr are read."""
    with anndata.settings.override(zarr_write_format=version):
        made().write_zarr(tmp_path / "a.zarr")
    with open_anndata_zarr(tmp_path / "a.zarr") as source:
        assert (values(source) == COUNTS).all()
        assert source.obs["n"].tolist() == list(range(17))


def test_counts_are_taken_from_the_layer_when_x_is_normalised(tmp_path: Path) -> None:
    """A normalised X gives way to layers["counts"], and a note says so."""
    path = tmp_path / "a.h5ad"
    made(sp.csr_matrix(np.log1p(COUNTS) * 1.1), layers={"counts": COUNTS}).write_h5ad(path)
    with open_h5ad(path) as source:
        assert source.where == "layers['counts']"
        assert source.notes == ("X holds no counts: took layers['counts']",)
        assert (values(source) == COUNTS).all()
    with open_h5ad(path, layer="X") as source:
        assert source.where == "X"


def test_counts_are_taken_from_raw_with_its_own_genes(tmp_path: Path) -> None:
    """raw.X has more genes than X; both its values and its genes are taken."""
    path = tmp_path / "a.h5ad"
    whole = made()
    part = made(sp.csr_matrix(np.log1p(COUNTS) * 1.1))[:, :4].copy()
    part.raw = whole
    part.write_h5ad(path)
    with open_h5ad(path) as source:
        assert source.where == "raw.X"
        assert source.shape == (17, 9)
        assert (values(source) == COUNTS).all()


def test_unknown_layer_lists_all_layers(tmp_path: Path) -> None:
    """A layer that is not there is an error that names the others."""
    path = tmp_path / "a.h5ad"
    made(layers={"spliced": COUNTS}).write_h5ad(path)
    with pytest.raises(UnknownNameError, match="X, spliced"):
        open_h5ad(path, layer="counts")


def test_species_and_places_are_read(tmp_path: Path) -> None:
    """The organism in uns and the places in obsm are handed over."""
    path = tmp_path / "a.h5ad"
    places = np.arange(34.0).reshape(17, 2)
    made(obsm={"spatial": places}, uns={"organism_ontology_term_id": "NCBITaxon:10090"}).write_h5ad(
        path
    )
    with open_h5ad(path) as source:
        assert source.about == {"organism_ontology_term_id": "NCBITaxon:10090"}
        assert source.coordinates is not None
        assert (source.coordinates == places).all()


def test_index_out_of_range_is_refused_without_a_crash(tmp_path: Path) -> None:
    """The file that kills scipy with a segmentation fault is refused here."""
    path = tmp_path / "a.h5ad"
    made().write_h5ad(path)
    with h5py.File(path, "a") as file:
        file["X/indices"][3] = 2**30
    with open_h5ad(path) as source, pytest.raises(HostileFileError, match="column index"):
        values(source)


@pytest.mark.parametrize(("place", "value"), [(0, 5), (3, 2**40), (17, 3)])
def test_unsound_pointers_are_refused(tmp_path: Path, place: int, value: int) -> None:
    """Row pointers are checked before they are used."""
    path = tmp_path / "a.h5ad"
    made().write_h5ad(path)
    with h5py.File(path, "a") as file:
        pointers = file["X/indptr"][:].astype(np.int64)
        pointers[place] = value
        del file["X/indptr"]
        file["X/indptr"] = pointers
    with open_h5ad(path) as source, pytest.raises(HostileFileError, match="indptr"):
        values(source)


def test_pointers_of_another_length_are_refused(tmp_path: Path) -> None:
    """There is one row pointer more than rows."""
    path = tmp_path / "a.h5ad"
    made().write_h5ad(path)
    with h5py.File(path, "a") as file:
        pointers = file["X/indptr"][:-2]
        del file["X/indptr"]
        file["X/indptr"] = pointers
    with pytest.raises(HostileFileError, match="row pointers"):
        open_h5ad(path)


def test_columns_out_of_range_by_columns_are_refused(tmp_path: Path) -> None:
    """A matrix by columns is checked before it is turned."""
    path = tmp_path / "a.h5ad"
    made(sp.csc_matrix(COUNTS)).write_h5ad(path)
    with h5py.File(path, "a") as file:
        file["X/indices"][0] = 17
    with open_h5ad(path) as source, pytest.raises(HostileFileError, match="17 columns"):
        values(source)


def test_large_matrix_by_columns_is_refused_with_a_hint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A matrix that is too large to transpose in memory is refused before it is read."""
    monkeypatch.setattr(anndata_files, "MAXIMUM_TURNED_VALUES", 3)
    path = tmp_path / "a.h5ad"
    made(sp.csc_matrix(COUNTS)).write_h5ad(path)
    with open_h5ad(path) as source, pytest.raises(InputError, match="tocsr"):
        values(source)


@pytest.mark.parametrize(
    "gone", ["obs", "var", "X", "X/indptr", "obs/cell_type/codes", "obs/_index"]
)
def test_missing_part_is_an_input_error(tmp_path: Path, gone: str) -> None:
    """A file without one of its parts is refused, whatever the part."""
    path = tmp_path / "a.h5ad"
    made().write_h5ad(path)
    with h5py.File(path, "a") as file:
        del file[gone]
    with pytest.raises(InputError):
        open_h5ad(path)


def test_category_out_of_range_is_an_input_error(tmp_path: Path) -> None:
    """A cell's category beyond the list of categories is refused."""
    path = tmp_path / "a.h5ad"
    made().write_h5ad(path)
    with h5py.File(path, "a") as file:
        file["obs/cell_type/codes"][0] = 100
    with pytest.raises(InputError, match="expected an AnnData file"):
        open_h5ad(path)


def test_shape_that_does_not_fit_is_an_input_error(tmp_path: Path) -> None:
    """A matrix of another size than its cells and genes is refused."""
    path = tmp_path / "a.h5ad"
    made().write_h5ad(path)
    with h5py.File(path, "a") as file:
        file["X"].attrs["shape"] = np.array([17, 8])
    with pytest.raises(InputError, match="shape"):
        open_h5ad(path)
