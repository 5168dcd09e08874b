"""The mates of a MatrixMarket file are found by its name."""

from pathlib import Path

import pytest

from orthoweave.errors import InputError
from orthoweave.files.mtx_parts import find_mtx


def folder(path: Path, *names: str) -> Path:
    """Make a folder of empty files."""
    for name in names:
        (path / name).touch()
    return path


@pytest.mark.parametrize(
    "names",
    [
        ("matrix.mtx", "features.tsv", "barcodes.tsv"),
        ("matrix.mtx.gz", "genes.tsv.gz", "barcodes.tsv"),
        ("GSM1_s1_matrix.mtx.gz", "GSM1_s1_features.tsv.gz", "GSM1_s1_barcodes.tsv.gz"),
        ("my sample matrix.mtx", "my sample genes.tsv", "my sample barcodes.tsv"),
        ("cells_x_genes.mtx", "cells_x_genes.genes.txt", "cells_x_genes.barcodes.txt"),
        ("UniqueAndMult-EM.mtx", "features.tsv", "barcodes.tsv"),
    ],
)
def test_mates_are_found(tmp_path: Path, names: tuple[str, str, str]) -> None:
    """Features and barcodes have the prefix of their matrix, or none."""
    parts = find_mtx(folder(tmp_path, *names))
    assert (parts.matrix.name, parts.features.name, parts.barcodes.name) == names
    assert parts.by_cells is (names[0] == "cells_x_genes.mtx")


def test_one_of_several_matrices_is_chosen_by_its_file(tmp_path: Path) -> None:
    """A folder of several samples is refused; the remedy, one of its files, is read."""
    samples = [f"s{n}_{name}" for n in (1, 2) for name in ("matrix.mtx", "genes.tsv")]
    folder(tmp_path, *samples, "s1_barcodes.tsv", "s2_barcodes.tsv")
    with pytest.raises(InputError, match=r"2 matrices \(s1_matrix.mtx, s2_matrix.mtx\)"):
        find_mtx(tmp_path)
    assert find_mtx(tmp_path / "s2_matrix.mtx").features.name == "s2_genes.tsv"


def test_missing_mates_list_the_files(tmp_path: Path) -> None:
    """The message names what is expected and what is there."""
    folder(tmp_path, "matrix.mtx", "my_genes.csv", "barcodes.tsv")
    with pytest.raises(InputError, match=r"features.tsv or genes.tsv.*my_genes.csv"):
        find_mtx(tmp_path)
