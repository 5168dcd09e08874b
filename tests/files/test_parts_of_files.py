"""MuData and SpatialData: the part with the genes is found or chosen by name."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anndata
import h5py
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
import zarr
from anndata.io import write_elem

from orthoweave.errors import InputError, UnknownNameError, UsageError
from orthoweave.files.expression_files import Choices, open_expression
from orthoweave.files.matrix_sources import MatrixSource

CELLS = ["c0", "c1", "c2", "c3"]
COUNTS = np.arange(12, dtype=np.float32).reshape(4, 3)
PROTEINS = np.full((4, 2), 7, np.float32)


def part(counts: np.ndarray, names: list[str]) -> anndata.AnnData:
    """Return one modality of four cells."""
    obs = pd.DataFrame({"n_counts": counts.sum(axis=1)}, index=CELLS)
    return anndata.AnnData(sp.csr_matrix(counts), obs, pd.DataFrame(index=names))


def write_group(group: Any, modalities: dict[str, anndata.AnnData], obs: pd.DataFrame) -> None:
    """Write the layout of MuData 0.1 to 0.3."""
    group.attrs["encoding-type"] = "MuData"
    for name, made in modalities.items():
        write_elem(group, f"mod/{name}", made)
    write_elem(group, "obs", obs)
    write_elem(group, "var", pd.concat([made.var for made in modalities.values()]))


def write_h5mu(path: Path, *names: str, obs: pd.DataFrame | None = None) -> Path:
    """Write a file; the first name is of the genes."""
    genes, *others = names
    modalities = {genes: part(COUNTS, list("ABC"))}
    modalities |= {name: part(PROTEINS, ["P1", "P2"]) for name in others}
    columns = {"rna:n_counts": [1, 2, 3, 4], "cell_type": ["B", "T", "B", "NK"]}
    with h5py.File(path, "w", userblock_size=512) as file:
        write_group(file, modalities, pd.DataFrame(columns, index=CELLS) if obs is None else obs)
    with path.open("r+b") as stream:
        # what mudata writes before the file
        stream.write(b"MuData (format-version=0.1.0;creator=muon;creator-version=0.3.8)")
    return path


def write_zarr(path: Path, *names: str) -> Path:
    """Write the same as a zarr folder."""
    genes, *others = names
    modalities = {genes: part(COUNTS, list("ABC"))}
    modalities |= {name: part(PROTEINS, ["P1", "P2"]) for name in others}
    obs = pd.DataFrame({"cell_type": ["B", "T", "B", "NK"]}, index=CELLS)
    with zarr.config.set({"array.write_empty_chunks": True}):
        write_group(zarr.open_group(path, mode="w"), modalities, obs)
    return path


def values(source: MatrixSource) -> list[list[float]]:
    """Return all values of a source."""
    return np.vstack([block.toarray() for _, block in source.blocks()]).tolist()


@pytest.mark.parametrize("write", [write_h5mu, write_zarr])
@pytest.mark.parametrize("name", ["rna", "RNA", "gex", "only"])
@pytest.mark.filterwarnings("ignore")
def test_the_genes_are_found(tmp_path: Path, write: Callable[..., Path], name: str) -> None:
    """The modality rna or gex, in any case, or the only one, is taken."""
    others = () if name == "only" else ("prot",)
    with open_expression(write(tmp_path / "a.h5mu", name, *others)) as source:
        assert values(source) == COUNTS.tolist()
        assert list(source.var.index) == list("ABC")


@pytest.mark.parametrize("write", [write_h5mu, write_zarr])
@pytest.mark.filterwarnings("ignore")
def test_a_modality_is_chosen_by_name(tmp_path: Path, write: Callable[..., Path]) -> None:
    """Where none has the usual name the message lists them; the one that is named is taken."""
    path = write(tmp_path / "a.h5mu", "tx one", "prot")
    with pytest.raises(InputError, match=r"--set modality=prot or --set modality=tx one"):
        open_expression(path)
    with open_expression(path, Choices(modality="tx one")) as source:
        assert values(source) == COUNTS.tolist()
    with pytest.raises(UnknownNameError, match="no modality 'RNA': expected one of prot, tx one"):
        open_expression(path, Choices(modality="RNA"))


def test_columns_of_all_modalities_are_taken(tmp_path: Path) -> None:
    """Cell types that MuData keeps once for a cell come with the genes, with a note."""
    with open_expression(write_h5mu(tmp_path / "a.h5mu", "rna", "prot")) as source:
        assert list(source.obs["cell_type"]) == ["B", "T", "B", "NK"]
        assert list(source.obs.columns) == ["n_counts", "cell_type"]
        assert "took cell_type from the obs of all modalities" in source.notes[0]


@pytest.mark.parametrize("index", [["c0", "c0", "c2", "c3"], ["x0", "x1", "x2", "x3"]])
@pytest.mark.filterwarnings("ignore")
def test_columns_of_other_cells_are_left(tmp_path: Path, index: list[str]) -> None:
    """Columns whose rows are not surely these cells are not joined."""
    obs = pd.DataFrame({"cell_type": list("BTBN")}, index=index)
    with open_expression(write_h5mu(tmp_path / "a.h5mu", "rna", obs=obs)) as source:
        assert list(source.obs.columns) == ["n_counts"]


def test_a_plain_file_has_no_modality(tmp_path: Path) -> None:
    """The option is refused where there is nothing to choose."""
    part(COUNTS, list("ABC")).write_h5ad(tmp_path / "a.h5ad")
    with pytest.raises(UsageError, match="leave the option out"):
        open_expression(tmp_path / "a.h5ad", Choices(modality="rna"))


@pytest.mark.filterwarnings("ignore")
def test_the_table_of_spatialdata_is_read(tmp_path: Path) -> None:
    """One table is taken; of several each is read by its own folder."""
    group = zarr.open_group(tmp_path / "s.zarr", mode="w")
    group.create_group("images")
    with zarr.config.set({"array.write_empty_chunks": True}):
        write_elem(group, "tables/cells", part(COUNTS, list("ABC")))
    with open_expression(tmp_path / "s.zarr") as source:
        assert values(source) == COUNTS.tolist()
    with zarr.config.set({"array.write_empty_chunks": True}):
        write_elem(group, "tables/nuclei", part(COUNTS + 1, list("ABC")))
    with pytest.raises(InputError, match="2 tables, expected one"):
        open_expression(tmp_path / "s.zarr")
    with open_expression(tmp_path / "s.zarr" / "tables" / "nuclei") as source:
        assert values(source) == (COUNTS + 1).tolist()
