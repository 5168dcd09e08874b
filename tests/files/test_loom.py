"""Loom files, as loompy, velocyto and SeuratDisk lay them out, give cells × genes."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from orthoweave.errors import InputError, UnknownNameError, UsageError
from orthoweave.files.expression_files import Choices, open_expression
from orthoweave.files.matrix_sources import MatrixSource

COUNTS = np.random.default_rng(5).poisson(1.0, (70, 9)).astype(np.float32)
GENES = [f"G{number}" for number in range(9)]


def write(path: Path, *, matrix: Any = None, **more: Any) -> Path:
    """Write a file with the groups, chunks and compression of loompy 3."""
    text = h5py.string_dtype()
    with h5py.File(path, "w") as file:
        values = COUNTS.T if matrix is None else matrix
        file.create_dataset("matrix", data=values, chunks=(9, 64), compression="gzip", shuffle=True)
        for group in ("layers", "row_attrs", "col_attrs", "row_graphs", "col_graphs", "attrs"):
            file.create_group(group)
        file.create_dataset("row_attrs/Gene", data=GENES, dtype=text)
        file.create_dataset("col_attrs/CellID", data=[f"c:{n}x" for n in range(70)], dtype=text)
        file.create_dataset("col_attrs/ClusterName", data=["a", "b"] * 35, dtype=text)
        file["col_attrs/_X"] = np.arange(70.0)
        file["col_attrs/pca"] = np.zeros((70, 3))
        file["attrs/LOOM_SPEC_VERSION"] = "3.0.0"
        for name, value in more.items():
            place = name.replace("__", "/")
            if place in file:
                del file[place]
            if value is not None:
                file[place] = value
    return path


def values(source: MatrixSource) -> np.ndarray:
    """Return all values of a source as a dense matrix."""
    return np.vstack([block.toarray() for _, block in source.blocks(20)])


def test_counts_names_and_attributes(tmp_path: Path) -> None:
    """Cells are the columns; attributes with one value a cell are columns of obs."""
    with open_expression(write(tmp_path / "a.loom")) as source:
        assert (source.kind, source.where) == ("loom", "matrix")
        assert (values(source) == COUNTS).all()
        assert list(source.var.index) == GENES
        assert list(source.obs.index[:2]) == ["c:0x", "c:1x"]
        assert list(source.obs["ClusterName"][:2]) == ["a", "b"]
        assert "pca" not in source.obs


def test_accessions_come_before_symbols(tmp_path: Path) -> None:
    """Stable ids name the genes where there are any; symbols stay beside them."""
    ids = [f"ENSG{number:011d}" for number in range(9)]
    with open_expression(write(tmp_path / "a.loom", row_attrs__Accession=ids)) as source:
        assert list(source.var.index) == ids
        assert list(source.var["Gene"]) == GENES


def test_empty_accessions_name_nothing(tmp_path: Path) -> None:
    """An attribute without a text in it is passed over."""
    with open_expression(write(tmp_path / "a.loom", row_attrs__Accession=[""] * 9)) as source:
        assert list(source.var.index) == GENES


def test_layers_are_chosen_by_name(tmp_path: Path) -> None:
    """A layer of velocyto is taken where it is named; the others are listed as counts."""
    path = write(tmp_path / "a.loom", layers__spliced=COUNTS.T * 2, layers__log=COUNTS.T * 0.3)
    with open_expression(path, Choices(layer="spliced")) as source:
        assert (values(source) == COUNTS * 2).all()
        assert source.count_layers() == ["matrix"]
    with pytest.raises(UnknownNameError, match="one of matrix, log, spliced"):
        open_expression(path, Choices(layer="unspliced"))
    with pytest.raises(UsageError, match="modality"):
        open_expression(path, Choices(modality="rna"))


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"row_attrs__Gene": None}, "row_attrs has nothing, expected one of"),
        ({"col_attrs__CellID": np.array([b"c"] * 69)}, "lengths"),
        ({"matrix": COUNTS}, r"expected genes × cells, 9 × 70"),
        ({"matrix": np.zeros((9, 70, 1))}, r"shape \(9, 70, 1\)"),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_files_that_do_not_fit_are_refused(
    tmp_path: Path, more: dict[str, Any], wrong: str
) -> None:
    """A loom file without names, or whose parts differ in length, is an input error."""
    path = write(tmp_path / "a.loom")
    with h5py.File(path, "a") as file:
        for name, value in more.items():
            place = name.replace("__", "/")
            del file[place]
            if value is not None:
                file[place] = value
    with pytest.raises(InputError, match=wrong):
        open_expression(path)
