"""Frames of cells and genes as old versions and R's converters store them."""

from pathlib import Path

import anndata
import h5py
import numpy as np
import pandas as pd
import pytest

from orthoweave.errors import InputError
from orthoweave.files.anndata_frames import read_frame

HERE = Path("made.h5ad")
NAMES = np.array([b"c0", b"c1", b"c2"])


@pytest.fixture
def file(tmp_path: Path) -> h5py.File:
    """Return an empty HDF5 file."""
    return h5py.File(tmp_path / "made.h5ad", "w")


def test_bare_groups_are_frames(file: h5py.File) -> None:
    """A group without a description is a frame by its _index."""
    file["var/_index"] = NAMES
    file["var/features"] = NAMES
    frame = read_frame(HERE, file, "var")
    assert list(frame.index) == ["c0", "c1", "c2"]
    assert list(frame.columns) == ["features"]


@pytest.mark.parametrize("first", [0, 1])
def test_categories_beside_the_columns_are_names(file: h5py.File, first: int) -> None:
    """Codes of SeuratDisk, counted from 0 or from 1, become the names of their categories."""
    file["obs/_index"] = NAMES
    file["obs/cell_type"] = np.array([0, 1, 0], np.int32) + first
    file["obs/__categories/cell_type"] = np.array([b"B", b"NK"])
    assert read_frame(HERE, file, "obs")["cell_type"].tolist() == ["B", "NK", "B"]


def test_structured_arrays_are_frames(file: h5py.File) -> None:
    """Before anndata 0.7 a frame was a structured array with its categories in uns."""
    rows = np.array(
        [(b"c0", 1, 2.5), (b"c1", 0, 3.5)], [("index", "S20"), ("cell_type", "i1"), ("score", "f8")]
    )
    file["obs"] = rows
    file["uns/cell_type_categories"] = np.array([b"B", b"NK"])
    frame = read_frame(HERE, file, "obs")
    assert list(frame.index) == ["c0", "c1"]
    assert frame["cell_type"].tolist() == ["NK", "B"]
    assert frame["score"].tolist() == [2.5, 3.5]


def test_frames_without_names_are_refused(file: h5py.File) -> None:
    """Neither a group without row names nor a plain array is a frame."""
    file["obs/a"] = NAMES
    with pytest.raises(InputError, match="no names of its rows"):
        read_frame(HERE, file, "obs")
    file["var"] = np.arange(3)
    with pytest.raises(InputError, match="expected an AnnData file"):
        read_frame(HERE, file, "var")


@pytest.mark.parametrize(
    ("values", "found"), [(h5py.Empty("f8"), "none"), (7.0, "a single one"), ("T cell", "a single")]
)
def test_columns_without_a_value_for_each_row_are_refused(
    file: h5py.File, values: object, found: str
) -> None:
    """A single value, which pandas would repeat for each row, is not a column; nor is nothing."""
    frame = pd.DataFrame({"kind": ["a", "b"]}, index=["c1", "c2"])
    anndata.io.write_elem(file, "obs", frame)
    del file["obs/kind"]
    file["obs"].create_dataset("kind", data=values)
    file["obs/kind"].attrs.update({"encoding-type": "array", "encoding-version": "0.2.0"})
    with pytest.raises(InputError, match=f"'kind' of 'obs': .* each of the 2 rows, found {found}"):
        read_frame(HERE, file, "obs")
