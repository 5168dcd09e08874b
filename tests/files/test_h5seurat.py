"""h5Seurat files are read: the counts of one assay, names and factors of R."""

from pathlib import Path

import h5py
import numpy as np
import pytest
import scipy.sparse as sp

from orthoweave.errors import HostileFileError, InputError, UnknownNameError
from orthoweave.files.expression_files import Choices, open_expression

COUNTS = np.array([[5, 0, 1], [3, 0, 2]], float)
TEXT = h5py.string_dtype()


def texts(group: h5py.Group, name: str, values: list[str]) -> None:
    """Write a vector of texts."""
    group.create_dataset(name, data=values, dtype=TEXT)


def assay(file: h5py.File, name: str, **matrices: np.ndarray) -> None:
    """Write an assay with matrices, given as cells × features, beside the normalised data."""
    group = file.create_group(f"assays/{name}")
    group.attrs["key"] = f"{name.lower()}_"
    texts(group, "features", ["INS", "GCG", "SST"])
    for what, values in {"data": np.log1p(COUNTS), **matrices}.items():
        sparse(group, what, values)


def sparse(group: h5py.Group, name: str, values: np.ndarray) -> None:
    """Write features × cells by columns, which are cells."""
    matrix = sp.csc_matrix(values.T)
    made = group.create_group(name)
    made.attrs["dims"] = matrix.shape
    for part in ("data", "indices", "indptr"):
        made.create_dataset(part, data=getattr(matrix, part))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Write a file as SeuratDisk does: two assays, and meta data of every kind."""
    path = tmp_path / "my cells.h5seurat"
    with h5py.File(path, "w") as file:
        file.attrs["active.assay"] = np.array(["integrated"], dtype=object)
        assay(file, "RNA", counts=COUNTS)
        assay(file, "integrated")
        texts(file, "cell.names", ["AAAC", "AAAG"])
        meta = file.create_group("meta.data")
        meta.attrs["logicals"] = np.array(["doublet"], dtype=object)
        meta.create_dataset("nCount_RNA", data=COUNTS.sum(axis=1))
        meta.create_dataset("doublet", data=np.array([1, 2], np.int32))
        texts(meta, "sample", ["s1", "s2"])
        factor = meta.create_group("cell_type")
        texts(factor, "levels", ["alpha", "beta"])
        factor.create_dataset("values", data=np.array([2, -(2**31)], np.int32))
        features = file["assays/RNA"].create_group("meta.features")
        features.create_dataset("vst.mean", data=[1.0, 2.0, 3.0])
    return path


def read(path: Path, layer: str | None = None, modality: str | None = None) -> np.ndarray:
    """Return the values of a file."""
    with open_expression(path, Choices(layer, modality)) as source:
        return np.vstack([block.toarray() for _, block in source.blocks(1)])


def test_counts_names_and_meta_data_are_read(path: Path) -> None:
    """Counts of RNA, barcodes, features; factors by their levels, NA as missing."""
    assert read(path).tolist() == COUNTS.tolist()
    with open_expression(path) as source:
        assert (source.kind, source.where) == ("h5Seurat", "assays['RNA']/counts")
        assert list(source.obs.index) == ["AAAC", "AAAG"]
        assert list(source.var.index) == ["INS", "GCG", "SST"]
        assert source.obs["cell_type"].astype(object).where(lambda x: x.notna(), None).tolist() == [
            "beta",
            None,
        ]
        assert source.obs["doublet"].isna().tolist() == [False, True]
        assert list(source.obs["sample"]) == ["s1", "s2"]
        assert list(source.var["vst.mean"]) == [1, 2, 3]
        [note] = source.notes
    assert note == "took the assay 'RNA'; --set modality= takes another: 'integrated'"


def test_another_assay_or_matrix_is_chosen(path: Path) -> None:
    """What the note and the message name is taken by modality= and layer=."""
    logs = np.log1p(COUNTS).astype(np.float32)
    assert np.array_equal(read(path, layer="data"), logs)
    assert np.array_equal(read(path, modality="integrated"), logs)
    with pytest.raises(UnknownNameError, match="no assay 'ADT', but the assays RNA, integrated"):
        read(path, modality="ADT")
    with pytest.raises(UnknownNameError, match="expected layer= one of data"):
        read(path, modality="integrated", layer="counts")


def test_a_dense_matrix_is_read(path: Path) -> None:
    """R's features × cells lie in the file as cells × features."""
    with h5py.File(path, "a") as file:
        del file["assays/RNA/counts"]
        file["assays/RNA"].create_dataset("counts", data=COUNTS)
    assert read(path).tolist() == COUNTS.tolist()


def test_meta_data_as_one_compound_dataset_are_read(path: Path) -> None:
    """Data frames without factors may be a compound dataset."""
    with h5py.File(path, "a") as file:
        del file["meta.data"]
        rows = np.array([(1.5, b"s1"), (2.5, b"s2")], dtype=[("score", "f8"), ("sample", "S2")])
        file.create_dataset("meta.data", data=rows)
    with open_expression(path) as source:
        assert list(source.obs["score"]) == [1.5, 2.5]
        assert list(source.obs["sample"]) == ["s1", "s2"]


@pytest.mark.parametrize(
    ("place", "values", "error", "said"),
    [
        ("cell.names", ["a"], InputError, "a matrix of 1 cells and 3 features|of 'cell_type'"),
        ("assays/RNA/features", ["INS"], InputError, "expected 1|and 1 features"),
        ("assays/RNA/counts/indices", [0, 2, 0, 9], HostileFileError, "column index 9"),
        ("meta.data/cell_type/values", [1, 7], InputError, "damaged"),
    ],
)
def test_parts_that_do_not_fit_are_refused(
    path: Path, place: str, values: list[object], error: type[Exception], said: str
) -> None:
    """Names of another number, indices out of range and factors beyond their levels."""
    with h5py.File(path, "a") as file:
        del file[place]
        group, _, name = place.rpartition("/")
        kind = TEXT if isinstance(values[0], str) else None
        file.require_group(group or "/").create_dataset(name, data=values, dtype=kind)
    with pytest.raises(error, match=said):
        read(path)
