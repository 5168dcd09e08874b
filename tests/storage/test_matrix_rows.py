"""Single cells of a matrix: what the reader of whole matrices gives for them."""

import shutil
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from orthoweave.errors import InputError, IntegrityError
from orthoweave.storage.matrix import open_matrix
from orthoweave.storage.matrix_rows import open_rows
from orthoweave.storage.matrix_writer import MatrixWriter

COUNTS = sp.csr_matrix(np.random.default_rng(1).poisson(0.7, (13, 5)).astype(np.float32))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small matrix in which one gene is not known."""
    writer = MatrixWriter(tmp_path / "m")
    writer.append(COUNTS)
    obs = pd.DataFrame({"n": range(13)}, index=[f"c{number}" for number in range(13)])
    keys = ["NCBIGene:1", None, "NCBIGene:2", "NCBIGene:1", ""]
    writer.write_frames(obs, pd.DataFrame({"gene_curie": keys}, index=list("abcde")))
    writer.finish()
    return tmp_path / "m"


def test_each_cell_has_its_counts(folder: Path) -> None:
    """Every row is that of the matrix, by its barcode."""
    cells = open_rows(folder)
    for row in range(13):
        found = cells.counts(f"c{row}")
        assert found.shape == (1, 5)
        assert abs(found - COUNTS[row]).sum() == 0


def test_keys_and_barcodes_are_those_of_the_reader(folder: Path) -> None:
    """Genes and barcodes are what `open_matrix` reads, also for genes that are not known."""
    cells, reader = open_rows(folder), open_matrix(folder)
    assert (
        cells.gene_keys
        == reader.gene_keys
        == ["NCBIGene:1", None, "NCBIGene:2", "NCBIGene:1", None]
    )
    assert list(cells.rows) == reader.barcodes


def test_reading_gives_no_warning(folder: Path) -> None:
    """The codecs that zarr warns of are ours."""
    with warnings.catch_warnings():
        warnings.resetwarnings()
        warnings.simplefilter("error")
        open_rows(folder).counts("c3")
        assert list(open_matrix(folder).blocks())


def test_folders_that_are_not_matrices_are_refused(folder: Path, tmp_path: Path) -> None:
    """No folder, and a matrix without its genes, are refused with what to do."""
    with pytest.raises(InputError, match="orthoweave repair"):
        open_rows(tmp_path / "nothing")
    shutil.rmtree(folder / "var")
    with pytest.raises(IntegrityError, match="orthoweave repair"):
        open_rows(folder)
