"""Cell Ranger's h5 files of two versions give cells × genes."""

from pathlib import Path

import h5py
import numpy as np
import pytest
import scipy.sparse as sp

from orthoweave.errors import HostileFileError, InputError
from orthoweave.files.features import genes_only
from orthoweave.files.matrix_sources import MatrixSource
from orthoweave.files.tenx import is_tenx_h5, open_tenx_h5

# barcodes × features; the last feature is an antibody
COUNTS = np.random.default_rng(3).poisson(1.0, (6, 5)).astype(np.int32)
KINDS = ["Gene Expression"] * 4 + ["Antibody Capture"]


def write_h5(path: Path, version: int, genomes: tuple[str, ...] = ("GRCh38",)) -> None:
    """Write a file as Cell Ranger does."""
    matrix = sp.csr_matrix(COUNTS)
    ids = [f"ENSG{number:011d}".encode() for number in range(5)]
    with h5py.File(path, "w") as file:
        for genome in genomes if version == 2 else ("matrix",):
            group = file.create_group(genome)
            group["data"], group["indices"] = matrix.data, matrix.indices.astype(np.int64)
            group["indptr"] = matrix.indptr.astype(np.int64)
            group["shape"] = np.array([5, 6], np.int32)
            group["barcodes"] = np.array([f"AAAC-{number}".encode() for number in range(6)])
            if version == 2:
                group["genes"], group["gene_names"] = ids, [b"A", b"B", b"A", b"C", b"D"]
            else:
                features = group.create_group("features")
                features["id"], features["name"] = ids, [b"A", b"B", b"A", b"C", b"D"]
                features["feature_type"] = [kind.encode() for kind in KINDS]
                names = (*(genomes * 5)[:4], "")
                features["genome"] = [name.encode() for name in names]


def values(source: MatrixSource) -> np.ndarray:
    """Return all values of a source as a dense matrix."""
    return np.vstack([block.toarray() for _, block in source.blocks(4)])


def test_version_3_gives_genes_only(tmp_path: Path) -> None:
    """Antibodies are left out, with a note; symbols may repeat, ids are the index."""
    write_h5(tmp_path / "a.h5", 3)
    with genes_only(open_tenx_h5(tmp_path / "a.h5")) as source:
        assert (values(source) == COUNTS[:, :4]).all()
        assert list(source.var["feature_name"]) == ["A", "B", "A", "C"]
        assert list(source.obs.index) == [f"AAAC-{number}" for number in range(6)]
        assert "1 features that are not genes (Antibody Capture)" in source.notes[0]


def test_version_2_gives_all_genes(tmp_path: Path) -> None:
    """The older form has no kinds of features."""
    write_h5(tmp_path / "a.h5", 2)
    with h5py.File(tmp_path / "a.h5") as file:
        assert is_tenx_h5(file)
    with open_tenx_h5(tmp_path / "a.h5") as source:
        assert (values(source) == COUNTS).all()


@pytest.mark.parametrize("version", [2, 3])
def test_two_genomes_are_refused(tmp_path: Path, version: int) -> None:
    """A mixture of two species is refused politely."""
    write_h5(tmp_path / "a.h5", version, ("GRCh38", "mm10"))
    with pytest.raises(InputError, match="mm10"):
        open_tenx_h5(tmp_path / "a.h5")


@pytest.mark.parametrize("gone", ["data", "indptr", "barcodes", "features", "features/id"])
def test_missing_part_is_an_input_error(tmp_path: Path, gone: str) -> None:
    """A 10x file without one of its parts is damaged."""
    write_h5(tmp_path / "a.h5", 3)
    with h5py.File(tmp_path / "a.h5", "a") as file:
        del file[f"matrix/{gone}"]
    with pytest.raises(InputError, match="damaged"):
        open_tenx_h5(tmp_path / "a.h5")


def test_index_out_of_range_is_refused(tmp_path: Path) -> None:
    """A feature beyond the list is refused before scipy uses it."""
    write_h5(tmp_path / "a.h5", 3)
    with h5py.File(tmp_path / "a.h5", "a") as file:
        file["matrix/indices"][0] = 99
    with open_tenx_h5(tmp_path / "a.h5") as source, pytest.raises(HostileFileError):
        values(source)
